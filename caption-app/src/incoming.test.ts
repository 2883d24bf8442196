import { afterEach, describe, expect, it, vi } from "vitest";
import { dropped, fetchPicture, incoming, nameOf, written } from "./incoming";

const data = (texts: Record<string, string>, files: File[] = []) => ({ files, getData: (kind: string) => texts[kind] ?? "" }) as unknown as DataTransfer;
const { signal } = new AbortController();
afterEach(() => vi.unstubAllGlobals());

describe("incoming", () => {
  const [text, photo, heic] = [new File(["a"], "a.txt", { type: "text/plain" }), new File(["b"], "b.jpg", { type: "image/jpeg" }), new File(["c"], "c.heic")];
  it("takes all pictures, those of unknown type too, and names what is none", () => {
    expect(incoming(data({}, [text, photo, heic]))).toEqual({ files: [photo, heic], addresses: [], others: ["a.txt"] });
    expect(incoming(null)).toEqual({ files: [], addresses: [], others: [] });
  });
  it("finds the picture's address rather than that of the link around it", () => {
    const dragged = { "text/html": '<a href="https://x.org/page"><img src="https://x.org/a.jpg"></a>', "text/uri-list": "https://x.org/page" };
    expect(incoming(data(dragged)).addresses).toEqual(["https://x.org/a.jpg"]);
    expect(incoming(data({ "text/uri-list": "# a remark\r\nhttps://x.org/b.jpg\r\nHTTP://x.org/c.jpg" })).addresses).toEqual(["https://x.org/b.jpg", "HTTP://x.org/c.jpg"]);
    expect(incoming(data({ "text/plain": " data:image/png;base64,aGk= " })).addresses).toEqual(["data:image/png;base64,aGk="]);
  });
  it("leaves other text alone", () => {
    expect(incoming(data({ "text/plain": "see https://x.org/a.jpg there\njavascript:alert(1)\nfile:///etc/passwd\ndata:text/html,hi" })).addresses).toEqual([]);
  });
});

describe("written", () => {
  it("is an address that a page can have, and nothing else", () => {
    expect(written(" https://x.org/a.jpg\t").addresses).toEqual(["https://x.org/a.jpg"]);
    for (const text of ["", "x.org/a.jpg", "https://", "https://a b", "https://["]) expect(written(text)).toEqual({ files: [], addresses: [], others: [] });
  });
});

describe("dropped", () => {
  it("walks through folders, however many files they hold", async () => {
    const file = (name: string) => ({ name, isFile: true, isDirectory: false, file: (done: (file: File) => void) => done(new File(["x"], name, { type: name.endsWith("jpg") ? "image/jpeg" : "" })) });
    const folder = (name: string, batches: object[][]) => ({ name, isFile: false, isDirectory: true, createReader: () => ({ readEntries: (done: (entries: object[]) => void) => done(batches.shift() ?? []) }) });
    const tree = folder("all", [[file("c.jpg"), file(".DS_Store")], [folder("b", [[file("b1.jpg")]]), file("a.jpg")]]);
    const items = [file("first.jpg"), tree].map((entry) => ({ webkitGetAsEntry: () => entry }));
    const found = await dropped({ ...data({}), items } as unknown as DataTransfer);
    expect(found.files.map(({ name }) => name)).toEqual(["first.jpg", "a.jpg", "b1.jpg", "c.jpg"]);
    expect(found.others).toEqual([".DS_Store"]);
  });
});

describe("nameOf", () => {
  it("is the last part of the path", () => {
    expect(nameOf("https://x.org/p/a%20b.jpg?size=3")).toBe("a b.jpg");
    expect(nameOf("https://x.org/100%.jpg")).toBe("100%.jpg");
    expect(nameOf("https://x.org/")).toBe("x.org");
    expect(nameOf("data:image/png;base64,aGk=")).toBe("picture");
  });
});

describe("fetchPicture", () => {
  it("gives what is at the address", async () => {
    vi.stubGlobal("fetch", async () => new Response("hi", { headers: { "Content-Type": "image/png" } }));
    expect((await fetchPicture("https://x.org/a.png", signal)).size).toBe(2);
  });
  it.each<[string, () => Promise<Response>, RegExp]>([
    ["https://x.org/a.png", () => Promise.reject(new TypeError("Failed to fetch")), /does not give this page the picture\. Save .* add/],
    ["https://x.org/a.png", async () => new Response("", { status: 404 }), /404\)\. Save/],
    ["https://x.org/a", async () => new Response("<html>", { headers: { "Content-Type": "text/html" } }), /web page, not a picture\. Save/],
    ["data:image/png;base64,%", () => Promise.reject(new TypeError("Failed to fetch")), /data: address/],
  ])("says what to do where %s gives none", async (address, answer, message) => {
    vi.stubGlobal("fetch", answer);
    await expect(fetchPicture(address, signal)).rejects.toThrow(message);
  });
});

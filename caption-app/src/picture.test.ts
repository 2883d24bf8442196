import { describe, expect, it } from "vitest";
import { placeOf, shade } from "./attention";
import { firstPicture, fittedSize, readPicture } from "./picture";

describe("fittedSize", () => {
  it("leaves small pictures alone and shrinks large ones, in proportion", () => {
    expect(fittedSize(640, 480)).toEqual([640, 480]);
    expect(fittedSize(4000, 3000)).toEqual([1280, 960]);
    expect(fittedSize(20000, 3)).toEqual([1280, 1]);
  });
});

describe("firstPicture", () => {
  const [text, photo] = [new File(["a"], "a.txt", { type: "text/plain" }), new File(["b"], "b.jpg", { type: "image/jpeg" })];
  it("prefers a picture, and lets the server judge what is none", () => {
    expect(firstPicture([text, photo])).toBe(photo);
    expect(firstPicture([text])).toBe(text);
    expect(firstPicture([])).toBeNull();
    expect(firstPicture(undefined)).toBeNull();
  });
});

describe("readPicture", () => {
  it("sends what the browser cannot open as it is", async () => {
    globalThis.createImageBitmap = () => Promise.reject(new Error("not a picture"));
    expect(await readPicture(new File(["hi"], "a.heic", { type: "image/heic" }))).toBe("data:image/heic;base64,aGk=");
  });
  it("refuses an empty file, and a large one that it cannot shrink", async () => {
    await expect(readPicture(new File([], "a.jpg"))).rejects.toThrow("empty");
    await expect(readPicture(new File([new Uint8Array(7_000_000)], "a.heic"))).rejects.toThrow("too large");
  });
  it("sends a small picture untouched", async () => {
    globalThis.createImageBitmap = (async () => ({ width: 20, height: 10, close() {} })) as unknown as typeof createImageBitmap;
    expect(await readPicture(new File(["hi"], "a.png", { type: "image/png" }))).toBe("data:image/png;base64,aGk=");
  });
});

describe("attention", () => {
  it("leaves the most looked-at cell clear and darkens the others by their share", () => {
    expect([...shade([[0, 0.25], [0.25, 0.5]])]).toEqual([204, 102, 102, 0]);
    expect([...shade([[0, 0]])]).toEqual([0, 0]);
  });
  it("names the place", () => {
    expect(placeOf([[1, 0, 0], [0, 0, 0], [0, 0, 0]])).toBe("top left");
    expect(placeOf([[0, 0, 0], [0, 0, 1], [0, 0, 0]])).toBe("right");
    expect(placeOf([[1, 1], [1, 1]])).toBe("middle");
  });
});

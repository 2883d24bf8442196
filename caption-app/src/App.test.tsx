import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "./App";

vi.mock("./api", async (original) => ({ ...(await original<object>()), patiently: (ask: () => unknown) => ask() })); // api.test.ts waits

const answer = {
  caption: "a dog",
  caption_mode: "consistent",
  captions: [{ text: "a dog", score: -0.5 }],
  ms: 12.3,
  words: ["a", "dog"],
  confidence: [0.9, 0.5],
  attention: [[[0.25, 0.25], [0.25, 0.25]], [[0, 0.2], [0.8, 0]]],
};
const cat = { ...answer, caption: "a cat", words: ["a", "cat"] };
const model = { name: "photos", summary: "the built-in one", warning: null as string | null, card: ["It counts badly."] };
const photo = new File(["hi"], "dog.jpg", { type: "image/jpeg" });
const other = new File(["other"], "cat.jpg", { type: "image/jpeg" });
type Asked = { caption_mode: string; seed: number; image_base64: string };
let asked: Asked[];
let reply: (asked: Asked) => Response | Promise<Response>;
let health: () => Promise<Response>;
let aboutModel: () => Response;

const json = (content: unknown, status = 200) => new Response(JSON.stringify(content), { status });
const choose = (...files: File[]) => userEvent.upload(screen.getByLabelText(/pictures$/i, { selector: "input" }), files.length ? files : photo);
const box = (name: string) => screen.getByLabelText<HTMLTextAreaElement>(`Caption of ${name}`);
const busyAnswer = () => json({ detail: "too many requests are waiting" }, 503);

beforeEach(() => {
  asked = [];
  reply = () => json(answer);
  health = async () => json({ status: "ok" });
  aboutModel = () => json(model);
  sessionStorage.clear();
  globalThis.createImageBitmap = (async () => ({ width: 20, height: 10, close() {} })) as unknown as typeof createImageBitmap;
  URL.createObjectURL = () => "blob:picture";
  URL.revokeObjectURL = () => {};
  HTMLCanvasElement.prototype.getContext = (() => null) as never; // jsdom draws nothing
  Element.prototype.scrollIntoView = () => {};
  vi.stubGlobal("fetch", async (address: string, options: RequestInit = {}) => {
    if (address === "health") return health();
    if (address === "model") return aboutModel();
    if (address !== "caption") throw new TypeError("Failed to fetch");
    const body = JSON.parse(String(options.body)) as Asked;
    asked.push(body);
    return reply(body); // also after an abort: the page must not rely on the request's being stopped
  });
  render(<App />);
});
afterEach(() => { cleanup(); vi.unstubAllGlobals(); });

describe("one picture", () => {
  it("is captioned", async () => {
    await choose();
    await screen.findByLabelText("a dog");
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ caption_mode: "consistent", seed: 0, image_base64: "data:image/jpeg;base64,aGk=" });
    expect(box("dog.jpg").value).toBe("a dog");
  });

  it("is taken when dropped and when pasted", async () => {
    fireEvent.drop(document.body, { dataTransfer: { files: [photo] } });
    await screen.findByLabelText("a dog");
    fireEvent.paste(document, { clipboardData: { files: [photo] } });
    await waitFor(() => expect(asked).toHaveLength(2));
  });

  it("is asked about again in another mode, and for another caption with another seed", async () => {
    await choose();
    await screen.findByLabelText("a dog");
    expect(screen.queryByText("Another caption")).toBeNull(); // beam search has only one
    await userEvent.click(screen.getByLabelText("Creative diverse"));
    await userEvent.click(await screen.findByText("Another caption"));
    await waitFor(() => expect(asked.map((one) => [one.caption_mode, one.seed])).toEqual([["consistent", 0], ["creative_diverse", 0], ["creative_diverse", 1]]));
    await choose(other); // begins with the first seed, in the mode that was chosen last
    await waitFor(() => expect(asked.slice(3).map((one) => [one.caption_mode, one.seed])).toEqual([["creative_diverse", 0]]));
  });

  it("shows where a word was looked for, on hover, by keyboard and after a click", async () => {
    await choose();
    const word = await screen.findByRole("button", { name: "dog" });
    await userEvent.hover(word);
    expect(screen.getByText(/50 % sure, looked at the lower left/)).toBeTruthy();
    expect(document.querySelector("canvas")!.className).toBe("visible");
    await userEvent.unhover(word);
    expect(document.querySelector("canvas")!.className).toBe("");
    await userEvent.click(word);
    await userEvent.unhover(word);
    expect(screen.getByText(/50 % sure/)).toBeTruthy();
    fireEvent.focus(screen.getByRole("button", { name: "a" }));
    expect(screen.getByText(/90 % sure, looked at the whole picture/)).toBeTruthy();
  });

  it("forgets the word when another caption comes, which may be shorter", async () => {
    await choose();
    await userEvent.click(await screen.findByRole("button", { name: "dog" }));
    reply = () => json({ ...answer, caption: "a", words: ["a"], confidence: [1], attention: [answer.attention[0]] });
    await userEvent.click(screen.getByLabelText("Safe diverse"));
    await screen.findByLabelText("a");
    expect(screen.getByText(/^Point at a word/)).toBeTruthy();
  });

  it("keeps the colour's strength for the session, and shows a word while it is set", async () => {
    await choose();
    const slider = await screen.findByLabelText(/^Strength/);
    fireEvent.focus(slider);
    expect(screen.getByText(/50 % sure/)).toBeTruthy();
    fireEvent.change(slider, { target: { value: "30" } });
    cleanup();
    render(<App />);
    await choose();
    expect((await screen.findByLabelText<HTMLInputElement>(/^Strength/)).value).toBe("30");
  });

  it("keeps the focus on the way to another caption", async () => {
    await userEvent.click(screen.getByLabelText("Safe diverse"));
    await choose();
    (await screen.findByText("Another caption")).focus();
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(document.activeElement?.textContent).toBe("Another caption");
  });

  it("takes the mode that was chosen while its file was read", async () => {
    const opened: ((bitmap: unknown) => void)[] = [];
    globalThis.createImageBitmap = (() => new Promise((resolve) => opened.push(resolve))) as unknown as typeof createImageBitmap;
    await choose();
    await screen.findByText("Looking …");
    await userEvent.click(screen.getByLabelText("Creative diverse"));
    for (const resolve of opened) resolve({ width: 20, height: 10, close() {} });
    await screen.findByLabelText("a dog");
    expect(asked.map((one) => one.caption_mode)).toEqual(["creative_diverse"]);
  });

  it("shows the caption of the last request, whichever answer comes last", async () => {
    let first: (response: Response) => void = () => {};
    reply = () => new Promise((resolve) => { first = resolve; });
    await choose();
    await waitFor(() => expect(asked).toHaveLength(1));
    reply = () => json(cat);
    await userEvent.click(screen.getByLabelText("Safe diverse"));
    await screen.findByLabelText("a cat");
    first(json(answer));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.queryByLabelText("a dog")).toBeNull();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("several pictures", () => {
  it("are captioned, a few at a time, each with its own answer", async () => {
    const finish: (() => void)[] = [];
    reply = ({ image_base64 }) => new Promise((resolve) => finish.push(() => resolve(json({ ...answer, caption: atob(image_base64.split(",")[1]!) }))));
    await choose(...Array.from({ length: 7 }, (_, i) => new File([`caption ${i}`], `${i}.jpg`, { type: "image/jpeg" })));
    await waitFor(() => expect(finish).toHaveLength(4));
    finish.shift()!();
    await waitFor(() => expect(finish).toHaveLength(4));
    for (let done = 1; done < 7; done++) { finish.shift()!(); await waitFor(() => expect(finish).toHaveLength(Math.min(4, 6 - done))); }
    await screen.findByText("7 of 7 done");
    expect(screen.getAllByLabelText(/^Caption of/).map((one) => (one as HTMLTextAreaElement).value)).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `caption ${i}`));
  });

  it("can be shown, removed one by one and cleared, and the focus goes on", async () => {
    await choose(photo, other);
    await screen.findByText("2 of 2 done");
    await userEvent.click(screen.getByLabelText("Show cat.jpg"));
    expect(screen.getByAltText("cat.jpg")).toBeTruthy();
    await userEvent.click(screen.getByLabelText("Remove cat.jpg"));
    expect(screen.getByAltText("dog.jpg")).toBeTruthy();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Show dog.jpg");
    await choose(other);
    await userEvent.click(screen.getByText("Clear all"));
    expect(screen.getByText(/^Drop or paste/)).toBeTruthy();
  });

  it("take a mode one by one or together", async () => {
    await choose(photo, other);
    await screen.findByText("2 of 2 done");
    expect(screen.queryByText("Use for all pictures")).toBeNull();
    await userEvent.click(screen.getByLabelText("Safe diverse"));
    await waitFor(() => expect(asked).toHaveLength(3));
    await userEvent.click(screen.getByText("Use for all pictures"));
    await waitFor(() => expect(asked.slice(2).map((one) => one.caption_mode)).toEqual(["safe_diverse", "safe_diverse"]));
    expect(screen.queryByText("Use for all pictures")).toBeNull();
  });

  it("that are none are named", async () => {
    fireEvent.drop(document.body, { dataTransfer: { files: [photo, new File(["x"], "notes.txt", { type: "text/plain" })] } });
    expect((await screen.findByRole("alert")).textContent).toContain("notes.txt");
    await screen.findByLabelText("a dog");
    expect(asked).toHaveLength(1);
  });
});

describe("web addresses", () => {
  const field = () => screen.getByLabelText<HTMLInputElement>("Web address");

  it("are typed, and taken by Enter and by the button", async () => {
    await userEvent.type(field(), " https://x.org/a.jpg {Enter}");
    await screen.findByLabelText("Show a.jpg");
    expect(field().value).toBe("");
    await userEvent.type(field(), "https://x.org/b.jpg");
    await userEvent.click(screen.getByText("Add"));
    await screen.findByLabelText("Show b.jpg");
    expect(screen.queryByText(/nor the web address/)).toBeNull();
  });

  it.each(["www.example.org/a.jpg", "other words", "https://["])("that are none, as %s, are refused in one sentence, and can be corrected", async (text) => {
    await userEvent.click(field());
    await userEvent.paste(text);
    expect(screen.queryByRole("alert")).toBeNull(); // it may be written on
    await userEvent.keyboard("{Enter}");
    expect(screen.getByRole("alert").textContent).toMatch(/nor the web address of one, which begins with https/);
    expect(field().value).toBe(text);
    await choose();
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  it.each(["www.example.org/a.jpg", "other words", ""])("are taken when pasted into the page, and %j is refused", async (text) => {
    const paste = (text: string) => fireEvent.paste(document.body, { clipboardData: { files: [], getData: (kind: string) => (kind === "text/plain" ? text : "") } });
    paste(text);
    expect(screen.getByRole("alert").textContent).toMatch(/nor the web address/);
    paste("https://x.org/a.jpg");
    await screen.findByLabelText("Show a.jpg");
    expect(screen.queryByText(/nor the web address/)).toBeNull();
  });
});

describe("texts", () => {
  it("are edited, copied as edited, and the model's own come back", async () => {
    const user = userEvent.setup(); // brings a clipboard
    await choose();
    await screen.findByLabelText("a dog");
    await user.clear(box("dog.jpg"));
    await user.type(box("dog.jpg"), "my <dog>");
    expect(screen.getByText("edited")).toBeTruthy();
    await user.click(screen.getByText("Copy"));
    await screen.findByText("Copied");
    expect(await navigator.clipboard.readText()).toBe("my <dog>");
    await user.click(screen.getByText("Copy as alt"));
    expect(await navigator.clipboard.readText()).toBe('alt="my &lt;dog&gt;"');
    expect(await screen.findByText(/what a picture is for/)).toBeTruthy();
    await user.click(screen.getByText("Back to the model’s"));
    expect(box("dog.jpg").value).toBe("a dog");
    expect(screen.queryByText("edited")).toBeNull();
  });

  it("are copied all at once, and downloaded", async () => {
    const user = userEvent.setup();
    let saved: Blob | null = null;
    URL.createObjectURL = (blob) => { saved = blob as Blob; return "blob:table"; };
    HTMLAnchorElement.prototype.click = () => {};
    await choose(photo, other);
    await screen.findByText("2 of 2 done");
    await user.click(screen.getByText("Copy all"));
    await screen.findByText("Copied");
    expect(await navigator.clipboard.readText()).toBe("dog.jpg\ta dog\ncat.jpg\ta dog");
    await user.click(screen.getByText("Download CSV"));
    expect(await saved!.text()).toContain("dog.jpg,a dog,no,consistent,-0.5,photos\r\n");
  });

  it("that were edited are not lost without a question", async () => {
    const leaves = () => !fireEvent(window, new Event("beforeunload", { cancelable: true }));
    await choose(photo, other);
    await screen.findByText("2 of 2 done");
    expect(leaves()).toBe(false);
    await userEvent.type(box("dog.jpg"), "!");
    expect(leaves()).toBe(true); // the browser asks
    const question = vi.fn(() => false);
    vi.stubGlobal("confirm", question);
    await userEvent.click(screen.getByText("Clear all"));
    expect(question).toHaveBeenCalledOnce();
    expect(box("dog.jpg").value).toBe("a dog!");
  });

  it("pasted into a caption stay text", async () => {
    await choose();
    await screen.findByLabelText("a dog");
    fireEvent.paste(box("dog.jpg"), { clipboardData: { files: [], getData: () => "https://x.org/a.jpg" } });
    expect(screen.getAllByLabelText(/^Caption of/)).toHaveLength(1);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("what goes wrong", () => {
  it("is tried again when the server stays busy, not when the file is wrong", async () => {
    reply = busyAnswer;
    await choose();
    expect((await screen.findByRole("alert")).textContent).toContain("too many requests");
    reply = () => json({ detail: "not a readable picture" }, 422);
    await userEvent.click(within(screen.getByRole("alert")).getByText("Try again"));
    await screen.findByText("not a readable picture");
    expect(screen.queryByText("Try again")).toBeNull();
    expect(screen.queryByText(/captionkit serve/)).toBeNull();
  });

  it("is told of each picture alone", async () => {
    reply = ({ image_base64 }) => (image_base64.endsWith("aGk=") ? json(answer) : json({ detail: "the given bytes: not a readable picture" }, 422));
    await choose(photo, other);
    await screen.findByText("1 of 2 done, 1 failed");
    expect(screen.getByText("1 of 2 pictures are captioned, 1 failed")).toBeTruthy(); // for a screen reader
    expect(box("cat.jpg").placeholder).toBe("not a readable picture");
    expect(screen.queryByRole("alert")).toBeNull(); // the chosen one is well
  });

  it("is said of a server that is away, and tried again", async () => {
    reply = () => Promise.reject(new TypeError("Failed to fetch"));
    await choose(photo, other);
    await screen.findByText("0 of 2 done, 2 failed");
    expect(screen.getByRole("alert").textContent).toContain("captionkit serve");
    reply = () => json(answer);
    await userEvent.click(screen.getByText("Try the failed again"));
    await screen.findByText("2 of 2 done");
    reply = () => new Response("<h1>Bad gateway</h1>", { status: 502 });
    await choose();
    expect((await screen.findByRole("alert")).textContent).toContain("502");
  });

  it("with a web address says what to do", async () => {
    fireEvent.drop(document.body, { dataTransfer: { files: [], getData: (kind: string) => (kind === "text/plain" ? "https://x.org/a.jpg" : "") } });
    expect((await screen.findByRole("alert")).textContent).toContain("add its file here");
    expect(screen.getByLabelText("Show a.jpg")).toBeTruthy();
  });

  it("is said at once where there is no server", async () => {
    cleanup();
    health = () => Promise.reject(new TypeError("Failed to fetch"));
    render(<App />);
    expect((await screen.findByRole("alert")).textContent).toContain("Is it running?");
    health = async () => json({ status: "ok" });
    await userEvent.click(screen.getByText("Try again"));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });
});

describe("the model", () => {
  it("is named, with its card", async () => {
    await screen.findByText("photos");
    await userEvent.click(screen.getByText("model card"));
    expect(screen.getByText("It counts badly.")).toBeTruthy();
  });
  it("comes with its warning", async () => {
    cleanup();
    aboutModel = () => json({ ...model, card: [], warning: "It learned from shapes" });
    render(<App />);
    expect(await screen.findByText("It learned from shapes.")).toBeTruthy();
  });
  it("need not be known: an older server says nothing of it", async () => {
    cleanup();
    aboutModel = () => json({ detail: "Not Found" }, 404);
    render(<App />);
    await choose();
    await screen.findByLabelText("a dog");
    expect(screen.queryByLabelText("Model")).toBeNull();
  });
});

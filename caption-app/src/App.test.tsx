import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "./App";

const answer = {
  caption: "a dog",
  caption_mode: "consistent",
  captions: [{ text: "a dog", score: -0.5 }],
  ms: 12.3,
  words: ["a", "dog"],
  confidence: [0.9, 0.5],
  attention: [[[0.25, 0.25], [0.25, 0.25]], [[1, 0], [0, 0]]],
};
const photo = new File(["hi"], "dog.jpg", { type: "image/jpeg" });
type Asked = { caption_mode: string; seed: number; image_base64: string };
let asked: Asked[];
let reply: (asked: Asked) => Response | Promise<Response>;
let health: () => Promise<Response>;

const json = (content: unknown, status = 200) => new Response(JSON.stringify(content), { status });
const choose = () => userEvent.upload(screen.getByLabelText(/picture$/i, { selector: "input" }), photo);

beforeEach(() => {
  asked = [];
  reply = () => json(answer);
  health = async () => json({ status: "ok" });
  globalThis.createImageBitmap = (async () => ({ width: 20, height: 10, close() {} })) as unknown as typeof createImageBitmap;
  HTMLCanvasElement.prototype.getContext = (() => null) as never; // jsdom draws nothing
  vi.stubGlobal("fetch", async (address: string, options: RequestInit = {}) => {
    if (address === "health") return health();
    const body = JSON.parse(String(options.body)) as Asked;
    asked.push(body);
    return reply(body); // also after an abort: the page must not rely on the request's being stopped
  });
  render(<App />);
});
afterEach(() => { cleanup(); vi.unstubAllGlobals(); });

describe("the page", () => {
  it("captions a chosen picture", async () => {
    await choose();
    await screen.findByLabelText("a dog");
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ caption_mode: "consistent", seed: 0, image_base64: "data:image/jpeg;base64,aGk=" });
  });

  it("takes a dropped and a pasted picture", async () => {
    fireEvent.drop(document.body, { dataTransfer: { files: [photo] } });
    await screen.findByLabelText("a dog");
    fireEvent.paste(document, { clipboardData: { files: [photo] } });
    await waitFor(() => expect(asked).toHaveLength(2));
  });

  it("asks again in another mode, and for another caption with another seed", async () => {
    await choose();
    await screen.findByLabelText("a dog");
    expect(screen.queryByText("Another caption")).toBeNull(); // beam search has only one
    await userEvent.click(screen.getByLabelText("Creative diverse"));
    await userEvent.click(await screen.findByText("Another caption"));
    await waitFor(() => expect(asked.map((one) => [one.caption_mode, one.seed])).toEqual([["consistent", 0], ["creative_diverse", 0], ["creative_diverse", 1]]));
  });

  it("says where a word was looked for, on hover, by keyboard and after a click", async () => {
    await choose();
    const word = await screen.findByRole("button", { name: "dog" });
    await userEvent.hover(word);
    expect(screen.getByText(/50 % sure, looked at the top left/)).toBeTruthy();
    expect(document.querySelector("canvas")!.className).toBe("visible");
    await userEvent.unhover(word);
    expect(document.querySelector("canvas")!.className).toBe("");
    await userEvent.click(word);
    await userEvent.unhover(word);
    expect(screen.getByText(/50 % sure/)).toBeTruthy();
    fireEvent.focus(screen.getByRole("button", { name: "a" }));
    expect(screen.getByText(/90 % sure, looked at the middle/)).toBeTruthy();
  });

  it("copies the caption", async () => {
    const user = userEvent.setup(); // brings a clipboard
    await choose();
    await user.click(await screen.findByText("Copy"));
    await screen.findByText("Copied");
    expect(await navigator.clipboard.readText()).toBe("a dog");
  });

  it("begins with the first seed for a new picture, and keeps the focus on the way", async () => {
    await choose();
    await userEvent.click(screen.getByLabelText("Safe diverse"));
    const another = await screen.findByText("Another caption");
    another.focus();
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(asked).toHaveLength(3));
    expect(document.activeElement?.textContent).toBe("Another caption");
    await choose();
    await waitFor(() => expect(asked.map((one) => one.seed)).toEqual([0, 0, 1, 0]));
  });

  it("takes the mode that was chosen while a file was read, and the last of two files", async () => {
    let opened: ((bitmap: unknown) => void)[] = [];
    globalThis.createImageBitmap = (() => new Promise((resolve) => opened.push(resolve))) as unknown as typeof createImageBitmap;
    await choose();
    await screen.findByText("Looking …");
    await userEvent.click(screen.getByLabelText("Creative diverse"));
    await userEvent.upload(screen.getByLabelText(/picture$/i, { selector: "input" }), new File(["second"], "b.jpg", { type: "image/jpeg" }));
    expect(asked).toHaveLength(0);
    for (const resolve of opened.reverse()) resolve({ width: 20, height: 10, close() {} });
    await screen.findByLabelText("a dog");
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ caption_mode: "creative_diverse", image_base64: "data:image/jpeg;base64,c2Vjb25k" });
  });

  it("offers to try again when the server is busy, not when the file is wrong", async () => {
    reply = () => json({ detail: "too many requests are waiting" }, 503);
    await choose();
    expect((await screen.findByRole("alert")).textContent).toContain("too many requests");
    reply = () => json({ detail: "not a readable picture" }, 422);
    await userEvent.click(screen.getByText("Try again"));
    await screen.findByText("not a readable picture");
    expect(screen.queryByText("Try again")).toBeNull();
  });

  it("shows the server's own words when it refuses", async () => {
    reply = () => json({ detail: "not a readable picture" }, 422);
    await choose();
    expect((await screen.findByRole("alert")).textContent).toContain("not a readable picture");
    expect(screen.queryByText(/captionkit serve/)).toBeNull();
  });

  it("says when the server is away, and tries again", async () => {
    reply = () => Promise.reject(new TypeError("Failed to fetch"));
    await choose();
    expect((await screen.findByRole("alert")).textContent).toContain("captionkit serve");
    reply = () => json(answer);
    await userEvent.click(screen.getByText("Try again"));
    await screen.findByLabelText("a dog");
  });

  it("calls a proxy's error page a server that is away", async () => {
    reply = () => new Response("<h1>Bad gateway</h1>", { status: 502 });
    await choose();
    expect((await screen.findByRole("alert")).textContent).toContain("502");
  });

  it("shows the last picture's caption, whichever answer comes last", async () => {
    let finish: (response: Response) => void = () => {};
    reply = () => new Promise((resolve) => { finish = resolve; });
    await choose();
    await waitFor(() => expect(asked).toHaveLength(1));
    const first = finish;
    reply = () => json({ ...answer, caption: "a cat", words: ["a", "cat"] });
    await choose();
    await screen.findByLabelText("a cat");
    first(json(answer));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.queryByLabelText("a dog")).toBeNull();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("without a server", () => {
  it("says so at once", async () => {
    cleanup();
    health = () => Promise.reject(new TypeError("Failed to fetch"));
    render(<App />);
    expect((await screen.findByRole("alert")).textContent).toContain("Is it running?");
    health = async () => json({ status: "ok" });
    await userEvent.click(screen.getByText("Try again"));
    await screen.findByText("The caption will stand here.");
  });
});

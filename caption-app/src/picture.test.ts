import { describe, expect, it } from "vitest";
import { fittedSize, readPicture } from "./picture";

describe("fittedSize", () => {
  it("leaves small pictures alone and shrinks large ones, in proportion", () => {
    expect(fittedSize(640, 480)).toEqual([640, 480]);
    expect(fittedSize(4000, 3000)).toEqual([1280, 960]);
    expect(fittedSize(20000, 3)).toEqual([1280, 1]);
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

import { describe, expect, it } from "vitest";
import type { Answer } from "./api";
import { type Change, changed, counts, newItem, textOf, waiting } from "./items";

const answer = (caption: string) => ({ caption, caption_mode: "consistent" }) as Answer;
const two = [newItem(1, "a.jpg", "", null, "consistent"), newItem(2, "b.jpg", "", null, "consistent")];
const after = (...changes: Change[]) => changes.reduce(changed, two);

describe("the list", () => {
  it("takes an answer to the present request only", () => {
    const items = after({ kind: "another", id: 1 }, { kind: "answered", id: 1, request: 0, answer: answer("old") });
    expect(items[0]).toMatchObject({ seed: 1, state: { kind: "waiting" }, answer: null });
    expect(changed(items, { kind: "answered", id: 1, request: 1, answer: answer("new") })[0]).toMatchObject({ state: { kind: "done" }, answer: { caption: "new" } });
    expect(changed(items, { kind: "looking", id: 1, request: 0 })[0]!.state.kind).toBe("waiting");
  });

  it("asks again in another mode, for one or for all, but not for what has it", () => {
    const one = after({ kind: "mode", id: 2, mode: "safe_diverse" });
    expect(one.map(({ mode, request }) => [mode, request])).toEqual([["consistent", 0], ["safe_diverse", 1]]);
    expect(changed(one, { kind: "mode", id: null, mode: "safe_diverse" }).map(({ request }) => request)).toEqual([1, 1]);
  });

  it("keeps what a person wrote through new answers, and the model's own behind it", () => {
    const items = after({ kind: "answered", id: 1, request: 0, answer: answer("a dog") }, { kind: "edit", id: 1, text: "my dog" }, { kind: "another", id: 1 },
      { kind: "answered", id: 1, request: 1, answer: answer("a cat") });
    expect(textOf(items[0]!)).toBe("my dog");
    expect(textOf(changed(items, { kind: "edit", id: 1, text: null })[0]!)).toBe("a cat");
    expect(changed(items, { kind: "edit", id: 1, text: "a cat" })[0]!.edited).toBeNull();
    expect(textOf(changed(items, { kind: "edit", id: 1, text: "" })[0]!)).toBe("");
  });

  it("tries again what failed and may succeed", () => {
    const failed = (again: boolean) => ({ kind: "failed", message: "", away: false, again }) as const;
    const items = after({ kind: "failed", id: 1, request: 0, state: failed(true) }, { kind: "failed", id: 2, request: 0, state: failed(false) });
    expect(counts(items)).toEqual({ all: 2, busy: 0, failed: 2, again: 1, edited: 0 });
    expect(changed(items, { kind: "again", id: null }).map((item) => item.state.kind)).toEqual(["waiting", "failed"]);
  });

  it("looks at the chosen picture first", () => {
    expect(waiting(two, 2).map(({ id }) => id)).toEqual([2, 1]);
    expect(waiting(after({ kind: "looking", id: 1, request: 0 }), null).map(({ id }) => id)).toEqual([2]);
    expect(after({ kind: "remove", id: 1 }).map(({ id }) => id)).toEqual([2]);
    expect(after({ kind: "clear" })).toEqual([]);
  });
});

import type { Answer, Mode } from "./api";

export type State =
  | { kind: "waiting" }
  | { kind: "looking" }
  | { kind: "done" }
  | { kind: "failed"; message: string; away: boolean; again: boolean };

/** One picture of the list. */
export type Item = {
  id: number;
  /** The file's name, or what stands for it. */
  name: string;
  /** The picture's file; of a picture that has yet to be fetched, its web address. */
  source: Blob | string;
  /** Where the page finds the picture; null while it has to be fetched. */
  url: string | null;
  mode: Mode;
  seed: number;
  /** Counts what was asked about this picture; an answer to an earlier request is not taken. */
  request: number;
  state: State;
  answer: Answer | null;
  /** What a person wrote in place of the model's caption. */
  edited: string | null;
};

export type Change =
  | { kind: "add"; items: Item[] }
  | { kind: "looking"; id: number; request: number }
  | { kind: "fetched"; id: number; source: Blob; url: string }
  | { kind: "answered"; id: number; request: number; answer: Answer }
  | { kind: "failed"; id: number; request: number; state: State }
  | { kind: "mode"; id: number | null; mode: Mode } // null: of all
  | { kind: "another"; id: number }
  | { kind: "again"; id: number | null }
  | { kind: "edit"; id: number; text: string | null } // null: the model's own
  | { kind: "remove"; id: number }
  | { kind: "clear" };

/** A picture that waits for its first caption. */
export function newItem(id: number, name: string, source: Blob | string, url: string | null, mode: Mode): Item {
  return { id, name, source, url, mode, seed: 0, request: 0, state: { kind: "waiting" }, answer: null, edited: null };
}

/** What counts as the picture's caption: what a person wrote, else what the model said. */
export function textOf(item: Item): string {
  return item.edited ?? item.answer?.caption ?? "";
}

function asking(item: Item, wanted: Partial<Pick<Item, "mode" | "seed">>): Item {
  return { ...item, ...wanted, request: item.request + 1, state: { kind: "waiting" } };
}

function edited(item: Item, text: string | null): Item {
  return { ...item, edited: text === (item.answer?.caption ?? "") ? null : text };
}

function changedItem(item: Item, change: Exclude<Change, { kind: "add" | "remove" | "clear" }>): Item {
  if (change.id !== null && change.id !== item.id) return item;
  switch (change.kind) {
    case "looking": return change.request === item.request ? { ...item, state: { kind: "looking" } } : item;
    case "fetched": return { ...item, source: change.source, url: change.url };
    case "answered": return change.request === item.request ? { ...item, state: { kind: "done" }, answer: change.answer } : item;
    case "failed": return change.request === item.request ? { ...item, state: change.state } : item;
    case "mode": return change.mode === item.mode ? item : asking(item, { mode: change.mode, seed: 0 });
    case "another": return asking(item, { seed: item.seed + 1 });
    case "again": return item.state.kind === "failed" && item.state.again ? asking(item, {}) : item;
    case "edit": return edited(item, change.text);
  }
}

/** The list after a change. */
export function changed(items: Item[], change: Change): Item[] {
  switch (change.kind) {
    case "add": return [...items, ...change.items];
    case "remove": return items.filter((item) => item.id !== change.id);
    case "clear": return [];
    default: return items.map((item) => changedItem(item, change));
  }
}

/** What waits, in the order in which it is to be looked at: the chosen picture first. */
export function waiting(items: Item[], chosen: number | null): Item[] {
  const all = items.filter((item) => item.state.kind === "waiting");
  return [...all.filter((item) => item.id === chosen), ...all.filter((item) => item.id !== chosen)];
}

/** How far the list is. */
export function counts(items: Item[]): { all: number; busy: number; failed: number; again: number; edited: number } {
  const count = (test: (item: Item) => boolean) => items.filter(test).length;
  return {
    all: items.length,
    busy: count(({ state }) => state.kind === "waiting" || state.kind === "looking"),
    failed: count(({ state }) => state.kind === "failed"),
    again: count(({ state }) => state.kind === "failed" && state.again),
    edited: count((item) => item.edited !== null),
  };
}

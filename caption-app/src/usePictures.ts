import { type Dispatch, useEffect, useReducer, useRef } from "react";
import { type Answer, ServerAway, ServerBusy, caption, patiently } from "./api";
import { fetchPicture } from "./incoming";
import { type Change, type Item, type State, changed, waiting } from "./items";
import { readPicture } from "./picture";

const AT_A_TIME = 4; // the server decodes together what comes together, and its queue is for others too

function failure(error: unknown): State {
  const away = error instanceof ServerAway;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "failed", message, away, again: away || error instanceof ServerBusy };
}

/** The answer to what is wanted of a picture; what had to be fetched for it is told to `fetched`. */
async function look(item: Item, signal: AbortSignal, fetched: (picture: Blob) => void): Promise<Answer> {
  let { source } = item;
  if (typeof source === "string") {
    source = await fetchPicture(source, signal);
    signal.throwIfAborted();
    fetched(source);
  }
  const picture = await readPicture(source);
  signal.throwIfAborted();
  return patiently(() => caption(picture, item.mode, item.seed, signal), signal);
}

/** The list of pictures, and how to change it; what waits in it is captioned, a few at a time, the chosen one first. */
export function usePictures(chosen: number | null): [Item[], Dispatch<Change>] {
  const [items, change] = useReducer(changed, []);
  const running = useRef(new Map<number, { request: number; stop: AbortController }>());

  useEffect(() => {
    const present = new Map(items.map((item) => [item.id, item.request]));
    for (const [id, { request, stop }] of running.current) {
      if (present.get(id) === request) continue;
      stop.abort(); // something else is wanted of this picture, or nothing
      running.current.delete(id);
    }
    for (const item of waiting(items, chosen)) {
      if (running.current.size >= AT_A_TIME) break;
      if (running.current.has(item.id)) continue;
      const { id, request } = item;
      const stop = new AbortController();
      running.current.set(id, { request, stop });
      change({ kind: "looking", id, request });
      const ended = (outcome: Change) => {
        if (stop.signal.aborted) return;
        running.current.delete(id);
        change(outcome);
      };
      look(item, stop.signal, (source) => change({ kind: "fetched", id, source, url: URL.createObjectURL(source) })).then(
        (answer) => ended({ kind: "answered", id, request, answer }),
        (error) => ended({ kind: "failed", id, request, state: failure(error) }),
      );
    }
  }, [items, chosen]);

  const shown = useRef(new Map<number, string>());
  useEffect(() => {
    const present = new Map(items.flatMap(({ id, url }) => (url ? [[id, url] as const] : [])));
    for (const [id, url] of shown.current) if (!present.has(id)) URL.revokeObjectURL(url);
    shown.current = present;
  }, [items]);

  return [items, change];
}

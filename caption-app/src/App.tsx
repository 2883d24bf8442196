import { useCallback, useEffect, useRef, useState } from "react";
import { type Answer, type Mode, type Model, aboutModel, checkServer } from "./api";
import { DEFAULT_STRENGTH } from "./attention";
import { type Incoming, dropped, incoming, nameOf } from "./incoming";
import { type Item, counts, newItem } from "./items";
import { ModelLine } from "./ModelLine";
import { ModeSelector } from "./ModeSelector";
import { PictureList } from "./PictureList";
import { Shown } from "./Shown";
import { Sources } from "./Sources";
import { usePictures } from "./usePictures";
import { Words } from "./Words";

export function App() {
  const [wanted, choose] = useState<number | null>(null);
  const [items, change] = usePictures(wanted);
  const [mode, setMode] = useState<Mode>("consistent"); // of the pictures that come next
  const [model, setModel] = useState<Model | null>(null);
  const [away, setAway] = useState(false); // no server when the page was opened
  const [refused, setRefused] = useState<string | null>(null);
  const lastId = useRef(0);

  const meet = useCallback(() => {
    void aboutModel().then(setModel);
    checkServer().then(() => setAway(false), () => setAway(true));
  }, []);
  useEffect(meet, [meet]);

  const take = useCallback((found: Incoming) => {
    const { files, addresses } = found;
    setRefused(refusal(found));
    const added = [
      ...files.map((file) => newItem(++lastId.current, file.name, file, URL.createObjectURL(file), mode)),
      ...addresses.map((address) => newItem(++lastId.current, nameOf(address), address, null, mode)),
    ];
    if (!added.length) return;
    change({ kind: "add", items: added });
    choose(added[0]!.id);
  }, [change, mode]);
  const dragging = useDropAndPaste(take);

  const { edited } = counts(items);
  useAskBeforeLeaving(edited > 0);

  const chosen = items.find((item) => item.id === wanted) ?? items[0] ?? null;
  const shownMode = chosen?.mode ?? mode;
  const ask = (next: Mode, id: number | null) => { setMode(next); change({ kind: "mode", id, mode: next }); };
  return (
    <main className={[items.length ? "" : "empty", dragging ? "dragging" : ""].join(" ")}>
      <header>
        <h1>captionkit</h1>
        <p>Pictures in, sentences out.</p>
      </header>
      {model && <ModelLine model={model} />}

      <Sources empty={!chosen} take={take} />
      {refused && <p className="problem" role="alert">{refused}</p>}
      {away && !chosen && <Problem message="The server does not answer. Is it running?" away again={meet} />}

      <section className="stage" aria-label="Picture">
        {chosen && <Stage key={chosen.id} item={chosen} again={() => change({ kind: "again", id: chosen.id })} />}
        <ModeSelector
          mode={shownMode}
          choose={(next) => ask(next, chosen?.id ?? null)}
          forAll={items.some((item) => item.mode !== shownMode) ? () => ask(shownMode, null) : null}
        />
      </section>
      {chosen && <PictureList items={items} chosen={chosen} choose={choose} change={change} model={model?.name ?? ""} />}
      <p className="for-readers" role="status">{said(items)}</p>
    </main>
  );
}

/** What is said of what cannot be taken; null where all can. */
function refusal({ files, addresses, others }: Incoming): string | null {
  if (others.length) return `Left out, for they are no pictures: ${named(others)}`;
  return files.length + addresses.length ? null : "That is neither a picture nor the web address of one, which begins with https://.";
}

/** Names in a line, the first five of many. */
function named(names: string[]): string {
  return names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
}

/** What a screen reader is told about the list: not each step of it. */
function said(items: Item[]): string {
  const { all, busy, failed } = counts(items);
  if (busy) return all > 1 ? `Looking at ${all} pictures` : "Looking";
  if (all < 2) return items[0]?.answer?.caption ?? "";
  return failed ? `${all - failed} of ${all} pictures are captioned, ${failed} failed` : `${all} pictures are captioned`;
}

/** The chosen picture, large, with the model's caption and where it looked. */
function Stage({ item, again }: { item: Item; again: () => void }) {
  const { state, answer, url } = item;
  const [looked, setLooked] = useState<{ at: Answer | null; word: number | null }>({ at: null, word: null });
  const word = looked.at === answer ? looked.word : null; // a place in an earlier caption says nothing about this one
  const look = (next: number | null) => setLooked({ at: answer, word: next });
  const [strength, setStrength] = useStrength();
  const busy = state.kind === "waiting" || state.kind === "looking";
  return (
    <>
      {url && <Shown picture={url} name={item.name} attention={(word !== null && answer?.attention[word]) || null} strength={strength} busy={busy} />}
      <div className={busy ? "outcome busy" : "outcome"} aria-busy={busy}>
        {busy && !answer && <p className="quiet looking">{state.kind === "waiting" ? "Waiting …" : "Looking …"}</p>}
        {state.kind === "failed" && <Problem message={state.message} away={state.away} again={state.again ? again : null} />}
        {answer && <Words key={answer.caption} answer={answer} word={word} look={look} strength={strength} setStrength={setStrength} />}
      </div>
    </>
  );
}

function Problem({ message, away, again }: { message: string; away: boolean; again: (() => void) | null }) {
  return (
    <div className="problem" role="alert">
      <p>{message}</p>
      {away && <p>Start it with <code>captionkit serve</code>.</p>}
      {again && <button onClick={again}>Try again</button>}
    </div>
  );
}

/** The strength of the overlay, 0 to 1, kept for the session. */
function useStrength(): [number, (strength: number) => void] {
  const [strength, setStrength] = useState(() => Number(sessionStorage.getItem("strength") ?? DEFAULT_STRENGTH));
  return [strength, (now) => { sessionStorage.setItem("strength", String(now)); setStrength(now); }];
}

/** Takes what is dropped or pasted anywhere on the page; returns whether something is being dragged over it. */
function useDropAndPaste(take: (found: Incoming) => void): boolean {
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const found = incoming(event.clipboardData);
      const writing = event.target instanceof Element && event.target.matches("textarea, [type=url]");
      if (writing && !found.files.length) return; // text that belongs there
      event.preventDefault();
      take(found);
    };
    const over = (event: DragEvent) => { event.preventDefault(); setDragging(true); };
    const leave = (event: DragEvent) => { if (!event.relatedTarget) setDragging(false); };
    const drop = (event: DragEvent) => { event.preventDefault(); setDragging(false); void dropped(event.dataTransfer).then(take); };
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener("paste", paste, { signal });
    document.addEventListener("dragover", over, { signal });
    document.addEventListener("dragleave", leave, { signal });
    document.addEventListener("drop", drop, { signal });
    return () => listening.abort();
  }, [take]);
  return dragging;
}

/** Lets the browser ask before the page is left while `edits` would be lost. */
function useAskBeforeLeaving(edits: boolean): void {
  useEffect(() => {
    if (!edits) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [edits]);
}

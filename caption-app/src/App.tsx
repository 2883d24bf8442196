import { type ChangeEvent, useCallback, useEffect, useRef, useState } from "react";
import { type Answer, type Mode, ServerAway, ServerBusy, caption, checkServer } from "./api";
import { Camera } from "./Camera";
import { ModeSelector } from "./ModeSelector";
import { Result } from "./Result";
import { firstPicture, readPicture } from "./picture";
import { Shown } from "./Shown";

/** What is going on with the present picture. */
type State =
  | { kind: "empty" }
  | { kind: "loading"; before: Answer | null }
  | { kind: "done"; answer: Answer }
  | { kind: "error"; message: string; away: boolean; again: boolean };

/** The caption that is shown: the last one, until there is another of the same picture. */
function answerIn(state: State): Answer | null {
  return state.kind === "done" ? state.answer : state.kind === "loading" ? state.before : null;
}

function failed(error: unknown): State {
  const away = error instanceof ServerAway;
  return { kind: "error", message: error instanceof Error ? error.message : String(error), away, again: away || error instanceof ServerBusy };
}

export function App() {
  const [picture, setPicture] = useState<string | null>(null);
  const [mode, setMode] = useState<Mode>("consistent");
  const [state, setState] = useState<State>({ kind: "empty" });
  const [word, setWord] = useState<number | null>(null);
  const [dragging, setDragging] = useState(false);
  const [camera, setCamera] = useState(false);
  // what the next request is about: not state, for a request may begin before a change of state is drawn
  const wanted = useRef<{ source: File | string | null; mode: Mode; seed: number }>({ source: null, mode: "consistent", seed: 0 });
  const asked = useRef<AbortController | null>(null);

  /** Caption what is wanted; a later call replaces an earlier one that is still under way. */
  const ask = useCallback(async (samePicture: boolean) => {
    asked.current?.abort();
    const { signal } = (asked.current = new AbortController());
    const { source } = wanted.current;
    if (source === null) return;
    const known = typeof source === "string";
    setWord(null);
    setState((now) => ({ kind: "loading", before: samePicture ? answerIn(now) : null }));
    try {
      const address = known ? source : await readPicture(source);
      if (signal.aborted) return;
      wanted.current.source = address;
      setPicture(address);
      const answer = await caption(address, wanted.current.mode, wanted.current.seed, signal);
      if (!signal.aborted) setState({ kind: "done", answer });
    } catch (error) {
      if (signal.aborted) return;
      if (wanted.current.source === source && !known) setPicture(null); // it could not even be read
      setState(failed(error));
    }
  }, []);

  const take = useCallback(
    (source: File | string | null) => {
      if (!source) return;
      Object.assign(wanted.current, { source, seed: 0 });
      void ask(false);
    },
    [ask],
  );

  useEffect(() => {
    checkServer().catch((error) => setState((now) => (now.kind === "empty" ? failed(error) : now)));
  }, []);

  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const file = firstPicture(event.clipboardData?.files);
      if (file) event.preventDefault();
      take(file);
    };
    const over = (event: DragEvent) => { event.preventDefault(); setDragging(true); };
    const leave = (event: DragEvent) => { if (!event.relatedTarget) setDragging(false); };
    const drop = (event: DragEvent) => { event.preventDefault(); setDragging(false); take(firstPicture(event.dataTransfer?.files)); };
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener("paste", paste, { signal });
    document.addEventListener("dragover", over, { signal });
    document.addEventListener("dragleave", leave, { signal });
    document.addEventListener("drop", drop, { signal });
    return () => listening.abort();
  }, [take]);

  const retry = async () => {
    if (wanted.current.source) return ask(true);
    await checkServer().then(() => setState({ kind: "empty" }), (error) => setState(failed(error)));
  };

  const loading = state.kind === "loading";
  const answer = answerIn(state);
  return (
    <main className={dragging ? "dragging" : ""}>
      <header>
        <h1>captionkit</h1>
        <p>A picture in, a sentence out.</p>
      </header>

      <section className="stage" aria-label="Picture">
        {picture && <Shown picture={picture} attention={(word !== null && answer?.attention[word]) || null} busy={loading} />}
        <div className={picture ? "sources" : "sources empty"}>
          {!picture && <p className="invitation">Drop or paste a picture here</p>}
          <label className="button">
            {picture ? "Another picture" : "Choose a picture"}
            <FileInput take={take} />
          </label>
          {/* a page may open the camera itself only by https or on localhost; else the phone's own */}
          {navigator.mediaDevices ? <button onClick={() => setCamera(true)}>Camera</button> : <label className="button">Camera<FileInput take={take} capture /></label>}
        </div>
      </section>

      <ModeSelector mode={mode} choose={(chosen) => { setMode(chosen); Object.assign(wanted.current, { mode: chosen, seed: 0 }); void ask(true); }} />

      <section className={loading ? "outcome busy" : "outcome"} aria-label="Caption" aria-busy={loading}>
        <p className="for-readers" role="status">{loading ? "Looking" : answer?.caption}</p>
        {state.kind === "empty" && <p className="quiet">The caption will stand here.</p>}
        {loading && !answer && <p className="quiet looking">Looking …</p>}
        {state.kind === "error" && (
          <div className="problem" role="alert">
            <p>{state.message}</p>
            {state.away && <p>Start it with <code>captionkit serve</code>.</p>}
            {state.again && <button onClick={() => void retry()}>Try again</button>}
          </div>
        )}
        {answer && (
          <Result
            answer={answer}
            word={word}
            look={setWord}
            another={mode === "consistent" ? null : () => { wanted.current.seed += 1; void ask(true); }}
          />
        )}
      </section>

      {camera && <Camera close={() => setCamera(false)} shoot={take} />}
    </main>
  );
}

function FileInput({ take, capture }: { take: (file: File | null) => void; capture?: boolean }) {
  const changed = (event: ChangeEvent<HTMLInputElement>) => {
    take(firstPicture(event.target.files));
    event.target.value = ""; // so that the same file can be chosen again
  };
  return <input type="file" accept="image/*" capture={capture ? "environment" : undefined} onChange={changed} />;
}

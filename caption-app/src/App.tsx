import { useCallback, useEffect, useRef, useState } from "react";
import { type Answer, type Mode, ServerAway, caption, checkServer } from "./api";
import { Camera } from "./Camera";
import { ModeSelector } from "./ModeSelector";
import { Result } from "./Result";
import { firstPicture, readPicture } from "./picture";
import { Shown } from "./Shown";

/** What is going on with the present picture. */
type State =
  | { kind: "empty" }
  | { kind: "loading" }
  | { kind: "done"; answer: Answer }
  | { kind: "error"; message: string; away: boolean };

function failed(error: unknown): State {
  return { kind: "error", message: error instanceof Error ? error.message : String(error), away: error instanceof ServerAway };
}

export function App() {
  const [picture, setPicture] = useState<string | null>(null);
  const [mode, setMode] = useState<Mode>("consistent");
  const [state, setState] = useState<State>({ kind: "empty" });
  const [word, setWord] = useState<number | null>(null);
  const [dragging, setDragging] = useState(false);
  const [camera, setCamera] = useState(false);
  const seed = useRef(0);
  const asked = useRef<AbortController | null>(null);

  /** Caption a picture; a later call replaces an earlier one that is still under way. */
  const ask = useCallback(async (shown: string, wanted: Mode) => {
    asked.current?.abort();
    const controller = new AbortController();
    asked.current = controller;
    setWord(null);
    setState({ kind: "loading" });
    let next: State;
    try {
      next = { kind: "done", answer: await caption(shown, wanted, seed.current, controller.signal) };
    } catch (error) {
      next = failed(error);
    }
    if (!controller.signal.aborted) setState(next);
  }, []);

  const show = useCallback(
    (address: string) => {
      setPicture(address);
      void ask(address, mode);
    },
    [ask, mode],
  );

  const take = useCallback(
    async (file: File | null) => {
      if (!file) return;
      try {
        show(await readPicture(file));
      } catch (error) {
        asked.current?.abort();
        setPicture(null);
        setState(failed(error));
      }
    },
    [show],
  );

  useEffect(() => {
    checkServer().catch((error) => setState((now) => (now.kind === "empty" ? failed(error) : now)));
  }, []);

  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const file = firstPicture(event.clipboardData?.files);
      if (file) event.preventDefault();
      void take(file);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, [take]);

  const retry = async () => {
    if (picture) return ask(picture, mode);
    await checkServer().then(() => setState({ kind: "empty" }), (error) => setState(failed(error)));
  };

  const answer = state.kind === "done" ? state.answer : null;
  return (
    <main
      className={dragging ? "dragging" : ""}
      onDragOver={(event) => { event.preventDefault(); setDragging(true); }}
      onDragLeave={() => setDragging(false)}
      onDrop={(event) => { event.preventDefault(); setDragging(false); void take(firstPicture(event.dataTransfer.files)); }}
    >
      <header>
        <h1>captionkit</h1>
        <p>A picture in, a sentence out.</p>
      </header>

      <section className="stage" aria-label="Picture">
        {picture && <Shown picture={picture} attention={(word !== null && answer?.attention[word]) || null} busy={state.kind === "loading"} />}
        <div className={picture ? "sources" : "sources empty"}>
          {!picture && <p className="invitation">Drop or paste a picture here</p>}
          <label className="button">
            {picture ? "Another picture" : "Choose a picture"}
            <input type="file" accept="image/*" onChange={(event) => { void take(firstPicture(event.target.files)); event.target.value = ""; }} />
          </label>
          <CameraButton open={() => setCamera(true)} take={take} />
        </div>
      </section>

      <ModeSelector mode={mode} choose={(wanted) => { setMode(wanted); seed.current = 0; if (picture) void ask(picture, wanted); }} />

      <section className="outcome" aria-live="polite" aria-busy={state.kind === "loading"}>
        {state.kind === "empty" && <p className="quiet">The caption will stand here.</p>}
        {state.kind === "loading" && <p className="quiet looking">Looking …</p>}
        {state.kind === "error" && (
          <div className="problem" role="alert">
            <p>{state.message}</p>
            {state.away && <p>Start it with <code>captionkit serve</code>.</p>}
            <button onClick={() => void retry()}>Try again</button>
          </div>
        )}
        {answer && (
          <Result
            answer={answer}
            word={word}
            look={setWord}
            another={mode === "consistent" ? null : () => { seed.current += 1; void ask(picture!, mode); }}
          />
        )}
      </section>

      {camera && <Camera close={() => setCamera(false)} shoot={(address) => { setCamera(false); show(address); }} />}
    </main>
  );
}

/** Opens the camera here; where a page may not (it needs https or localhost), the phone's own camera. */
function CameraButton({ open, take }: { open: () => void; take: (file: File | null) => Promise<void> }) {
  if (navigator.mediaDevices) return <button onClick={open}>Camera</button>;
  return (
    <label className="button">
      Camera
      <input type="file" accept="image/*" capture="environment" onChange={(event) => void take(firstPicture(event.target.files))} />
    </label>
  );
}

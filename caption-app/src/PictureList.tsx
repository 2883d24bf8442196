import { useState } from "react";
import type { Change, Item } from "./items";
import { counts, textOf } from "./items";
import { CopyButton } from "./CopyButton";
import { altAttribute, csv, download, lines } from "./texts";

type Properties = {
  items: Item[];
  chosen: Item | null;
  choose: (id: number) => void;
  change: (change: Change) => void;
  /** The model's name, for the table. */
  model: string;
};

/** All pictures with their captions, to be read, edited and taken along. */
export function PictureList({ items, chosen, choose, change, model }: Properties) {
  const { all, busy, failed, again, edited } = counts(items);
  const clear = () => {
    if (edited && !confirm(`Remove all pictures, and the ${edited} captions that you edited?`)) return;
    change({ kind: "clear" });
    document.getElementById("files")?.focus();
  };
  const remove = (id: number) => {
    const place = items.findIndex((item) => item.id === id);
    const next = items[place + 1] ?? items[place - 1];
    change({ kind: "remove", id });
    document.getElementById(next ? `show-${next.id}` : "files")?.focus();
  };
  return (
    <section className="list" aria-label="Captions">
      <header>
        <p className="quiet">{[`${all - busy - failed} of ${all} done`, failed && `${failed} failed`, edited && `${edited} edited`].filter(Boolean).join(", ")}</p>
        {busy > 0 && all > 1 && <progress aria-label="Captions done" value={all - busy} max={all} />}
        <div className="actions">
          {again > 0 && <button onClick={() => change({ kind: "again", id: null })}>Try the failed again</button>}
          {all > 1 && <CopyButton label="Copy all" text={lines(items)} />}
          <button onClick={() => download("captions.csv", csv(items, model))} disabled={!lines(items)}>Download CSV</button>
          {all > 1 && <button onClick={clear}>Clear all</button>}
        </div>
      </header>
      <ol>
        {items.map((item) => (
          <Row key={item.id} item={item} chosen={item === chosen} choose={() => choose(item.id)} change={change} remove={() => remove(item.id)} />
        ))}
      </ol>
    </section>
  );
}

type RowProperties = { item: Item; chosen: boolean; choose: () => void; change: (change: Change) => void; remove: () => void };

const STATES = { waiting: "waiting", looking: "looking …", done: "", failed: "failed" };

/** Brings the large picture back where the list has pushed it out of sight, as on a telephone. */
function showStage(): void {
  const stage = document.querySelector(".stage");
  if (stage && stage.getBoundingClientRect().bottom < innerHeight / 4) stage.scrollIntoView();
}

/** One picture: its thumbnail, the caption as text that can be changed, and what can be done with it. */
function Row({ item, chosen, choose, change, remove }: RowProperties) {
  const { id, name, state, answer, edited } = item;
  return (
    <li className={chosen ? "chosen" : ""} aria-current={chosen || undefined}>
      <button id={`show-${id}`} className="thumb" aria-label={`Show ${name}`} onClick={() => { choose(); showStage(); }}>
        {item.url && <img src={item.url} alt="" loading="lazy" decoding="async" onError={(event) => { event.currentTarget.hidden = true; }} />}
      </button>
      <div className="text">
        <textarea
          rows={2} value={textOf(item)} aria-label={`Caption of ${name}`} placeholder={state.kind === "failed" ? state.message : STATES[state.kind]}
          onFocus={choose} onChange={(event) => change({ kind: "edit", id, text: event.target.value })}
        />
        <p className="quiet">
          <span className="name">{name}</span>
          {state.kind !== "done" && <span className={state.kind}>{STATES[state.kind]}</span>}
          {edited !== null && <span className="edited">edited</span>}
          {chosen && answer && <span>{Math.round(answer.ms)} ms</span>}
        </p>
        {chosen && <RowActions item={item} change={change} />}
      </div>
      <button className="remove" aria-label={`Remove ${name}`} title="Remove" onClick={remove}>✕</button>
    </li>
  );
}

function RowActions({ item, change }: { item: Item; change: (change: Change) => void }) {
  const [hinted, setHinted] = useState(false);
  const { id, mode, state, answer, edited } = item;
  const text = textOf(item);
  return (
    <>
      <div className="actions">
        <CopyButton label="Copy" text={text} />
        <CopyButton label="Copy as alt" text={text && altAttribute(text)} copied={() => setHinted(true)} />
        {mode !== "consistent" && answer && <button onClick={() => change({ kind: "another", id })}>Another caption</button>}
        {edited !== null && answer && <button onClick={() => change({ kind: "edit", id, text: null })}>Back to the model’s</button>}
        {state.kind === "failed" && state.again && <button onClick={() => change({ kind: "again", id })}>Try again</button>}
      </div>
      <p className="quiet" role="status">
        {hinted && "An alternative text says what a picture is for on its page, not only what is in it. Read it before you use it: a person must."}
      </p>
    </>
  );
}

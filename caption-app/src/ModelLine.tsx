import type { Model } from "./api";

/** Which model speaks, with its card, and a warning where there is one. */
export function ModelLine({ model }: { model: Model }) {
  const about = <>Model: <b>{model.name}</b>, {model.summary}</>;
  return (
    <section className="model" aria-label="Model">
      {model.card.length === 0 ? <p>{about}</p> : (
        <details>
          <summary>{about} · <u>model card</u></summary>
          {model.card.map((sentence) => <p key={sentence}>{sentence}</p>)}
        </details>
      )}
      {model.warning && <p className="warning">{model.warning}.</p>}
    </section>
  );
}

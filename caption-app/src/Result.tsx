import { useEffect, useState } from "react";
import type { Answer } from "./api";
import { placeOf } from "./attention";

type Properties = {
  answer: Answer;
  word: number | null;
  /** Called with the word whose attention is to be shown, or null. */
  look: (word: number | null) => void;
  /** Asks for another caption; null where there is only one. */
  another: (() => void) | null;
};

/** The caption, word by word, and what can be done with it. */
export function Result({ answer, word, look, another }: Properties) {
  const [kept, setKept] = useState<number | null>(null); // a word that was clicked stays until another is
  const told = word === null ? null : answer.words[word];
  return (
    <>
      <div className="caption" role="group" aria-label={answer.caption}>
        {answer.words.map((text, i) => (
          <button
            key={i}
            className={i === word ? "word looked" : "word"}
            aria-pressed={i === kept}
            aria-describedby={i === word ? "looked" : undefined}
            onMouseEnter={() => look(i)}
            onMouseLeave={() => look(kept)}
            onFocus={() => look(i)}
            onBlur={() => look(kept)}
            onClick={() => { const now = i === kept ? null : i; setKept(now); look(now); }}
          >
            {text}
          </button>
        ))}
      </div>
      <p className="quiet" id="looked">
        {told === null
          ? answer.words.length ? "Point at a word, or tap it, to see where the model looked." : "The model said nothing about this picture."
          : `“${told}”: ${Math.round(100 * answer.confidence[word!]!)} % sure, looked at the ${placeOf(answer.attention[word!]!)}`}
      </p>
      <div className="actions">
        <CopyButton text={answer.caption} />
        {another && <button onClick={another}>Another caption</button>}
        <span className="quiet">{Math.round(answer.ms)} ms</span>
      </div>
    </>
  );
}

function CopyButton({ text }: { text: string }) {
  const [said, setSaid] = useState("Copy");
  useEffect(() => {
    const timer = setTimeout(() => setSaid("Copy"), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  // where the clipboard may not be used (a page that is neither https nor localhost), the word says so
  const copy = () => Promise.resolve().then(() => navigator.clipboard.writeText(text)).then(() => setSaid("Copied"), () => setSaid("Not allowed here"));
  return <button onClick={() => void copy()}>{said}</button>;
}

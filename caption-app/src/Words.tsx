import { useState } from "react";
import type { Answer } from "./api";
import { placeOf } from "./attention";

type Properties = {
  answer: Answer;
  word: number | null;
  /** Called with the word whose attention is to be shown, or null. */
  look: (word: number | null) => void;
  strength: number;
  setStrength: (strength: number) => void;
};

/** The model's caption, word by word, and where it looked for each. */
export function Words({ answer, word, look, strength, setStrength }: Properties) {
  const [kept, setKept] = useState<number | null>(null); // a word that was clicked stays until another is
  const keep = (now: number | null) => { setKept(now); look(now); };
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
            onClick={() => keep(i === kept ? null : i)}
          >
            {text}
          </button>
        ))}
      </div>
      <div className="told">
        <p className="quiet" id="looked">
          {told === null
            ? answer.words.length ? "Point at a word to see where the model looked." : "The model said nothing about this picture."
            : `“${told}”: ${Math.round(100 * answer.confidence[word!]!)} % sure, looked at ${placeOf(answer.attention[word!]!)}`}
        </p>
        <label className="quiet strength">
          Colour
          <input
            type="range" min="0" max="100" step="5" value={Math.round(100 * strength)}
            aria-label="Strength of the colour that shows where the model looked" aria-valuetext={`${Math.round(100 * strength)} %`}
            onFocus={() => word === null && keep(longest(answer.words))}
            onChange={(event) => setStrength(Number(event.target.value) / 100)}
          />
        </label>
      </div>
    </>
  );
}

/** The place of the longest word, likely one that names something; null where there is none. */
function longest(words: string[]): number | null {
  return words.length ? words.reduce((best, word, i) => (word.length > words[best]!.length ? i : best), 0) : null;
}

import { MODES, type Mode } from "./api";

type Properties = {
  mode: Mode;
  choose: (mode: Mode) => void;
  /** Takes this type for all pictures; null where they have it. */
  forAll: (() => void) | null;
};

/** The caption type, as radio buttons. */
export function ModeSelector({ mode, choose, forAll }: Properties) {
  return (
    <fieldset className="modes">
      <legend>Caption type</legend>
      <div>
        {(Object.keys(MODES) as Mode[]).map((name) => (
          <label key={name} className={name === mode ? "chosen" : ""}>
            <input type="radio" name="mode" value={name} checked={name === mode} onChange={() => choose(name)} />
            {MODES[name].label}
          </label>
        ))}
      </div>
      <p className="quiet">
        {MODES[mode].hint}
        {forAll && <button onClick={forAll}>Use for all pictures</button>}
      </p>
    </fieldset>
  );
}

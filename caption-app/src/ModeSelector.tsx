import { MODES, type Mode } from "./api";

/** The caption type, as radio buttons. */
export function ModeSelector({ mode, choose }: { mode: Mode; choose: (mode: Mode) => void }) {
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
      <p className="quiet">{MODES[mode].hint}</p>
    </fieldset>
  );
}

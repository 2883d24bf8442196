import { useEffect, useState } from "react";

/** A button that puts `text` on the clipboard, and says so. */
export function CopyButton({ label, text, copied }: { label: string; text: string; copied?: () => void }) {
  const [said, setSaid] = useState(label);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(label), 2000);
    return () => clearTimeout(timer);
  }, [said, label]);
  // where the clipboard may not be used (a page that is neither https nor localhost), the word says so
  const copy = () => Promise.resolve().then(() => navigator.clipboard.writeText(text)).then(() => { setSaid("Copied"); copied?.(); }, () => setSaid("Not allowed here"));
  return <button onClick={() => void copy()} disabled={!text}>{said}</button>;
}

import { type Item, textOf } from "./items";

/** `text` in one line. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A text that no spreadsheet takes for a formula (OWASP, CSV injection). */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function captioned(items: Item[]): Item[] {
  return items.filter((item) => flat(textOf(item)) !== "");
}

/** The captioned pictures as a table of comma-separated values (RFC 4180); the mark at its begin tells spreadsheets that it is UTF-8. */
export function csv(items: Item[], model: string): string {
  const rows = captioned(items).map((item) => [
    harmless(item.name),
    harmless(flat(textOf(item))),
    item.edited === null ? "no" : "yes",
    item.answer?.caption_mode ?? "",
    item.edited === null ? String(item.answer?.captions[0]?.score ?? "") : "", // the score is of the model's words
    harmless(model),
  ]);
  return "\uFEFF" + [["file", "caption", "edited", "mode", "score", "model"], ...rows].map((row) => row.map(quoted).join(",") + "\r\n").join("");
}

/** File and caption of each captioned picture, a line each; pasted into a spreadsheet they fall into two columns. */
export function lines(items: Item[]): string {
  return captioned(items).map((item) => `${harmless(flat(item.name))}\t${harmless(flat(textOf(item)))}`).join("\n");
}

/** The caption as HTML's attribute for an alternative text. */
export function altAttribute(text: string): string {
  const escaped = flat(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return `alt="${escaped}"`;
}

/** Lets the reader save `content` as a file. */
export function download(name: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // not before the browser has begun to save
}

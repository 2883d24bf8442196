import { describe, expect, it } from "vitest";
import { type Item, newItem } from "./items";
import { altAttribute, csv, lines } from "./texts";

const answer = { caption: "a dog", caption_mode: "consistent" as const, captions: [{ text: "a dog", score: -0.5 }], ms: 1, words: [], confidence: [], attention: [] };
const item = (name: string, more: Partial<Item> = {}): Item => ({ ...newItem(1, name, "", null, "consistent"), state: { kind: "done" }, answer, ...more });

describe("csv", () => {
  it("has a mark for UTF-8, a header and a row a picture", () => {
    expect(csv([item("a.jpg"), item("ü.jpg", { edited: "ein Hund" })], "photos")).toBe(
      "\uFEFFfile,caption,edited,mode,score,model\r\na.jpg,a dog,no,consistent,-0.5,photos\r\nü.jpg,ein Hund,yes,consistent,,photos\r\n");
  });
  it("quotes commas and quotes, and keeps a caption in its cell and its line", () => {
    expect(csv([item('a,"b".jpg', { edited: 'a "red",\n dog' })], "m")).toContain('"a,""b"".jpg","a ""red"", dog",yes');
  });
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])("lets no spreadsheet take %j for a formula", (text) => {
    expect(csv([item(text, { edited: text })], text)).toContain(`\r\n'${text},'${text.trim()},yes,consistent,,'${text}`);
    expect(lines([item(text, { edited: text })])).toBe(`'${text.trim()}\t'${text.trim()}`);
  });
  it("leaves out what has no caption", () => {
    const items = [item("a.jpg", { answer: null }), item("b.jpg", { edited: " " }), item("c.jpg")];
    expect(csv(items, "m").trim().split("\r\n")).toHaveLength(2);
    expect(lines(items)).toBe("c.jpg\ta dog");
  });
});

describe("altAttribute", () => {
  it("escapes HTML and keeps one line", () => {
    expect(altAttribute('a <b> & "c"\nd')).toBe('alt="a &lt;b&gt; &amp; &quot;c&quot; d"');
    const page = new DOMParser().parseFromString(`<img ${altAttribute('"><script>x</script>')}>`, "text/html");
    expect(page.images[0]!.alt).toBe('"><script>x</script>');
    expect(page.scripts).toHaveLength(0);
  });
});

/**
 * How dark each cell of the picture is while a word is looked at, 0 to 255, row by row:
 * the most looked-at cell is left clear.
 */
export function shade(attention: number[][]): Uint8ClampedArray {
  const cells = attention.flat();
  const most = Math.max(...cells);
  return Uint8ClampedArray.from(cells, (cell) => 204 * (1 - (most > 0 ? cell / most : 1)));
}

/** Where in the picture a word was looked for most, in words, for those who cannot see it. */
export function placeOf(attention: number[][]): string {
  const h = attention.length;
  const w = attention[0]?.length ?? 0;
  const total = attention.flat().reduce((sum, cell) => sum + cell, 0) || 1;
  const sum = (value: (y: number, x: number) => number) =>
    attention.reduce((all, row, y) => all + row.reduce((part, cell, x) => part + cell * value(y, x), 0), 0) / total;
  const third = (position: number, names: [string, string, string]) => names[position < 0.4 ? 0 : position > 0.6 ? 2 : 1];
  const vertical = third(sum((y) => (y + 0.5) / h), ["top", "", "bottom"]);
  const horizontal = third(sum((_, x) => (x + 0.5) / w), ["left", "", "right"]);
  return [vertical, horizontal].filter(Boolean).join(" ") || "middle";
}

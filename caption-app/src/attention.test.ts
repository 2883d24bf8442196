import { describe, expect, it } from "vitest";
import overlay from "../../captionkit/templates/overlay.json" with { type: "json" };
import { colour, enlarged, placeOf } from "./attention";

describe("enlarged", () => {
  it("leaves the cells as they are at their own size, as shares of the most looked-at one", () => {
    expect(enlarged([[0, 0, 0, 0], [0, 0, 0.25, 0.5]], 4, 2)).toEqual([[0, 0, 0, 0], [0, 0, 0.5, 1]]);
    expect(enlarged([[0, 0]], 2, 1)).toEqual([[0, 0]]);
  });
  it("stays pale where the model looked everywhere alike", () => {
    expect(enlarged([[0.25, 0.25, 0.25, 0.25]], 1, 1)[0]![0]).toBeCloseTo(1 / overlay.full);
  });
  it("goes smoothly from cell to cell, in any shape, within 0 and 1", () => {
    const [row] = enlarged([[0, 1, 0]], 9, 1) as [number[]];
    expect(row).toHaveLength(9);
    expect(row.map((share) => share.toFixed(2))).toEqual([...row].reverse().map((share) => share.toFixed(2)));
    expect(row[4]).toBe(1);
    expect(row[3]).toBeGreaterThan(row[2]!);
    expect(Math.min(...row)).toBe(0); // a cubic swings below
    const tall = enlarged([[0, 1, 0]], 9, 4);
    expect(tall).toHaveLength(4);
    tall.flat().forEach((share, i) => expect(share).toBeCloseTo(row[i % 9]!));
  });
});

describe("colour", () => {
  it("leaves what was not looked at as it is, and colours the rest by its share and the strength", () => {
    expect(colour(0, 0.6)[3]).toBe(0);
    expect(colour(1, 0.6)[3]).toBe(153);
    expect(colour(0.5, 0.6)[3]).toBe(76.5);
    expect(colour(1, 1).slice(0, 3)).not.toEqual(colour(0, 1).slice(0, 3));
  });
});

describe("placeOf", () => {
  const zeros = () => Array.from({ length: 6 }, () => Array<number>(6).fill(0));
  it.each([[0, 0, "the upper left"], [0, 3, "the upper middle"], [2, 5, "the right"], [3, 2, "the middle"], [5, 1, "the lower left"], [5, 2, "the lower middle"]])(
    "names the place of the brightest cell, not the centre of mass: %i, %i is %s", (y, x, name) => {
      const attention = zeros();
      attention.forEach((row) => row.fill(0.02));
      attention[y]![x] = 0.1;
      expect(placeOf(attention)).toBe(name);
    });
  it("prefers the brighter surroundings among equally bright cells", () => {
    const attention = zeros();
    attention[0]![0] = attention[5]![5] = 0.3;
    attention[5]![4] = 0.2;
    expect(placeOf(attention)).toBe("the lower right");
  });
  it("says so when the model looked everywhere alike", () => {
    expect(placeOf([[0.25, 0.25], [0.25, 0.25]])).toBe("the whole picture");
  });
});

import overlay from "../../captionkit/templates/overlay.json" with { type: "json" };

export const DEFAULT_STRENGTH = overlay.strength;
const STOPS = overlay.stops as [number, number, number][];

/** The weights of the cubic (Catmull-Rom) through four neighbours, `t` of the way from the second to the third. */
function cubic(t: number): [number, number, number, number] {
  return [((2 - t) * t - 1) * t / 2, ((3 * t - 5) * t * t + 2) / 2, ((4 - 3 * t) * t + 1) * t / 2, (t - 1) * t * t / 2];
}

/** `size` values through the middles of `values`, smoothly; at the ends fewer neighbours count, as in Pillow. */
function stretched(values: number[], size: number): number[] {
  return Array.from({ length: size }, (_, i) => {
    const position = ((i + 0.5) * values.length) / size - 0.5;
    const before = Math.floor(position);
    let [sum, weights] = [0, 0];
    cubic(position - before).forEach((weight, k) => {
      const value = values[before + k - 1];
      if (value === undefined) return;
      sum += weight * value;
      weights += weight;
    });
    return sum / weights;
  });
}

function transposed(rows: number[][]): number[][] {
  return (rows[0] ?? []).map((_, x) => rows.map((row) => row[x]!));
}

/**
 * The attention of a word as shares of its most looked-at cell, enlarged to `[height][width]`, within 0 and 1.
 * A word that looks nowhere in particular stays paler: full is what has at least `overlay.full` even shares.
 */
export function enlarged(attention: number[][], width: number, height: number): number[][] {
  const cells = attention.flat();
  const mean = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  const full = Math.max(...cells, overlay.full * mean) || 1;
  const wide = attention.map((row) => stretched(row.map((cell) => cell / full), width));
  const rows = transposed(transposed(wide).map((column) => stretched(column, height)));
  return rows.map((row) => row.map((share) => Math.min(1, Math.max(0, share))));
}

/** Red, green, blue and opacity, 0 to 255, of a place with this share; what was not looked at stays as it is. */
export function colour(share: number, strength: number): [number, number, number, number] {
  const place = share * (STOPS.length - 1);
  const below = Math.min(STOPS.length - 2, Math.floor(place));
  const mixed = (i: 0 | 1 | 2) => STOPS[below]![i] + (place - below) * (STOPS[below + 1]![i] - STOPS[below]![i]);
  return [mixed(0), mixed(1), mixed(2), 255 * strength * share];
}

/** The mean of a cell and its neighbours. */
function smoothed(attention: number[][], y: number, x: number): number {
  const near = attention.slice(Math.max(0, y - 1), y + 2).flatMap((row) => row.slice(Math.max(0, x - 1), x + 2));
  return near.reduce((sum, cell) => sum + cell, 0) / near.length;
}

const PLACES = [
  ["the upper left", "the upper middle", "the upper right"],
  ["the left", "the middle", "the right"],
  ["the lower left", "the lower middle", "the lower right"],
];

/** The brightest place in words; of equally bright cells the one in the brighter surroundings. */
export function placeOf(attention: number[][]): string {
  const cells = attention.flatMap((row, y) => row.map((share, x) => ({ share, around: smoothed(attention, y, x), y, x })));
  if (cells.every((cell) => cell.share === cells[0]!.share)) return "the whole picture";
  const first = cells.reduce((a, b) => (b.share > a.share || (b.share === a.share && b.around > a.around) ? b : a));
  const third = (place: number, size: number) => Math.floor((3 * (place + 0.5)) / size);
  return PLACES[third(first.y, attention.length)]![third(first.x, attention[0]!.length)]!;
}

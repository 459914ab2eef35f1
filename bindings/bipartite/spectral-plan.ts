/**
 * Baths as assembly/bipartite/spectral.ts takes them, of one system or of many of one structure.
 * @module
 */
import type { Elements } from "../batch/operators.ts";
import type { Site } from "./baths.ts";

/** Levels of a part up to which its map, of their number to the power of four, is made. */
const MAP_LEVELS = 24;

/** Complex numbers of systems: number e of system k is `e * count + k`. */
export type Lanes = Pick<Elements, "count" | "re" | "im">;

/** sum L X L† on a bath's own part. */
export interface PlannedMap {
  readonly onA: boolean;
  /** i, j, m, n of every entry, and its value: (sum L X L†)_ij += g X_mn. */
  readonly places: Int32Array;
  readonly values: Lanes;
}

export interface PlannedBath {
  /** Where the elements of each jump begin, their rows and columns, and their values. */
  readonly starts: Int32Array;
  readonly places: Int32Array;
  readonly values: Lanes;
  /** What stands for them where that is less work. */
  readonly map: PlannedMap | undefined;
}

/** A bath's jumps on the whole space, and on its own part. */
export function planBath(
  site: Site,
  jumps: readonly Elements[],
  ownJumps: readonly Elements[],
  dA: number,
  dB: number,
): PlannedBath {
  const starts = new Int32Array(jumps.length + 1);
  jumps.forEach(({ rows }, j) => {
    starts[j + 1] = starts[j]! + rows.length;
  });
  const places = new Int32Array(2 * starts[jumps.length]!);
  const count = jumps[0]?.count ?? 1;
  const values = zeros(starts[jumps.length]!, count);
  jumps.forEach(({ rows, columns, re, im }, j) => {
    rows.forEach((row, e) => {
      places[2 * (starts[j]! + e)] = row;
      places[2 * (starts[j]! + e) + 1] = columns[e]!;
    });
    values.re.set(re, starts[j]! * count);
    values.im.set(im, starts[j]! * count);
  });
  return { starts, places, values, map: site === "global" ? undefined : planMap(site === "A", ownJumps, dA, dB) };
}

/** The map of a part, unless its jumps one by one are less work. */
function planMap(onA: boolean, jumps: readonly Elements[], dA: number, dB: number): PlannedMap | undefined {
  const [own, others] = onA ? [dA, dB] : [dB, dA];
  if (own > MAP_LEVELS) return undefined;
  const entryAt = new Int32Array(own ** 4);
  let work = 0;
  const forPairs = (visit: (key: number, jump: Elements, e: number, f: number) => void) => {
    for (const jump of jumps) {
      const { rows, columns } = jump;
      for (let e = 0; e < rows.length; e++)
        for (let f = 0; f < rows.length; f++) {
          visit(((rows[e]! * own + rows[f]!) * own + columns[e]!) * own + columns[f]!, jump, e, f);
        }
    }
  };
  for (const { rows } of jumps) work += 2 * rows.length * others * own * others;
  forPairs((key) => {
    entryAt[key] = 1;
  });
  const keys = Array.from(entryAt.keys()).filter((key) => entryAt[key] === 1);
  if (keys.length === 0 || keys.length * others ** 2 >= work) return undefined;
  keys.forEach((key, entry) => {
    entryAt[key] = entry;
  });
  const { count } = jumps[0]!;
  const values = zeros(keys.length, count);
  forPairs((key, { re, im }, e, f) => {
    const [p, q, to] = [e * count, f * count, entryAt[key]! * count];
    for (let k = 0; k < count; k++) {
      values.re[to + k]! += re[p + k]! * re[q + k]! + im[p + k]! * im[q + k]!;
      values.im[to + k]! += im[p + k]! * re[q + k]! - re[p + k]! * im[q + k]!;
    }
  });
  const digits = (key: number) => [
    Math.floor(key / own ** 3),
    Math.floor(key / own ** 2) % own,
    Math.floor(key / own) % own,
    key % own,
  ];
  return { onA, places: Int32Array.from(keys.flatMap(digits)), values };
}

function zeros(size: number, count: number): Lanes {
  return { count, re: new Float64Array(size * count), im: new Float64Array(size * count) };
}

/**
 * The ledgers of many systems at once: integrals over one layout of panels, divided where they are not exact enough for all. A system for which
 * that does not suffice is told, not helped.
 * @module
 */
import { placesOf, union } from "../../solvers/stepping.ts";
import { bathColumns, COLUMN } from "../energetics.ts";
import { allowances, PARTS, ROUNDING } from "../ledger.ts";
import { cut, integrate, type Panels, type Stretch } from "../quadrature.ts";

/** How often panels are divided. */
const PASSES = 4;

/** Columns of results at increasing times, row by row, the systems of a row together; undefined: zero. */
export interface BatchRows {
  readonly times: Float64Array;
  readonly columns: readonly (Float64Array | undefined)[];
}

export interface BatchIntegrals {
  /** Of the sum of some columns, since the first output time: number `t * count + k` is that of system k at output time t. */
  readonly integrals: (columns: readonly number[]) => Float64Array;
  /** Of each system, whether the panels suffice. */
  readonly suffices: readonly boolean[];
}

/** Integrals over pieces of panels, by column, and what those over panels may be wrong by. */
type Pieces = ReadonlyMap<number, ReturnType<typeof integrate>>;

/** Times of rows that panels want. */
export function wantedBy({ nodes, from, ends }: Panels): Float64Array {
  return union(nodes, from, ends);
}

/**
 * @param found rows, among them all that the panels want, and `more` at other times
 * @param floor of each system the size of its Hamiltonian, `skip` those that were not evolved
 */
export function integrateColumns(
  first: Panels,
  times: Float64Array,
  found: BatchRows,
  more: (times: Float64Array) => BatchRows,
  { baths, rtol, floor, skip }: { baths: number; rtol: number; floor: Float64Array; skip: readonly boolean[] },
): BatchIntegrals {
  const count = floor.length;
  const ofBaths = Array.from({ length: baths }, (_, b) => bathColumns(b));
  const wanted = [
    ...[COLUMN.rateA, COLUMN.rateB, COLUMN.flowA, COLUMN.flowB],
    ...ofBaths.flatMap(({ A, B, all, local }) => [A, B, all, local]),
  ];
  const balances: Balances = [
    [COLUMN.UA, [COLUMN.rateA]],
    [COLUMN.UB, [COLUMN.rateB]],
    [COLUMN.U, ofBaths.map(({ all }) => all)],
  ];
  const size = largestOf(found, count);
  const span = times.at(-1)! - times[0]!;
  const gains: { ends: Float64Array; pieces: Pieces }[] = [];
  let [panels, rows] = [first, found];
  /** Of every panel that was divided, the systems that wanted it. */
  let open: Uint8Array[] | undefined;
  for (let pass = 0; ; pass++) {
    const nodes = placesOf(panels.nodes, rows.times);
    const pieces: Pieces = new Map(
      wanted.flatMap((column) => {
        const table = rows.columns[column];
        const sample = table && { table, columns: count, first: 0, count };
        return sample ? [[column, integrate(panels, panels.count, nodes, sample)] as const] : [];
      }),
    );
    if (pass === 0) addSums(size, pieces);
    const imbalance = imbalances(panels, rows, count, balances, pieces);
    const suffices = new Array<boolean>(count).fill(true);
    const failing: Stretch[] = [];
    const left: Uint8Array[] = [];
    for (let p = 0; p < panels.count; p++) {
      const [from, to] = [panels.from[p]!, panels.to[p]!];
      const allowed = allowances(0.5 * ((to - from) / span + 1 / first.count), rtol);
      const fails = new Uint8Array(count);
      const errors = largestErrors(pieces, p, count);
      for (let k = 0, at = p * count; k < count; k++, at++) {
        const isOpen = !skip[k] && (open === undefined || open[Math.floor(p / PARTS)]![k] === 1);
        const exact =
          isOpen &&
          imbalance[at]! <= allowed.imbalance * Math.max(size[k]!, floor[k]!) &&
          errors[k]! <= Math.max(allowed.error * size[k]!, ROUNDING * floor[k]!);
        if (exact) continue;
        // One that is not open has its integral already, one that fails gets another.
        if (isOpen) suffices[k] = false;
        if (!isOpen || pass < PASSES) erase(panels, p, k, count, pieces);
        if (isOpen) fails[k] = 1;
      }
      if (pass === PASSES || !fails.includes(1)) continue;
      failing.push({ from, to, parts: PARTS });
      left.push(fails);
    }
    gains.push({ ends: panels.ends, pieces });
    if (failing.length === 0) return { integrals: (columns) => cumulated(gains, times, columns, count), suffices };
    open = left;
    panels = cut(failing, times);
    rows = more(wantedBy(panels));
  }
}

/** Of each system the largest error of an integral over a panel; NaN where one is no number. */
function largestErrors(pieces: Pieces, panel: number, count: number): Float64Array {
  const most = new Float64Array(count);
  for (const { errors } of pieces.values())
    for (let k = 0, at = panel * count; k < count; k++, at++) most[k] = Math.max(most[k]!, errors[at]!);
  return most;
}

/** Takes out what a system has of a panel. */
function erase({ pieces: starts }: Panels, panel: number, k: number, count: number, pieces: Pieces): void {
  for (const { values } of pieces.values())
    for (let piece = starts[panel]!; piece < starts[panel + 1]!; piece++) values[piece * count + k] = 0;
}

type Balances = readonly [energy: number, rates: readonly number[]][];

/** Of each system the largest |U|, |U_A|, |U_B|. */
function largestOf({ columns }: BatchRows, count: number): Float64Array {
  const size = new Float64Array(count);
  for (const column of [COLUMN.U, COLUMN.UA, COLUMN.UB]) {
    const values = columns[column]!;
    for (let from = 0; from < values.length; from += count)
      for (let k = 0; k < count; k++) size[k] = Math.max(size[k]!, Math.abs(values[from + k]!));
  }
  return size;
}

/** Of each system at least the largest sum of what flows. */
function addSums(size: Float64Array, pieces: Pieces): void {
  const count = size.length;
  for (const { values } of pieces.values()) {
    const sums = new Float64Array(count);
    for (let from = 0; from < values.length; from += count)
      for (let k = 0, at = from; k < count; k++, at++) sums[k]! += Math.abs(values[at]!);
    for (let k = 0; k < count; k++) size[k] = Math.max(size[k]!, sums[k]!);
  }
}

/** Per panel and system, by how much an energy and the integral of its rates differ over a piece, at most. */
function imbalances(
  { count: number, from, pieces, ends }: Panels,
  { times, columns }: BatchRows,
  count: number,
  balances: Balances,
  integrals: Pieces,
): Float64Array {
  const [most, rest] = [new Float64Array(number * count), new Float64Array(count)];
  const [starts, stops] = [placesOf(from, times), placesOf(ends, times)];
  for (const [energy, rates] of balances) {
    const [values, gains] = [columns[energy]!, rates.flatMap((rate) => integrals.get(rate)?.values ?? [])];
    for (let p = 0; p < number; p++) {
      let before = starts[p]! * count;
      for (let piece = pieces[p]!; piece < pieces[p + 1]!; piece++) {
        const after = stops[piece]! * count;
        for (let k = 0; k < count; k++) rest[k] = values[after + k]! - values[before + k]!;
        for (const gain of gains) for (let k = 0, from = piece * count; k < count; k++, from++) rest[k]! -= gain[from]!;
        for (let k = 0, at = p * count; k < count; k++, at++) most[at] = Math.max(most[at]!, Math.abs(rest[k]!));
        before = after;
      }
    }
  }
  return most;
}

function cumulated(
  gains: readonly { ends: Float64Array; pieces: Pieces }[],
  times: Float64Array,
  columns: readonly number[],
  count: number,
): Float64Array {
  const out = new Float64Array(times.length * count);
  const next = gains.map(() => 0);
  const values = gains.map(({ pieces }) => columns.flatMap((column) => pieces.get(column)?.values ?? []));
  for (let t = 1, to = count; t < times.length; t++, to += count) {
    out.copyWithin(to, to - count, to);
    gains.forEach(({ ends }, g) => {
      let piece = next[g]!;
      for (; piece < ends.length && ends[piece]! <= times[t]!; piece++) {
        for (const gain of values[g]!)
          for (let k = 0, from = piece * count; k < count; k++, from++) out[to + k]! += gain[from]!;
      }
      next[g] = piece;
    });
  }
  return out;
}

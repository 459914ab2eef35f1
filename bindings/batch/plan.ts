/**
 * What of a batch's states has to be computed: the coordinates that the initial states reach and the functionals see, in blocks that nothing couples.
 * @module
 */
import { Operator } from "../operators/operator.ts";
import type { OperatorBatch } from "./operators.ts";
import { coordinateOf, coordinatesOf, Entries, type Pattern, patternOf, type Sums, sumsOf } from "./patterns.ts";

/** The systems of a batch: H, jumps and initial states, and Hermitian operators whose Tr[O rho] are wanted; one that is an Operator is every system's. */
export interface BatchSystems {
  readonly dims: readonly number[];
  readonly count: number;
  readonly H: OperatorBatch;
  readonly jumps: readonly OperatorBatch[];
  readonly rho0: OperatorBatch;
  readonly functionals: readonly (OperatorBatch | Operator)[];
}

/** A block as the kernel takes it. */
export interface PlannedBlock {
  /** Coordinates, increasing; one more, which is zero, where their number is odd. */
  readonly n: number;
  readonly coordinates: readonly number[];
  /** How many of them, the first, are populations. */
  readonly populations: number;
  readonly rowPointers: Int32Array;
  readonly columns: Int32Array;
  readonly elements: Sums;
  readonly initial: Sums;
  /** Where the coefficients of each functional begin, their coordinates, and they. */
  readonly functionalStarts: Int32Array;
  readonly functionalColumns: Int32Array;
  readonly functionalValues: Sums;
}

/** Products of elements that generators may be made of: each takes some tens of bytes while a batch is planned, and some cycles a system. */
export const MOST_PRODUCTS = 2 ** 20;

/** How many there are of these jumps, L_ik conj(L_jl). */
export function productsOf(jumps: readonly Pick<OperatorBatch, "rows">[]): number {
  return jumps.reduce((sum, { rows }) => sum + rows.length ** 2, 0);
}

/** What the kernel takes, but for numbers. */
export interface BatchPlan {
  /** Operators whose entries it reads, in order. */
  readonly batches: readonly OperatorBatch[];
  readonly entries: number;
  readonly products: Pattern["products"];
  readonly blocks: readonly PlannedBlock[];
  /** Coordinates of all blocks, and whether they are populations alone. */
  readonly coordinates: number;
  readonly populations: boolean;
}

/** Which coordinates are kept: those that change a result; those that are reached, where states are wanted; or all, to compare. */
export type Kept = "seen" | "reached" | "all";

type Rows = Pattern["rows"];
type Terms = ReturnType<typeof coordinatesOf>;

/** @param whole one block, for methods whose steps are those of the whole state */
export function planBatch(systems: BatchSystems, kept: Kept, whole: boolean): BatchPlan {
  const { dims, H, jumps, rho0, functionals } = systems;
  const d = dims.reduce((a, b) => a * b, 1);
  const entries = new Entries();
  const numbered = (batch: OperatorBatch) => ({ batch, first: entries.add(batch) });
  const numberedJumps = [numbered(H), ...jumps.map(numbered)];
  const { products, rows } = patternOf(d, entries, numberedJumps[0]!, numberedJumps.slice(1));
  const initial = coordinatesOf(d, entries, rho0, entries.add(rho0));
  const seen = functionals.map((functional) =>
    functional instanceof Operator
      ? constantsOf(d, functional)
      : coordinatesOf(d, entries, functional, entries.add(functional)),
  );
  const live = kept === "all" ? rows.map((_, k) => k) : liveOf(rows, initial, kept === "seen" ? seen : undefined);
  const blocks = (whole ? [live] : componentsOf(rows, live))
    .filter((coordinates) => coordinates.length > 0)
    .map((coordinates) => blockOf(d, coordinates, rows, initial, seen));
  return {
    batches: entries.batches,
    entries: entries.count,
    products,
    blocks,
    coordinates: live.length,
    populations: live.every((coordinate) => coordinate < d),
  };
}

/** The coefficients of an operator that all systems share: source -1 is the number 1. */
function constantsOf(d: number, operator: Operator): Terms {
  const out: Terms = new Map();
  operator.forEachNonzero((i, j, re, im) => {
    if (i < j) return;
    const at = coordinateOf(d, i, j);
    const factor = i === j ? 1 : Math.SQRT2;
    if (re !== 0) out.set(at, [{ source: -1, factor: factor * re }]);
    if (i > j && im !== 0) out.set(at + 1, [{ source: -1, factor: factor * im }]);
  });
  return out;
}

/** Coordinates that are ever nonzero and, where `seen` is given, ever count. */
function liveOf(rows: Rows, initial: Terms, seen: readonly Terms[] | undefined): number[] {
  const forward: number[][] = rows.map(() => []);
  rows.forEach((row, i) => {
    for (const column of row.keys()) forward[column]!.push(i);
  });
  const reached = closure(initial.keys(), (k) => forward[k]!);
  if (!seen) return [...reached].sort((a, b) => a - b);
  const counted = closure(
    seen.flatMap((terms) => [...terms.keys()]),
    (k) => rows[k]!.keys(),
  );
  return [...reached].filter((k) => counted.has(k)).sort((a, b) => a - b);
}

function closure(from: Iterable<number>, next: (k: number) => Iterable<number>): Set<number> {
  const found = new Set(from);
  for (const k of found) for (const other of next(k)) found.add(other);
  return found;
}

/** Sets of coordinates that nothing couples. */
function componentsOf(rows: Rows, live: readonly number[]): number[][] {
  const among = new Set(live);
  const neighbours = new Map<number, number[]>(live.map((k) => [k, []]));
  for (const i of live) {
    for (const j of rows[i]!.keys()) {
      if (!among.has(j)) continue;
      neighbours.get(i)!.push(j);
      neighbours.get(j)!.push(i);
    }
  }
  const out: number[][] = [];
  const done = new Set<number>();
  for (const k of live) {
    if (done.has(k)) continue;
    const component = closure([k], (j) => neighbours.get(j)!);
    for (const j of component) done.add(j);
    out.push([...component].sort((a, b) => a - b));
  }
  return out;
}

function blockOf(
  d: number,
  coordinates: readonly number[],
  rows: Rows,
  initial: Terms,
  seen: readonly Terms[],
): PlannedBlock {
  const n = coordinates.length + (coordinates.length % 2);
  const places = new Map(coordinates.map((coordinate, k) => [coordinate, k]));
  const inside = (terms: ReadonlyMap<number, Terms extends Map<number, infer T> ? T : never>) =>
    [...terms]
      .flatMap(([coordinate, list]) => {
        const place = places.get(coordinate);
        return place === undefined ? [] : [{ place, list }];
      })
      .sort((a, b) => a.place - b.place);
  const padded = <T>(lists: readonly T[], empty: T): T[] => (lists.length < n ? [...lists, empty] : [...lists]);
  const elements = padded(
    coordinates.map((coordinate) => inside(rows[coordinate]!)),
    [],
  );
  const functionals = seen.map(inside);
  return {
    n,
    coordinates,
    populations: coordinates.filter((coordinate) => coordinate < d).length,
    rowPointers: pointersOf(elements),
    columns: Int32Array.from(elements.flat(), ({ place }) => place),
    elements: sumsOf(elements.flat().map(({ list }) => list)),
    initial: sumsOf(
      padded(
        coordinates.map((coordinate) => initial.get(coordinate) ?? []),
        [],
      ),
    ),
    functionalStarts: pointersOf(functionals),
    functionalColumns: Int32Array.from(functionals.flat(), ({ place }) => place),
    functionalValues: sumsOf(functionals.flat().map(({ list }) => list)),
  };
}

function pointersOf(lists: readonly { readonly length: number }[]): Int32Array {
  const out = new Int32Array(lists.length + 1);
  lists.forEach(({ length }, k) => {
    out[k + 1] = out[k]! + length;
  });
  return out;
}

/**
 * Steady states of truncated oscillators and their like on the levels that carry weight, certified on all of them.
 * @module
 */
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { type Couplings, couplings } from "../plan/coordinates.ts";
import { noJumpOperator } from "../plan/generator.ts";
import type { Sparse } from "../plan/sparse.ts";
import { indicesOf, LevelGraph, occupiedLevels, planWindow, restrict } from "../plan/window.ts";
import { growingLevels } from "./recurrence.ts";

/** Levels from which on it pays to look for a window, of the first one, attempts, and the share of all levels that a window holds at most. */
const LEAST_LEVELS = 32;
const FIRST = 16;
const ATTEMPTS = 20;
const LARGEST_SHARE = 0.7;
/** How much larger than the one before a window is, at least and at most; how much farther than the tails of the last two windows tell. */
const GROWTH = { least: 1.08, most: 1.4 };
const STEEPER = 0.8;
/** Levels that are looked at whether or not they carry weight, at most: some seconds; and those beside them. */
const SEARCHED = 200;
const MARGIN = 4;
/** Parts beside the largest one whose levels may count as its own do. */
const PARTS = 3;
/** Of an operator's largest element, what another has to be to count. */
const CLEAR = 1e-8;
/** Levels at one distance from the first, on average at most: a row of oscillator levels, each with those of an atom. */
const WIDEST = 4;
/** What is cut off, and what must not leave: beside a state of norm about 1, rounding. */
const ERROR = 1e-14;
const CUT = 1e-17;
const LEFT = 1e-15;

/** The problem on some levels, with jumps that do not leave them. */
export interface LevelProblem {
  readonly H: HermitianOperator;
  readonly jumps: readonly Operator[];
  readonly levels: Int32Array;
  /** The one that carries most weight, as far as is known. */
  readonly likely: number;
  /** Whether a steady state, where L has this norm, is worth more work. */
  judge(rho: Operator, norm: number): boolean;
}

export interface LevelSolution<T> {
  readonly found: T;
  readonly levels: Int32Array;
  /** ‖L[rho]‖ on all levels. */
  readonly residual: number;
  /** Levels outside, among which a state could live for long, though not for ever: too many to be looked at. */
  readonly unsearched: number;
}

/**
 * Solves on windows that grow until L[rho] is as small on all levels as inside, and neither another stationary state nor one that hardly changes lives outside. Undefined where the levels do not lie in a row, or
 * carry weight nearly everywhere.
 * @param start the level to begin with
 * @param solve the steady state of a problem on some levels; undefined: not found, or not worth more work
 */
export function onLevels<T extends { readonly rho: Operator }>(
  H: HermitianOperator,
  jumps: readonly Operator[],
  start: number,
  solve: (problem: LevelProblem) => T | undefined,
): LevelSolution<T> | undefined {
  const d = H.size;
  if (d < LEAST_LEVELS) return undefined;
  const G = noJumpOperator(H, jumps);
  const parts = couplings(G, jumps);
  const { columns } = parts;
  const farthest = distancesFrom(d, [columns.G, ...columns.jumps], [start]).reduce((a, b) => Math.max(a, b));
  if (farthest * WIDEST < d) return undefined;
  // Where windows do not help in time they do not here.
  if (!planWindow(G, jumps, [projector(d, start)], [], { error: ERROR, span: 1 })) return undefined;
  const graph = new LevelGraph(parts);
  const occupied = new Uint8Array(d);
  occupied[start] = 1;
  // What else there is to be looked at before a state is believed.
  const region = regionOf(parts, H.dims, start);
  const searchable = region.reduce((sum, x) => sum + x, 0) <= SEARCHED;
  const outside = (inside: Uint8Array) =>
    region.reduce((sum, x, level) => sum + (x === 1 && inside[level] === 0 ? 1 : 0), 0);
  let likely = start;
  let size = FIRST;
  let before: Trial | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const inside = graph.grow(occupied, size);
    const levels = Int32Array.from(indicesOf(inside));
    if (levels.length > LARGEST_SHARE * d) return undefined;
    let trial: Trial | undefined;
    const found = solve({
      H: restrict(H, levels, inside).hermitianPart(),
      jumps: jumps.map((L) => restrict(L, levels, inside)),
      levels,
      likely: levels.indexOf(likely),
      judge(rho, norm) {
        const residual = residualOn(parts, levels, rho);
        trial = { size: levels.length, residual, share: residual / norm, rho };
        return trial.share <= LEFT && nothingStays(parts, levels) && !(searchable && outside(inside) > 0);
      },
    });
    if (!trial) return undefined;
    if (found) return { found, levels, residual: trial.residual, unsearched: outside(inside) };
    if (trial.share <= LEFT && nothingStays(parts, levels)) {
      // Given up, though it is small enough, and all has been looked at.
      if (!searchable || outside(inside) === 0) return undefined;
      region.forEach((x, level) => {
        if (x === 1) occupied[level] = 1;
      });
    }
    occupiedLevels([trial.rho], CUT).forEach((weight, k) => {
      if (weight === 1) occupied[levels[k]!] = 1;
    });
    likely = levels[mostPopulated(trial.rho)]!;
    size = Math.max(nextSize(trial, before), occupied.reduce((sum, x) => sum + x, 0) + MARGIN);
    before = trial;
  }
  return undefined;
}

/** The smallest set of levels, by several functions, beyond which that function of the level falls (recurrence.ts): couplings from the first level; quanta of the largest part, with or without those of others. */
function regionOf(parts: Couplings, dims: readonly number[], start: number): Uint8Array {
  const { d, columns } = parts;
  let best: Uint8Array | undefined;
  let least = Number.POSITIVE_INFINITY;
  const consider = (F: Float64Array) => {
    const growing = growingLevels(parts, F);
    const highest = F.reduce(
      (most, x, level) => (growing[level] === 1 ? Math.max(most, x) : most),
      Number.NEGATIVE_INFINITY,
    );
    const region = Uint8Array.from(F, (x) => (x <= highest ? 1 : 0));
    const count = region.reduce((sum, x) => sum + x, 0);
    if (count >= least) return;
    [best, least] = [region, count];
  };
  consider(distancesFrom(d, [columns.G, ...columns.jumps], [start]));
  const largest = dims.indexOf(Math.max(...dims));
  const others = dims.length <= PARTS + 1 ? dims.map((_, part) => part).filter((part) => part !== largest) : [];
  for (let code = 0; code < 3 ** others.length; code++) {
    const weights = dims.map(() => 0);
    weights[largest] = 1;
    others.forEach((part, k) => {
      weights[part] = (Math.floor(code / 3 ** k) % 3) - 1;
    });
    consider(quanta(dims, weights));
  }
  return best!;
}

/** sum of weights times digits, of every level. */
function quanta(dims: readonly number[], weights: readonly number[]): Float64Array {
  return dims.reduce(
    (before, dim, part) =>
      Float64Array.from(
        { length: before.length * dim },
        (_, k) => before[Math.floor(k / dim)]! + weights[part]! * (k % dim),
      ),
    Float64Array.of(0),
  );
}

/** What came of a window. */
interface Trial {
  readonly size: number;
  /** ‖L[rho]‖ on all levels; the same relative to ‖L‖. */
  readonly residual: number;
  readonly share: number;
  readonly rho: Operator;
}

/** Where the residual would be small if it went on falling as it did, which it does or faster. */
function nextSize({ size, share }: Trial, before: Trial | undefined): number {
  const slope = before ? Math.log(before.share / share) / (size - before.size) : 0;
  const missing = slope > 0 ? (STEEPER * Math.log(share / LEFT)) / slope : Number.POSITIVE_INFINITY;
  return Math.ceil(Math.min(GROWTH.most * size, Math.max(GROWTH.least * size, size + missing)));
}

function mostPopulated(rho: Operator): number {
  let best = 0;
  for (let level = 1; level < rho.size; level++) if (rho.get(level, level).re > rho.get(best, best).re) best = level;
  return best;
}

/** A matrix on some levels as one on all. */
export function embedded(rho: Operator, levels: Int32Array, dims: readonly number[]): Operator {
  const elements: [number, number, number, number][] = [];
  rho.forEachNonzero((row, column, re, im) => {
    elements.push([levels[row]!, levels[column]!, re, im]);
  });
  return Operator.fromTriplets(dims, elements);
}

function projector(d: number, level: number): Operator {
  return Operator.fromTriplets([d], [[level, level, 1, 0]]);
}

/** ‖L[rho]‖ of a rho that lives on some levels, computed on all. */
function residualOn({ d, columns }: Couplings, levels: Int32Array, rho: Operator): number {
  // Levels inside, then those that they feed.
  const place = new Int32Array(d).fill(-1);
  const all: number[] = [];
  const visit = (level: number) => {
    if (place[level]! < 0) place[level] = all.push(level) - 1;
  };
  levels.forEach(visit);
  for (const { pointers, indices } of [columns.G, ...columns.jumps]) {
    for (const level of levels) for (let k = pointers[level]!; k < pointers[level + 1]!; k++) visit(indices[k]!);
  }
  const n = all.length;
  const w = levels.length;
  const R = rho.toDense();
  const out = new Float64Array(2 * n * n);
  // left = M R: rows among all, columns inside
  const product = (M: Couplings["columns"]["G"]) => {
    const left = new Float64Array(2 * n * w);
    for (let a = 0; a < w; a++) {
      for (let k = M.pointers[levels[a]!]!; k < M.pointers[levels[a]! + 1]!; k++) {
        const [re, im] = [M.re[k]!, M.im[k]!];
        const row = 2 * w * place[M.indices[k]!]!;
        for (let b = 0; b < w; b++) {
          const [x, y] = [R[2 * (w * a + b)]!, R[2 * (w * a + b) + 1]!];
          left[row + 2 * b]! += re * x - im * y;
          left[row + 2 * b + 1]! += re * y + im * x;
        }
      }
    }
    return left;
  };
  const drift = product(columns.G);
  for (let i = 0; i < n; i++) {
    for (let b = 0; b < w; b++) {
      const [x, y] = [drift[2 * (w * i + b)]!, drift[2 * (w * i + b) + 1]!];
      out[2 * (n * i + b)]! += x;
      out[2 * (n * i + b) + 1]! += y;
      out[2 * (n * b + i)]! += x;
      out[2 * (n * b + i) + 1]! -= y;
    }
  }
  for (const L of columns.jumps) {
    const left = product(L);
    for (let b = 0; b < w; b++) {
      for (let k = L.pointers[levels[b]!]!; k < L.pointers[levels[b]! + 1]!; k++) {
        const [re, im] = [L.re[k]!, -L.im[k]!];
        const column = place[L.indices[k]!]!;
        for (let i = 0; i < n; i++) {
          const [x, y] = [left[2 * (w * i + b)]!, left[2 * (w * i + b) + 1]!];
          out[2 * (n * i + column)]! += re * x - im * y;
          out[2 * (n * i + column) + 1]! += re * y + im * x;
        }
      }
    }
  }
  let sum = 0;
  for (const x of out) sum += x * x;
  return Math.sqrt(sum);
}

/**
 * Whether no enclosure (a space that G and all jumps map into itself, where a stationary state of its own could live: Baumgartner and Narnhofer, J. Phys. A 41 (2008) 395303) lies outside of
 * some levels. With levels outside sorted by how many couplings lead from them inside, it is enough that one operator brings everything at distance m to distance m - 1 without loss, and
 * nothing from further away there: of a vector outside, what is nearest comes nearer with every application, until it is inside.
 */
function nothingStays(parts: Couplings, levels: Int32Array): boolean {
  const distances = distancesFrom(parts.d, [parts.G, ...parts.jumps], levels);
  // Levels that never come inside could hold a state of their own.
  if (distances.some((distance) => distance < 0)) return false;
  return [parts.G, ...parts.jumps].some((X) => bringsNearer(X, distances));
}

/** By rows that have one element only of the levels at a distance: each of those levels needs one at the distance before. */
function bringsNearer({ pointers, indices, re, im }: Sparse, distances: Float64Array): boolean {
  let largest = 0;
  for (let k = 0; k < re.length; k++) largest = Math.max(largest, Math.hypot(re[k]!, im[k]!));
  const brought = new Uint8Array(distances.length);
  for (let row = 0; row < distances.length; row++) {
    const next = distances[row]! + 1;
    let only = -1;
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      const from = indices[k]!;
      if (Math.hypot(re[k]!, im[k]!) === 0 || distances[from]! < next) continue;
      if (distances[from]! > next) return false;
      only = only === -1 && Math.hypot(re[k]!, im[k]!) > CLEAR * largest ? from : -2;
    }
    if (only >= 0) brought[only] = 1;
  }
  return distances.every((distance, level) => distance === 0 || brought[level] === 1);
}

/** How many couplings every level is away from some; -1 where none join them. @param matrices by columns: away from those levels; by rows: towards them */
function distancesFrom(d: number, matrices: readonly Sparse[], levels: Iterable<number>): Float64Array {
  const distances = new Float64Array(d).fill(-1);
  let front = Array.from(levels);
  for (const level of front) distances[level] = 0;
  for (let distance = 1; front.length > 0; distance++) {
    const next: number[] = [];
    for (const level of front) {
      for (const { pointers, indices } of matrices) {
        for (let k = pointers[level]!; k < pointers[level + 1]!; k++) {
          const to = indices[k]!;
          if (distances[to]! >= 0) continue;
          distances[to] = distance;
          next.push(to);
        }
      }
    }
    front = next;
  }
  return distances;
}

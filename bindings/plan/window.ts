/**
 * Levels that carry weight. A truncated oscillator is usually far larger than the state in it: a run then keeps only the levels that
 * matter, watches how fast weight would leave them (the norm of what the generator puts outside), and widens the window, from the
 * state it had, before that would show in the result. The error made is bounded by the integral of that rate, which is kept
 * below a share of the tolerance.
 * @module
 */
import { Operator } from "../operators/operator.ts";
import { type Couplings, couplings, reachesAtMost } from "./coordinates.ts";
import type { Sparse } from "./sparse.ts";

/** Windows are tried from this dimension on, and have this many levels at least, … */
const LEAST_LEVELS = 20;
const LEAST_WINDOW = 16;
/** Elements of rho that are evolved as they are: drawing windows would take as long. */
const FEW_ELEMENTS = 210;
/** … when levels lie in a row: from the initial state to the farthest one, a chain of at least d/DEPTH_SHARE or DEPTH couplings. */
const DEPTH_SHARE = 8;
const DEPTH = 24;
/** A window that would hold more than this share of the levels holds all of them; the same for windows after the second. */
const LARGEST_SHARE = 0.8;
const LATER_SHARE = 0.65;
/** Share of the tolerance for what leaves windows, and for what is cut off when one is drawn. */
const LEAK_SHARE = 0.01;
const CUT_SHARE = 0.002;
/** Levels around those that carry weight, and how much wider than the one before a window is at least, unless the state has become
 * much smaller. */
const MARGIN = { factor: 1.1, levels: 4 };
const GROWTH = 1.2;
/** Every window after the second grows by so much more: a state that keeps spreading is not followed level by level. */
const HASTE = 0.4;
const SHRUNK = 0.6;

/** Rows of rho whose norms tell how fast weight leaves: rate = sum_k weights[k]·‖row levels[k]‖. */
export interface Leak {
  readonly levels: readonly number[];
  readonly weights: readonly number[];
  /** Largest rate allowed. */
  readonly limit: number;
}

/** The problem on some of its levels. */
export interface Windowed {
  readonly levels: Int32Array;
  readonly G: Operator;
  readonly jumps: readonly Operator[];
  readonly states: readonly Operator[];
  readonly functionals: readonly Operator[];
  readonly leak: Leak;
}

export interface WindowPlan {
  /**
   * The problem on the levels that `states` occupy and some more. Undefined when that is nearly all of them.
   * @param progressed whether these states are later ones than those of the window before
   */
  draw(states: readonly Operator[], progressed: boolean): Windowed | undefined;
  /** Told when another method goes on, with all levels. */
  leave?(): void;
}

export interface WindowTolerance {
  /** Absolute error allowed over the whole run. */
  readonly error: number;
  readonly span: number;
  /** Whether few levels are worth more windows on the way to them. */
  readonly tight?: boolean;
}

/** Undefined where windows cannot help. */
export function planWindow(
  G: Operator,
  jumps: readonly Operator[],
  states: readonly Operator[],
  functionals: readonly Operator[],
  tolerance: WindowTolerance,
): WindowPlan | undefined {
  const d = G.size;
  if (d < LEAST_LEVELS) return undefined;
  const parts = couplings(G, jumps);
  if (reachesAtMost(parts, states, FEW_ELEMENTS)) return undefined;
  const graph = new LevelGraph(parts);
  const core = new Uint8Array(d);
  for (const state of states) {
    state.forEachNonzero((row) => {
      core[row] = 1;
    });
  }
  const { depth, reached } = graph.explore(core);
  if (depth < Math.min(d / DEPTH_SHARE, DEPTH)) return undefined;
  let before = 0;
  let drawn = 0;
  const draw = (present: readonly Operator[], progressed: boolean): Windowed | undefined => {
    const occupied = occupiedLevels(present, (CUT_SHARE * tolerance.error) / 4);
    const count = occupied.reduce((sum, x) => sum + x, 0);
    const wanted = Math.max(LEAST_WINDOW, Math.ceil(count * MARGIN.factor) + MARGIN.levels);
    const shrinks = progressed && wanted < SHRUNK * before;
    const haste = tolerance.tight ? 0 : HASTE * Math.max(0, drawn - 1);
    const target = shrinks ? wanted : Math.max(wanted, Math.ceil(before * (GROWTH + haste)));
    const inside = graph.grow(occupied, target);
    const levels = Int32Array.from(indicesOf(inside));
    before = levels.length;
    drawn = shrinks ? 1 : drawn + 1;
    const later = drawn > 2 || tolerance.tight;
    if (levels.length > (later ? LATER_SHARE : LARGEST_SHARE) * reached) return undefined;
    const weights = graph.leakWeights(inside);
    const boundary = Array.from(levels.keys()).filter((k) => weights[levels[k]!]! > 0);
    return {
      levels,
      G: restrict(G, levels, inside),
      jumps: jumps.map((L) => restrict(L, levels, inside)),
      states: present.map((state) => restrict(state, levels, inside)),
      functionals: functionals.map((O) => restrict(O, levels, inside)),
      leak: {
        levels: boundary,
        weights: boundary.map((k) => weights[levels[k]!]!),
        limit: (LEAK_SHARE * tolerance.error) / tolerance.span,
      },
    };
  };
  return { draw };
}

/** Which levels the generator couples. */
export class LevelGraph {
  private readonly d: number;
  private readonly columns: Couplings["columns"];
  private readonly jumpNorms: readonly number[];

  constructor({ d, jumps, columns }: Couplings) {
    this.d = d;
    this.columns = columns;
    this.jumpNorms = jumps.map((L, k) => Math.sqrt(largestSum(L) * largestSum(columns.jumps[k]!)));
  }

  /** Calls `visit` with every level that level `from` feeds. */
  private feed(from: number, visit: (to: number) => void): void {
    for (const { pointers, indices } of [this.columns.G, ...this.columns.jumps]) {
      for (let k = pointers[from]!; k < pointers[from + 1]!; k++) visit(indices[k]!);
    }
  }

  /** Adds the next layer of levels to `inside`; returns them. */
  private layer(inside: Uint8Array, front: readonly number[]): number[] {
    const next: number[] = [];
    for (const from of front) {
      this.feed(from, (to) => {
        if (inside[to] === 1) return;
        inside[to] = 1;
        next.push(to);
      });
    }
    return next;
  }

  /** How many couplings the farthest level is away, and how many levels can be reached. */
  explore(core: Uint8Array): { depth: number; reached: number } {
    const inside = core.slice();
    let depth = -1;
    let reached = 0;
    for (let front = indicesOf(core); front.length > 0; front = this.layer(inside, front)) {
      depth++;
      reached += front.length;
    }
    return { depth, reached };
  }

  /** `core` and layers around it, until there are `target` levels. */
  grow(core: Uint8Array, target: number): Uint8Array {
    const inside = core.slice();
    let front = indicesOf(core);
    let count = front.length;
    while (count < target && front.length > 0) {
      front = this.layer(inside, front);
      count += front.length;
    }
    return inside;
  }

  /**
   * For every level inside, a bound on the rate at which a row of unit norm leaves: 2(‖G_out,a‖ + sum ‖L_out,a‖ ‖L‖), the two from
   * G rho and rho G†, L rho L†.
   */
  leakWeights(inside: Uint8Array): Float64Array {
    const weights = new Float64Array(this.d);
    const outside = ({ pointers, indices, re, im }: Sparse, from: number) => {
      let sum = 0;
      for (let k = pointers[from]!; k < pointers[from + 1]!; k++) {
        if (inside[indices[k]!] === 0) sum += re[k]! ** 2 + im[k]! ** 2;
      }
      return Math.sqrt(sum);
    };
    for (let a = 0; a < this.d; a++) {
      if (inside[a] === 0) continue;
      weights[a] = 2 * outside(this.columns.G, a);
      this.columns.jumps.forEach((L, k) => {
        weights[a]! += 2 * outside(L, a) * this.jumpNorms[k]!;
      });
    }
    return weights;
  }
}

/** Largest sum of |elements| of a row. */
export function largestSum({ pointers, re, im }: Sparse): number {
  let largest = 0;
  for (let i = 0; i + 1 < pointers.length; i++) {
    let sum = 0;
    for (let k = pointers[i]!; k < pointers[i + 1]!; k++) sum += Math.hypot(re[k]!, im[k]!);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** Levels whose rows matter: those with the smallest norms are left out as long as their sum stays below `cut`. */
export function occupiedLevels(states: readonly Operator[], cut: number): Uint8Array {
  const d = states[0]!.size;
  const norms = new Float64Array(d);
  for (const state of states) {
    state.forEachNonzero((row, _column, re, im) => {
      norms[row]! += re ** 2 + im ** 2;
    });
  }
  const order = Array.from(norms.keys()).sort((a, b) => norms[a]! - norms[b]!);
  const occupied = new Uint8Array(d);
  let left = 0;
  for (const level of order) {
    // A row and its column.
    left += 2 * Math.sqrt(norms[level]!);
    if (left > cut) occupied[level] = 1;
  }
  return occupied;
}

export function indicesOf(inside: Uint8Array): number[] {
  const indices: number[] = [];
  inside.forEach((x, k) => {
    if (x === 1) indices.push(k);
  });
  return indices;
}

/** The block of an operator on some of its levels. */
export function restrict(operator: Operator, levels: Int32Array, inside: Uint8Array): Operator {
  const position = new Int32Array(operator.size);
  levels.forEach((level, k) => {
    position[level] = k;
  });
  const elements: [number, number, number, number][] = [];
  operator.forEachNonzero((row, column, re, im) => {
    if (inside[row] === 1 && inside[column] === 1) elements.push([position[row]!, position[column]!, re, im]);
  });
  return Operator.fromTriplets([levels.length], elements);
}

/** A matrix on some levels, row-major and interleaved, as one on all `d` of them. */
export function embed(data: Float64Array, levels: Int32Array, d: number): Float64Array {
  const out = new Float64Array(2 * d * d);
  const n = levels.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const to = 2 * (d * levels[i]! + levels[j]!);
      out[to] = data[2 * (n * i + j)]!;
      out[to + 1] = data[2 * (n * i + j) + 1]!;
    }
  }
  return out;
}

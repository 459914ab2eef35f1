/**
 * Steady states of truncated oscillators and their like on the levels that carry weight, certified on all of them.
 * @module
 */
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { type Couplings, couplings } from "../plan/coordinates.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { planWindow, type Windowed } from "../plan/window.ts";

/** Levels from which on it pays to look for a window, and attempts. */
const LEAST_LEVELS = 32;
const ATTEMPTS = 20;
/** Levels at one distance from the first, on average at most: a row of oscillator levels, each with those of an atom. */
const WIDEST = 4;
/** What is cut off, and what must not leave: beside a state of norm about 1, rounding. */
const ERROR = 1e-14;
const LEFT = 1e-15;

/** The problem on some levels, with jumps that do not leave them. */
export interface LevelProblem {
  readonly H: HermitianOperator;
  readonly jumps: readonly Operator[];
  readonly levels: Int32Array;
}

export interface LevelSolution<T> {
  readonly found: T;
  readonly levels: Int32Array;
  /** ‖L[rho]‖ on all levels. */
  readonly residual: number;
}

/**
 * Solves on windows that grow until L[rho] is as small on all levels as inside, and no other stationary state can live outside. Undefined where the levels do not lie in a row, or
 * carry weight nearly everywhere.
 * @param start the level to begin with
 * @param solve the steady state of a problem on some levels (and its norm ‖L‖); undefined: give it up
 */
export function onLevels<T extends { readonly rho: Operator; readonly norm: number }>(
  H: HermitianOperator,
  jumps: readonly Operator[],
  start: number,
  solve: (problem: LevelProblem) => T | undefined,
): LevelSolution<T> | undefined {
  const d = H.size;
  if (d < LEAST_LEVELS) return undefined;
  const G = noJumpOperator(H, jumps);
  const parts = couplings(G, jumps);
  const farthest = distancesFrom(parts, [start]).reduce((a, b) => Math.max(a, b));
  if (farthest * WIDEST < d) return undefined;
  const window = planWindow(G, jumps, [projector(d, start)], [H], { error: ERROR, span: 1 });
  if (!window) return undefined;
  let state: Operator = projector(d, start);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const windowed: Windowed | undefined = window.draw([state], false);
    if (!windowed) return undefined;
    const { levels } = windowed;
    const found = solve({ H: windowed.functionals[0]!.hermitianPart(), jumps: windowed.jumps, levels });
    if (!found) return undefined;
    const residual = residualOn(parts, levels, found.rho);
    if (residual <= LEFT * found.norm && fallsBack(parts, H, levels)) return { found, levels, residual };
    state = embedded(found.rho, levels, H.dims);
  }
  return undefined;
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
 * Whether nothing stationary can live outside of some levels alone: for F, the distance from them in couplings, L†[F] is negative there (Foster's criterion; for Lindblad equations: Chebotarev
 * and Fagnola, J. Funct. Anal. 153 (1998) 382). By Gershgorin's circles.
 */
function fallsBack(parts: Couplings, H: Operator, levels: Int32Array): boolean {
  const { d, jumps } = parts;
  const F = distancesFrom(parts, levels);
  // Levels that cannot be reached could hold a state of their own.
  if (F.some((distance) => distance < 0)) return false;
  const rows = Array.from({ length: d }, () => new Map<number, [number, number]>());
  const add = (i: number, j: number, re: number, im: number) => {
    const [x, y] = rows[i]!.get(j) ?? [0, 0];
    rows[i]!.set(j, [x + re, y + im]);
  };
  H.forEachNonzero((i, j, re, im) => {
    const step = F[j]! - F[i]!;
    if (F[i]! > 0 && F[j]! > 0 && step !== 0) add(i, j, -im * step, re * step);
  });
  // sum_k conj(L_ki) L_kj (F_k - (F_i + F_j)/2)
  for (const { pointers, indices, re, im } of jumps) {
    for (let k = 0; k < d; k++) {
      for (let p = pointers[k]!; p < pointers[k + 1]!; p++) {
        const i = indices[p]!;
        if (F[i] === 0) continue;
        for (let q = pointers[k]!; q < pointers[k + 1]!; q++) {
          const j = indices[q]!;
          if (F[j] === 0) continue;
          const weight = F[k]! - 0.5 * (F[i]! + F[j]!);
          add(i, j, (re[p]! * re[q]! + im[p]! * im[q]!) * weight, (re[p]! * im[q]! - im[p]! * re[q]!) * weight);
        }
      }
    }
  }
  return rows.every((row, i) => {
    if (F[i] === 0) return true;
    let circle = 0;
    for (const [j, [re, im]] of row) circle += j === i ? re : Math.hypot(re, im);
    return circle < 0;
  });
}

/** How many couplings every level is away from some; -1 where none lead to it. */
function distancesFrom({ d, columns }: Couplings, levels: Iterable<number>): Float64Array {
  const distances = new Float64Array(d).fill(-1);
  let front = Array.from(levels);
  for (const level of front) distances[level] = 0;
  for (let distance = 1; front.length > 0; distance++) {
    const next: number[] = [];
    for (const level of front) {
      for (const { pointers, indices } of [columns.G, ...columns.jumps]) {
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

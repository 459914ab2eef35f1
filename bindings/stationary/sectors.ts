/**
 * Whether states could be stationary outside the coordinates that the maximally mixed state reaches: coherences between sectors that L keeps apart.
 * @module
 */
import { schurForm } from "../kernel/dense.ts";
import { Operator } from "../operators/operator.ts";
import type { Equations } from "./equations.ts";

/** Eigenvalues that differ by less, relative to ‖L‖, may be one. */
const RESOLUTION = 1e-9;
/** An eigenvalue of condition c is wrong by about c times rounding; so much room is left. */
const ROOM = 1e3 * Number.EPSILON;
/** Of ‖L‖: eigenvalues further apart are not one whatever their condition. */
const COARSE = 0.05;

/**
 * Whether every stationary operator lies in the coordinates of `equations`, those of all elements inside of sectors, given that they hold one stationary state only.
 *
 * On the support of the stationary state a stationary operator between two sectors is an intertwiner X of their
 * no-jump parts, G_p X = X G_q (the fixed points of a faithful semigroup are the commutant of H and the jumps: Frigerio, Commun. Math. Phys. 63 (1978) 269); where no
 * eigenvalue of G_p is one of G_q there is none. `undefined`: some are, or near an exceptional point may be for all that rounding tells, which decides nothing.
 */
export function reachesAllStationary(equations: Equations, sectors: readonly (readonly number[])[]): true | undefined {
  const { d, norm, couplings } = equations;
  const limit = RESOLUTION * norm;
  const found: Eigenvalue[] = [];
  const position = new Int32Array(d);
  sectors.forEach((levels, sector) => {
    levels.forEach((level, k) => {
      position[level] = k;
    });
    const n = levels.length;
    const { pointers, indices, re, im } = couplings.G;
    const { T } = schurForm({
      size: n,
      forEachNonzero(visit) {
        levels.forEach((level, row) => {
          for (let k = pointers[level]!; k < pointers[level + 1]!; k++) {
            visit(row, position[indices[k]!]!, re[k]!, im[k]!);
          }
        });
      },
    });
    for (let k = 0; k < n; k++) {
      let error: number | undefined;
      found.push({
        ...{ re: T[2 * (n + 1) * k]!, im: T[2 * (n + 1) * k + 1]!, sector },
        // Of those alone that have a neighbour.
        error() {
          error ??= ROOM * norm * conditionOf(T, n, k);
          return error;
        },
      });
    }
  });
  found.sort((a, b) => a.im - b.im);
  for (let k = 0; k < found.length; k++) {
    const a = found[k]!;
    for (let l = k + 1; l < found.length && found[l]!.im - a.im <= COARSE * norm; l++) {
      const b = found[l]!;
      const distance = Math.hypot(b.re - a.re, b.im - a.im);
      if (b.sector === a.sector || distance > COARSE * norm) continue;
      if (distance <= limit || distance <= a.error() + b.error()) return undefined;
    }
  }
  return true;
}

interface Eigenvalue {
  readonly re: number;
  readonly im: number;
  readonly sector: number;
  /** What rounding may have moved it by. */
  error(): number;
}

/** ‖x‖ ‖y‖ / |yᵀ x| of the right and the left eigenvector of element k of the diagonal of a triangular matrix (Golub and Van Loan, Matrix Computations, section 7.2.2). */
function conditionOf(T: Float64Array, n: number, k: number): number {
  const at = (i: number, j: number) => 2 * (n * i + j);
  const [re, im] = [T[at(k, k)]!, T[at(k, k) + 1]!];
  let size = 0;
  for (const x of T) size = Math.max(size, Math.abs(x));
  const least = Number.EPSILON * size;
  const x = new Float64Array(2 * n);
  x[2 * k] = 1;
  /** x_i = sum / (lambda - T_ii) */
  const set = (i: number, p: number, q: number) => {
    let [a, b] = [re - T[at(i, i)]!, im - T[at(i, i) + 1]!];
    if (Math.hypot(a, b) < least) [a, b] = [least, 0];
    const square = a * a + b * b;
    x[2 * i] = (p * a + q * b) / square;
    x[2 * i + 1] = (q * a - p * b) / square;
  };
  // Both vectors are 1 at k; the right one lies above it, the left one below.
  const squares = [1, 1];
  for (let i = k - 1; i >= 0; i--) {
    let [p, q] = [0, 0];
    for (let j = i + 1; j <= k; j++) {
      const [u, v] = [T[at(i, j)]!, T[at(i, j) + 1]!];
      p += u * x[2 * j]! - v * x[2 * j + 1]!;
      q += u * x[2 * j + 1]! + v * x[2 * j]!;
    }
    set(i, p, q);
    squares[0]! += x[2 * i]! ** 2 + x[2 * i + 1]! ** 2;
  }
  for (let i = k + 1; i < n; i++) {
    let [p, q] = [0, 0];
    for (let j = k; j < i; j++) {
      const [u, v] = [T[at(j, i)]!, T[at(j, i) + 1]!];
      p += u * x[2 * j]! - v * x[2 * j + 1]!;
      q += u * x[2 * j + 1]! + v * x[2 * j]!;
    }
    set(i, p, q);
    squares[1]! += x[2 * i]! ** 2 + x[2 * i + 1]! ** 2;
  }
  return Math.sqrt(squares[0]! * squares[1]!);
}

/** An operator that has every element inside of sectors, real and imaginary part. */
export function sectorBlocks(dims: readonly number[], sectors: readonly (readonly number[])[]): Operator {
  return Operator.fromTriplets(
    dims,
    sectors.flatMap((levels) => levels.flatMap((row) => levels.map((column) => [row, column, 1, 1] as const))),
  );
}

/** Sets of levels that elements (i, j) among the coordinates join. */
export function sectorsOf({ d, places }: Equations): number[][] {
  const parent = Int32Array.from({ length: d }, (_, k) => k);
  const root = (k: number) => {
    let at = k;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  for (const place of places) {
    const column = (place >> 1) % d;
    const row = ((place >> 1) - column) / d;
    if (row !== column) parent[root(row)] = root(column);
  }
  const sectors = new Map<number, number[]>();
  for (let level = 0; level < d; level++) {
    const of = root(level);
    const levels = sectors.get(of);
    if (levels) levels.push(level);
    else sectors.set(of, [level]);
  }
  return [...sectors.values()];
}

/**
 * All stationary operators and all conserved quantities: the kernels of L and of its adjoint on the whole space of Hermitian matrices.
 * @module
 */
import type { RankDecision } from "../errors.ts";
import { realFactors, singularReal } from "../kernel/dense.ts";
import { getKernel } from "../kernel/load.ts";
import { norm } from "../operators/vectors.ts";
import { type RealRows, rowsTimes, transposedRows } from "../plan/rows.ts";
import { type Equations, scattered } from "./equations.ts";

/** Real coordinates at most: a dense matrix of them is factorised. */
export const MOST_COORDINATES = 2304;
/** Of ‖L‖: what is certainly rounding. */
const FLOOR = 1e-15;
/** Shift of the inverse iteration, relative to ‖L‖; steps at most; and by how much another step has to better something. */
const SHIFT = 1e-12;
const STEPS = 30;
const GAIN = 0.5;
const FIRST_VECTORS = 4;

/** Orthonormal bases of both kernels, in coordinates. */
export interface NullSpace {
  readonly right: readonly Float64Array[];
  readonly left: readonly Float64Array[];
  /** Singular values of L that were taken for zero, and that were not (about), in units of ‖L‖. */
  readonly decision: RankDecision;
}

/** @throws {@link TooLargeError} */
export function nullSpace(equations: Equations): NullSpace {
  const { rows, norm: scale, count, resolution } = equations;
  const right = kernelOf(rows, count, scale, resolution);
  const tol = scale > 0 ? resolution / scale : 0;
  return {
    right: right.vectors,
    left: kernelOf(transposedRows(rows), count, scale, resolution).vectors,
    decision: { below: scale > 0 ? right.below / scale : 0, above: scale > 0 ? right.above / scale : 1, tol },
  };
}

/**
 * Inverse iteration on blocks of vectors (Golub and Van Loan, Matrix Computations, section 7.6.1), which grow until something that is not in the kernel is among them.
 */
function kernelOf(
  rows: RealRows,
  n: number,
  scale: number,
  resolution: number,
): { vectors: Float64Array[]; below: number; above: number } {
  if (scale === 0) return { vectors: Array.from({ length: n }, (_, k) => unit(n, k)), below: 0, above: 0 };
  return getKernel().frame((kernel) => {
    const shift = SHIFT * scale;
    const { solve } = realFactors(
      kernel,
      n,
      (add) => {
        for (let row = 0; row < n; row++) {
          add(row, row, shift);
          for (let k = rows.pointers[row]!; k < rows.pointers[row + 1]!; k++)
            add(row, rows.columns[k]!, -rows.values[k]!);
        }
      },
      `the kernel of L on ${n} coordinates`,
    )!;
    for (let count = Math.min(FIRST_VECTORS, n); ; count = Math.min(2 * count, n)) {
      let block = orthonormal(Array.from({ length: count }, (_, k) => scattered(n, 7919 * (k + 1))));
      let before = Number.POSITIVE_INFINITY;
      for (let step = 0; ; step++) {
        block = orthonormal(block.map((x) => solve(x)));
        const { values, vectors } = singularReal(count, n + count, images(rows, block, FLOOR * scale));
        const zeros = values.filter((value) => value <= resolution).length;
        const doubtful = values.reduce((sum, value) => sum + (value <= 1e-6 * scale ? value : 0), 0);
        if (step < STEPS && doubtful < GAIN * before) {
          before = doubtful;
          continue;
        }
        if (zeros === count && count < n) break;
        return {
          vectors: vectors.slice(count - zeros).map((weights) => combination(block, weights)),
          below: zeros > 0 ? values[count - zeros]! : 0,
          above: zeros < count ? values[count - zeros - 1]! : scale,
        };
      }
    }
  });
}

/** Rows: L of each vector, and `floor` in a place of its own: singular values below that are noise, which would not be worth a sweep. */
function images(rows: RealRows, block: readonly Float64Array[], floor: number): Float64Array {
  const n = rows.pointers.length - 1;
  const width = n + block.length;
  const out = new Float64Array(block.length * width);
  block.forEach((x, j) => {
    out[j * width + n + j] = floor;
    rowsTimes(rows, x, out.subarray(j * width, j * width + n));
  });
  return out;
}

function combination(block: readonly Float64Array[], weights: Float64Array): Float64Array {
  const out = new Float64Array(block[0]!.length);
  block.forEach((x, k) => {
    for (let i = 0; i < out.length; i++) out[i]! += weights[k]! * x[i]!;
  });
  return out;
}

/** Gram and Schmidt, twice. */
function orthonormal(vectors: Float64Array[]): Float64Array[] {
  vectors.forEach((x, k) => {
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors.slice(0, k)) {
        let along = 0;
        for (let i = 0; i < x.length; i++) along += x[i]! * other[i]!;
        for (let i = 0; i < x.length; i++) x[i]! -= along * other[i]!;
      }
      const size = norm(x);
      for (let i = 0; i < x.length; i++) x[i]! /= size;
    }
  });
  return vectors;
}

function unit(n: number, k: number): Float64Array {
  const x = new Float64Array(n);
  x[k] = 1;
  return x;
}

/** The projection of x onto the kernel along the range: the limit of exp(L t) x where it exists, its time average else. */
export function project({ right, left }: NullSpace, x: Float64Array): Float64Array {
  const m = right.length;
  const overlap = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  const weights = getKernel().frame((kernel) => {
    const { solve } = realFactors(
      kernel,
      m,
      (add) => {
        left.forEach((l, i) => {
          right.forEach((r, j) => {
            add(i, j, overlap(l, r));
          });
        });
      },
      "a projection",
    )!;
    return solve(Float64Array.from(left, (l) => overlap(l, x)));
  });
  return combination(right, weights);
}

/**
 * Dense linear algebra of the kernel for matrices that live in JavaScript: product, Hermitian eigenproblem.
 * @module
 */
import { ConvergenceError } from "../errors.ts";
import type { Elements } from "./kernel.ts";
import { getKernel } from "./load.ts";

/** A·B of two row-major interleaved d x d matrices. @throws {@link TooLargeError}, {@link NonFiniteError} */
export function multiplyDense(d: number, A: Float64Array, B: Float64Array): Float64Array {
  return getKernel().frame((kernel) => {
    const a = kernel.putMatrix(elements(d, A), "a matrix product");
    const b = kernel.putMatrix(elements(d, B), "a matrix product");
    const c = kernel.allocate(kernel.layout(d).bytes, "a matrix product");
    const scratch = kernel.allocate(kernel.functions.scratchBytes(d), "a matrix product");
    kernel.functions.multiply(d, a, b, c, scratch, 0);
    return kernel.getMatrix(c, d, "matrix product");
  });
}

/** Eigenvalues in increasing order, and the eigenvectors that belong to them. */
export interface Eigensystem {
  readonly values: Float64Array;
  /** Row k (2·d numbers, re and im interleaved) is the eigenvector of `values[k]`, of unit length. */
  readonly vectors: Float64Array[];
}

/** Eigenvalues of a Hermitian matrix in increasing order. @throws {@link TooLargeError}, {@link ConvergenceError} */
export function eigenvaluesHermitian(matrix: Elements): Float64Array {
  return solve(matrix, false).values;
}

/** Eigenvalues and eigenvectors of a Hermitian matrix. @throws {@link TooLargeError}, {@link ConvergenceError} */
export function eigenHermitian(matrix: Elements): Eigensystem {
  return solve(matrix, true);
}

function solve(matrix: Elements, wantVectors: boolean): Eigensystem {
  const n = matrix.size;
  let largest = 0;
  matrix.forEachNonzero((_row, _column, re, im) => {
    largest = Math.max(largest, Math.abs(re), Math.abs(im));
  });
  // Scaled to 1, so that no square over- or underflows.
  const scale = largest > 0 ? 1 / largest : 1;
  return getKernel().frame((kernel) => {
    const what = `the eigenproblem of a ${n} x ${n} matrix`;
    kernel.require(16 * n * n * (wantVectors ? 2 : 1) + 64 * n + 1024, what);
    const a = kernel.allocate(16 * n * n, what);
    const values = kernel.allocate(8 * n, what);
    const vectors = wantVectors ? kernel.allocate(16 * n * n, what) : 0;
    const scratch = kernel.allocate(48 * n, what);
    const { doubles } = kernel;
    matrix.forEachNonzero((row, column, re, im) => {
      doubles[a / 8 + row * n + column] = re * scale;
      doubles[a / 8 + n * n + row * n + column] = im * scale;
    });
    if (kernel.functions.eigenHermitian(n, a, values, vectors, scratch) !== 0) {
      throw new ConvergenceError(`${what}: no convergence; is it Hermitian?`);
    }
    return {
      values: doubles.slice(values / 8, values / 8 + n).map((x) => x / scale),
      vectors: Array.from({ length: wantVectors ? n : 0 }, (_, k) => {
        const vector = new Float64Array(2 * n);
        for (let i = 0; i < n; i++) {
          vector[2 * i] = doubles[vectors / 8 + k * n + i]!;
          vector[2 * i + 1] = doubles[vectors / 8 + n * n + k * n + i]!;
        }
        return vector;
      }),
    };
  });
}

/** A = U T U†, T upper triangular, U unitary (row-major, interleaved). @throws {@link TooLargeError}, {@link ConvergenceError} */
export function schurForm(matrix: Elements): { T: Float64Array; U: Float64Array } {
  const d = matrix.size;
  const what = `the Schur form of a ${d} x ${d} matrix`;
  return getKernel().frame((kernel) => {
    const T = kernel.putMatrix(matrix, what);
    const U = kernel.allocate(kernel.layout(d).bytes, what);
    const scratch = kernel.allocate(8 * kernel.functions.schurScratch(d), what);
    if (!kernel.functions.schur(d, T, U, scratch)) throw new ConvergenceError(`${what}: no convergence`);
    return { T: kernel.getMatrix(T, d, what), U: kernel.getMatrix(U, d, what) };
  });
}

/**
 * x with A x = b, A real, n x n, row-major; and the smallest pivot over the largest: near rounding when A is singular. Undefined when it is
 * exactly so. @throws {@link TooLargeError}
 */
export function solveReal(
  n: number,
  A: Float64Array,
  b: Float64Array,
): { x: Float64Array; pivotRatio: number } | undefined {
  const what = `${n} linear equations`;
  // The kernel's rows are padded (assembly/linalg/expm.ts).
  const size = Math.ceil(n / 8) * 8;
  const stride = size % 32 === 0 ? size + 8 : size;
  return getKernel().frame((kernel) => {
    kernel.require(8 * size * stride + 16 * size + 4096, what);
    const matrix = kernel.allocate(8 * size * stride, what);
    const pivots = kernel.allocate(4 * size, what);
    const x = kernel.allocate(8 * size, what);
    const { doubles } = kernel;
    for (let i = 0; i < size; i++) {
      if (i < n) doubles.set(A.subarray(i * n, (i + 1) * n), matrix / 8 + i * stride);
      else doubles[matrix / 8 + i * stride + i] = 1;
    }
    doubles.set(b, x / 8);
    if (!kernel.functions.factorise(size, matrix, pivots)) return undefined;
    const diagonal = Array.from({ length: n }, (_, i) => Math.abs(doubles[matrix / 8 + i * stride + i]!));
    kernel.functions.solveFactorised(size, matrix, pivots, x);
    const pivotRatio = diagonal.reduce((a, c) => Math.min(a, c)) / diagonal.reduce((a, c) => Math.max(a, c));
    return { x: doubles.slice(x / 8, x / 8 + n), pivotRatio };
  });
}

function elements(size: number, data: Float64Array): Elements {
  return {
    size,
    forEachNonzero(visit) {
      for (let row = 0, k = 0; row < size; row++) {
        for (let column = 0; column < size; column++, k += 2) visit(row, column, data[k]!, data[k + 1]!);
      }
    },
  };
}

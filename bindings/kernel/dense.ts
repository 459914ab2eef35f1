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

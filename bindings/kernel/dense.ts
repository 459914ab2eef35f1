/**
 * Dense linear algebra of the kernel for matrices that live in JavaScript: product, Hermitian eigenproblem, Schur form, linear equations,
 * exponential, singular values.
 * @module
 */
import { ConvergenceError, NonFiniteError } from "../errors.ts";
import type { Elements, Kernel } from "./kernel.ts";
import { getKernel } from "./load.ts";

/** Matrices of scratch of the exponential (assembly/linalg/expm.ts). */
const EXPM_MATRICES = 5;

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

/** LU factors of a real matrix; valid inside the frame they were made in. */
export interface RealFactors {
  /** The smallest pivot over the largest: near rounding when the matrix is singular. */
  readonly pivotRatio: number;
  /** A⁻¹ x */
  solve(x: Float64Array): Float64Array;
}

/**
 * LU factors, with rows exchanged, of the n x n matrix that `fill` adds up element by element. Undefined when it is exactly singular.
 * @throws {@link TooLargeError}
 */
export function realFactors(
  kernel: Kernel,
  n: number,
  fill: (add: (row: number, column: number, value: number) => void) => void,
  what: string,
): RealFactors | undefined {
  const { size, stride } = realLayout(n);
  kernel.require(8 * size * stride + 16 * size + 4096, what);
  const matrix = kernel.allocate(8 * size * stride, what);
  const pivots = kernel.allocate(4 * size, what);
  const at = kernel.allocate(8 * size, what);
  const { doubles } = kernel;
  fill((row, column, value) => {
    doubles[matrix / 8 + row * stride + column]! += value;
  });
  for (let i = n; i < size; i++) doubles[matrix / 8 + i * stride + i] = 1;
  if (!kernel.functions.factorise(size, matrix, pivots)) return undefined;
  const diagonal = Array.from({ length: n }, (_, i) => Math.abs(doubles[matrix / 8 + i * stride + i]!));
  return {
    pivotRatio: diagonal.reduce((a, c) => Math.min(a, c)) / diagonal.reduce((a, c) => Math.max(a, c)),
    solve(x) {
      kernel.doubles.set(x, at / 8);
      kernel.functions.solveFactorised(size, matrix, pivots, at);
      return kernel.doubles.slice(at / 8, at / 8 + n);
    },
  };
}

/**
 * x with A x = b, A real, n x n, row-major; and the pivot ratio. Undefined when A is exactly singular. @throws {@link TooLargeError}
 */
export function solveReal(
  n: number,
  A: Float64Array,
  b: Float64Array,
): { x: Float64Array; pivotRatio: number } | undefined {
  return getKernel().frame((kernel) => {
    const fill = (add: (row: number, column: number, value: number) => void) => {
      for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) add(i, j, A[k]!);
    };
    const factors = realFactors(kernel, n, fill, `${n} linear equations`);
    return factors && { x: factors.solve(b), pivotRatio: factors.pivotRatio };
  });
}

/**
 * exp(t·A), A real, n x n, row-major. @throws {@link TooLargeError}, {@link NonFiniteError}
 */
export function exponentialReal(n: number, A: Float64Array, t: number): Float64Array {
  const what = `the exponential of a ${n} x ${n} matrix`;
  const { size, stride } = realLayout(n);
  return getKernel().frame((kernel) => {
    const bytes = 8 * size * stride;
    kernel.require((2 + EXPM_MATRICES) * bytes + 4096, what);
    const [matrix, out] = [kernel.allocate(bytes, what), kernel.allocate(bytes, what)];
    const scratch = kernel.allocate(EXPM_MATRICES * bytes, what);
    for (let i = 0; i < n; i++) kernel.doubles.set(A.subarray(i * n, (i + 1) * n), matrix / 8 + i * stride);
    kernel.functions.expm(size, matrix, t, out, scratch);
    const exponential = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      exponential.set(kernel.doubles.subarray(out / 8 + i * stride, out / 8 + i * stride + n), i * n);
    }
    if (!exponential.every(Number.isFinite)) throw new NonFiniteError(what, undefined, "the result is not finite");
    return exponential;
  });
}

/** Singular values in decreasing order, and the left singular vectors (orthonormal, of m numbers) that belong to them. */
export interface SingularSystem {
  readonly values: Float64Array;
  readonly vectors: Float64Array[];
}

/**
 * Singular values of a real matrix of m rows and n columns, row-major; those at rounding are as exact as the largest.
 * @throws {@link TooLargeError}, {@link ConvergenceError}
 */
export function singularReal(m: number, n: number, A: Float64Array): SingularSystem {
  const what = `the singular values of a ${m} x ${n} matrix`;
  const largest = A.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  const scale = largest > 0 ? 1 / largest : 1;
  const width = n + (n % 2);
  const length = width + m + (m % 2);
  return getKernel().frame((kernel) => {
    const rows = kernel.allocate(8 * m * length + 8, what);
    const row = (i: number, from: number, to: number) =>
      kernel.doubles.subarray(rows / 8 + i * length + from, rows / 8 + i * length + to);
    for (let i = 0; i < m; i++) {
      row(i, 0, n).set(A.subarray(i * n, (i + 1) * n).map((x) => x * scale));
      row(i, width + i, width + i + 1)[0] = 1;
    }
    if (kernel.functions.orthogonaliseRows(m, width, length, rows) === 0) {
      throw new ConvergenceError(`${what}: no convergence`);
    }
    const found = Array.from({ length: m }, (_, i) => ({
      value: Math.sqrt(row(i, 0, n).reduce((sum, x) => sum + x * x, 0)) / scale,
      vector: row(i, width, width + m).slice(),
    })).sort((p, q) => q.value - p.value);
    return {
      values: Float64Array.from(found, ({ value }) => value),
      vectors: found.map(({ vector }) => vector),
    };
  });
}

/** Rows of the kernel's real matrices are padded (assembly/linalg/expm.ts). */
export function realLayout(n: number): { size: number; stride: number } {
  const size = Math.ceil(n / 8) * 8;
  return { size, stride: size % 32 === 0 ? size + 8 : size };
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

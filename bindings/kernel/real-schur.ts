/**
 * Schur form and resolvents of real matrices that live in JavaScript.
 * @module
 */
import { ConvergenceError } from "../errors.ts";
import type { Complex } from "../operators/complex.ts";
import { realLayout } from "./dense.ts";
import type { Kernel } from "./kernel.ts";
import { getKernel } from "./load.ts";

/** A = Z T Zᵀ, Z orthogonal, T triangular but for blocks of conjugate pairs, [[a, b], [c, a]] with b c < 0. */
export interface RealSchurForm {
  readonly n: number;
  /** n x n, row-major. */
  readonly T: Float64Array;
  /** Zᵀ, n x n, row-major. */
  readonly Zt: Float64Array;
}

/** @param A n x n, row-major @throws {@link TooLargeError}, {@link ConvergenceError} */
export function realSchurForm(n: number, A: Float64Array): RealSchurForm {
  const what = describe(n);
  return getKernel().frame((kernel) => {
    const { a, q } = reduced(kernel, n, A, what);
    const scratch = kernel.allocate(8 * Math.max(kernel.functions.realSchurScratch(), n + 8), what);
    kernel.functions.formTranspose(n, q, scratch);
    if (!kernel.functions.realSchur(n, a, q, scratch)) throw new ConvergenceError(`${what}: no convergence`);
    return { n, T: takeReal(kernel, n, a), Zt: takeReal(kernel, n, q) };
  });
}

/** The eigenvalues of a real matrix; of a conjugate pair the one with the positive imaginary part comes first. @param A n x n, row-major @throws {@link TooLargeError}, {@link ConvergenceError} */
export function eigenvaluesReal(n: number, A: Float64Array): Complex[] {
  const what = describe(n);
  return getKernel().frame((kernel) => {
    const { a } = reduced(kernel, n, A, what);
    const scratch = kernel.allocate(8 * kernel.functions.realSchurScratch(), what);
    if (!kernel.functions.realSchur(n, a, 0, scratch)) throw new ConvergenceError(`${what}: no convergence`);
    return eigenvaluesOf(n, kernel.doubles.subarray(a / 8), realLayout(n).stride);
  });
}

/** The eigenvalues, and what vectors are found from. */
export interface ReducedMatrix {
  readonly values: readonly Complex[];
  /** ‖A‖ (Frobenius) */
  readonly norm: number;
  /** Vectors r, l of unit length, re and im interleaved, with A r = lambda r, lᵀ A = lambda lᵀ, by inverse iteration for each eigenvalue; undefined where not all of them are exact to rounding. */
  vectors(values: readonly Complex[]): { right: Float64Array; left: Float64Array }[] | undefined;
}

/** Residual of an eigenvector that rounding explains, in units of rounding and of ‖A‖. */
const ROUNDINGS = 50;

/** @param A n x n, row-major @throws {@link TooLargeError}, {@link ConvergenceError} */
export function reduceReal(n: number, A: Float64Array): ReducedMatrix {
  const what = describe(n);
  return getKernel().frame((kernel) => {
    const { functions } = kernel;
    const { a, q, bytes } = reduced(kernel, n, A, what);
    const copy = (pointer: number) => kernel.doubles.slice(pointer / 8, (pointer + bytes) / 8);
    const [H, reflections] = [copy(a), copy(q)];
    const norm = functions.norm(a, bytes / 8);
    const scratch = kernel.allocate(8 * functions.realSchurScratch(), what);
    if (!functions.realSchur(n, a, 0, scratch)) throw new ConvergenceError(`${what}: no convergence`);
    const { stride } = realLayout(n);
    return {
      norm,
      values: eigenvaluesOf(n, kernel.doubles.subarray(a / 8), stride),
      vectors: (values) => getKernel().frame((open) => vectorsOf(open, n, H, reflections, norm, values, what)),
    };
  });
}

function vectorsOf(
  kernel: Kernel,
  n: number,
  H: Float64Array,
  reflections: Float64Array,
  norm: number,
  values: readonly Complex[],
  what: string,
) {
  const { functions } = kernel;
  const [h, q] = [kernel.putDoubles(H, what), kernel.putDoubles(reflections, what)];
  const { size } = realLayout(n);
  const out = kernel.allocate(32 * size, what);
  const scratch = kernel.allocate(8 * functions.inverseIterationScratch(n), what);
  const tolerance = Math.max(ROUNDINGS * Number.EPSILON * norm, Number.MIN_VALUE);
  const interleaved = (pointer: number) => {
    const { doubles } = kernel;
    const vector = new Float64Array(2 * n);
    for (let k = 0, at = pointer / 8; k < n; k++, at++) {
      vector[2 * k] = doubles[at]!;
      vector[2 * k + 1] = doubles[at + size]!;
    }
    return vector;
  };
  const all: { right: Float64Array; left: Float64Array }[] = [];
  for (const { re, im } of values) {
    if (!functions.eigenvectors(n, h, q, re, im, tolerance, out, scratch)) return undefined;
    all.push({ right: interleaved(out), left: interleaved(out + 16 * size) });
  }
  return all;
}

/** Those on the diagonal of T, whose rows are `stride` numbers apart. */
export function eigenvaluesOf(n: number, T: Float64Array, stride = n): Complex[] {
  const values: Complex[] = [];
  for (let k = 0; k < n; k++) {
    const at = (stride + 1) * k;
    const below = k + 1 < n ? T[at + stride]! : 0;
    if (below === 0) {
      values.push({ re: T[at]!, im: 0 });
      continue;
    }
    const im = Math.sqrt(Math.abs(T[at + 1]!)) * Math.sqrt(Math.abs(below));
    values.push({ re: T[at]!, im }, { re: T[at + stride + 1]!, im: -im });
    k++;
  }
  return values;
}

/**
 * gᵀ (i w - A)⁻¹ y, re and im interleaved, at all frequencies w: one Hessenberg form, then some n² multiplications for each of them. Not numbers where i w - A is singular.
 * @param A n x n, row-major
 * @param g, y real and imaginary part
 * @throws {@link TooLargeError}
 */
export function resolventsReal(
  n: number,
  A: Float64Array,
  g: readonly [Float64Array, Float64Array],
  y: readonly [Float64Array, Float64Array],
  frequencies: Float64Array,
): Float64Array {
  const what = `the resolvent of a ${n} x ${n} matrix`;
  return getKernel().frame((kernel) => {
    const { functions } = kernel;
    const { a, q } = reduced(kernel, n, A, what);
    const { size } = realLayout(n);
    const count = frequencies.length + (frequencies.length % 2);
    const [left, right] = [g, y].map((parts) => {
      const pointer = kernel.allocate(16 * size, what);
      parts.forEach((part, k) => {
        kernel.doubles.set(part, pointer / 8 + k * size);
        functions.reflectVector(n, q, pointer + 8 * k * size);
      });
      return pointer;
    }) as [number, number];
    const at = kernel.allocate(8 * count + 8, what);
    kernel.doubles.set(frequencies, at / 8);
    const values = kernel.allocate(16 * count + 8, what);
    const scratch = kernel.allocate(8 * functions.resolventScratch(n), what);
    functions.resolvents(n, a, left, right, count, at, values, scratch);
    return kernel.doubles.slice(values / 8, values / 8 + 2 * frequencies.length);
  });
}

/** The Hessenberg form at `a`, and its reflections at `q`. */
function reduced(kernel: Kernel, n: number, A: Float64Array, what: string): { a: number; q: number; bytes: number } {
  const { size, stride } = realLayout(n);
  // One row more (assembly/linalg/real-schur.ts).
  const bytes = 8 * (size + 1) * stride;
  kernel.require(2 * bytes + 64 * (size + 8), what);
  const [a, q] = [kernel.allocate(bytes, what), kernel.allocate(bytes, what)];
  for (let i = 0; i < n; i++) kernel.doubles.set(A.subarray(i * n, (i + 1) * n), a / 8 + i * stride);
  const scratch = kernel.allocate(8 * kernel.functions.hessenbergScratch(n), what);
  kernel.functions.hessenberg(n, a, q, scratch);
  return { a, q, bytes };
}

function takeReal(kernel: Kernel, n: number, pointer: number): Float64Array {
  const { stride } = realLayout(n);
  const out = new Float64Array(n * n);
  for (let i = 0, at = pointer / 8; i < n; i++, at += stride) out.set(kernel.doubles.subarray(at, at + n), i * n);
  return out;
}

function describe(n: number): string {
  return `the Schur form of a ${n} x ${n} matrix`;
}

/**
 * GMRES on vectors in the kernel's memory (Saad and Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856).
 * @module
 */
import type { Kernel } from "../kernel/kernel.ts";
import { norm } from "../operators/vectors.ts";

/** Cycles at most; each has to halve the residual. */
const CYCLES = 8;
const GAIN = 0.5;

/** A map on vectors of doubles at pointers, out = A x, and room for a Krylov space of it; valid inside the frame it was made in. */
export class Gmres {
  readonly #kernel: Kernel;
  readonly #length: number;
  readonly #vectors: number;
  readonly #apply: (x: number, out: number) => void;
  readonly #basis: number;
  readonly #column: number;
  readonly #step: number;

  /**
   * @param length doubles of a vector, a multiple of four
   * @param vectors of one cycle
   * @throws {@link TooLargeError}
   */
  constructor(kernel: Kernel, length: number, vectors: number, apply: (x: number, out: number) => void, what: string) {
    kernel.require(Gmres.bytes(length, vectors), what);
    this.#kernel = kernel;
    this.#length = length;
    this.#vectors = vectors;
    this.#apply = apply;
    this.#basis = kernel.allocate(8 * length * (vectors + 1), what);
    this.#column = kernel.allocate(8 * (vectors + 2), what);
    this.#step = kernel.allocate(8 * length, what);
  }

  static bytes(length: number, vectors: number): number {
    return 8 * length * (vectors + 2) + 8 * (vectors + 2) + 1024;
  }

  /**
   * Solves A x = b in cycles, from the residual at `residual`.
   * @param accept adds the solution of one cycle to x, and writes what is left of b then to `residual`
   * @returns the norm of what is left
   */
  solve(residual: number, tolerance: number, accept: (step: number) => void): number {
    const kernel = this.#kernel;
    const { functions } = kernel;
    const length = this.#length;
    const bytes = 8 * length;
    let left = this.norm(residual);
    for (let cycle = 0; cycle < CYCLES && left > tolerance; cycle++) {
      kernel.doubles.copyWithin(this.#basis / 8, residual / 8, residual / 8 + length);
      const weights = this.#cycle(left, tolerance);
      kernel.doubles.fill(0, this.#step / 8, this.#step / 8 + length);
      weights.forEach((weight, k) => {
        functions.addVector(this.#step, weight, this.#basis + k * bytes, length);
      });
      accept(this.#step);
      const before = left;
      left = this.norm(residual);
      if (!(left < GAIN * before)) break;
    }
    return left;
  }

  norm(x: number): number {
    return norm(this.#kernel.doubles.subarray(x / 8, x / 8 + this.#length));
  }

  /** Arnoldi's method from the residual, the first vector of the basis; the least-squares problem is kept triangular by rotations. Returns the weights of the vectors in the solution. */
  #cycle(residual: number, tolerance: number): Float64Array {
    const kernel = this.#kernel;
    const { functions } = kernel;
    const basis = this.#basis;
    const column = this.#column;
    const length = this.#length;
    const bytes = 8 * length;
    functions.scaleVector(basis, 1 / residual, length);
    const columns: Float64Array[] = [];
    const cosines: number[] = [];
    const sines: number[] = [];
    const g = [residual];
    for (let j = 0; j < this.#vectors; j++) {
      const from = basis + j * bytes;
      const to = from + bytes;
      this.#apply(from, to);
      kernel.doubles.fill(0, column / 8, column / 8 + j + 1);
      // Once is enough for GMRES (Paige, Rozloznik and Strakos, SIAM J. Matrix Anal. Appl. 28 (2006) 264).
      const rest = functions.orthogonaliseOnce(to, basis, j + 1, length, column);
      const h = kernel.doubles.slice(column / 8, column / 8 + j + 1);
      for (let k = 0; k < j; k++) {
        const [p, q] = [h[k]!, h[k + 1]!];
        h[k] = cosines[k]! * p + sines[k]! * q;
        h[k + 1] = cosines[k]! * q - sines[k]! * p;
      }
      const head = Math.hypot(h[j]!, rest);
      if (!(head > 0)) break;
      cosines.push(h[j]! / head);
      sines.push(rest / head);
      h[j] = head;
      columns.push(h);
      g.push(-sines[j]! * g[j]!);
      g[j] = cosines[j]! * g[j]!;
      if (Math.abs(g[j + 1]!) <= 0.5 * tolerance || rest === 0) break;
      functions.scaleVector(to, 1 / rest, length);
    }
    const m = columns.length;
    const weights = Float64Array.from(g.slice(0, m));
    for (let j = m - 1; j >= 0; j--) {
      weights[j]! /= columns[j]![j]!;
      for (let k = 0; k < j; k++) weights[k]! -= columns[j]![k]! * weights[j]!;
    }
    return weights;
  }
}

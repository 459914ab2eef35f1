/**
 * Eigenvalues next to zero of a large matrix by the Krylov-Schur method (Stewart, SIAM J. Matrix Anal. Appl. 23 (2001) 601) for its inverse: Arnoldi's method with restarts from the
 * Schur vectors of the largest Ritz values.
 * @module
 */
import { ConvergenceError, TooLargeError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { eigenvaluesOf, realSchurForm } from "../kernel/real-schur.ts";
import type { Complex } from "../operators/complex.ts";
import { normalised } from "./eigenvectors.ts";
import { scattered } from "./equations.ts";
import { orderedSchurForm } from "./schur-order.ts";
import { schurVectors } from "./schur-vectors.ts";

/** Vectors besides twice those wanted; the share of free memory for them; cycles. */
const MORE = 24;
const MEMORY = 0.4;
const MOST_CYCLES = 200;
/** Residual of an eigenpair of the inverse, relative to its eigenvalue, at which it is taken; and at which it is known well enough to be left out. */
const CONVERGED = 1e-11;
const ROUGH = 1e-3;
/** What is left of a vector, relative to what it was, when the space leads nowhere else. */
const CLOSED = 1e-13;
/** Moduli that differ by less, relatively, tell nothing new. */
const SAME = 1e-8;

export interface Inverted {
  readonly count: number;
  /** A⁻¹ x, but for its part in a subspace that is known. */
  solve(x: Float64Array): Float64Array;
  /** Takes that part from x. */
  deflate(x: Float64Array): void;
}

/** An eigenvalue of A, and a unit vector (re and im interleaved) with A x = lambda x. */
export interface Found {
  readonly value: Complex;
  readonly vector: Float64Array;
}

/**
 * The `wanted` eigenvalues nearest to zero (one more where only one of a conjugate pair is among them), as often as they are there: a Krylov space holds one vector of each eigenvalue, so that once they
 * have converged another start, orthogonal to what was found, looks for what the first did not hold, until nothing comes.
 * @throws {@link ConvergenceError}, {@link TooLargeError}
 */
export function nearestToZero(kernel: Kernel, operator: Inverted, wanted: number, where: string): Found[] {
  const space = new KrylovSpace(kernel, operator, 2 * wanted + MORE, where);
  let seen: Float64Array | undefined;
  let seed = 1;
  space.begin(seed);
  for (let cycle = 0; ; cycle++) {
    space.extend();
    const ritz = space.order();
    const enough = Math.min(ritz.length, completed(ritz, Math.min(wanted, ritz.length)));
    const isGood = (tolerance: number, count: number) =>
      ritz.slice(0, count).every((pair) => pair.residual <= tolerance);
    if (space.isWhole || (isGood(CONVERGED, enough) && (space.isClosed || isGood(ROUGH, enough + 1)))) {
      const sizes = Float64Array.from(ritz.slice(0, enough), ({ size }) => size);
      const before = seen;
      const isNew = before?.length !== enough || sizes.some((size, k) => Math.abs(size - before[k]!) > SAME * size);
      if (space.isWhole || (!isNew && !(space.isClosed && enough < wanted)))
        return ritz.slice(0, enough).map((pair) => space.lift(pair));
      seen = sizes;
      space.lock(enough);
      space.begin(++seed);
      continue;
    }
    if (cycle === MOST_CYCLES) {
      const good = ritz.findIndex(({ residual }) => residual > CONVERGED);
      throw new ConvergenceError(`${where}: ${good} of ${wanted} eigenvalues have converged in ${cycle} restarts`);
    }
    if (space.isClosed) {
      // Nothing else is to be had from this start.
      space.lock(ritz.length);
      space.begin(++seed);
    } else {
      space.restart(completed(ritz, Math.min(ritz.length - 2, enough + ((ritz.length - enough) >> 1))));
    }
  }
}

/** An eigenvalue of the inverse in the space. */
interface Ritz {
  readonly value: Complex;
  readonly size: number;
  /** Relative to its size. */
  readonly residual: number;
  /** In the basis of Schur vectors, re and im interleaved. */
  readonly vector: Float64Array;
}

/** `count`, and one more where that splits a pair. */
function completed(ritz: readonly Ritz[], count: number): number {
  return count > 0 && count < ritz.length && ritz[count - 1]!.value.im > 0 ? count + 1 : count;
}

/** A⁻¹ V = V B + v bᵀ with orthonormal V, v (Stewart's Krylov decomposition). */
class KrylovSpace {
  readonly #kernel: Kernel;
  readonly #operator: Inverted;
  readonly #most: number;
  readonly #padded: number;
  /** Of the vectors, and of those that replace them. */
  #basis: number;
  #other: number;
  readonly #column: number;
  #size = 0;
  #B: Float64Array = new Float64Array();
  #b: Float64Array = new Float64Array();
  /** Whether the space leads nowhere else; and whether it is everything. */
  isClosed = false;
  isWhole = false;

  constructor(kernel: Kernel, operator: Inverted, most: number, where: string) {
    const { count } = operator;
    this.#kernel = kernel;
    this.#operator = operator;
    this.#padded = Math.ceil(count / 8) * 8;
    const bytes = 8 * this.#padded;
    this.#most = Math.min(count, most);
    if ((2 * this.#most + 2) * bytes > MEMORY * kernel.available) {
      throw new TooLargeError((2 * this.#most + 2) * bytes, MEMORY * kernel.available, where);
    }
    this.#basis = kernel.allocate((this.#most + 1) * bytes, where);
    this.#other = kernel.allocate((this.#most + 1) * bytes, where);
    this.#column = kernel.allocate(8 * (this.#most + 2), where);
  }

  #vector(k: number): Float64Array {
    const at = this.#basis / 8 + k * this.#padded;
    return this.#kernel.doubles.subarray(at, at + this.#operator.count);
  }

  /** Takes from vector number k its parts along those before it, and makes it a unit vector; what was taken, and what is left. */
  #orthonormalise(k: number): Float64Array {
    const { functions } = this.#kernel;
    const [column, at] = [this.#column, this.#basis + 8 * k * this.#padded];
    this.#kernel.doubles.fill(0, column / 8, column / 8 + k + 1);
    const before = functions.norm(at, this.#padded);
    const rest = functions.orthogonaliseTwice(at, this.#basis, k, this.#padded, column);
    this.isClosed = !(rest > CLOSED * before);
    if (!this.isClosed) functions.scaleVector(at, 1 / rest, this.#padded);
    const parts = this.#kernel.doubles.slice(column / 8, column / 8 + k + 1);
    parts[k] = this.isClosed ? 0 : rest;
    return parts;
  }

  /** A start besides what is there. */
  begin(seed: number): void {
    const start = scattered(this.#operator.count, seed);
    this.#operator.deflate(start);
    this.#vector(this.#size).set(start);
    this.#orthonormalise(this.#size);
    this.isWhole = this.isClosed;
    this.#b = new Float64Array(this.#size);
  }

  /** Applies the inverse until the space is as large as it may be. */
  extend(): void {
    const from = this.#size;
    if (this.isClosed || from === this.#most) return;
    const columns: Float64Array[] = [];
    let size = from;
    while (size < this.#most && !this.isClosed) {
      const image = this.#operator.solve(this.#vector(size));
      size++;
      this.#vector(size).set(image);
      columns.push(this.#orthonormalise(size));
    }
    const B = new Float64Array(size * size);
    for (let i = 0; i < from; i++) {
      B.set(this.#B.subarray(i * from, (i + 1) * from), i * size);
      B[from * size + i] = this.#b[i]!;
    }
    columns.forEach((parts, k) => {
      for (let i = 0; i < Math.min(parts.length, size); i++) B[i * size + from + k]! += parts[i]!;
    });
    this.#b = new Float64Array(size);
    this.#b[size - 1] = columns.at(-1)![size]!;
    this.#B = B;
    this.#size = size;
  }

  /** Makes V the Schur vectors, by decreasing modulus of their Ritz values. */
  order(): Ritz[] {
    const n = this.#size;
    const form = orderedSchurForm(realSchurForm(n, this.#B), ({ re, im }) => Math.hypot(re, im));
    this.#combine(form.Zt, n);
    this.#B = form.T;
    this.#b = Float64Array.from({ length: n }, (_, i) =>
      this.#b.reduce((sum, x, j) => sum + x * form.Zt[n * i + j]!, 0),
    );
    const values = eigenvaluesOf(n, form.T);
    const unit = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
    return values.map((value, k) => {
      const vector = normalised(schurVectors({ n, T: form.T, Zt: unit }, values, k, CONVERGED).right);
      let [re, im] = [0, 0];
      for (let i = 0; i < n; i++) {
        re += this.#b[i]! * vector[2 * i]!;
        im += this.#b[i]! * vector[2 * i + 1]!;
      }
      const size = Math.hypot(value.re, value.im);
      return { value, vector, size, residual: Math.hypot(re, im) / size };
    });
  }

  /** Vector i of the first `count`: sum_j rows_ij v_j. What lies behind the space comes after them. */
  #combine(rows: Float64Array, count: number): void {
    const { functions } = this.#kernel;
    const n = this.#size;
    const bytes = 8 * this.#padded;
    this.#kernel.doubles.fill(0, this.#other / 8, this.#other / 8 + count * this.#padded);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < n; j++) {
        const factor = rows[n * i + j]!;
        if (factor !== 0) functions.addVector(this.#other + i * bytes, factor, this.#basis + j * bytes, this.#padded);
      }
    }
    const next = this.#basis / 8 + n * this.#padded;
    this.#kernel.doubles.copyWithin(this.#other / 8 + count * this.#padded, next, next + this.#padded);
    [this.#basis, this.#other] = [this.#other, this.#basis];
  }

  /** Keeps the first `count` Schur vectors and the vector behind the space. */
  restart(count: number): void {
    const { doubles } = this.#kernel;
    const next = this.#basis / 8 + this.#size * this.#padded;
    doubles.copyWithin(this.#basis / 8 + count * this.#padded, next, next + this.#padded);
    this.#truncate(count);
  }

  /** Keeps the first `count` Schur vectors, which span an invariant subspace. */
  lock(count: number): void {
    this.#truncate(count);
    this.isClosed = false;
  }

  #truncate(count: number): void {
    const n = this.#size;
    const B = new Float64Array(count * count);
    for (let i = 0; i < count; i++) B.set(this.#B.subarray(i * n, i * n + count), i * count);
    this.#B = B;
    this.#b = this.#b.slice(0, count);
    this.#size = count;
  }

  lift({ value: { re, im }, size, vector }: Ritz): Found {
    const out = new Float64Array(2 * this.#operator.count);
    for (let j = 0; j < this.#size; j++) {
      const [p, q] = [vector[2 * j]!, vector[2 * j + 1]!];
      if (p === 0 && q === 0) continue;
      this.#vector(j).forEach((x, k) => {
        out[2 * k]! += p * x;
        out[2 * k + 1]! += q * x;
      });
    }
    return { value: { re: re / size ** 2, im: -im / size ** 2 }, vector: normalised(out) };
  }
}

/**
 * Eigenvectors of a real matrix by substitution in its real Schur form (LAPACK's dtrevc).
 * @module
 */
import type { RealSchurForm } from "../kernel/real-schur.ts";
import { type Complex, divided, multiplied } from "../operators/complex.ts";

/** Elements beyond which a vector is scaled down: only directions matter. */
const LARGE = 1e150;

/**
 * Vectors re and im interleaved: T r = lambda r, lᵀ T = lambda lᵀ for the eigenvalue number k of a Schur form, lifted by Z; not normalised.
 * @param level what elements of T are only noise below, relative to its largest: eigenvalues that differ by less are one, which has vectors of its own wherever they are not coupled by more
 */
export function schurVectors(form: RealSchurForm, values: readonly Complex[], k: number, level?: number) {
  const { n, T } = form;
  let scale = 0;
  for (const x of T) scale = Math.max(scale, Math.abs(x));
  const noise = scale * (level ?? n * Number.EPSILON);
  const solver = new Substitution(form, values, Math.max(scale * Number.EPSILON, Number.MIN_VALUE), noise);
  const value = values[k]!;
  // Of a conjugate pair the vectors of the first.
  const at = value.im < 0 ? k - 1 : k;
  const im = Math.abs(value.im);
  const sign = value.im < 0 ? -1 : 1;
  return {
    right: lifted(n, form.Zt, solver.right(at, value.re, im), sign),
    left: lifted(n, form.Zt, solver.left(at, value.re, im), sign),
  };
}

/** Rows and columns of T are solved for one or, where there is a block, two at a time. */
class Substitution {
  readonly #n: number;
  readonly #T: Float64Array;
  readonly #values: readonly Complex[];
  readonly #least: number;
  readonly #noise: number;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  /** Largest element so far. */
  #largest = 1;

  /** @param least what smaller divisors are replaced by @param noise what tells nothing */
  constructor({ n, T }: RealSchurForm, values: readonly Complex[], least: number, noise: number) {
    this.#n = n;
    this.#T = T;
    this.#values = values;
    this.#least = least;
    this.#noise = noise;
    this.#re = new Float64Array(n);
    this.#im = new Float64Array(n);
  }

  /** y with T y = lambda y, y = 0 below row k (and k + 1 for a pair). */
  right(k: number, lambda: number, im: number): [Float64Array, Float64Array] {
    const n = this.#n;
    const T = this.#T;
    const [re, imaginary] = [this.#re.fill(0), this.#im.fill(0)];
    const end = this.#seed(k, im, false);
    let i = k - 1;
    while (i >= 0) {
      const isPair = this.#values[i]!.im !== 0;
      const first = isPair ? i - 1 : i;
      for (let row = first; row <= i; row++) {
        let [p, q] = [0, 0];
        for (let j = i + 1, at = n * row + j; j <= end; j++, at++) {
          p -= T[at]! * re[j]!;
          q -= T[at]! * imaginary[j]!;
        }
        re[row] = p;
        imaginary[row] = q;
      }
      if (isPair) this.#solvePair(first, lambda, im, T[n * first + i]!, T[n * i + first]!);
      else this.#solveOne(i, lambda, im);
      i = first - 1;
    }
    return [re, imaginary];
  }

  /** z with zᵀ T = lambda zᵀ, z = 0 above row k. */
  left(k: number, lambda: number, im: number): [Float64Array, Float64Array] {
    const n = this.#n;
    const T = this.#T;
    const [re, imaginary] = [this.#re.fill(0), this.#im.fill(0)];
    const end = this.#seed(k, im, true);
    const subtract = (from: number, to: number, rest: number) => {
      for (let row = from; row <= to; row++) {
        const [p, q] = [re[row]!, imaginary[row]!];
        for (let j = rest, at = n * row + j; j < n; j++, at++) {
          re[j]! -= p * T[at]!;
          imaginary[j]! -= q * T[at]!;
        }
      }
    };
    subtract(k, end, end + 1);
    let j = end + 1;
    while (j < n) {
      const isPair = this.#values[j]!.im !== 0;
      const last = isPair ? j + 1 : j;
      if (isPair) this.#solvePair(j, lambda, im, T[n * last + j]!, T[n * j + last]!);
      else this.#solveOne(j, lambda, im);
      subtract(j, last, last + 1);
      j = last + 1;
    }
    return [re, imaginary];
  }

  /** The block's own eigenvector; returns its last row. */
  #seed(k: number, im: number, isLeft: boolean): number {
    this.#largest = 1;
    if (im === 0) {
      this.#re[k] = 1;
      return k;
    }
    const n = this.#n;
    const at = n * k + k + 1;
    const [b, c] = [this.#T[at]!, this.#T[at + n - 1]!];
    const isLargerAbove = Math.abs(b) >= Math.abs(c);
    // The larger of two equations that say the same.
    const unit = isLargerAbove === isLeft ? k + 1 : k;
    this.#re[unit] = 1;
    this.#im[unit === k ? k + 1 : k] = im / (isLargerAbove ? b : c);
    return k + 1;
  }

  #solveOne(k: number, lambda: number, im: number): void {
    const { re, im: own } = this.#values[k]!;
    const x = this.#quotient({ re: this.#re[k]!, im: this.#im[k]! }, { re: re - lambda, im: own - im });
    this.#re[k] = x.re;
    this.#im[k] = x.im;
    this.#scaleDown(k, k);
  }

  /**
   * [[d, b], [c, d]] x = what lies in rows k, k + 1, d = T_kk - lambda, by elimination from its largest element: where the block has the same eigenvalue one of the two equations repeats the other, and what is
   * left of it is divided by what is left of the determinant, which comes from its factors, so that nothing cancels.
   */
  #solvePair(k: number, lambda: number, im: number, b: number, c: number): void {
    const { re, im: own } = this.#values[k]!;
    const d = { re: re - lambda, im: -im };
    const rest = this.#re.subarray(k, k + 2);
    const restIm = this.#im.subarray(k, k + 2);
    const set = (row: number, x: Complex) => {
      rest[row] = x.re;
      restIm[row] = x.im;
    };
    const onDiagonal = Math.hypot(d.re, d.im) >= Math.max(Math.abs(b), Math.abs(c));
    // The row that the pivot is in, and its column.
    const row = onDiagonal || Math.abs(b) >= Math.abs(c) ? 0 : 1;
    const column = onDiagonal ? 0 : 1 - row;
    const at = (i: number, j: number): Complex => (i === j ? d : { re: i === 0 ? b : c, im: 0 });
    const pivot = at(row, column);
    const side = (i: number): Complex => ({ re: rest[i]!, im: restIm[i]! });
    const pivoted = side(row);
    // (determinant / pivot) x = what is left, but for a sign where the pivot is not on the diagonal.
    const left = minus(side(1 - row), multiplied(divided(at(1 - row, column), pivot), pivoted));
    // The determinant's factors: one is far from zero.
    const [near, far] = own * im > 0 ? [own - im, -own - im] : [-own - im, own - im];
    const other = this.#quotient(divided(multiplied(left, pivot), { re: d.re, im: far }), { re: d.re, im: near });
    const x = onDiagonal ? other : { re: -other.re, im: -other.im };
    set(1 - column, x);
    set(column, divided(minus(pivoted, multiplied(at(row, 1 - column), x)), pivot));
    this.#scaleDown(k, k + 1);
  }

  /** numerator / divisor; 0 where both are noise. */
  #quotient(numerator: Complex, divisor: Complex): Complex {
    const size = Math.hypot(divisor.re, divisor.im);
    const isNoise = Math.hypot(numerator.re, numerator.im) <= this.#noise * this.#largest;
    if (size <= this.#noise && isNoise) return { re: 0, im: 0 };
    return divided(numerator, size < this.#least ? { re: this.#least, im: 0 } : divisor);
  }

  #scaleDown(first: number, last: number): void {
    const size = (k: number) => Math.hypot(this.#re[k]!, this.#im[k]!);
    this.#largest = Math.max(this.#largest, size(first), size(last));
    if (this.#largest <= LARGE) return;
    for (let j = 0; j < this.#n; j++) {
      this.#re[j]! /= LARGE;
      this.#im[j]! /= LARGE;
    }
    this.#largest /= LARGE;
  }
}

function minus(a: Complex, b: Complex): Complex {
  return { re: a.re - b.re, im: a.im - b.im };
}

/** Z y; its conjugate for sign = -1. */
function lifted(n: number, Zt: Float64Array, [re, im]: [Float64Array, Float64Array], sign: 1 | -1): Float64Array {
  const out = new Float64Array(2 * n);
  for (let k = 0, at = 0; k < n; k++) {
    const [p, q] = [re[k]!, sign * im[k]!];
    if (p === 0 && q === 0) {
      at += n;
      continue;
    }
    for (let i = 0; i < 2 * n; i += 2, at++) {
      out[i]! += p * Zt[at]!;
      out[i + 1]! += q * Zt[at]!;
    }
  }
  return out;
}

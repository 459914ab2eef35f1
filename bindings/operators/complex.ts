/**
 * Complex scalars at the edge of the API.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";

/** A complex number. */
export interface Complex {
  /** Real part. */
  readonly re: number;
  /** Imaginary part. */
  readonly im: number;
}

/** What a function accepts where a scalar is meant: a real number, or `{ re, im }`. */
export type Scalar = number | Complex;

/** Reads a scalar as a complex number.
 * @throws {@link InvalidArgumentError} when it is neither a number nor `{ re, im }`. */
export function toComplex(value: Scalar, where: string): Complex {
  if (typeof value === "number") return { re: value, im: 0 };
  if (typeof value === "object" && value !== null && typeof value.re === "number" && typeof value.im === "number") {
    return value;
  }
  throw new InvalidArgumentError(where, value, "a number or { re, im }");
}

/** A finite scalar in polar form: `modulus` and the unit number `phase` (1 for zero), exact where z is real or imaginary.
 * @throws {@link InvalidArgumentError} */
export function toPolar(value: Scalar, where: string): { modulus: number; phase: Complex } {
  const { re, im } = toComplex(value, where);
  const modulus = Math.hypot(re, im);
  if (!Number.isFinite(modulus)) throw new InvalidArgumentError(where, `${re} + ${im}i`, "a finite number");
  return { modulus, phase: modulus === 0 ? { re: 1, im: 0 } : { re: re / modulus, im: im / modulus } };
}

/** 1, z, z², …, `count` powers. */
export function powers(z: Complex, count: number): Complex[] {
  const list: Complex[] = [];
  for (let k = 0, re = 1, im = 0; k < count; k++) {
    list.push({ re, im });
    [re, im] = [re * z.re - im * z.im, re * z.im + im * z.re];
  }
  return list;
}

/** a b */
export function multiplied(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

/** a / b */
export function divided(a: Complex, { re, im }: Complex): Complex {
  const square = re * re + im * im;
  return { re: (a.re * re + a.im * im) / square, im: (a.im * re - a.re * im) / square };
}

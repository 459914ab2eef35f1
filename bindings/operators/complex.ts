/**
 * Complex scalars at the edge of the API.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";

/** A complex number. */
export interface Complex {
  readonly re: number;
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

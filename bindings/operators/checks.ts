/**
 * What operators and kets demand of dimensions, indices and numbers.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError, NonFiniteError, UnknownOptionError } from "../errors.ts";

/** @throws {@link DimensionMismatchError} when the dims differ. */
export function checkSameDims(expected: readonly number[], actual: readonly number[], where: string): void {
  // Asked of every operator of a batch: no closure, and mostly one and the same array.
  let isSame = expected.length === actual.length;
  if (expected !== actual) for (let k = 0; k < expected.length; k++) isSame &&= expected[k] === actual[k];
  if (!isSame) throw new DimensionMismatchError(where, `dims [${expected}]`, `dims [${actual}]`);
}

/** Largest dimension of a space: 20 qubits. Far beyond what a density matrix can have; a typing error does not fill the memory. */
const MAX_SIZE = 2 ** 20;

/** Reads dims: positive integers whose product is at most 2²⁰. @throws {@link InvalidArgumentError} */
export function checkDims(dims: readonly number[] | number, where: string): number[] {
  const parts = typeof dims === "number" ? [dims] : dims;
  if (!Array.isArray(parts) || parts.length === 0 || !parts.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new InvalidArgumentError(where, dims, "positive integers, e.g. [2, 3]");
  }
  const size = product(parts);
  if (size > MAX_SIZE) throw new InvalidArgumentError(where, size, `a product of at most ${MAX_SIZE}`);
  return [...parts];
}

export function isIndex(index: number, size: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < size;
}

export function checkIndex(index: number, size: number, where: string): void {
  if (!isIndex(index, size)) throw new InvalidArgumentError(where, index, `an integer from 0 to ${size - 1}`);
}

/** Whether a triplet is one: asked of every element of every sparse operator, so no message is made ready for it. */
export function isElement(element: readonly [number, number, number, number], size: number): boolean {
  return (
    Array.isArray(element) &&
    element.length === 4 &&
    element.every((number) => typeof number === "number") &&
    isIndex(element[0], size) &&
    isIndex(element[1], size)
  );
}

/** Says what is wrong with a triplet that is none. @throws {@link InvalidArgumentError} */
export function refuseElement(element: readonly [number, number, number, number], k: number, size: number): void {
  if (!Array.isArray(element) || element.length !== 4) {
    throw new InvalidArgumentError(`Operator.fromTriplets: element ${k}`, element, "[row, column, re, im]");
  }
  checkNumbers(element, `Operator.fromTriplets: element ${k}`);
  checkIndex(element[0], size, `Operator.fromTriplets: row of element ${k}`);
  checkIndex(element[1], size, `Operator.fromTriplets: column of element ${k}`);
}

/** @throws {@link InvalidArgumentError} for a text, null, … that JavaScript would quietly take for a number. */
export function checkNumbers(values: ArrayLike<number>, where: string): void {
  if (values instanceof Float64Array) return;
  for (let k = 0; k < values.length; k++) {
    if (typeof values[k] !== "number") throw new InvalidArgumentError(`${where}[${k}]`, values[k], "a number");
  }
}

/** Whether it is a list or a typed array. */
export function isNumbers(value: unknown): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** A copy of a list of numbers as doubles. @throws {@link InvalidArgumentError} for what is no list, or holds something else */
export function readNumbers(given: ArrayLike<number>, where: string, expected: string): Float64Array {
  if (!isNumbers(given)) throw new InvalidArgumentError(where, given, expected);
  const numbers = new Float64Array(given.length);
  for (let k = 0; k < numbers.length; k++) {
    const number = given[k];
    if (typeof number !== "number") throw new InvalidArgumentError(`${where}[${k}]`, number, "a number");
    numbers[k] = number;
  }
  return numbers;
}

export function checkObject(value: unknown, where: string, expected: string): void {
  if (typeof value !== "object" || value === null) throw new InvalidArgumentError(where, value, expected);
}

/** Whether it is the name of a property of the object's own; what is no text is not asked to become one. */
export function isNameIn<T extends object>(object: T, name: unknown): name is keyof T & string {
  return typeof name === "string" && Object.hasOwn(object, name);
}

/** @throws {@link InvalidArgumentError} unless `value` is a finite number. */
export function checkFiniteNumber(value: number, where: string): void {
  if (!Number.isFinite(value)) throw new InvalidArgumentError(where, value, "a finite number");
}

/** @throws {@link InvalidArgumentError} unless `count` is a positive integer. */
export function checkCount(count: number, where: string): void {
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError(where, count, "a positive integer");
}

/** A list for messages, whatever is in it. */
export function listed(values: readonly unknown[]): string {
  return `[${Array.from(values, (value) => (typeof value === "number" ? value : typeof value))}]`;
}

/** Different indices of parts, at least one, as a list; one number is a list of one.
 * @throws {@link InvalidArgumentError} */
export function checkParts(parts: number | readonly number[], count: number, where: string): number[] {
  const list: readonly number[] = typeof parts === "number" ? [parts] : Array.isArray(parts) ? parts : [];
  if (list.length === 0 || !list.every((part) => isIndex(part, count)) || new Set(list).size !== list.length) {
    const got = Array.isArray(parts) ? listed(parts) : parts;
    throw new InvalidArgumentError(where, got, `different part indices from 0 to ${count - 1}, at least one`);
  }
  return [...list];
}

/** @throws {@link InvalidArgumentError} unless `options` is an object; {@link UnknownOptionError} naming the valid keys. */
export function checkKeys(options: object, valid: readonly string[], where: string): void {
  checkObject(options, where, `an object with ${valid.join(", ")}`);
  for (const name of Object.keys(options)) {
    if (!valid.includes(name)) throw new UnknownOptionError(where, name, valid);
  }
}

export function product(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

/** @throws {@link NonFiniteError} naming the first element that is not finite. */
export function checkFinite(values: Float64Array, where: string): void {
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) {
      throw new NonFiniteError(where, undefined, `not finite: number ${k} is ${values[k]}`);
    }
  }
}

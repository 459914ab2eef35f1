/**
 * The values of expressions - real and complex numbers, operators, kets - and arithmetic on them.
 * @module
 */

import { qeye } from "../operators/builders.ts";
import { checkSameDims } from "../operators/checks.ts";
import type { Complex, Scalar } from "../operators/complex.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import type { Work } from "./work.ts";

/** What an expression may evaluate to. */
export type Value = Scalar | Operator | Ket;

/** A function that expressions may call. */
export interface Callable {
  call(args: readonly Value[]): Value;
  /** Of a real argument, where it is one; what is not finite is an error. */
  readonly real?: ((x: number) => number) | undefined;
}

/** What an evaluator does with values: those of one model, or of many at once. */
export interface Arithmetic<V> {
  /** A number that the expression itself has, or what a function of nothing gives. */
  constant(value: Value): V;
  add(a: V, b: V): V;
  subtract(a: V, b: V): V;
  /** @param work is charged for products of operators, here and below */
  multiply(a: V, b: V, work: Work): V;
  divide(a: V, b: V, work: Work): V;
  power(base: V, exponent: V, work: Work): V;
  negate(value: V): V;
  call(known: Callable, args: readonly V[]): V;
  /** Elements that an operation on the value has to touch; scalars count as none. */
  elementsOf(value: V): number;
  /** A value in words, for messages. */
  describe(value: V): string;
}

/** That of the values of one model. */
export const ONE: Arithmetic<Value> = {
  constant: (value) => value,
  add,
  subtract,
  multiply,
  divide,
  power,
  negate,
  call: (known, args) => known.call(args),
  elementsOf,
  describe,
};

/** Something is wrong with the operands; the evaluator adds the place. */
export class Fault extends Error {}

export const isScalar = (value: Value): value is Scalar => !(value instanceof Operator || value instanceof Ket);

/** Elements that an operation on the value has to touch; scalars count as none. */
export function elementsOf(value: Value): number {
  if (value instanceof Operator) return value.nnz;
  return value instanceof Ket ? value.size : 0;
}

/** A value in words, for messages. */
export function describe(value: Value): string {
  if (typeof value === "number") return `the number ${value}`;
  if (value instanceof Operator) return `an operator of dims [${value.dims}]`;
  if (value instanceof Ket) return `a ket of dims [${value.dims}]`;
  return "a complex number";
}

/** A scalar from its parts: a plain number when it is real. @throws {@link Fault} when it is not finite. */
export function scalar(re: number, im = 0): Scalar {
  if (!Number.isFinite(re) || !Number.isFinite(im)) throw new Fault("the result is not a finite number");
  return im === 0 ? re : { re, im };
}

export const parts = (value: Scalar): Complex => (typeof value === "number" ? { re: value, im: 0 } : value);

export function add(a: Value, b: Value): Value {
  if (isScalar(a) && isScalar(b)) {
    const [x, y] = [parts(a), parts(b)];
    return scalar(x.re + y.re, x.im + y.im);
  }
  if (a instanceof Operator && b instanceof Operator) return a.add(b);
  if (a instanceof Ket && b instanceof Ket) return a.add(b);
  throw mixed("add", a, b);
}

export function subtract(a: Value, b: Value): Value {
  if (a instanceof Operator && b instanceof Operator) return a.sub(b);
  if (isScalar(a) !== isScalar(b) || a instanceof Ket !== b instanceof Ket) throw mixed("subtract", a, b);
  return add(a, negate(b));
}

function mixed(verb: string, a: Value, b: Value): Fault {
  const hint = [a, b].some(isScalar) && [a, b].some((value) => value instanceof Operator);
  return new Fault(
    `cannot ${verb} ${describe(a)} and ${describe(b)}${hint ? "; a number x as an operator is x * qeye(dimension)" : ""}`,
  );
}

export function negate(value: Value): Value {
  return isScalar(value) ? multiplyScalars(-1, value) : value.scale(-1);
}

/** @param work is charged for products of operators */
export function multiply(a: Value, b: Value, work: Work): Value {
  if (isScalar(a)) return isScalar(b) ? multiplyScalars(a, b) : b.scale(a);
  if (isScalar(b)) return a.scale(b);
  if (a instanceof Operator) {
    if (b instanceof Ket) return apply(a, b);
    checkSameDims(a.dims, b.dims, "*");
    work.charge(workOfProduct(a, b));
    return a.mul(b);
  }
  throw new Fault(
    `cannot multiply ${describe(a)} by ${describe(b)}${b instanceof Ket ? "; for the tensor product write tensor(a, b)" : ""}`,
  );
}

/** The kernel multiplies dense matrices so much faster than sparse ones are multiplied, element by element. */
const DENSE_GAIN = 20;

/** Multiplications in the product a·b: where both are sparse, each element of a meets a row of b. */
function workOfProduct(a: Operator, b: Operator): number {
  if (a.storage === "dense" || b.storage === "dense") return a.size ** 3 / DENSE_GAIN;
  const rows = new Uint32Array(b.size);
  b.forEachNonzero((row) => {
    rows[row]!++;
  });
  let count = 0;
  a.forEachNonzero((_row, column) => {
    count += rows[column]!;
  });
  return count;
}

function multiplyScalars(a: Scalar, b: Scalar): Scalar {
  // a product of real numbers keeps the exact bits of JavaScript's
  if (typeof a === "number" && typeof b === "number") return scalar(a * b);
  const [x, y] = [parts(a), parts(b)];
  return scalar(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re);
}

function apply(operator: Operator, ket: Ket): Ket {
  checkSameDims(operator.dims, ket.dims, "operator * ket");
  const from = ket.toArray();
  const to = new Float64Array(from.length);
  operator.forEachNonzero((row, column, re, im) => {
    const [x, y] = [from[2 * column]!, from[2 * column + 1]!];
    to[2 * row]! += re * x - im * y;
    to[2 * row + 1]! += re * y + im * x;
  });
  return new Ket(ket.dims, to);
}

export function divide(a: Value, b: Value, work: Work): Value {
  if (!isScalar(b)) throw new Fault(`cannot divide by ${describe(b)}: expected a number`);
  const { re, im } = parts(b);
  if (re === 0 && im === 0) throw new Fault("division by zero");
  if (typeof a === "number" && typeof b === "number") return scalar(a / b);
  const norm = re * re + im * im;
  // dividing by the norm would lose bits of a real divisor
  const inverse = im === 0 ? scalar(1 / re) : scalar(re / norm, -im / norm);
  return multiply(a, inverse, work);
}

export function power(base: Value, exponent: Value, work: Work): Value {
  if (typeof exponent !== "number") throw new Fault(`the exponent must be a real number, got ${describe(exponent)}`);
  if (base instanceof Ket) throw new Fault("a ket has no powers");
  if (typeof base === "number") {
    if (base === 0 && exponent < 0) throw new Fault("division by zero: 0 to a negative power");
    if (base < 0 && !Number.isInteger(exponent)) throw new Fault(`${base} ** ${exponent} is not a real number`);
    return scalar(base ** exponent);
  }
  const isOperator = base instanceof Operator;
  if (!Number.isInteger(exponent) || (isOperator && exponent < 0)) {
    throw new Fault(
      isOperator
        ? `the exponent of an operator must be an integer >= 0, got ${exponent}`
        : `the exponent of a complex number must be an integer, got ${exponent}`,
    );
  }
  const one: Value = isOperator ? qeye(base.dims) : 1;
  const result = raised(one, base as Value, Math.abs(exponent), (a, b) => multiply(a, b, work));
  return exponent < 0 ? divide(1, result, work) : result;
}

/** A power with an exponent >= 0 that is an integer, by squaring: one of millions takes a few products. */
export function raised<V>(one: V, base: V, exponent: number, multiply: (a: V, b: V) => V): V {
  let result = one;
  for (let n = exponent, square = base; n >= 1; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = multiply(result, square);
    if (n > 1) square = multiply(square, square);
  }
  return result;
}

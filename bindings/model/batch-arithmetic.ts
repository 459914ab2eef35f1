/**
 * The arithmetic of expressions at many points at once. What is the same at all of them is computed once; what has no batched form is
 * computed once a point, and put together. A point whose arithmetic fails is marked; what is wrong with it, the one-by-one path says.
 * @module
 */
import * as algebra from "../batch/algebra.ts";
import {
  KetBatch,
  ketAt,
  ketsOf,
  NumberBatch,
  numberAt,
  numbersOf,
  OperatorBatch,
  operatorAt,
  operatorsOf,
  sameKets,
  sameOperators,
} from "../batch/operators.ts";
import { LindbladError } from "../errors.ts";
import { qeye } from "../operators/builders.ts";
import { checkSameDims } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { FUNCTIONS } from "./functions.ts";
import { type Arithmetic, type Callable, Fault, isScalar, ONE, raised, type Value } from "./value.ts";
import type { Work } from "./work.ts";

/** Largest dimension of systems that are computed together. */
export const MAX_BATCHED = 8;

/** What may differ from point to point. */
export type Batch = NumberBatch | OperatorBatch | KetBatch;
/** A value that is the same at all points, or a batch. */
export type BatchValue = Value | Batch;

/** Points that cannot be computed together. */
export class Unbatched extends Error {}

export function isBatch(value: BatchValue): value is Batch {
  return value instanceof NumberBatch || value instanceof OperatorBatch || value instanceof KetBatch;
}

const isNumbers = (value: BatchValue): value is Exclude<BatchValue, Operator | Ket | OperatorBatch | KetBatch> =>
  value instanceof NumberBatch || (!isBatch(value) && isScalar(value));
const isOperators = (value: BatchValue): value is Operator | OperatorBatch =>
  value instanceof Operator || value instanceof OperatorBatch;
const isKets = (value: BatchValue): value is Ket | KetBatch => value instanceof Ket || value instanceof KetBatch;

/** The value at point k. */
function valueAt(value: BatchValue, k: number): Value {
  if (value instanceof NumberBatch) return numberAt(value, k);
  if (value instanceof OperatorBatch) return operatorAt(value, k);
  return value instanceof KetBatch ? ketAt(value, k) : value;
}

export class BatchArithmetic implements Arithmetic<BatchValue> {
  /** Not 0: the arithmetic of the point failed, or anything else about it did. */
  readonly failed: Uint8Array;

  /** @param count points */
  constructor(readonly count: number) {
    this.failed = new Uint8Array(count);
  }

  constant(value: Value): BatchValue {
    return value;
  }

  add(a: BatchValue, b: BatchValue): BatchValue {
    if (!isBatch(a) && !isBatch(b)) return ONE.add(a, b);
    if (isNumbers(a) && isNumbers(b)) {
      return this.#ofReals(a, b, sums) ?? this.#oneByOne([a, b], ([x, y]) => ONE.add(x!, y!));
    }
    return this.#ofMatrices(a, b, algebra.add);
  }

  subtract(a: BatchValue, b: BatchValue): BatchValue {
    if (!isBatch(a) && !isBatch(b)) return ONE.subtract(a, b);
    if (isNumbers(a) && isNumbers(b)) {
      return this.#ofReals(a, b, differences) ?? this.#oneByOne([a, b], ([x, y]) => ONE.subtract(x!, y!));
    }
    return this.#ofMatrices(a, b, algebra.sub);
  }

  multiply(a: BatchValue, b: BatchValue, work: Work): BatchValue {
    if (!isBatch(a) && !isBatch(b)) return ONE.multiply(a, b, work);
    if (isNumbers(a) && isNumbers(b)) {
      return this.#ofReals(a, b, products) ?? this.#oneByOne([a, b], ([x, y]) => ONE.multiply(x!, y!, work));
    }
    if (isNumbers(a)) return this.#scaled(b, a);
    if (isNumbers(b)) return this.#scaled(a, b);
    if (!isOperators(a)) throw new Unbatched();
    checkSameDims(a.dims, b.dims, "*");
    const left = this.operators(a);
    const right = isOperators(b) ? this.operators(b) : this.kets(b);
    work.charge(left.rows.length * right.rows.length);
    return this.#checked(algebra.mul(left, right));
  }

  divide(a: BatchValue, b: BatchValue, work: Work): BatchValue {
    if (!isBatch(a) && !isBatch(b)) return ONE.divide(a, b, work);
    if (!isNumbers(b)) throw new Unbatched();
    if (!isNumbers(a)) return this.multiply(a, this.divide(1, b, work), work);
    const quotient = (x: number, y: number) => (y === 0 ? Number.NaN : x / y);
    return this.#ofReals(a, b, each(quotient)) ?? this.#oneByOne([a, b], ([x, y]) => ONE.divide(x!, y!, work));
  }

  power(base: BatchValue, exponent: BatchValue, work: Work): BatchValue {
    if (!isBatch(base) && !isBatch(exponent)) return ONE.power(base, exponent, work);
    if (base instanceof OperatorBatch && typeof exponent === "number" && Number.isInteger(exponent) && exponent >= 0) {
      const one: BatchValue = qeye(base.dims);
      return raised(one, base as BatchValue, exponent, (a, b) => this.multiply(a, b, work));
    }
    const isDefined = (x: number, y: number) => (x === 0 ? y >= 0 : x > 0 || Number.isInteger(y));
    return (
      this.#ofReals(
        base,
        exponent,
        each((x, y) => (isDefined(x, y) ? x ** y : Number.NaN)),
      ) ?? this.#oneByOne([base, exponent], ([x, y]) => ONE.power(x!, y!, work))
    );
  }

  negate(value: BatchValue): BatchValue {
    if (!isBatch(value)) return ONE.negate(value);
    return isNumbers(value)
      ? (this.#ofReals(value, -1, products) ?? this.#oneByOne([value], ([x]) => ONE.negate(x!)))
      : this.#scaled(value, -1);
  }

  call(known: Callable, args: readonly BatchValue[]): BatchValue {
    if (!args.some(isBatch)) return known.call(args as readonly Value[]);
    const [first] = args;
    const { real } = known;
    const reals = real && this.#ofReals(first!, 0, each(real));
    return reals ?? this.#batched(known, args) ?? this.#oneByOne(args, (values) => known.call(values));
  }

  elementsOf(value: BatchValue): number {
    if (!isBatch(value)) return ONE.elementsOf(value);
    return value instanceof NumberBatch ? 0 : value.rows.length;
  }

  describe(value: BatchValue): string {
    if (!isBatch(value)) return ONE.describe(value);
    return value instanceof NumberBatch ? "a number a point" : `operators or kets of dims [${value.dims}]`;
  }

  /** An operator a point. @throws {@link Unbatched} for anything else, or too large ones */
  operators(value: BatchValue): OperatorBatch {
    if (!isOperators(value) || value.size > MAX_BATCHED) throw new Unbatched();
    return value instanceof Operator ? sameOperators(value, this.count) : value;
  }

  /** A real number a point; one that is not real fails. @throws {@link Unbatched} for anything but numbers */
  reals(value: BatchValue): Float64Array {
    if (!isNumbers(value)) throw new Unbatched();
    if (!(value instanceof NumberBatch)) {
      if (typeof value !== "number") throw new Unbatched();
      return new Float64Array(this.count).fill(value);
    }
    const { re, im } = value;
    if (im) for (let k = 0; k < re.length; k++) if (im[k] !== 0) this.failed[k] = 1;
    return re;
  }

  /** Marks a point. */
  fail(k: number): void {
    this.failed[k] = 1;
  }

  /** Marks the points at which something does not hold. */
  demand(holds: (k: number) => boolean): void {
    for (let k = 0; k < this.count; k++) if (!holds(k)) this.failed[k] = 1;
  }

  /** A ket a point. @throws {@link Unbatched} likewise */
  kets(value: BatchValue): KetBatch {
    if (!isKets(value) || value.size > MAX_BATCHED) throw new Unbatched();
    return value instanceof Ket ? sameKets(value, this.count) : value;
  }

  /** Two real numbers a point to one; undefined where one of them is something else. What is not finite is an error. */
  #ofReals(a: BatchValue, b: BatchValue, f: Elementwise): NumberBatch | undefined {
    const [x, y] = [realsOf(a), realsOf(b)];
    if (!x || !y) return undefined;
    const { count, failed } = this;
    const out = new Float64Array(count);
    // One number stands for all.
    f(out, x, x.length === 1 ? 0 : 1, y, y.length === 1 ? 0 : 1);
    for (let k = 0; k < count; k++) if (!Number.isFinite(out[k]!)) failed[k] = 1;
    return new NumberBatch(count, out);
  }

  #ofMatrices(
    a: BatchValue,
    b: BatchValue,
    f: <T extends OperatorBatch | KetBatch>(a: T, b: T) => T,
  ): OperatorBatch | KetBatch {
    if (isNumbers(a) || isNumbers(b)) throw new Unbatched();
    checkSameDims(a.dims, b.dims, "a sum");
    return this.#pairs(a, b, f);
  }

  #pairs(
    a: BatchValue,
    b: BatchValue,
    f: <T extends OperatorBatch | KetBatch>(a: T, b: T) => T,
  ): OperatorBatch | KetBatch {
    return this.#checked(
      isKets(a) ? f(this.kets(a), this.kets(b)) : f<OperatorBatch>(this.operators(a), this.operators(b)),
    );
  }

  #scaled(matrix: BatchValue, factor: BatchValue): BatchValue {
    if (!isNumbers(factor)) throw new Unbatched();
    if (factor instanceof NumberBatch) this.demand((k) => Number.isFinite(factor.re[k]! + (factor.im?.[k] ?? 0)));
    return this.#checked(algebra.scale(isKets(matrix) ? this.kets(matrix) : this.operators(matrix), factor));
  }

  #batched(known: Callable, args: readonly BatchValue[]): BatchValue | undefined {
    const [first] = args;
    switch (known) {
      case FUNCTIONS.get("tensor"): {
        if (args.reduce<number>((size, factor) => size * sizeOf(factor), 1) > MAX_BATCHED) throw new Unbatched();
        return args.reduce((a, b) => this.#pairs(a, b, algebra.kron));
      }
      case FUNCTIONS.get("ket2dm"): {
        const psi = this.kets(first!);
        return this.#checked(algebra.outer(psi, psi));
      }
      case FUNCTIONS.get("dag"):
        return first instanceof OperatorBatch ? algebra.dag(first) : undefined;
      default:
        return undefined;
    }
  }

  /** What is not finite is an error, here as in an operator. */
  #checked<T extends OperatorBatch | KetBatch>(matrix: T): T {
    const { count, re, im } = matrix;
    for (let from = 0; from < re.length; from += count) {
      for (let k = 0; k < count; k++) if (!Number.isFinite(re[from + k]! + im[from + k]!)) this.failed[k] = 1;
    }
    return matrix;
  }

  /** f of the values at each point, put together. */
  #oneByOne(args: readonly BatchValue[], f: (values: Value[]) => Value): BatchValue {
    const results = Array.from({ length: this.count }, (_, k): Value | undefined => {
      if (this.failed[k]) return undefined;
      try {
        return f(args.map((value) => valueAt(value, k)));
      } catch (error) {
        if (!(error instanceof Fault || error instanceof LindbladError)) throw error;
        this.failed[k] = 1;
        return undefined;
      }
    });
    const some = results.find((value) => value !== undefined);
    if (some === undefined) throw new Unbatched();
    return together(results.map((value) => value ?? some));
  }
}

/** out_k = f(x_pk, y_qk) with strides p and q: a loop each, for a call a point takes longer than what it does. */
type Elementwise = (out: Float64Array, x: Float64Array, p: number, y: Float64Array, q: number) => void;

const sums: Elementwise = (out, x, p, y, q) => {
  for (let k = 0; k < out.length; k++) out[k] = x[p * k]! + y[q * k]!;
};
const differences: Elementwise = (out, x, p, y, q) => {
  for (let k = 0; k < out.length; k++) out[k] = x[p * k]! - y[q * k]!;
};
const products: Elementwise = (out, x, p, y, q) => {
  for (let k = 0; k < out.length; k++) out[k] = x[p * k]! * y[q * k]!;
};
const each =
  (f: (x: number, y: number) => number): Elementwise =>
  (out, x, p, y, q) => {
    for (let k = 0; k < out.length; k++) out[k] = f(x[p * k]!, y[q * k]!);
  };

/** Real numbers, one a point or one for all; undefined for anything else. */
function realsOf(value: BatchValue): Float64Array | undefined {
  if (typeof value === "number") return Float64Array.of(value);
  return value instanceof NumberBatch && value.im === undefined ? value.re : undefined;
}

function sizeOf(value: BatchValue): number {
  if (isNumbers(value)) throw new Unbatched();
  return value.size;
}

/** One batch of values, one a point. @throws {@link Unbatched} where they are not of one kind */
function together(values: readonly Value[]): Batch {
  if (values.every(isScalar)) return numbersOf(values);
  const [first] = values as readonly (Operator | Ket)[];
  const alike = (value: Value) => !isScalar(value) && `${value.dims}` === `${first!.dims}`;
  if (!values.every(alike) || first!.size > MAX_BATCHED) throw new Unbatched();
  if (values.every((value) => value instanceof Operator)) return operatorsOf(values);
  if (values.every((value) => value instanceof Ket)) return ketsOf(values);
  throw new Unbatched();
}

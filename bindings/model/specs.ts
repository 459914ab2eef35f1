/**
 * The pieces of a model - scalars, dimensions, operators, states, jumps - from their form in the file to values.
 * @module
 */

import { product } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { atPath, ModelError, pathOf } from "./error.ts";
import { Expression, type Scope } from "./expression.ts";
import { MAX_DIMENSION } from "./limits.ts";
import type { JumpSpec, MatrixSpec, OperatorSpec, ScalarSpec } from "./schema.ts";
import { describe, Fault, type Value } from "./value.ts";

/** A jump operator with its rate. */
export interface Jump {
  /** The operator without its rate. */
  readonly op: Operator;
  /** The rate, >= 0, in inverse units of time. */
  readonly rate: number;
}

/** A real number. @throws {@link ModelError} */
export function scalarOf<V>(spec: ScalarSpec, path: string, scope: Scope<V>): number {
  if (typeof spec === "string") return new Expression(spec, path).evaluateReal(scope);
  return spec;
}

/** What stands where a number should, whatever it is. @throws {@link ModelError} */
export function evaluatedScalar<V>(spec: ScalarSpec, path: string, scope: Scope<V>): V {
  return typeof spec === "string" ? new Expression(spec, path).evaluate(scope) : scope.arithmetic.constant(spec);
}

/** A real number that physics wants to be >= 0. @throws {@link ModelError} */
export function nonNegativeOf(spec: ScalarSpec, path: string, scope: Scope, what: string): number {
  const value = scalarOf(spec, path, scope);
  if (value < 0) throw new ModelError(path, `${what} must be >= 0, got ${value}`);
  return value;
}

/** Dimensions of parts. @throws {@link ModelError} */
export function dimsOf<V>(specs: readonly ScalarSpec[], path: string, scope: Scope<V>): number[] {
  const dims = specs.map((spec, index) => dimensionOf(spec, pathOf(path, index), scope));
  if (product(dims) > MAX_DIMENSION) {
    throw new ModelError(path, `the whole dimension ${product(dims)} is more than ${MAX_DIMENSION}`);
  }
  return dims;
}

/** One dimension. @throws {@link ModelError} */
export function dimensionOf<V>(spec: ScalarSpec, path: string, scope: Scope<V>): number {
  const value = scalarOf(spec, path, scope);
  if (!Number.isInteger(value) || value < 1 || value > MAX_DIMENSION) {
    throw new ModelError(path, `expected an integer from 1 to ${MAX_DIMENSION}, got ${value}`);
  }
  return value;
}

/** Whatever an expression or explicit matrix gives. @throws {@link ModelError} */
export function anyValueOf<V>(spec: OperatorSpec, path: string, scope: Scope<V>): V {
  const { arithmetic, work } = scope;
  const value =
    typeof spec === "string"
      ? new Expression(spec, path).evaluate(scope)
      : arithmetic.constant(matrixOf(spec, path, scope));
  charging(path, () => work.keep(arithmetic.elementsOf(value) + (value instanceof Operator ? value.size : 0)));
  return value;
}

/** Takes from the account of the model. @throws {@link ModelError} at `path` when it is empty */
export function charging(path: string, charge: () => void): void {
  try {
    charge();
  } catch (error) {
    if (error instanceof Fault) throw new ModelError(path, error.message);
    throw error;
  }
}

function matrixOf<V>(spec: MatrixSpec, path: string, scope: Scope<V>): Operator {
  const dims = dimsOf(spec.dims, pathOf(path, "dims"), scope);
  return atPath(path, () =>
    "re" in spec ? Operator.fromArrays({ dims, re: spec.re, im: spec.im }) : Operator.csr(dims, spec),
  );
}

/** An operator on the space of dimensions `dims`. @throws {@link ModelError} */
export function operatorOf(spec: OperatorSpec, path: string, scope: Scope, dims: readonly number[]): Operator {
  return checkedOperator(anyValueOf(spec, path, scope), path, dims);
}

/** A Hermitian operator. @throws {@link ModelError} */
export function hermitianOf(spec: OperatorSpec, path: string, scope: Scope, dims: readonly number[]): Operator {
  const operator = operatorOf(spec, path, scope, dims);
  if (!operator.isHermitian()) {
    const { deviation, row, column } = operator.hermiticityDefect();
    throw new ModelError(
      path,
      `must be Hermitian: element (${row}, ${column}) differs from the conjugate of (${column}, ${row}) by ${deviation.toPrecision(3)}`,
    );
  }
  return operator;
}

/** A state: an operator or a ket. @throws {@link ModelError} */
export function stateOf(spec: OperatorSpec, path: string, scope: Scope, dims: readonly number[]): Operator | Ket {
  const value = anyValueOf(spec, path, scope);
  if (!(value instanceof Ket)) return checkedOperator(value, path, dims, "a density operator or ket");
  checkDims(value, path, dims);
  return value;
}

/** Jumps on the space of dimensions `dims`. @throws {@link ModelError} */
export function jumpsOf(specs: readonly JumpSpec[], path: string, scope: Scope, dims: readonly number[]): Jump[] {
  return specs.map((spec, index) => {
    const place = pathOf(path, index);
    if (typeof spec === "string" || !("op" in spec)) return { op: operatorOf(spec, place, scope, dims), rate: 1 };
    return {
      op: operatorOf(spec.op, pathOf(place, "op"), scope, dims),
      rate: nonNegativeOf(spec.rate, pathOf(place, "rate"), scope, "a rate"),
    };
  });
}

function checkedOperator(value: Value, path: string, dims: readonly number[], what = "an operator"): Operator {
  if (!(value instanceof Operator))
    throw new ModelError(path, `expected ${what} of dims [${dims}], got ${describe(value)}`);
  checkDims(value, path, dims);
  return value;
}

function checkDims(value: Operator | Ket, path: string, dims: readonly number[]): void {
  if (value.dims.length !== dims.length || value.dims.some((dim, k) => dim !== dims[k])) {
    throw new ModelError(path, `expected dims [${dims}], got ${describe(value)}`);
  }
}

/**
 * Values of a model file - numbers, operators, states, jumps - at many points at once. A point at which one of them is wrong is marked.
 * @module
 */
import * as algebra from "../batch/algebra.ts";
import { jumpsOf as checkedJumps, densitiesOf, hermitianOf } from "../batch/checks.ts";
import { KetBatch, NumberBatch, type OperatorBatch } from "../batch/operators.ts";
import { Ket } from "../operators/ket.ts";
import { HERMITIAN_TOLERANCE } from "../operators/operator.ts";
import { type BatchArithmetic, type BatchValue, Unbatched } from "./batch-arithmetic.ts";
import type { Scope } from "./expression.ts";
import type { JumpSpec, OperatorSpec, ScalarSpec } from "./schema.ts";
import { anyValueOf, evaluatedScalar } from "./specs.ts";

/** A scope of batches. */
export interface BatchScope extends Scope<BatchValue> {
  readonly arithmetic: BatchArithmetic;
}

/** A real number, the same at all points or one a point. */
export function realOf(spec: ScalarSpec, path: string, scope: BatchScope): number | NumberBatch {
  const value = evaluatedScalar(spec, path, scope);
  if (typeof value === "number") return value;
  const { arithmetic } = scope;
  return new NumberBatch(arithmetic.count, arithmetic.reals(value));
}

/** Real numbers, one a point. */
export const realsOf = (spec: ScalarSpec, path: string, scope: BatchScope): Float64Array =>
  scope.arithmetic.reals(evaluatedScalar(spec, path, scope));

/** Operators on the space of dimensions `dims`. */
export function operatorsOf(
  spec: OperatorSpec,
  path: string,
  scope: BatchScope,
  dims: readonly number[],
): OperatorBatch {
  return withDims(scope.arithmetic.operators(anyValueOf(spec, path, scope)), dims);
}

/** Hermitian operators, without what rounding leaves of an anti-Hermitian part. */
export function hermitiansOf(
  spec: OperatorSpec,
  path: string,
  scope: BatchScope,
  dims: readonly number[],
): OperatorBatch {
  return hermitianOf(operatorsOf(spec, path, scope, dims), (k) => scope.arithmetic.fail(k));
}

/** Of each system, whether the operator is Hermitian. */
export function areHermitian(operators: OperatorBatch): boolean[] {
  const size = algebra.maxAbs(operators);
  return Array.from(algebra.hermiticityDefect(operators), (defect, k) => defect <= HERMITIAN_TOLERANCE * size[k]!);
}

/** Jump operators, their rates inside. */
export function jumpsOf(
  specs: readonly JumpSpec[],
  path: string,
  scope: BatchScope,
  dims: readonly number[],
): OperatorBatch[] {
  const { arithmetic } = scope;
  return specs.map((spec) => {
    const isRated = typeof spec !== "string" && "op" in spec;
    const operators = operatorsOf(isRated ? spec.op : spec, path, scope, dims);
    const rates = isRated ? realsOf(spec.rate, path, scope) : undefined;
    if (rates) arithmetic.demand((k) => rates[k]! >= 0 && rates[k]! < Infinity);
    const jumps = rates ? algebra.scale(operators, new NumberBatch(rates.length, rates.map(Math.sqrt))) : operators;
    return checkedJumps(jumps, (k) => arithmetic.fail(k));
  });
}

/** Density matrices. */
export function statesOf(spec: OperatorSpec, path: string, scope: BatchScope, dims: readonly number[]): OperatorBatch {
  const { arithmetic } = scope;
  const value = anyValueOf(spec, path, scope);
  const psi = value instanceof Ket || value instanceof KetBatch ? arithmetic.kets(value) : undefined;
  const rho = withDims(psi ? algebra.outer(psi, psi) : arithmetic.operators(value), dims);
  return densitiesOf(rho, (k) => arithmetic.fail(k));
}

/** @throws {@link Unbatched}: at each point that would be an error */
function withDims(operators: OperatorBatch, dims: readonly number[]): OperatorBatch {
  if (`${operators.dims}` !== `${dims}`) throw new Unbatched();
  return operators;
}

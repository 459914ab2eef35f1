/**
 * Products of operators that have names.
 * @module
 */
import { checkLevels } from "./builders.ts";
import { checkIndex } from "./checks.ts";
import { checkOperator, type HermitianOperator, Operator } from "./operator.ts";

/** A†, as {@link Operator.dag}. @throws {@link InvalidArgumentError} */
export function dag(op: HermitianOperator): HermitianOperator;
export function dag(op: Operator): Operator;
export function dag(op: Operator): Operator {
  checkOperator(op, "dag");
  return op.dag();
}

/** [A, B] = AB - BA. @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
export function commutator(A: Operator, B: Operator): Operator {
  checkOperator(A, "commutator: A");
  checkOperator(B, "commutator: B");
  return A.mul(B).sub(B.mul(A));
}

/** {A, B} = AB + BA. @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
export function anticommutator(A: HermitianOperator, B: HermitianOperator): HermitianOperator;
export function anticommutator(A: Operator, B: Operator): Operator;
export function anticommutator(A: Operator, B: Operator): Operator {
  checkOperator(A, "anticommutator: A");
  checkOperator(B, "anticommutator: B");
  return A.mul(B).add(B.mul(A));
}

/** |row><column| in a space of `levels` levels. QuTiP's `projection`. @throws {@link InvalidArgumentError} */
export function projection(levels: number, row: number, column: number): Operator {
  checkLevels(levels, "projection: levels");
  checkIndex(row, levels, "projection: row");
  checkIndex(column, levels, "projection: column");
  return Operator.fromTriplets(levels, [[row, column, 1, 0]]);
}

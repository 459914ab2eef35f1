/**
 * Jump operators as callers write them.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys, checkSameDims } from "./checks.ts";
import { Operator } from "./operator.ts";

/** A jump operator: L itself, its rate inside, or an operator and the rate it acts with: L = sqrt(rate)·op. */
export type Jump =
  | Operator
  | {
      /** The operator without its rate. */
      readonly op: Operator;
      /** The rate, >= 0, in inverse units of time. */
      readonly rate: number;
    };

/** @throws {@link InvalidArgumentError} for what is no list: one operator alone would be none at all. */
export function checkJumpList(jumps: readonly unknown[], where: string): void {
  if (!Array.isArray(jumps)) throw new InvalidArgumentError(where, jumps, "an array of jump operators");
}

/**
 * The operator with its rate inside.
 * @param dims what it must act on; undefined: anything
 * @throws {@link InvalidArgumentError} (not an operator, negative rate), {@link UnknownOptionError}, {@link DimensionMismatchError}
 */
export function readJump(jump: Jump, dims: readonly number[] | undefined, at: string): Operator {
  if (jump instanceof Operator) {
    checkSameDims(dims ?? jump.dims, jump.dims, at);
    return jump;
  }
  if (typeof jump !== "object" || jump === null || !(jump.op instanceof Operator)) {
    throw new InvalidArgumentError(at, jump, "an Operator, or { op, rate }");
  }
  checkKeys(jump, ["op", "rate"], at);
  checkSameDims(dims ?? jump.op.dims, jump.op.dims, `${at}.op`);
  if (!Number.isFinite(jump.rate) || jump.rate < 0) {
    throw new InvalidArgumentError(`${at}.rate`, jump.rate, "a finite number >= 0");
  }
  return jump.op.scale(Math.sqrt(jump.rate));
}

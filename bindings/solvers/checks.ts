/**
 * What every solver demands of its arguments, before anything is computed.
 * @module
 */
import {
  InvalidArgumentError,
  InvalidTimesError,
  NonFiniteError,
  NotDensityMatrixError,
  NotHermitianError,
} from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { Ket } from "../operators/ket.ts";
import { checkSameDims, HERMITIAN_TOLERANCE, Operator } from "../operators/operator.ts";
import { ket2dm } from "../operators/states.ts";
import type { Jump } from "./options.ts";

/** How far a trace may be from 1, a state from its adjoint, an eigenvalue below 0: what rounding in building a state leaves,
 * and nothing that would show in a result. */
export const STATE_TOLERANCE = 1e-10;

/** Products and scalings may overflow; an operator is only known to be finite when it is looked at.
 * @throws {@link InvalidArgumentError} (not an operator), {@link NonFiniteError} */
function checkOperator(operator: Operator, where: string): void {
  if (!(operator instanceof Operator)) throw new InvalidArgumentError(where, operator, "an Operator");
  if (!Number.isFinite(operator.maxAbs())) {
    throw new NonFiniteError(where, undefined, "has elements that are not finite");
  }
}

/** @throws {@link InvalidArgumentError}, {@link NonFiniteError}, {@link NotHermitianError} */
export function checkHamiltonian(H: Operator, where: string): void {
  checkOperator(H, where);
  const { deviation, row, column } = H.hermiticityDefect();
  if (deviation > HERMITIAN_TOLERANCE * H.maxAbs()) throw new NotHermitianError(where, deviation, row, column);
}

/** The jump operators with their rates inside.
 * @throws {@link InvalidArgumentError} (not an operator, negative rate), {@link NonFiniteError}, {@link DimensionMismatchError} */
export function resolveJumps(cOps: readonly Jump[], dims: readonly number[], where: string): Operator[] {
  return cOps.map((jump, k) => {
    const at = `${where}[${k}]`;
    if (jump instanceof Operator) {
      checkOperator(jump, at);
      checkSameDims(dims, jump.dims, at);
      return jump;
    }
    if (typeof jump !== "object" || jump === null || !(jump.op instanceof Operator)) {
      throw new InvalidArgumentError(at, jump, "an Operator, or { op, rate }");
    }
    checkOperator(jump.op, `${at}.op`);
    checkSameDims(dims, jump.op.dims, `${at}.op`);
    if (!Number.isFinite(jump.rate) || jump.rate < 0) {
      throw new InvalidArgumentError(`${at}.rate`, jump.rate, "a finite number >= 0");
    }
    return jump.op.scale(Math.sqrt(jump.rate));
  });
}

/** @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
export function checkObservables(
  eOps: Readonly<Record<string, Operator>>,
  dims: readonly number[],
  where: string,
): void {
  for (const [name, operator] of Object.entries(eOps)) {
    checkOperator(operator, `${where}.${name}`);
    checkSameDims(dims, operator.dims, `${where}.${name}`);
  }
}

/** The output times as doubles. @throws {@link InvalidTimesError} */
export function checkTimes(tlist: ArrayLike<number>, where: string): Float64Array {
  if (typeof tlist !== "object" || tlist === null || typeof tlist.length !== "number") {
    throw new InvalidArgumentError(where, tlist, "an array of times");
  }
  const times = Float64Array.from(tlist);
  if (times.length === 0) throw new InvalidTimesError(where, -1, Number.NaN, "empty");
  times.forEach((time, k) => {
    if (!Number.isFinite(time)) throw new InvalidTimesError(where, k, time, "non-finite");
    if (k > 0 && time <= times[k - 1]!) throw new InvalidTimesError(where, k, time, "not increasing");
  });
  return times;
}

/** The initial state as a density matrix; a ket is taken as |psi><psi|.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotDensityMatrixError} */
export function checkDensityMatrix(state: Operator | Ket, dims: readonly number[], where: string): Operator {
  if (!(state instanceof Ket) && !(state instanceof Operator)) {
    throw new InvalidArgumentError(where, state, "an Operator or a Ket");
  }
  checkSameDims(dims, state.dims, where);
  const rho = state instanceof Ket ? ket2dm(state) : state;
  checkOperator(rho, where);
  const { re, im } = rho.tr();
  if (Math.hypot(re - 1, im) > STATE_TOLERANCE) throw new NotDensityMatrixError(where, "trace", re, STATE_TOLERANCE);
  if (state instanceof Ket) return rho;
  const { deviation } = rho.hermiticityDefect();
  if (deviation > STATE_TOLERANCE) throw new NotDensityMatrixError(where, "hermiticity", deviation, STATE_TOLERANCE);
  const least = eigenvaluesHermitian(rho)[0]!;
  if (least < -STATE_TOLERANCE) throw new NotDensityMatrixError(where, "positivity", least, STATE_TOLERANCE);
  return rho;
}

/**
 * What functions on phase space ask of their arguments.
 * @module
 */
import { InvalidArgumentError, NonFiniteError } from "../errors.ts";
import type { State } from "../measures/spectrum.ts";
import { readNumbers } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { ket2dm } from "../operators/states.ts";

/** Any Hermitian operator on one part: a state, not necessarily normalised, or a difference of states.
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError} */
export function readOnePart(state: State, where: string): Operator {
  if (!(state instanceof Operator) && !(state instanceof Ket)) {
    throw new InvalidArgumentError(where, state, "an Operator or a Ket");
  }
  if (state.dims.length !== 1) {
    throw new InvalidArgumentError(where, `dims [${state.dims}]`, "a state of one part: ptrace(state, part) gives it");
  }
  return state instanceof Ket ? ket2dm(state) : state.asHermitian(where);
}

/** Coordinates of points. @throws {@link InvalidArgumentError}, {@link NonFiniteError} */
export function readPoints(points: ArrayLike<number>, where: string): Float64Array {
  const values = readNumbers(points, where, "an array of numbers");
  if (values.length === 0) throw new InvalidArgumentError(where, values, "at least one number");
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new NonFiniteError(where, undefined, `number ${bad} is ${values[bad]}, expected finite numbers`);
  return values;
}

/**
 * What functions on phase space ask of their arguments.
 * @module
 */
import { InvalidArgumentError, NonFiniteError } from "../errors.ts";
import type { Elements } from "../kernel/kernel.ts";
import type { State } from "../measures/spectrum.ts";
import { readNumbers } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";

/** Any Hermitian operator on one part: a state, not necessarily normalised, or a difference of states.
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError} */
export function readOnePart(state: State, where: string): Elements {
  if (!(state instanceof Operator) && !(state instanceof Ket)) {
    throw new InvalidArgumentError(where, state, "an Operator or a Ket");
  }
  if (state.dims.length !== 1) {
    throw new InvalidArgumentError(where, `dims [${state.dims}]`, "a state of one part: ptrace(state, part) gives it");
  }
  return state instanceof Ket ? projector(state) : state.asHermitian(where);
}

/** |psi><psi|, without the operator, which takes longer to make than the map. */
function projector(psi: Ket): Elements {
  const a = psi.toArray();
  return {
    size: psi.size,
    forEachNonzero(visit) {
      for (let m = 0; m < a.length; m += 2) {
        for (let n = 0; n < a.length; n += 2) {
          const [p, q, r, s] = [a[m]!, a[m + 1]!, a[n]!, a[n + 1]!];
          visit(m / 2, n / 2, p * r + q * s, q * r - p * s);
        }
      }
    },
  };
}

/** Coordinates of points. @throws {@link InvalidArgumentError}, {@link NonFiniteError} */
export function readPoints(points: ArrayLike<number>, where: string): Float64Array {
  const values = readNumbers(points, where, "an array of numbers");
  if (values.length === 0) throw new InvalidArgumentError(where, values, "at least one number");
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new NonFiniteError(where, undefined, `number ${bad} is ${values[bad]}, expected finite numbers`);
  return values;
}

/**
 * The form in which an implicit method solves its equations.
 * @module
 */
import { DIRECT_LIMIT } from "../../assembly/constants.ts";
import type { Operator } from "../operators/operator.ts";
import { couplings, planCoordinates } from "./coordinates.ts";
import { planGenerator } from "./generator.ts";
import type { RepresentationChoice } from "./plan.ts";
import { coordinatesRepresentation, matrixRepresentation } from "./representation.ts";

/** Coordinates where they are few enough for LU factors; matrices, with G for the preconditioner, everywhere else. */
export function implicitRepresentation(
  G: Operator,
  jumps: readonly Operator[],
  states: readonly Operator[],
): RepresentationChoice {
  const plan = planCoordinates(couplings(G, jumps), states, DIRECT_LIMIT);
  if (plan && plan.length <= DIRECT_LIMIT) {
    return { representation: coordinatesRepresentation(plan), reason: "few enough coordinates for LU factors" };
  }
  const matrix = matrixRepresentation(planGenerator(G, jumps));
  return {
    reason: `more than ${DIRECT_LIMIT} coordinates: GMRES, preconditioned by the no-jump part`,
    representation: {
      ...matrix,
      bytes: (kernel) => matrix.bytes(kernel) + kernel.layout(G.size).bytes,
      put(kernel, copies, what) {
        const superoperator = matrix.put(kernel, copies, what);
        kernel.functions.setNoJump(superoperator, kernel.putMatrix(G, what));
        return superoperator;
      },
    },
  };
}

/**
 * The form in which an implicit method solves its equations.
 * @module
 */
import { DIRECT_LIMIT } from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operator } from "../operators/operator.ts";
import { couplings, planCoordinates } from "./coordinates.ts";
import { planGenerator } from "./generator.ts";
import type { RepresentationChoice } from "./plan.ts";
import { coordinatesRepresentation, matrixRepresentation, type Representation } from "./representation.ts";

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
  return {
    reason: `more than ${DIRECT_LIMIT} coordinates: GMRES, preconditioned by the no-jump part`,
    representation: withNoJump(matrixRepresentation(planGenerator(G, jumps)), G),
  };
}

/** A matrix form that knows G for the preconditioner. */
export function withNoJump(matrix: Representation, G: Operator): Representation {
  const putPlaced = (kernel: Kernel, copies: number, what: string) => {
    const { superoperator, places } = matrix.putPlaced!(kernel, copies, what);
    kernel.functions.setNoJump(superoperator, kernel.putMatrix(G, what));
    return { superoperator, places };
  };
  return {
    ...matrix,
    bytes: (kernel) => matrix.bytes(kernel) + kernel.layout(G.size).bytes,
    putPlaced,
    put: (kernel, copies, what) => putPlaced(kernel, copies, what).superoperator,
  };
}

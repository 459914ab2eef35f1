/**
 * The generator applied once.
 * @module
 */
import { getKernel } from "../kernel/load.ts";
import { Operator } from "../operators/operator.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { chooseRepresentation } from "../plan/plan.ts";

/** L[rho], for Hermitian rho. */
export function applyGenerator(H: Operator, jumps: readonly Operator[], rho: Operator): Operator {
  return applyWithDrift(noJumpOperator(H, jumps), jumps, rho);
}

/** The same from G = -iH - ½ sum L†L. */
export function applyWithDrift(G: Operator, jumps: readonly Operator[], rho: Operator): Operator {
  const { representation } = chooseRepresentation(G, jumps, [rho]);
  const what = "a right-hand side";
  const data = getKernel().frame((kernel) => {
    const bytes = 8 * representation.length(kernel);
    const superoperator = representation.put(kernel, 1, what);
    const x = kernel.allocate(bytes, what);
    const out = kernel.allocate(bytes, what);
    representation.write(kernel, rho, x);
    kernel.functions.rightHandSide(superoperator, x, out);
    return representation.read(kernel, out, "right-hand side");
  });
  return Operator.dense(G.dims, data);
}

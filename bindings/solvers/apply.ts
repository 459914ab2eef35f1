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
  return applyAll(G, jumps, [rho])[0]!;
}

/** L[rho] of many Hermitian operators; what does not depend on rho is planned once. */
export function applyGeneratorToAll(H: Operator, jumps: readonly Operator[], rhos: readonly Operator[]): Operator[] {
  return applyAll(noJumpOperator(H, jumps), jumps, rhos);
}

function applyAll(G: Operator, jumps: readonly Operator[], rhos: readonly Operator[]): Operator[] {
  const { representation } = chooseRepresentation(G, jumps, rhos);
  const what = "a right-hand side";
  return getKernel().frame((kernel) => {
    const bytes = 8 * representation.length(kernel);
    const superoperator = representation.put(kernel, 1, what);
    const x = kernel.allocate(bytes, what);
    const out = kernel.allocate(bytes, what);
    return rhos.map((rho) => {
      // The state is written over zeros only.
      kernel.doubles.fill(0, x / 8, (x + bytes) / 8);
      representation.write(kernel, rho, x);
      kernel.functions.rightHandSide(superoperator, x, out);
      return Operator.dense(G.dims, representation.read(kernel, out, "right-hand side"));
    });
  });
}

/** The only place of the benchmarks that knows how a generator gets into the kernel. */
import { getKernel } from "../../dist/bindings/kernel/load.js";
import { couplings, planCoordinates } from "../../dist/bindings/plan/coordinates.js";
import { noJumpOperator, planGenerator } from "../../dist/bindings/plan/generator.js";
import { PROPAGATOR_LIMIT } from "../../dist/bindings/plan/method.js";
import { chooseRepresentation } from "../../dist/bindings/plan/plan.js";
import {
  coordinatesRepresentation,
  matrixRepresentation,
  triangleRepresentation,
} from "../../dist/bindings/plan/representation.js";
import { planTriangle } from "../../dist/bindings/plan/triangle.js";

const WHAT = "a benchmark";
/** Elements of the generator on real coordinates, at most: with more, nobody would want it in that form. */
const MOST_ELEMENTS = 4e6;

/**
 * The forms that one point of a problem can take: `{ matrix, coordinates, triangle, chosen, reason }`, undefined where it cannot;
 * `chosen` is the name of one of them.
 */
export function formsOf({ H, jumps, rho0 }) {
  const G = noJumpOperator(H, jumps);
  const { representation, reason } = chooseRepresentation(G, jumps, [rho0]);
  const matrix = matrixRepresentation(planGenerator(G, jumps));
  const band = planTriangle(G, jumps);
  const triangle = band && triangleRepresentation(band);
  const coordinates = representation.coordinates ? representation : coordinatesOf(G, jumps, rho0);
  const forms = { matrix, coordinates, triangle };
  const chosen = Object.keys(forms).find((name) => forms[name]?.description === representation.description);
  return { ...forms, chosen, reason };
}

/** Whether a propagator is small enough to be tried: of a thousand coordinates it takes a minute. */
export function canPropagate({ coordinates }) {
  return coordinates !== undefined && coordinates.count <= PROPAGATOR_LIMIT;
}

/** Undefined where the generator would have too many elements. */
function coordinatesOf(G, jumps, rho0) {
  const d = G.size;
  const perElement = jumps.reduce((sum, { nnz }) => sum + (nnz / d) ** 2, (2 * G.nnz) / d);
  // an element of rho is two rows, and elements are complex
  const limit = Math.floor(Math.min(MOST_ELEMENTS / (4 * perElement), (d * (d + 1)) / 2));
  const plan = planCoordinates(couplings(G, jumps), [rho0], limit);
  return plan === undefined ? undefined : coordinatesRepresentation(plan);
}

/**
 * Calls `body` with a function that applies each representation to the state, by the same names. Kernel memory is not given back
 * before what `body` returns has come to its end.
 */
export async function withRightHandSides(representations, rho0, body) {
  const kernel = getKernel();
  const mark = kernel.functions.arenaMark();
  try {
    const calls = Object.entries(representations).map(([name, representation]) => {
      const superoperator = representation.put(kernel, 1, WHAT);
      const [x, out] = [0, 1].map(() => kernel.allocate(8 * representation.length(kernel), WHAT));
      representation.write(kernel, rho0, x);
      return [name, () => kernel.functions.rightHandSide(superoperator, x, out)];
    });
    await body(Object.fromEntries(calls));
  } finally {
    kernel.functions.arenaRelease(mark);
  }
}

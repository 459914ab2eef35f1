/**
 * From a problem to the form of the right-hand side.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import type { Operator } from "../operators/operator.ts";
import { type Couplings, couplings, planCoordinates } from "./coordinates.ts";
import { passCost } from "./cost.ts";
import { planGenerator } from "./generator.ts";
import {
  coordinatesRepresentation,
  matrixRepresentation,
  type Representation,
  triangleRepresentation,
} from "./representation.ts";
import { planTriangle } from "./triangle.ts";

/** Up to this dimension, and this many terms an element of rho, coordinates are taken without a look at matrices. */
export const SMALL = { d: 12, terms: 16 };

/** Elements of rho that are looked at one by one, at most. */
const MOST_ELEMENTS = 2 ** 19;

export interface RepresentationChoice {
  readonly representation: Representation;
  /** In words. */
  readonly reason: string;
}

/**
 * The cheapest form for evolving `states`, by the cost model.
 * @param G -iH - ½ sum L†L
 * @param jumps rates inside
 * @param states Hermitian operators, evolved side by side
 */
export function chooseRepresentation(
  G: Operator,
  jumps: readonly Operator[],
  states: readonly Operator[],
): RepresentationChoice {
  const d = G.size;
  const parts = couplings(G, jumps);
  const terms = termsPerElement(parts);
  const all = (d * (d + 1)) / 2;
  if (d <= SMALL.d && terms <= SMALL.terms) {
    const plan = planCoordinates(parts, states, all);
    if (plan) return { representation: coordinatesRepresentation(plan), reason: "a small system" };
  }
  const whole = wholeForm(G, jumps);
  const limit = Math.min(all, MOST_ELEMENTS, Math.floor(whole.cost / elementCost(terms)));
  const plan = planCoordinates(parts, states, limit);
  if (!plan) return { representation: whole.representation, reason: `rho fills more than ${limit} of ${all} elements` };
  const coordinates = coordinatesRepresentation(plan);
  const costs = [coordinates.cost + passCost(plan.length), whole.cost] as const;
  const [a, b] = costs.map((ns) => `${(ns / 1000).toPrecision(2)} µs`);
  return costs[0] <= costs[1]
    ? { representation: coordinates, reason: `${a} expected, ${b} ${whole.name}` }
    : { representation: whole.representation, reason: `${b} expected, ${a} on ${plan.count} coordinates` };
}

/** The cheaper form for all of rho: one triangle of it, where that is possible, or whole matrices. */
function wholeForm(
  G: Operator,
  jumps: readonly Operator[],
): { representation: Representation; cost: number; name: string } {
  const matrix = matrixRepresentation(planGenerator(G, jumps));
  const matrixTotal = matrix.cost + passCost(2 * G.size ** 2);
  const plan = planTriangle(G, jumps);
  if (plan) {
    const triangle = triangleRepresentation(plan);
    const total = triangle.cost + passCost(plan.length);
    if (total <= matrixTotal) return { representation: triangle, cost: total, name: "on one triangle" };
  }
  return { representation: matrix, cost: matrixTotal, name: "in matrix form" };
}

/** A propagator asked for by name may be this large: 40 GFlop each, 200 MB. */
export const LARGEST_PROPAGATOR = 2048;

/**
 * The form in which a propagator is computed.
 * @throws {@link InvalidArgumentError} when rho has too many coordinates for one
 */
export function propagatorRepresentation(
  G: Operator,
  jumps: readonly Operator[],
  states: readonly Operator[],
  where: string,
): RepresentationChoice {
  const plan = planCoordinates(couplings(G, jumps), states, LARGEST_PROPAGATOR);
  if (!plan || plan.count > LARGEST_PROPAGATOR) {
    const expected = `another method: a propagator is a matrix, and rho has more than ${LARGEST_PROPAGATOR} coordinates`;
    throw new InvalidArgumentError(`${where}: method`, "expm", expected);
  }
  return { representation: coordinatesRepresentation(plan), reason: "a propagator acts on coordinates" };
}

/** Nanoseconds an element of rho in coordinates: two rows; a coefficient that is real or imaginary is one stored element in each. */
export function elementCost(terms: number): number {
  return 0.75 * terms + 1;
}

/** Terms of d(rho_ij)/dt, on average over all elements. */
export function termsPerElement({ d, G, jumps }: Couplings): number {
  return jumps.reduce((sum, L) => sum + (L.indices.length / d) ** 2, (2 * G.indices.length) / d);
}

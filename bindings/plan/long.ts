/**
 * Runs so long that a propagator is cheaper than a series whatever an application costs: it takes one product for every doubling of the time.
 * @module
 */
import type { Operator } from "../operators/operator.ts";
import { propagatorCost, type RunShape } from "./cost.ts";
import { chooseMethod, type MethodChoice, PROPAGATOR_LIMIT, SERIES_RADIUS } from "./method.ts";
import { propagatorRepresentation, type RepresentationChoice } from "./plan.ts";
import type { Representation } from "./representation.ts";

/** Undefined where the run is not that long, or a propagator would have too many elements. @param form the cheapest one for a single application */
export function planLongRun(
  { G, jumps, states }: { G: Operator; jumps: readonly Operator[]; states: readonly Operator[] },
  form: Pick<Representation, "cost" | "coordinates">,
  times: Float64Array,
  shape: RunShape,
  where: string,
): (RepresentationChoice & { choice: MethodChoice }) | undefined {
  const coordinates = G.size ** 2;
  if (form.coordinates !== undefined || coordinates > PROPAGATOR_LIMIT) return undefined;
  // No rate or frequency is above twice the norm of G: a series that is cheaper than the least propagator needs no further look.
  const terms = 2 * G.norm() * (times.at(-1)! - times[0]!);
  if (terms * form.cost < propagatorCost(coordinates, 1)) return undefined;
  const plan = propagatorRepresentation(G, jumps, states, where);
  const found = plan.representation.coordinates!;
  const norm = Math.min(found.norm, spread(G) / SERIES_RADIUS);
  const choice = chooseMethod({ cost: form.cost, coordinates: { ...found, norm } }, times, shape);
  return choice.method === "expm" ? { ...plan, choice } : undefined;
}

/**
 * Twice the standard deviation of the eigenvalues of G: about the largest rate or frequency of the generator, rather less. Sums of rows, which
 * serve for sparse generators, are many times that where G is dense.
 */
function spread(G: Operator): number {
  const { re, im } = G.tr();
  const square = (G.norm() ** 2 - (re * re + im * im) / G.size) / G.size;
  return 2 * Math.sqrt(Math.max(0, square));
}

/**
 * Runs so long that a propagator is cheaper than a series whatever an application costs: it takes one product for every doubling of the time.
 * @module
 */
import type { Operator } from "../operators/operator.ts";
import { propagatorCost, type RunShape } from "./cost.ts";
import { chooseMethod, type MethodChoice, PROPAGATOR_LIMIT } from "./method.ts";
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
  const choice = chooseMethod({ cost: form.cost, coordinates: plan.representation.coordinates }, times, shape);
  return choice.method === "expm" ? { ...plan, choice } : undefined;
}

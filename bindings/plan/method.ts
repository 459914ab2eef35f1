/**
 * Which integrator a run gets when nobody asks for one, and why.
 * @module
 */
import { INTERVAL_ROUNDING, INTERVAL_SHARE, PROPAGATORS, PROPAGATORS_LENGTH } from "../../assembly/constants.ts";
import {
  krylovTermCost,
  outputStartCost,
  outputTermCost,
  propagationCost,
  propagatorCost,
  type RunShape,
  seriesStartCost,
  termCost,
} from "./cost.ts";
import type { Representation } from "./representation.ts";

export interface MethodChoice {
  readonly method: string;
  /** In words. */
  readonly reason: string;
}

/** Matrices beyond this are no propagators: n³ flops a product, n² numbers a matrix. */
export const PROPAGATOR_LIMIT = 512;

/** The spectral radius over the norm: below it by a third or more, for which an ellipse around the spectrum makes up. */
export const SERIES_RADIUS = 0.7;

/** The cheapest of the methods for a constant generator, by the cost model. */
export function chooseMethod(
  representation: Pick<Representation, "cost" | "coordinates">,
  times: Float64Array,
  shape: RunShape,
): MethodChoice {
  const span = times.at(-1)! - times[0]!;
  const { coordinates } = representation;
  if (coordinates === undefined || coordinates.count > PROPAGATOR_LIMIT) {
    const [krylov, faber] = [krylovTermCost(representation.cost, shape), representation.cost + termCost(shape)];
    return krylov < faber
      ? { method: "krylov", reason: "constant generator whose application is dear: fewest of them" }
      : { method: "faber", reason: "constant generator; a propagator would have too many elements" };
  }
  const { count, norm } = coordinates;
  const propagators = distinctIntervals(times, norm, coordinates.length);
  const expm =
    propagators * propagatorCost(coordinates.length, (norm * span) / Math.max(1, times.length - 1)) +
    times.length * propagationCost(coordinates.length, shape);
  const radius = SERIES_RADIUS * norm * span;
  let series = Number.POSITIVE_INFINITY;
  for (let steps = 1; steps < 1e6; steps *= 2) {
    const terms = 12 + 4 * Math.cbrt(radius / steps) + radius / steps;
    if (terms > 1000) continue;
    const cost =
      seriesStartCost(representation.cost, shape) +
      steps * terms * (representation.cost + termCost(shape)) +
      shape.outputs * (outputStartCost(shape) + terms * outputTermCost(shape));
    if (cost > series) break;
    series = cost;
  }
  const [a, b] = [expm, series].map((ns) => `${(ns / 1000).toPrecision(2)} µs`);
  return expm < series
    ? {
        method: "expm",
        reason: `${propagators} propagator${propagators === 1 ? "" : "s"} of ${count} coordinates: ${a} expected, ${b} for a series`,
      }
    : { method: "faber", reason: `${count} coordinates: ${b} expected, ${a} for propagators` };
}

/** How many propagators a grid needs, where the kernel keeps the last ones (assembly/integrators/expm.ts). */
function distinctIntervals(times: Float64Array, norm: number, length: number): number {
  const slots = length <= PROPAGATORS_LENGTH ? PROPAGATORS : 1;
  const kept = new Float64Array(slots).fill(Number.NaN);
  let count = 0;
  for (let k = 1; k < times.length; k++) {
    const next = times[k]! - times[k - 1]!;
    const clock = INTERVAL_ROUNDING * Math.max(Math.abs(times[k]!), Math.abs(times[k - 1]!));
    const jitter = Math.min(clock, INTERVAL_SHARE / norm);
    let slot = 0;
    while (slot < slots && !(Math.abs(next - kept[slot]!) <= jitter)) slot++;
    if (slot === slots) kept[count++ % slots] = next;
  }
  return count;
}

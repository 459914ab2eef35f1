/**
 * What a worker of the map computes.
 * @module
 */
import { buildModel, ENDINGS, type Model, resultNames, runPoints } from "lindblad/slim/model";
import { merged } from "./grid.ts";
import type { MapAnswer, MapRequest, Names, PointValues } from "./protocol.ts";

/** Answers a request; whatever goes wrong is an answer too. */
export function answer(request: MapRequest): MapAnswer {
  const { job, model } = request;
  try {
    if (request.type === "names") return { type: "names", job, ...namesOf(model) };
    const { count, parameters, scalar } = request;
    return { type: "points", job, ...valuesOf(model, count, parameters, scalar) };
  } catch (error) {
    return { type: "failed", job, message: error instanceof Error ? error.message : String(error) };
  }
}

function namesOf(model: Model): Names {
  const { series, scalars } = resultNames(buildModel(model));
  const ofSeries = new Set(series.flatMap((name) => Object.keys(ENDINGS).map((ending) => `${name}_${ending}`)));
  return { series, scalars: scalars.filter((name) => !ofSeries.has(name)) };
}

function valuesOf(
  model: Model,
  count: number,
  parameters: Readonly<Record<string, Float64Array>>,
  scalar: string,
): PointValues {
  // exact values are not computed for nothing
  const lean = scalar.endsWith("_maxDifference") ? model : { ...model, compare: {} };
  const { scalars, errors } = runPoints(lean, { count, parameters }, { scalars: [scalar] });
  const reasons = errors.flatMap((error) => (error ? [{ message: error.message, count: 1 }] : []));
  return { values: scalars[scalar]!, reasons: merged(reasons) };
}

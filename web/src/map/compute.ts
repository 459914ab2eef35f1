/**
 * What a worker of the map computes.
 * @module
 */
import { buildModel, ENDINGS, type Model, resultNames, runPoints } from "lindblad/slim/model";
import { problemOf } from "../solver/problem.ts";
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
    return { type: "failed", job, message: problemOf(error).message };
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
  const { scalars, errors } = runPoints(leanest(model, scalar), { count, parameters }, { scalars: [scalar] });
  const reasons = errors.flatMap((error) => (error ? [{ message: error.message, count: 1 }] : []));
  return { values: scalars[scalar]!, reasons: merged(reasons) };
}

/** The model without what the scalar does not need: exact values, measures, times between the ends. */
function leanest(model: Model, scalar: string): Model {
  if (scalar.endsWith("_maxDifference")) return model;
  const [, series, ending] = /^(.*)_([^_]+)$/.exec(scalar) ?? [];
  const lean: Model = { ...model, compare: {}, ...(model.kind === "bipartite" ? { measures: false } : {}) };
  if (series === undefined || !hasSeries(lean, series)) return { ...model, compare: {} };
  const { times } = lean;
  if ((ending !== "end" && ending !== "start") || Array.isArray(times)) return lean;
  return { ...lean, times: { ...times, count: 2 } };
}

/** Not known of a model that cannot be built where it stands. */
function hasSeries(model: Model, series: string): boolean {
  try {
    return namesOf(model).series.includes(series);
  } catch {
    return false;
  }
}

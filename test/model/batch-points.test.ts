import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  buildModel,
  type Model,
  modelAt,
  type Points,
  type PointsResult,
  resultNames,
  runModel,
  runPoints,
} from "../../bindings/model/index.ts";
import { randomBipartite, randomLindblad, randomPoints } from "./random-models.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const COUNT = 6;

/** Everything that can be computed together. */
function outputsOf(model: Model, points: Points) {
  const failing = (k: number) => {
    try {
      buildModel(modelAt(model, points, k));
      return false;
    } catch {
      return true;
    }
  };
  const good = Array.from({ length: points.count }, (_, k) => k).find((k) => !failing(k));
  if (good === undefined) return undefined;
  const { series, scalars } = resultNames(buildModel(modelAt(model, points, good)));
  return { series, scalars };
}

/**
 * Every number of every point equals that of a run of its own, to rounding of the energies and rates; of what is integrated to the tolerance, and
 * defects are of that size.
 */
function expectRuns(model: Model, points: Points, found: PointsResult): void {
  for (let k = 0; k < points.count; k++) {
    let run: ReturnType<typeof runModel>;
    try {
      run = runModel(modelAt(model, points, k));
    } catch (error) {
      expect(found.errors[k]).toEqual({ name: (error as Error).name, message: (error as Error).message });
      continue;
    }
    expect(found.errors[k]).toBeUndefined();
    const { length } = run.times;
    expect(found.times.slice(k * length, (k + 1) * length)).toEqual(run.times);
    const size = Object.values(run.series)
      .flatMap((values) => [...values])
      .reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);
    for (const [name, values] of Object.entries(found.series)) {
      const exact = run.series[name]!;
      const allowed = size * (/^(ledger_|Q|W)/.test(name) ? 10 * model.solver.rtol! : 1e-11);
      exact.forEach((value, t) => {
        const difference = Object.is(values[k * length + t], value) ? 0 : Math.abs(values[k * length + t]! - value);
        expect(difference, `${name} at time ${t} of point ${k}`).toBeLessThanOrEqual(allowed);
      });
    }
    for (const [name, values] of Object.entries(found.scalars)) {
      const allowed = size * (name.endsWith("_defect") ? 10 * model.solver.rtol! : 1e-11);
      expect(Math.abs(values[k]! - run.scalars[name]!), name).toBeLessThanOrEqual(allowed);
    }
  }
}

describe("points that are computed together", () => {
  for (const [what, modelOf] of [
    ["two parts", randomBipartite],
    ["one system", randomLindblad],
  ] as const) {
    it.prop([seeds], { seed: 31, numRuns: 25 })(`are those of runs of their own: ${what}`, (seed) => {
      const [model, points] = [modelOf(seed), randomPoints(seed + 1, COUNT)];
      const outputs = outputsOf(model, points);
      if (outputs === undefined) return;
      const found = runPoints(model, points, outputs);
      expectRuns(model, points, found);
      const good = found.errors.filter((error) => error === undefined).length;
      if (good > 1) expect(found.batched).toBe(good);
    });
  }
});

it.prop([seeds], { seed: 32, numRuns: 4 })("a series is the same alone and with all others", (seed) => {
  const [model, points] = [randomBipartite(seed), randomPoints(seed + 1, COUNT)];
  const outputs = outputsOf(model, points);
  if (outputs === undefined) return;
  const all = runPoints(model, points, { scalars: [], series: outputs.series });
  for (const name of outputs.series.filter((series) => !/^(flow_|ledger_|delta_|J_|Q|W)/.test(series))) {
    const alone = runPoints(model, points, { scalars: [], series: [name] }).series[name]!;
    const size = all.series[name]!.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, Math.abs(b)) : a), 1);
    all.series[name]!.forEach((value, at) => {
      const difference = Object.is(value, alone[at]) ? 0 : Math.abs(value - alone[at]!);
      expect(difference, `${name}, number ${at}`).toBeLessThanOrEqual(1e-11 * size);
    });
  }
});

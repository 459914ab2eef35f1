/**
 * Series of a model at many points, computed together.
 * @module
 */
import { SPECTRAL_FLOWS, STATUS_DONE } from "../../assembly/constants.ts";
import { BATCH_METHODS, type BatchMethod, evolveBatch } from "../batch/evolve.ts";
import { type OperatorBatch, operatorsAt } from "../batch/operators.ts";
import { type EvolveSystems, evolveBipartiteBatch, partition } from "../bipartite/batch/run.ts";
import { type Followed, stateFunctionals, stateRun } from "../bipartite/batch/states.ts";
import { systemsAt } from "../bipartite/batch/system.ts";
import { marginOf } from "../bipartite/evolve.ts";
import { ledgerDefects } from "../bipartite/flows.ts";
import { firstLawDefects } from "../bipartite/laws.ts";
import { type ResolvedOptions, resolveOptions } from "../solvers/options.ts";
import type { BatchModel } from "./batch-build.ts";
import { energySources, needsOfSeries, needsOfStates, stateNames, stateSources } from "./energetics.ts";
import type { Model } from "./schema.ts";

/** As exact as numbers are. */
const ROUNDING = 1e-15;

/** Scalars that are no value of a series. */
const DEFECTS = {
  ledger_defect: ({ energy, gained }: Energetics, count: number) => ledgerDefects(energy, gained, count),
  first_law_defect: ({ energy, heat, work }: Energetics, count: number) =>
    firstLawDefects(energy.U, heat.integrated, work.integrated, count),
};

type Energetics = Pick<ReturnType<typeof evolveBipartiteBatch>, "energy" | "gained" | "heat" | "work">;

/** What is wanted of every point. */
export interface BatchWanted {
  readonly series: ReadonlySet<string>;
  /** Of the names of {@link DEFECTS}. */
  readonly defects: ReadonlySet<string>;
  /** Whether the first and last values of the series are all that is wanted. */
  readonly endsOnly: boolean;
}

/** What was computed; of a series, number `t * count + k` is that of system k at time t. */
export interface BatchRun {
  readonly count: number;
  readonly times: Float64Array;
  readonly series: (name: string) => Float64Array;
  /** One a system. */
  readonly defect: (name: string) => Float64Array;
  readonly difference: (name: string) => Float64Array;
  /** Of each system, whether it has to be computed alone. */
  readonly failed: readonly boolean[];
}

export const isDefect = (name: string): boolean => name in DEFECTS;

/** Undefined where this model's solver, or what is wanted, is not for many systems at once. */
export function runBatch(model: Model, batch: BatchModel, wanted: BatchWanted): BatchRun | undefined {
  const resolved = resolveOptions(model.solver, "solver");
  const method = methodOf(resolved);
  if (method === undefined) return undefined;
  const { rtol, atol, maxSteps } = resolved;
  const options = { rtol, atol, maxSteps, ...method };
  const { count, tlist, observables } = batch;
  // Output times divide the steps of a fixed length.
  const endsOnly = wanted.endsOnly && method.method !== "rk4" && tlist.length > 2;
  const times = endsOnly ? Float64Array.of(tlist[0]!, tlist.at(-1)!) : tlist;
  const means = observables.filter(({ series }) => wanted.series.has(series));
  // A Hermitian observable has one series, any other two: which it is may depend on the point.
  if (model.kind === "lindblad" && means.length < wanted.series.size) return undefined;
  const run = batch.system
    ? bipartiteRun(batch, times, means, wanted, options)
    : lindbladRun(batch, times, means, options);
  if (run === undefined) return undefined;
  const series = (name: string) => run.sources[name]!();
  return {
    count,
    times,
    series,
    defect: run.defect,
    difference: (name) =>
      largestDifference(series(name), batch.exact.find((exact) => exact.series === name)!.values, count),
    failed: run.failed,
  };
}

interface Sources {
  readonly sources: Readonly<Record<string, () => Float64Array>>;
  readonly defect: (name: string) => Float64Array;
  readonly failed: readonly boolean[];
}

type Means = BatchModel["observables"];

function lindbladRun(batch: BatchModel, times: Float64Array, means: Means, options: SystemsOptions): Sources {
  const { values, failed } = evolverOf(batch, options)(
    means.map(({ operator }) => operator),
    times,
  );
  const length = times.length * batch.count;
  return {
    sources: Object.fromEntries(
      means.map(({ series }, f) => [series, () => values.subarray(f * length, (f + 1) * length)]),
    ),
    defect: () => new Float64Array(0),
    failed,
  };
}

function bipartiteRun(
  batch: BatchModel,
  times: Float64Array,
  means: Means,
  wanted: BatchWanted,
  options: SystemsOptions,
): Sources | undefined {
  const system = batch.system!;
  const needed = needsOf(batch, wanted);
  if (needed === undefined) return undefined;
  const { states: names, ...wants } = needed;
  const functionals = names.length > 0 ? stateFunctionals(system) : [];
  const operators = [...functionals, ...means.map(({ operator }) => operator)];
  // A propagator for every interval between nodes would take longest of all: series to rounding are as exact.
  const exact = wants.integrals && options.method === "expm";
  const evolve = evolverOf(batch, exact ? { ...options, method: "auto", rtol: ROUNDING, atol: 0 } : options);
  const run = evolveBipartiteBatch(system, batch.rho0, times, operators, wants, options.rtol, evolve);
  const { count, rho0 } = batch;
  const followed = {
    times,
    rho0,
    means: run.means,
    heat: () => run.heat,
    margin: marginOf(options),
    failed: run.failed,
  };
  return {
    sources: {
      ...energySources(run, system.baths, false, count),
      ...measured(batch, followed, names),
      ...Object.fromEntries(means.map(({ series }, f) => [series, () => run.means[functionals.length + f]!])),
    },
    defect: (name) => DEFECTS[name as keyof typeof DEFECTS](run, count),
    failed: run.failed,
  };
}

/** What has to be computed, and which series of states; undefined where one of the series is none of these. */
function needsOf({ system, observables, asked }: BatchModel, { series, defects }: BatchWanted) {
  const { baths } = system!;
  const known = needsOfSeries(baths);
  const own = new Set(observables.map((mean) => mean.series));
  const ofStates = stateNames(
    baths.filter(({ beta }) => beta !== undefined),
    asked,
  );
  const energies = [...series].filter((name) => !own.has(name));
  const states = energies.filter((name) => ofStates.includes(name));
  const needs = energies.filter((name) => !ofStates.includes(name)).map((name) => known.get(name));
  if (needs.includes(undefined)) return undefined;
  const integrals = needs.includes("integrals") || defects.size > 0;
  const ofFlows = (needsOfStates(states, asked).wanted & SPECTRAL_FLOWS) !== 0;
  return { states, flows: needs.includes("flows") || ofFlows, integrals };
}

/** Points that are computed together, whichever others there are: lists of their numbers. */
export function partsOf(model: Model, batch: BatchModel, wanted: BatchWanted): number[][] {
  const { system, rho0, count, tlist } = batch;
  if (system && needsOf(batch, wanted)?.integrals) {
    return partition(system, rho0, tlist, resolveOptions(model.solver, "solver").rtol);
  }
  return [Array.from({ length: count }, (_, k) => k)];
}

/** Series in `names` of states. */
function measured(batch: BatchModel, followed: Followed, names: readonly string[]): Sources["sources"] {
  if (names.length === 0) return {};
  const { wanted, asked } = needsOfStates(names, batch.asked);
  return Object.fromEntries(stateSources(stateRun(batch.system!, followed, wanted, asked)));
}

/** What the solver of a batch is asked for; undefined where it has no such method. */
function methodOf({ method, dt, maxStep }: ResolvedOptions): { method: BatchMethod; step?: number } | undefined {
  if (dt !== undefined) return { method: "rk4", step: dt };
  if (!isBatchMethod(method)) return undefined;
  return maxStep === undefined ? { method } : { method, step: maxStep };
}

const isBatchMethod = (method: string): method is BatchMethod => (BATCH_METHODS as readonly string[]).includes(method);

function evolverOf({ dims, count, H, jumps, rho0 }: BatchModel, options: SystemsOptions): EvolveSystems {
  const { method, step, rtol, atol, maxSteps } = options;
  return (functionals, times) => {
    const problem = { dims, count, H, jumps, rho0, functionals, times, method, step, rtol, atol, maxSteps };
    const { values, status } = evolveBatch(problem);
    return { values, failed: Array.from(status, (value) => value !== STATUS_DONE) };
  };
}

type SystemsOptions = Pick<ResolvedOptions, "rtol" | "atol" | "maxSteps"> & NonNullable<ReturnType<typeof methodOf>>;

function largestDifference(computed: Float64Array, exact: Float64Array, count: number): Float64Array {
  const most = new Float64Array(count);
  for (let from = 0; from < computed.length; from += count) {
    for (let k = 0, at = from; k < count; k++, at++) {
      most[k] = Math.max(most[k]!, Math.abs(computed[at]! - exact[at]!));
    }
  }
  return most;
}

/** The same model at some of its points. */
export function modelsAt(batch: BatchModel, lanes: readonly number[]): BatchModel {
  if (lanes.length === batch.count) return batch;
  const take = (operators: OperatorBatch) => operatorsAt(operators, lanes);
  const { H, jumps, rho0, observables, exact, system, failed, count: all } = batch;
  const count = lanes.length;
  return {
    ...batch,
    count,
    H: take(H),
    jumps: jumps.map(take),
    rho0: take(rho0),
    observables: observables.map(({ series, operator }) => ({ series, operator: take(operator) })),
    exact: exact.map(({ series, values }) => ({
      series,
      values: Float64Array.from(
        { length: (values.length / all) * count },
        (_, at) => values[Math.floor(at / count) * all + lanes[at % count]!]!,
      ),
    })),
    system: system && systemsAt(system, lanes),
    failed: Uint8Array.from(lanes, (k) => failed[k]!),
  };
}

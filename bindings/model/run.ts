/**
 * Runs a model file's model; the result has one form for both kinds.
 * @module
 */
import { checkObject } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import { mesolve, type Progress, type Solution, type SolveStats } from "../solvers/index.ts";
import {
  type BuiltBipartite,
  type BuiltLindblad,
  type BuiltModel,
  buildModel,
  complexParts,
  seriesNames,
} from "./build.ts";
import { delta, ENERGIES, energeticsNames, energeticsOf } from "./energetics.ts";
import type { Model } from "./schema.ts";
import type { Exact } from "./times.ts";

/** Options of {@link runModel}. */
export interface RunOptions {
  /** Ends the run: its reason is thrown. Looked at as {@link mesolve} does. */
  readonly signal?: AbortSignal;
  /** Called about ten times a second as the run goes on, and once at its end. */
  readonly onProgress?: (progress: Progress) => void;
  /** true: the state at every output time is kept. Default false. */
  readonly storeStates?: boolean;
}

/** A series beside its exact values. */
export interface Comparison {
  /** Name of the series. */
  readonly series: string;
  /** The formula as the model gives it. */
  readonly formula: string;
  /** The series. */
  readonly computed: Float64Array;
  /** Its closed form. */
  readonly exact: Float64Array;
  /** computed - exact */
  readonly difference: Float64Array;
  /** max |difference| */
  readonly maxDifference: number;
}

/** What a run of a model gives. */
export interface ModelResult {
  /** The kind of the model. */
  readonly kind: Model["kind"];
  /** The name of the model, where it has one. */
  readonly name: string | undefined;
  /** The description of the model, where it has one. */
  readonly description: string | undefined;
  /** Parameters by name. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The output times. */
  readonly times: Float64Array;
  /** Every recorded real quantity over time. Bipartite: energies, flows, heat and work (`energetics.ts` names them), then the observables. */
  readonly series: Readonly<Record<string, Float64Array>>;
  /** Which of the series are observables. */
  readonly observables: readonly string[];
  /** Series beside their closed forms. */
  readonly comparisons: readonly Comparison[];
  /** Single numbers: for each energy its change at the end and the largest on the way, and how well the ledger closes; for each comparison its
   * largest difference. */
  readonly scalars: Readonly<Record<string, number>>;
  /** The method, its steps, and how well they went. */
  readonly stats: SolveStats;
  /** Of a bipartite model: the channels of its energy ledger. */
  readonly channels?: readonly string[];
  /** Of a bipartite model: its baths, with the part that each acts on. */
  readonly baths?: readonly {
    /** Its name in the model. */
    readonly name: string;
    /** The part it acts on. */
    readonly site: "A" | "B" | "global";
  }[];
  /** What a reader of the result should know about the model, in words. */
  readonly warnings: readonly string[];
  /** The state at the last output time. */
  readonly finalState: Operator;
  /** The states at the output times, where `storeStates` asks for them. */
  readonly states?: readonly Operator[];
}

/**
 * Builds and runs a validated model.
 * @returns series at the output times, comparisons with closed forms, and single numbers
 * @throws {@link ModelError} before anything is computed; the errors of {@link mesolve} while running
 */
export function runModel(model: Model, options: RunOptions = {}): ModelResult {
  return runBuilt(buildModel(model), options);
}

/** Runs a model that {@link buildModel} has built. @throws the errors of {@link mesolve} while running */
export function runBuilt(built: BuiltModel, options: RunOptions = {}): ModelResult {
  checkObject(built, "runBuilt: built", "what buildModel gives");
  const run = { ...built.model.solver, ...options };
  return built.kind === "lindblad" ? runLindblad(built, run) : runBipartite(built, run);
}

/** Names of the series and scalars that a run will have. */
export function resultNames(built: BuiltModel): {
  /** Those of `series` of the result. */
  readonly series: readonly string[];
  /** Those of its `scalars`. */
  readonly scalars: readonly string[];
} {
  const observables = seriesNames(built.observables);
  const compared = built.exact.map(({ series }) => differenceOf(series));
  if (built.kind === "lindblad") return { series: observables, scalars: compared };
  const changes = ENERGIES.map(delta).flatMap((name) => [`${name}_end`, `${name}_maxAbs`]);
  return {
    series: [...energeticsNames(built.system, built.model.measures), ...observables],
    scalars: [...changes, "ledger_defect", "first_law_defect", ...compared],
  };
}

const differenceOf = (series: string): string => `${series}_maxDifference`;

type Run = RunOptions & Model["solver"];

function runLindblad(built: BuiltLindblad, run: Run): ModelResult {
  const solution = mesolve(built.H, built.rho0, built.tlist, {
    ...run,
    cOps: built.jumps,
    eOps: built.observables,
  });
  return assemble(built, solution, {}, {});
}

function runBipartite(built: BuiltBipartite, run: Run): ModelResult {
  const { system, rho0, tlist, observables: eOps, reference, model } = built;
  const solution = system.evolve(rho0, tlist, { ...run, eOps, measures: model.measures, reference });
  const series = energeticsOf(solution, system);
  const scalars = Object.fromEntries(
    ENERGIES.map(delta).flatMap((name) => [
      [`${name}_end`, series[name]!.at(-1)!],
      [`${name}_maxAbs`, maxAbs(series[name]!)],
    ]),
  );
  const channels = Object.keys(solution.ledger);
  return {
    ...assemble(built, solution, series, {
      ...scalars,
      ledger_defect: solution.ledgerDefect,
      first_law_defect: solution.laws.firstLaw,
    }),
    channels,
    baths: built.system.baths.map(({ name, site }) => ({ name, site })),
  };
}

function assemble(
  built: BuiltModel,
  solution: Solution,
  energies: Record<string, Float64Array>,
  scalars: Record<string, number>,
): ModelResult {
  const observables = expectations(solution);
  const series = { ...energies, ...observables };
  const comparisons = built.exact.map((exact) => compare(exact, series));
  const { model, parameters } = built;
  return {
    kind: model.kind,
    name: model.name,
    description: model.description,
    parameters,
    times: solution.times,
    series,
    observables: Object.keys(observables),
    comparisons,
    scalars: {
      ...scalars,
      ...Object.fromEntries(comparisons.map((c) => [differenceOf(c.series), c.maxDifference])),
    },
    stats: solution.stats,
    warnings: [...(built.kind === "bipartite" ? built.system.warnings : []), ...solution.warnings],
    finalState: solution.finalState,
    ...(solution.states === undefined ? {} : { states: solution.states }),
  };
}

function expectations(solution: Solution): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(solution.expect).flatMap(([name, values]) => {
      if (values instanceof Float64Array) return [[name, values]];
      const [re, im] = complexParts(name);
      return [
        [re, values.re],
        [im, values.im],
      ];
    }),
  );
}

function compare({ series: name, formula, values: exact }: Exact, series: Record<string, Float64Array>): Comparison {
  const computed = series[name]!;
  const difference = computed.map((value, k) => value - exact[k]!);
  return { series: name, formula, computed, exact, difference, maxDifference: maxAbs(difference) };
}

function maxAbs(values: Float64Array): number {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

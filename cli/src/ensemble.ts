/**
 * Trajectories of a model of either kind, in one form.
 * @module
 */
import { setImmediate } from "node:timers/promises";
import { type BipartiteTrajectories, type McsolveOptions, mcsolve, type TrajectorySolution } from "lindblad";
import type { BuiltBipartite, BuiltLindblad, BuiltModel, Model } from "lindblad/model";
import { pool } from "lindblad/pool";
import type { Interrupt } from "./interrupt.ts";
import { UsageError } from "./problem.ts";
import { tellOnStderr } from "./redis.ts";

/** What is asked for. */
export interface EnsembleOptions {
  readonly ntraj: number;
  readonly seed: number;
  /** Standard error that is enough, of every series at every time. */
  readonly target: number | undefined;
  /** Seconds after which no further trajectory is begun. */
  readonly timeout: number | undefined;
  readonly workers: number | undefined;
  /** Where workers on other machines are found; then none are started here. */
  readonly redis: string | undefined;
  readonly method: string | undefined;
  readonly keepRuns: boolean;
  readonly interrupt: Interrupt;
  readonly onProgress: (fraction: number, words: string) => void;
}

/** Means over trajectories, and their standard errors. */
export interface Means {
  readonly mean: Float64Array;
  readonly stdError: Float64Array;
}

/** Heat of a bath in quanta, and how often which amount was brought until the end. */
export interface Heat extends Means {
  readonly histogram: { readonly edges: Float64Array; readonly shares: Float64Array };
  /** Of each trajectory. */
  readonly amounts: Float64Array;
}

export interface Ensemble {
  readonly times: Float64Array;
  readonly trajectories: number;
  readonly seed: number;
  readonly ended: "count" | "target" | "timeout" | "interrupt";
  readonly seconds: number;
  /** In words: how kets evolve. */
  readonly method: string;
  /** Observables; of a bipartite model before them the energies U, U_A, U_B and U_chi, and by `delta_` what each has changed by since the start. */
  readonly series: Readonly<Record<string, Means>>;
  /** By bath, of a bipartite model. */
  readonly heat: Readonly<Record<string, Heat>>;
  /** Names of the jumps. */
  readonly channels: readonly string[];
  readonly jumps: readonly {
    readonly trajectory: number;
    readonly times: Float64Array;
    readonly channels: Int32Array;
  }[];
  /** Every trajectory by series, where they are kept. */
  readonly runs: Readonly<Record<string, readonly Float64Array[]>> | undefined;
  readonly warnings: readonly string[];
}

/** Runs trajectories until there are enough of them. @throws {@link UsageError}; the solvers' errors */
export function ensembleOf(built: BuiltModel, options: EnsembleOptions): Promise<Ensemble> {
  return built.kind === "lindblad" ? ofLindblad(built, options) : ofBipartite(built, options);
}

/** The names that the series of an ensemble will have. */
export function seriesNames({ kind, observables }: BuiltModel): string[] {
  const energies = kind === "bipartite" ? Object.keys(ENERGIES) : [];
  const own = Object.entries(observables).flatMap(([name, O]) => (O.isHermitian() ? [name] : complexParts(name)));
  return [...energies, ...energies.map((name) => `delta_${name}`), ...own];
}

/** What the model says about tolerances; its method is one of density matrices. */
function solverOf({ solver }: Model, method: string | undefined) {
  const { rtol, atol, maxSteps, maxStep } = solver;
  return { rtol, atol, maxSteps, maxStep, method: method as McsolveOptions["method"] };
}

/** On workers, which leave this thread free to hear of Ctrl-C. */
async function ofLindblad(built: BuiltLindblad, options: EnsembleOptions): Promise<Ensemble> {
  const { ntraj, seed, target, timeout, keepRuns, interrupt, onProgress } = options;
  const { jumps, model } = built;
  const found = await solve(built, options, {
    ...solverOf(model, options.method),
    ...{ ntraj, seed, target, timeout, keepRuns },
    until: () => interrupt.signal !== undefined,
    onProgress: ({ fraction, trajectories }) => onProgress(fraction, `${trajectories} trajectories`),
  });
  const { times, trajectories, stats, ended, warnings } = found;
  return {
    ...{ times, trajectories, seed, warnings },
    ended: ended === "until" ? "interrupt" : ended,
    seconds: stats.milliseconds / 1000,
    method: methodOf(stats),
    series: observablesOf(found),
    heat: {},
    channels: channelsOf(model.jumps, jumps.length),
    jumps: found.jumps,
    runs: keepRuns ? runsOf(found) : undefined,
  };
}

/** Here or elsewhere: the same trajectories. */
async function solve(built: BuiltLindblad, { workers: size, redis }: EnsembleOptions, options: McsolveOptions) {
  if (redis !== undefined) {
    const { redisTrajectories } = await import("@lindblad/sweep");
    return redisTrajectories(built, { ...options, url: redis, tell: tellOnStderr });
  }
  const { H, rho0, tlist, jumps: cOps, observables: eOps } = built;
  const workers = pool(size === undefined ? {} : { size });
  try {
    return await workers.mcsolve(H, rho0, tlist, { ...options, cOps, eOps });
  } finally {
    await workers.close();
  }
}

/** A batch is this share of the trajectories so far, so that there are few of them and none takes long; a block at least. */
const SHARE = 1 / 8;
const BLOCK = 16;
const BINS = 12;

/** On this thread, in batches between which signals are heard. */
async function ofBipartite(built: BuiltBipartite, options: EnsembleOptions): Promise<Ensemble> {
  for (const name of ["workers", "redis"] as const) {
    if (options[name] === undefined) continue;
    throw new UsageError(`--${name}: trajectories of a bipartite model run on one thread; leave it out`);
  }
  const { ntraj, seed, target, timeout = Number.POSITIVE_INFINITY, keepRuns, interrupt, onProgress } = options;
  const { system, rho0, tlist, model, observables } = built;
  const solver = solverOf(model, options.method);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let found = system.trajectories(rho0, tlist, { ...solver, seed, ntraj: Math.min(BLOCK, ntraj) });
  let ended: Ensemble["ended"] = "count";
  for (;;) {
    const count = found.runs.length;
    // the event loop has to turn for a signal to be heard
    await setImmediate();
    onProgress(count / ntraj, `${count} trajectories`);
    if (target !== undefined && count >= 2 * BLOCK && largestError(found) <= target) ended = "target";
    else if (count < ntraj && seconds() >= timeout) ended = "timeout";
    else if (count < ntraj && interrupt.signal !== undefined) ended = "interrupt";
    if (ended !== "count" || count >= ntraj) break;
    found = found.more(Math.min(ntraj - count, BLOCK * Math.ceil((SHARE * count) / BLOCK)));
  }
  const { times, runs, energy, stdError, heat, warnings } = found;
  // the same trajectories: they depend on the seed and their number alone
  const followed = mcsolve(system.H, rho0, tlist, {
    ...solver,
    ...{ cOps: system.jumps, eOps: observables, ntraj: runs.length, seed, keepRuns },
  });
  const changes = Object.fromEntries(
    Object.entries(ENERGIES).map(([name, key]) => [
      `delta_${name}`,
      runs.map(({ energy: { [key]: own } }) => own.map((u) => u - own[0]!)),
    ]),
  );
  const energies = Object.entries(ENERGIES).map(([name, key]) => [
    name,
    { mean: energy[key], stdError: stdError[key] },
  ]);
  const ofEnergies = () => Object.entries(ENERGIES).map(([name, key]) => [name, runs.map((run) => run.energy[key])]);
  return {
    ...{ times, seed, ended, seconds: seconds(), trajectories: runs.length },
    method: methodOf(followed.stats),
    series: {
      ...Object.fromEntries(energies),
      ...Object.fromEntries(Object.entries(changes).map(([name, all]) => [name, meansOf(all)])),
      ...observablesOf(followed),
    },
    heat: Object.fromEntries(
      Object.entries(heat).map(([bath, means]) => {
        const amounts = Float64Array.from(runs, (run) => run.heat[bath]!.at(-1)!);
        return [bath, { ...means, histogram: found.histogram({ bath }, { bins: BINS }), amounts }];
      }),
    ),
    channels: system.baths.flatMap(({ name, jumps }) => jumps.map((_, k) => `${name}[${k}]`)),
    jumps: runs.map(({ trajectory, jumps }) => ({ trajectory, ...jumps })),
    runs: keepRuns ? { ...Object.fromEntries(ofEnergies()), ...changes, ...runsOf(followed) } : undefined,
    warnings: [...system.warnings, ...warnings, ...followed.warnings],
  };
}

function methodOf({ method, form, reasons }: TrajectorySolution["stats"]): string {
  const [why = ""] = reasons.flatMap((reason) => (reason.startsWith("method") ? [reason.replace(/^.*?: /, "")] : []));
  return `${method}, ${why}; the generator: ${form}`;
}

/** Names of series, as `run` has them. */
const ENERGIES = { U: "U", U_A: "UA", U_B: "UB", U_chi: "Uchi" } as const;

/** Of series of one length. */
function meansOf(all: readonly Float64Array[]): Means {
  const n = all.length;
  const mean = all[0]!.map((_, t) => all.reduce((sum, series) => sum + series[t]!, 0) / n);
  const squares = mean.map((x, t) => all.reduce((sum, series) => sum + (series[t]! - x) ** 2, 0));
  return { mean, stdError: squares.map((sum) => (n > 1 ? Math.sqrt(sum / (n - 1) / n) : Number.POSITIVE_INFINITY)) };
}

function largestError({ stdError, heat }: BipartiteTrajectories): number {
  const errors = [...Object.values(stdError), ...Object.values(heat).map((means) => means.stdError)];
  return errors.reduce((most, series: Float64Array) => series.reduce((a, b) => Math.max(a, b), most), 0);
}

type Series = Float64Array | { readonly re: Float64Array; readonly im: Float64Array };

/** A real series as it is, a complex one as two. */
function partsOf(name: string, series: Series): [name: string, values: Float64Array][] {
  if (series instanceof Float64Array) return [[name, series]];
  const [re, im] = complexParts(name);
  return [
    [re, series.re],
    [im, series.im],
  ];
}

/** As `run` calls them. */
const complexParts = (name: string): [re: string, im: string] => [`${name}_re`, `${name}_im`];

function observablesOf({ expect, stdError }: TrajectorySolution): Record<string, Means> {
  return Object.fromEntries(
    Object.entries<Series>(expect).flatMap(([name, means]) => {
      const errors = partsOf(name, stdError[name]!);
      return partsOf(name, means).map(([part, mean], k) => [part, { mean, stdError: errors[k]![1] }]);
    }),
  );
}

function runsOf({ runs = [] }: TrajectorySolution): Record<string, Float64Array[]> {
  const all: Record<string, Float64Array[]> = {};
  for (const { expect } of runs) {
    for (const [name, series] of Object.entries<Series>(expect).flatMap(([key, one]) => partsOf(key, one))) {
      all[name] ??= [];
      all[name].push(series);
    }
  }
  return all;
}

const LONGEST_NAME = 12;

/** Jumps by their expressions, where these are short and tell them apart. */
function channelsOf(specs: readonly unknown[], count: number): string[] {
  const texts = specs.map((spec) => (typeof spec === "object" && spec !== null && "op" in spec ? spec.op : spec));
  return Array.from({ length: count }, (_, k) => {
    const text = texts[k];
    const isName = typeof text === "string" && text.length <= LONGEST_NAME && texts.indexOf(text) === k;
    return isName && texts.lastIndexOf(text) === k ? text : `jumps[${k}]`;
  });
}

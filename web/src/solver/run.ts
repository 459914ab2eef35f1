/**
 * A model -> what the page shows of it.
 * @module
 */
import { OutsideStorageError, type Storage } from "lindblad/slim";
import {
  type BuiltBipartite,
  type BuiltModel,
  buildModel,
  type Model,
  type ModelResult,
  runBuilt,
} from "lindblad/slim/model";
import type { Details, EnergyScale, RunView, States, StorageView } from "./protocol.ts";

/** Beyond these a page would be slow, or out of memory. */
const MOST_LEVELS = 1024;
const MOST_TIMES = 20_001;
/** Of all series: 160 MB. A bath has some thirty of them. */
const MOST_VALUES = 20_000_000;
const SERIES_OF_BATH = 30;
/** Numbers of all density matrices that are kept: 16 MiB. Of larger runs the last one is shown. */
const MOST_NUMBERS = 2 ** 21;

const TEMPERATURES = ["effectiveBetaA", "effectiveBetaB"] as const;

/** A model that is for the command line rather than for a page. */
class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/** Runs a model. @throws the library's errors, {@link TooLargeError} */
export function run(model: Model, onProgress: (fraction: number) => void): RunView {
  const started = performance.now();
  const built = buildModel(withTemperatures(model));
  const { dims, size } = built.rho0;
  checkSize(size, "levels", MOST_LEVELS);
  checkSize(built.tlist.length, "output times", MOST_TIMES);
  checkSize(countOfSeries(built) * built.tlist.length, "numbers in its series", MOST_VALUES);
  const storeStates = 2 * size ** 2 * built.tlist.length <= MOST_NUMBERS;
  const result = runBuilt(built, { storeStates, onProgress: ({ fraction }) => onProgress(fraction) });
  const states = statesOf(result, size);
  const { kind, name, parameters, times, series, observables, scalars, channels, baths, warnings, stats } = result;
  const comparisons = result.comparisons.map(({ computed: _, ...comparison }) => comparison);
  return {
    ...{ kind, name, parameters, times, series, observables, scalars, comparisons, warnings, dims, states },
    ...(channels && baths ? { channels, baths } : {}),
    ...(isBipartite(built) ? { energy: energyScale(built) } : {}),
    stats: { method: stats.method, steps: stats.steps, milliseconds: performance.now() - started },
  };
}

/** Conditions and storage. What is out of reach for a system is said in words. @throws the library's errors */
export function details(model: Model): Details {
  const started = performance.now();
  const built = buildModel(model);
  if (!isBipartite(built)) return { verdict: [], storage: undefined, milliseconds: 0 };
  const verdict = built.system.conditions().verdict;
  return { verdict, storage: storageView(built), milliseconds: performance.now() - started };
}

function countOfSeries(built: BuiltModel): number {
  const baths = isBipartite(built) ? built.system.baths.length : 0;
  return Object.keys(built.model.observables).length + SERIES_OF_BATH * baths;
}

function checkSize(count: number, what: string, most: number): void {
  if (count <= most) return;
  const advice = "download the model's file and give it to the command line, which takes more";
  throw new TooLargeError(`The model has ${count} ${what}; this page takes at most ${most}: ${advice}.`);
}

/** The temperatures of the parts are always shown, where measures are. */
function withTemperatures(model: Model): Model {
  if (model.kind !== "bipartite" || model.measures === false) return model;
  const asked = Array.isArray(model.measures) ? model.measures : [];
  return { ...model, measures: [...new Set([...asked, ...TEMPERATURES])] };
}

const isBipartite = (built: BuiltModel): built is BuiltBipartite => built.kind === "bipartite";

/** Tolerances of the library where the model gives none. */
const RTOL = 1e-6;
const ATOL = 1e-8;

function energyScale({ system: { H }, model: { solver } }: BuiltBipartite): EnergyScale {
  const norm = H.norm();
  let trace = 0;
  H.forEachNonzero((row, column, re) => {
    if (row === column) trace += re;
  });
  const spread = Math.sqrt(Math.max(0, norm ** 2 - trace ** 2 / H.size) / H.size);
  const { rtol = RTOL, atol = ATOL } = solver;
  // each step keeps to the tolerances; what they leave adds up
  return { spread, resolution: 10 * (rtol + atol) * spread + 64 * Number.EPSILON * norm };
}

function statesOf({ states, finalState }: ModelResult, size: number): States {
  const all = states ?? [finalState];
  const length = 2 * size ** 2;
  const data = new Float64Array(all.length * length);
  for (const [k, state] of all.entries()) data.set(state.toDense(), k * length);
  return { size, count: all.length, data };
}

/** Undefined where the library does not look for one: too large a system, or several steady states. */
function storageView({ system, rho0 }: BuiltBipartite): StorageView | undefined {
  try {
    const storage = system.storage();
    const { capacity, dimension, verdict } = storage;
    const found = { ...capacity, dimension, verdict };
    return { ...found, start: startOf(storage, rho0) };
  } catch {
    return undefined;
  }
}

/** Undefined for a state outside of the storage. */
function startOf(storage: Storage, rho0: BuiltBipartite["rho0"]): number | undefined {
  try {
    return storage.evolve(0, rho0).stored;
  } catch (error) {
    if (error instanceof OutsideStorageError) return undefined;
    throw error;
  }
}

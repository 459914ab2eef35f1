/**
 * {@link sweep}: a model at many points, computed by an engine and recorded in a store.
 * @module
 */
import { InvalidArgumentError } from "lindblad";
import {
  buildModel,
  checkOutputs,
  checkPoints,
  type Model,
  type PointOutputs,
  type Points,
  validateModel,
} from "lindblad/model";
import type { SweepSpec } from "./axes.ts";
import { coordinate, measure } from "./coordinator.ts";
import type { OpenEngine } from "./engine.ts";
import { inlineEngine } from "./engines/inline.ts";
import { threadsEngine } from "./engines/threads.ts";
import { problemOf } from "./hash.ts";
import { Meter } from "./meter.ts";
import type { Range } from "./ranges.ts";
import { MemoryRecords, type Rows } from "./records.ts";
import { type PointSource, sourceOf } from "./source.ts";
import { openStore } from "./store.ts";

/** Engines by name. */
const ENGINES = { inline: () => inlineEngine, threads: threadsEngine } as const;
/** Name of an engine of this machine. */
export type EngineName = keyof typeof ENGINES;

/** How far a sweep has come. */
export interface SweepProgress {
  /** Points that are recorded, those of earlier runs included. */
  readonly done: number;
  /** All points; of an adaptive sweep the most there may be. */
  readonly total: number;
  /** Points among those done that failed. */
  readonly failed: number;
  /** Points of this run a second, of late. */
  readonly ratePerSecond: number;
  /** What is left at that rate; infinite before there is one. */
  readonly secondsLeft: number;
}

/** Options of {@link sweep}. */
export interface SweepOptions {
  /** What is recorded of every point. */
  readonly outputs: PointOutputs;
  /** `"threads"`: worker threads, one a core. `"inline"`: this thread. Or a function that opens another engine. Default `"threads"`. */
  readonly engine?: EngineName | OpenEngine | undefined;
  /** File of the store; a sweep that has begun there goes on. Without it rows are returned. */
  readonly store?: string | undefined;
  /** Points a chunk. Default: as many as take about a second, from 16 to 4096. */
  readonly chunk?: number | undefined;
  /** Indices of the points that are wanted, the first and the one after the last: a shard of a sweep. Default: all. */
  readonly range?: Range | undefined;
  /** Computes points again that had ended their workers in an earlier run. Not of an adaptive sweep, which went on without them. Default false. */
  readonly retryCrashed?: boolean | undefined;
  /** Gives everything up that is not recorded. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the sweep with the chunks that are being computed, which are recorded. */
  readonly stop?: AbortSignal | undefined;
  /** Called after every chunk. */
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
}

/** What became of a sweep. */
export interface SweepResult {
  /** `"complete"`, or `"stopped"` by {@link SweepOptions.stop}. */
  readonly ended: "complete" | "stopped";
  /** Identifies model, points, outputs and version. */
  readonly hash: string;
  /** Points that are recorded, those of earlier runs included. */
  readonly done: number;
  /** Those that this run has computed. */
  readonly computed: number;
  /** All points that were wanted; of an adaptive sweep those it has come to. */
  readonly total: number;
  /** Points that failed, by the name of their error. */
  readonly failures: Readonly<Record<string, number>>;
  /** Of this run. */
  readonly seconds: number;
  /** Points of this run a second. */
  readonly ratePerSecond: number;
  /** Where there is no store. */
  readonly rows?: Rows | undefined;
}

/**
 * Runs a model at points and records what comes out. A point that fails is recorded with its error and stops nothing; one that ends its worker
 * is recorded as crashed, after it was tried twice. Ended at any moment, the same call goes on where it stood.
 *
 * @param points a {@link SweepSpec}, or columns of values
 * @throws {@link ModelError}, {@link InvalidArgumentError} for a model, parameters or outputs that are wrong, before anything is computed; {@link StoreMismatchError},
 * {@link StoreLockedError}, {@link StoreCorruptError}, {@link StoreWriteError}; {@link DuplicateMismatchError}; the signal's reason
 * @example
 * const points = { count: 3, parameters: { g: [0.1, 0.2, 0.3] } };
 * const { rows } = await sweep(model, points, { outputs: { scalars: ["delta_U_chi_end"] } });
 */
export async function sweep(model: Model, points: SweepSpec | Points, options: SweepOptions): Promise<SweepResult> {
  const { outputs, store, chunk, signal, stop, onProgress } = options;
  const begun = performance.now();
  const { source, open, problem } = prepared(model, points, options);
  const range = rangeOf(options.range, source);
  if (options.retryCrashed && source.extend !== undefined) {
    throw new InvalidArgumentError(
      "retryCrashed",
      true,
      "false: an adaptive sweep has gone where it went without the points that crashed; begin it anew in another store",
    );
  }
  const memory = store === undefined ? new MemoryRecords(problem, source.names, source.most) : undefined;
  const records = memory ?? (await openStore(store!, problem, source));
  try {
    if (options.retryCrashed) await records.forgetCrashed();
    const before = records.recorded.count(...range);
    const opened = await open(problem);
    let isComplete: boolean;
    try {
      const meter = new Meter(() => records.recorded.count(...range));
      const report = () =>
        onProgress?.({ ...meter.measure(range[1] - range[0]), failed: sum(records.failures.values()) });
      report();
      const work = { source, engine: opened, records, outputs, range, chunkSize: chunk, signal, stop };
      isComplete = await coordinate({ ...work, onRecorded: report });
    } finally {
      await opened.close();
    }
    const [done, seconds] = [records.recorded.count(...range), (performance.now() - begun) / 1000];
    return {
      ended: isComplete ? "complete" : "stopped",
      hash: problem.hash,
      ...{ done, computed: done - before, seconds },
      total: source.extend === undefined ? range[1] - range[0] : source.ready,
      failures: Object.fromEntries(records.failures),
      ratePerSecond: (done - before) / seconds,
      rows: memory?.rows(),
    };
  } finally {
    await records.close();
  }
}

/** What a sweep will cost. */
export interface SweepEstimate {
  /** Points that are wanted, recorded ones included; of an adaptive sweep the most there may be. */
  readonly points: number;
  /** Points a chunk. */
  readonly chunk: number;
  /** How many chunks that makes. */
  readonly chunks: number;
  /** Of one worker. */
  readonly secondsPerPoint: number;
  /** How many workers the engine has. */
  readonly workers: number;
  /** Of the whole sweep. */
  readonly seconds: number;
  /** Of the store, before DuckDB compresses it. */
  readonly storeBytes: number;
  /** Of this process after the chunk that was measured, and what submitted chunks may add to it. */
  readonly memoryBytes: number;
}

/** Bytes of a row besides its parameters, scalars and series. */
const ROW_BYTES = 64;

/**
 * What a sweep will cost, from its first points; nothing is recorded.
 * @throws as {@link sweep}; {@link ChunkCrashError} when these points end the worker
 */
export async function estimateSweep(
  model: Model,
  points: SweepSpec | Points,
  options: Pick<SweepOptions, "outputs" | "engine" | "chunk" | "range" | "signal">,
): Promise<SweepEstimate> {
  const { source, open, problem } = prepared(model, points, options);
  const [from, to] = rangeOf(options.range, source);
  const count = to - from;
  const { scalars, series = [] } = options.outputs;
  const engine = await open(problem);
  try {
    const signal = options.signal ?? new AbortController().signal;
    const { size, secondsPerPoint, timesPerPoint } = await measure(source, engine, signal);
    const chunk = options.chunk ?? size;
    const rowBytes = ROW_BYTES + 8 * (source.names.length + scalars.length + series.length * timesPerPoint);
    return {
      ...{ points: count, chunk, chunks: Math.ceil(count / chunk) },
      ...{ secondsPerPoint, workers: engine.capacity, seconds: (count * secondsPerPoint) / engine.capacity },
      storeBytes: Math.ceil(count * rowBytes),
      memoryBytes: Math.ceil(process.memoryUsage().rss + 2 * engine.capacity * chunk * rowBytes),
    };
  } finally {
    await engine.close();
  }
}

/** Everything that can be wrong with a sweep before it begins. @throws {@link ModelError}, {@link InvalidArgumentError} */
function prepared(model: Model, points: SweepSpec | Points, { outputs, engine = "threads" }: SweepOptions) {
  validateModel(model);
  const source = sourceOf(points);
  checkPoints(model, { count: 0, parameters: Object.fromEntries(source.names.map((name) => [name, []])) });
  checkOutputs(buildModel(model), outputs);
  const open = typeof engine === "function" ? engine : engineOf(engine);
  return { source, open, problem: problemOf(model, outputs, source.identity) };
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);

/** @throws {@link InvalidArgumentError} */
function engineOf(name: EngineName): OpenEngine {
  if (Object.hasOwn(ENGINES, name)) return ENGINES[name]();
  throw new InvalidArgumentError("engine", name, `one of ${Object.keys(ENGINES).join(", ")}, or a function`);
}

function rangeOf(range: Range | undefined, { most, extend }: PointSource): Range {
  if (range === undefined) return [0, most];
  if (extend !== undefined) {
    throw new InvalidArgumentError("range", "one", "none: where an adaptive sweep goes depends on all of its results");
  }
  const [from, to] = range;
  if (Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= most) return range;
  throw new InvalidArgumentError(
    "range",
    `${from}, ${to}`,
    `two integers from 0 to ${most}, the first not above the other`,
  );
}

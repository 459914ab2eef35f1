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
import { coordinate } from "./coordinator.ts";
import type { OpenEngine } from "./engine.ts";
import { inlineEngine } from "./engines/inline.ts";
import { problemOf } from "./hash.ts";
import { Meter } from "./meter.ts";
import type { Range } from "./ranges.ts";
import { MemoryRecords, type Rows } from "./records.ts";
import { sourceOf } from "./source.ts";
import { openStore } from "./store.ts";

/** Engines by name. */
const ENGINES: Readonly<Record<string, OpenEngine>> = { inline: inlineEngine };

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
  /** `"inline"`, or a function that opens another engine. Default `"inline"`. */
  readonly engine?: "inline" | OpenEngine | undefined;
  /** File of the store; a sweep that has begun there goes on. Without it rows are returned. */
  readonly store?: string | undefined;
  /** Points a chunk. Default: as many as take about a second, from 16 to 4096. */
  readonly chunk?: number | undefined;
  /** Indices of the points that are wanted, the first and the one after the last: a shard of a sweep. Default: all. */
  readonly range?: Range | undefined;
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
 * @throws ModelError, InvalidArgumentError for a model, parameters or outputs that are wrong, before anything is computed; StoreMismatchError,
 * StoreLockedError, StoreCorruptError, StoreWriteError; DuplicateMismatchError; the signal's reason
 * @example
 * const points = { count: 3, parameters: { g: [0.1, 0.2, 0.3] } };
 * const { rows } = await sweep(model, points, { outputs: { scalars: ["delta_U_chi_end"] } });
 */
export async function sweep(model: Model, points: SweepSpec | Points, options: SweepOptions): Promise<SweepResult> {
  const { outputs, engine = "inline", store, chunk, signal, stop, onProgress } = options;
  validateModel(model);
  const source = sourceOf(points);
  checkPoints(model, { count: 0, parameters: Object.fromEntries(source.names.map((name) => [name, []])) });
  checkOutputs(buildModel(model), outputs);
  const range = rangeOf(options.range, source.most);
  const open = typeof engine === "function" ? engine : ENGINES[engine];
  if (open === undefined) throw new InvalidArgumentError("engine", engine, Object.keys(ENGINES).join(", "));
  const problem = problemOf(model, outputs, source.identity);
  const memory = store === undefined ? new MemoryRecords(problem, source.names, source.most) : undefined;
  const records = memory ?? (await openStore(store!, problem, source));
  const meter = new Meter(() => records.recorded.count(...range));
  const before = meter.done;
  const failed = () => [...records.failures.values()].reduce((a, b) => a + b, 0);
  const report = () => onProgress?.({ ...meter.measure(range[1] - range[0]), failed: failed() });
  try {
    const opened = await open(problem);
    let isComplete: boolean;
    try {
      report();
      const work = { source, engine: opened, records, outputs, range, chunkSize: chunk, signal, stop };
      isComplete = await coordinate({ ...work, onRecorded: report });
    } finally {
      await opened.close();
    }
    const total = source.extend === undefined ? range[1] - range[0] : source.ready;
    const { done, seconds } = meter;
    return {
      ended: isComplete ? "complete" : "stopped",
      hash: problem.hash,
      ...{ done, computed: done - before, total, seconds },
      failures: Object.fromEntries(records.failures),
      ratePerSecond: seconds > 0 ? (done - before) / seconds : 0,
      rows: memory?.rows(),
    };
  } finally {
    await records.close();
  }
}

function rangeOf(range: Range | undefined, most: number): Range {
  if (range === undefined) return [0, most];
  const [from, to] = range;
  if (Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= most) return range;
  throw new InvalidArgumentError(
    "range",
    `${from}, ${to}`,
    `two integers from 0 to ${most}, the first not above the other`,
  );
}

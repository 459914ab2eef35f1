/**
 * `lindblad sweep SWEEP --store FILE`: a model at many values of its parameters.
 * @module
 */
import {
  type EngineName,
  estimateSweep,
  inlineEngine,
  type OpenEngine,
  type Range,
  readShard,
  redisEngine,
  sweep as runSweep,
  type Shard,
  type SweepEstimate,
  type SweepFile,
  type SweepProgress,
  type SweepResult,
  shardRange,
  threadsEngine,
} from "@lindblad/sweep";
import { printable } from "lindblad/model";
import { listenForInterrupt } from "../interrupt.ts";
import { INTERRUPTED, integerOf, positiveOf, UsageError } from "../problem.ts";
import { progressDisplay } from "../progress.ts";
import { redisUrlOf, tellOnStderr } from "../redis.ts";
import { readSweep } from "../sweep-file.ts";
import { bytes, count, duration, finite, wrap } from "../words.ts";

/** Options as commander hands them over. */
export interface SweepCommandOptions {
  readonly store?: string;
  readonly workers?: string;
  readonly engine?: string;
  readonly redis?: string | true;
  readonly shard?: string;
  readonly timeLimit?: string;
  readonly retryCrashed?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** @throws what went wrong; what is recorded is kept then */
export async function sweep(path: string, options: SweepCommandOptions): Promise<void> {
  const { store, dryRun = false, json = false, quiet = false } = options;
  const engine = options.redis === undefined ? local(options) : throughRedis(options, options.redis);
  const shard = options.shard === undefined ? undefined : readShard(options.shard, process.env);
  if (store === undefined && !dryRun) {
    throw new UsageError("--store: expected the file that results are recorded in, such as --store sweep.duckdb");
  }
  const file = readSweep(path);
  const title = printable(file.model.name ?? path);
  const range = rangeOf(file, shard);
  if (dryRun) {
    const estimate = await estimateSweep(file.model, file.spec, { ...file, range, engine: engine() });
    process.stdout.write(json ? `${JSON.stringify(estimate)}\n` : `${linesOfEstimate(title, estimate).join("\n")}\n`);
    return;
  }
  const { retryCrashed = false } = options;
  const result = await run(file, { store: store!, engine, range, retryCrashed, title, quiet });
  if (json) process.stdout.write(`${JSON.stringify({ ...result, store }, finite)}\n`);
  else process.stdout.write(`${linesOf(result, printable(store!)).join("\n")}\n`);
}

async function run(
  { model, spec, outputs, chunk }: SweepFile,
  how: {
    store: string;
    engine: EngineUntil;
    range: Range | undefined;
    retryCrashed: boolean;
    title: string;
    quiet: boolean;
  },
): Promise<SweepResult> {
  const { store, engine, range, retryCrashed, title, quiet } = how;
  const progress = progressDisplay(title, quiet);
  const interrupt = listenForInterrupt(
    "stopping when the points being computed are recorded; once more ends it at once",
  );
  const onProgress = (now: SweepProgress) => progress.update(now.total === 0 ? 1 : now.done / now.total, wordsOf(now));
  const result = await runSweep(model, spec, {
    outputs,
    chunk,
    store,
    engine: engine(interrupt.stop),
    range,
    retryCrashed,
    onProgress,
    stop: interrupt.stop,
  }).finally(() => {
    progress.stop();
    interrupt.release();
  });
  if (result.ended === "stopped" && interrupt.signal !== undefined) process.exitCode = INTERRUPTED[interrupt.signal];
  return result;
}

/** An engine that may be told to stop. */
type EngineUntil = (stop?: AbortSignal) => OpenEngine;

/** An engine of this machine. @throws {@link UsageError} */
function local({ engine = "threads", workers, timeLimit }: SweepCommandOptions): EngineUntil {
  const options = {
    workers: integerOf("--workers", workers, 1),
    timeLimit: positiveOf("--time-limit", timeLimit),
  };
  const known: Readonly<Record<EngineName, () => OpenEngine>> = {
    inline: () => inlineEngine,
    threads: () => threadsEngine(options),
  };
  if (!Object.hasOwn(known, engine)) {
    throw new UsageError(`--engine: expected one of ${Object.keys(known).join(", ")}, got ${engine}`);
  }
  if (engine === "inline" && (workers !== undefined || timeLimit !== undefined)) {
    throw new UsageError("--workers and --time-limit do not go with --engine inline, which computes in one thread");
  }
  return known[engine as EngineName];
}

/** @throws {@link UsageError} */
function throughRedis({ engine, workers, timeLimit }: SweepCommandOptions, redis: string | true): EngineUntil {
  const refused = Object.entries({ engine, workers, timeLimit }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (refused.length > 0) {
    throw new UsageError(`--redis does not go with ${refused.join(", ")}: threads are those of lindblad worker`);
  }
  const url = redisUrlOf(redis);
  return (stop) => redisEngine({ url, tell: tellOnStderr, stop });
}

/** The points of a shard. @throws {@link UsageError} */
function rangeOf({ spec }: SweepFile, shard: Shard | undefined): Range | undefined {
  if (shard === undefined) return undefined;
  if (spec.adaptive !== undefined) {
    throw new UsageError("--shard: an adaptive sweep has no parts, its points depend on those before; use --redis");
  }
  return shardRange(spec.count, shard);
}

function wordsOf({ done, total, failed, ratePerSecond, secondsLeft }: SweepProgress): string {
  return [
    `${count(done)} of ${count(total)}`,
    ...(ratePerSecond > 0 ? [`${count(ratePerSecond)}/s`] : []),
    ...(Number.isFinite(secondsLeft) && done < total ? [`${duration(secondsLeft)} left`] : []),
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
  ].join(", ");
}

function linesOf({ ended, done, computed, total, failures, seconds, ratePerSecond }: SweepResult, store: string) {
  const failed = Object.entries(failures).map(([name, number]) => `${name} ${count(number)}`);
  const rate = computed === 0 ? "" : `, ${count(ratePerSecond)} points/s`;
  return [
    wrap(
      ended === "complete"
        ? `${count(done)} points, all recorded`
        : `Stopped: ${count(done)} of ${count(total)} points are recorded; the same command goes on`,
    ),
    `Computed now  ${count(computed)} in ${duration(seconds)}${rate}`,
    ...(failed.length === 0 ? [] : [wrap(`Failed        ${failed.join(", ")}`, " ".repeat(14))]),
    wrap(`Recorded in ${store}`),
  ];
}

function linesOfEstimate(title: string, estimate: SweepEstimate): string[] {
  const { points, chunk, chunks, secondsPerPoint, workers, seconds, storeBytes, memoryBytes } = estimate;
  return [
    wrap(title),
    `Points        ${count(points)}`,
    `Chunks        ${count(chunks)} of ${count(chunk)}`,
    `Time          ${duration(seconds)}: ${duration(secondsPerPoint)} a point, ${workers} worker${workers === 1 ? "" : "s"}`,
    `Memory        ${bytes(memoryBytes)}`,
    `Store         ${bytes(storeBytes)} at most`,
  ];
}

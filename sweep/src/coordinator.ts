/**
 * Hands the points of a sweep to an engine, chunk by chunk, and records what comes back.
 * @module
 */
import type { PointOutputs } from "lindblad/model";
import { type Chunk, type ChunkResult, chunkAt } from "./chunk.ts";
import { ChunkCrashError, type Engine } from "./engine.ts";
import { SweepError } from "./errors.ts";
import type { Range } from "./ranges.ts";
import { CRASHED, type Records } from "./records.ts";
import type { PointSource } from "./source.ts";

/** Chunks that are submitted for each that is worked on: workers need not wait for the coordinator. */
const AHEAD = 2;
/** How often a chunk is tried before it is halved, and a single point before it is recorded as failed: the worker may have been to blame. */
const TRIES = 2;
/**
 * Points of the chunks that are measured to choose the size of all others, at most. The first warms up: it tells twenty times what points take that
 * are computed later. The second comes where the first says that more than the fewest points take less than a second.
 */
const PROBES = [16, 256];
/** Chunks for each that is worked on, at least, where there are points enough: no worker waits long for the last one. */
const SHARES = 4;
/** Least points of a chunk by default. */
const SMALLEST = 16;
/** Most points of a chunk by default. */
const LARGEST = 4096;
/** Seconds that a chunk should take: long beside the cost of sending and recording it, short to wait for. */
const SECONDS = 1;

/** What a coordinator works with. */
export interface Work {
  readonly source: PointSource;
  readonly engine: Engine;
  readonly records: Records;
  readonly outputs: PointOutputs;
  /** Points that are wanted: all, or a shard of them. */
  readonly range: Range;
  /** Points a chunk; chosen when left out. */
  readonly chunkSize?: number | undefined;
  /** Gives everything up. */
  readonly signal?: AbortSignal | undefined;
  /** Ends with the chunks that are submitted. */
  readonly stop?: AbortSignal | undefined;
  /** Called whenever points have been recorded, or may have been. */
  readonly onRecorded: () => void;
}

/**
 * Computes and records what is missing.
 * @returns whether it is all there now, or `stop` came first
 * @throws what ends the sweep; nothing runs any more then
 */
export function coordinate(work: Work): Promise<boolean> {
  return new Coordinator(work).run();
}

class Coordinator {
  readonly #work: Work;
  readonly #running = new Set<Promise<void>>();
  readonly #giveUp = new AbortController();
  /** Ends everything that is submitted. */
  readonly #signal: AbortSignal;
  /** What ends the sweep. */
  #failure: { readonly error: unknown } | undefined;
  /** Rows are written one chunk after the other. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(work: Work) {
    this.#work = work;
    this.#signal = AbortSignal.any([this.#giveUp.signal, ...(work.signal === undefined ? [] : [work.signal])]);
  }

  async run(): Promise<boolean> {
    const { source, records, signal } = this.#work;
    try {
      signal?.throwIfAborted();
      for (let known = 0; ; ) {
        await this.#compute(known, source.ready);
        if (!this.#isComplete(known, source.ready)) return false;
        if (source.extend === undefined || source.ready === known) return true;
        const from = known;
        known = source.ready;
        source.extend(await records.scalar(source.scalar!, from, known));
      }
    } catch (error) {
      this.#giveUp.abort(error);
      await Promise.allSettled(this.#running);
      await this.#written.catch(() => {});
      throw error;
    }
  }

  #isComplete(from: number, to: number): boolean {
    const [first, last] = this.#wanted(from, to);
    return this.#work.records.recorded.firstMissing(first) >= last;
  }

  /** Those of points `from` to before `to` that are. */
  #wanted(from: number, to: number): Range {
    const [first, last] = this.#work.range;
    return [Math.max(from, first), Math.min(to, last)];
  }

  get #isStopped(): boolean {
    return this.#work.stop?.aborted === true;
  }

  /** Computes what is missing of points `from` to before `to`. */
  async #compute(from: number, to: number): Promise<void> {
    const [first, last] = this.#wanted(from, to);
    const size = await this.#sizeOfChunks(first, last);
    if (size === undefined) return;
    for (const [start, end] of this.#missing(first, last, size)) {
      while (this.#running.size >= AHEAD * this.#work.engine.capacity) await this.#oneLess();
      if (this.#isStopped) break;
      this.#signal.throwIfAborted();
      this.#start(this.#chunk(start, end));
    }
    while (this.#running.size > 0) await this.#oneLess();
  }

  /** Chunks of what is missing, none across a multiple of their size. Looked for as they are needed: there may be a million million points. */
  *#missing(first: number, last: number, size: number): Iterable<Range> {
    for (let at = first; at < last; ) {
      const start = this.#work.records.recorded.firstMissing(at);
      const block = Math.min((Math.floor(start / size) + 1) * size, last);
      // those that are submitted are not recorded yet, but lie behind
      at = block;
      if (start >= block) continue;
      yield* [...this.#work.records.recorded.missing(start, block)];
    }
  }

  /** Measured on a first chunk, unless it is known. */
  async #sizeOfChunks(first: number, last: number): Promise<number | undefined> {
    const { records, engine, chunkSize } = this.#work;
    const known = chunkSize ?? records.chunkSize;
    if (known !== undefined) return known;
    let size = SMALLEST;
    for (const count of PROBES) {
      const start = records.recorded.firstMissing(first);
      if (start >= last || isTold(size, count) || this.#isStopped) break;
      const end = Math.min(start + Math.min(count, size), last);
      const [[from, to]] = [...records.recorded.missing(start, end)] as [Range];
      const measured: number[] = [];
      await this.#try(this.#chunk(from, to), TRIES, ({ result }) => measured.push(...result.seconds));
      size = sizeFor(measured);
    }
    if (this.#isStopped) return undefined;
    // a short sweep is shared out, too
    const share = 2 ** Math.ceil(Math.log2(Math.max(1, (last - first) / (SHARES * engine.capacity))));
    size = Math.max(SMALLEST, Math.min(size, share));
    await records.setChunkSize(size);
    return size;
  }

  #chunk(from: number, to: number): Chunk {
    return chunkAt(from, to - from, this.#work.source.points(from, to - from));
  }

  #start(chunk: Chunk): void {
    const task = this.#try(chunk, TRIES)
      // kept: the one that waits may be told of another that ended in the same moment
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Waits until a chunk is done. @throws what ended one */
  async #oneLess(): Promise<void> {
    await Promise.race(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Computes and records a chunk; one that crashes again and again is halved until the point that does it is found. */
  async #try(chunk: Chunk, tries: number, onResult?: (result: ChunkResult) => void): Promise<void> {
    const { engine, source } = this.#work;
    const { count } = chunk.points;
    let crash: ChunkCrashError | undefined;
    for (let k = 0; k < tries; k++) {
      try {
        const result = await engine.submit(chunk, this.#signal);
        onResult?.(result);
        return await this.#record(chunk, checked(chunk, result));
      } catch (error) {
        if (!(error instanceof ChunkCrashError)) throw error;
        crash = error;
        // left for the next time
        if (this.#isStopped) return;
      }
    }
    if (count === 1) return this.#record(chunk, crashed(chunk, crash!, this.#work.outputs));
    const [first, half] = [chunk.indices[0]!, Math.ceil(count / 2)];
    for (const [from, length] of [
      [first, half],
      [first + half, count - half],
    ] as const) {
      // what crashed twice is to blame: only the last verdict asks for a second try
      const part = chunkAt(from, length, source.points(from, length));
      await this.#try(part, length === 1 ? TRIES : 1, onResult);
    }
  }

  #record(chunk: Chunk, result: ChunkResult): Promise<void> {
    const { records, onRecorded } = this.#work;
    const task = this.#written.then(async () => {
      await records.record(chunk, result);
      onRecorded();
    });
    this.#written = task.catch(() => {});
    return task;
  }
}

/** @throws SweepError where an engine answers with something else */
function checked(chunk: Chunk, result: ChunkResult): ChunkResult {
  if (result.id === chunk.id && result.result.count === chunk.points.count) return result;
  throw new SweepError(
    `an engine answered chunk ${chunk.id} of ${chunk.points.count} points with chunk ${result.id} of ${result.result.count}`,
  );
}

/** Whether a size is so small that a probe of up to `count` points would say nothing new. */
const isTold = (size: number, count: number): boolean => size === SMALLEST && count > SMALLEST;

/** What a sweep costs, from a chunk or two at its beginning, which are not recorded. @throws as {@link Engine.submit} */
export async function measure(
  source: PointSource,
  engine: Engine,
  signal: AbortSignal,
): Promise<{ size: number; secondsPerPoint: number; timesPerPoint: number }> {
  let [size, secondsPerPoint, timesPerPoint] = [SMALLEST, 0, 0];
  for (const most of PROBES) {
    if (isTold(size, most) || source.ready === 0) break;
    const count = Math.min(most, size, source.ready);
    const begun = performance.now();
    const { result } = await engine.submit(chunkAt(0, count, source.points(0, count)), signal);
    secondsPerPoint = (performance.now() - begun) / 1000 / count;
    timesPerPoint = result.times.length / count;
    size = sizeFor(Array.from(result.seconds));
  }
  return { size, secondsPerPoint, timesPerPoint };
}

/** The result of a point that could not be computed. */
function crashed(chunk: Chunk, { reason }: ChunkCrashError, { scalars }: PointOutputs): ChunkResult {
  const nothing = Object.fromEntries(scalars.map((name) => [name, Float64Array.of(Number.NaN)]));
  return {
    id: chunk.id,
    build: "",
    result: {
      count: 1,
      scalars: nothing,
      series: {},
      times: new Float64Array(0),
      errors: [{ name: CRASHED, message: reason }],
      seconds: Float64Array.of(Number.NaN),
      batched: 0,
    },
  };
}

/** A power of two, so that chunks of about a second come out: the median point tells, the first ones warm up. */
function sizeFor(seconds: readonly number[]): number {
  const sorted = seconds.filter(Number.isFinite).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? SECONDS;
  const size = 2 ** Math.floor(Math.log2(SECONDS / Math.max(median, 1e-9)));
  return Math.min(LARGEST, Math.max(SMALLEST, size));
}

/**
 * The engine for many machines: chunks go through Redis to workers wherever they are.
 * @module
 */
import type { OpenEngine } from "../engine.ts";
import { ChunkCrashError } from "../engine.ts";
import type { Tell } from "../queue/connect.ts";
import { type PackedPoints, unpackPoints } from "../queue/packed.ts";

/** Options of {@link redisEngine}. */
export interface RedisEngineOptions {
  /** `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS, or `unix:///path`. */
  readonly url: string;
  /** Hears what goes on, in words: that Redis is away and back, that there is no worker. Default: nobody does. */
  readonly tell?: Tell | undefined;
  /** Takes back the chunks that no worker has begun: for {@link SweepOptions.stop}, which else waits for a worker. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * An engine whose chunks are computed by the workers (`lindblad worker`) of a Redis or Valkey server. Its capacity is that of the workers there
 * are, and changes as they come and go.
 * @throws on opening: {@link RedisError}, {@link CoordinatorBusyError}; in `submit`: {@link VersionMismatchError}, {@link WorkerRefusedError}
 */
export function redisEngine({ url, tell = () => {}, stop }: RedisEngineOptions): OpenEngine {
  return async (problem) => {
    // a library that others need not wait for
    const { Dispatcher } = await import("../queue/dispatcher.ts");
    const dispatcher = await Dispatcher.open({ url, task: "points", problem, tell });
    return {
      name: "redis",
      get capacity() {
        return dispatcher.capacity;
      },
      async submit({ id, indices, points }, signal) {
        // typed arrays, which take few bytes
        const parameters = Object.fromEntries(
          Object.entries(points.parameters).map(([name, values]) => [name, Float64Array.from(values)]),
        );
        const part = { indices: Float64Array.from(indices), points: { count: points.count, parameters } };
        try {
          const packed = (await dispatcher.submit(
            part,
            stop ? AbortSignal.any([signal, stop]) : signal,
          )) as PackedPoints;
          return { id, result: unpackPoints(packed), build: packed.build };
        } catch (error) {
          if (stop?.aborted && !signal.aborted) throw new ChunkCrashError(id, "taken back");
          throw error instanceof ChunkCrashError ? new ChunkCrashError(id, error.reason) : error;
        }
      },
      close: () => dispatcher.close(),
    };
  };
}

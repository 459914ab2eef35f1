/**
 * `lindblad worker --redis URL`: computes for sweeps that are coordinated elsewhere.
 * @module
 */
import { startWorker } from "@lindblad/sweep/worker";
import { INTERRUPTED, type InterruptSignal, integerOf, positiveOf, SIGNALS } from "../problem.ts";
import { redisUrlOf, tellOnStderr } from "../redis.ts";

/** Options as commander hands them over. */
export interface WorkerCommandOptions {
  readonly redis?: string | true;
  readonly concurrency?: string;
  readonly lock?: string;
  readonly timeLimit?: string;
  readonly quiet?: boolean;
}

/** Runs until a signal ends it. @throws {@link RedisError} when Redis cannot be used */
export async function worker(options: WorkerCommandOptions): Promise<void> {
  const { redis = true, quiet = false } = options;
  const url = redisUrlOf(redis);
  const threads = integerOf("--concurrency", options.concurrency, 1);
  const lock = positiveOf("--lock", options.lock);
  const timeLimit = positiveOf("--time-limit", options.timeLimit);
  const tell = quiet ? () => {} : tellOnStderr;
  const ended = untilSignal(tell);
  const running = await startWorker({ url, threads, lock, timeLimit, tell });
  await ended;
  await running.close();
  tell(`${running.chunks} ${running.chunks === 1 ? "chunk" : "chunks"} computed`);
}

/** The first signal lets chunks be finished; the second ends the process, whose chunks are then given to other workers. */
function untilSignal(tell: (text: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    for (const name of SIGNALS) {
      process.on(name, () => {
        if (++count > 1) process.exit(INTERRUPTED[name as InterruptSignal]);
        tell("finishing the chunks that are being computed; once more ends it at once");
        resolve();
      });
    }
  });
}

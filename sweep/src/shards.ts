/**
 * Sweeps in parts, each run by a process of its own that knows nothing of the others: jobs of a batch scheduler.
 * @module
 */
import { InvalidArgumentError } from "lindblad";
import type { Range } from "./ranges.ts";

/** One of several parts. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
}

const EXPECTED = "i/n with 0 <= i < n, auto or auto/n";

/**
 * The points of a shard: neighbours, as many as the others have or one more.
 * @param points of the whole sweep
 * @throws {@link InvalidArgumentError}
 */
export function shardRange(points: number, { index, count }: Shard): Range {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidArgumentError("shard: count", count, "an integer > 0");
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) {
    throw new InvalidArgumentError("shard: index", index, `an integer from 0 to ${count - 1}`);
  }
  const [least, more] = [Math.floor(points / count), points % count];
  const start = (k: number) => k * least + Math.min(k, more);
  return [start(index), start(index + 1)];
}

/**
 * A shard from its name: `"3/16"`; `"auto/16"`, where Slurm (`SLURM_ARRAY_TASK_ID`) or Kubernetes (`JOB_COMPLETION_INDEX`) says which of 16;
 * `"auto"`, where Slurm also says of how many.
 * @param env the environment
 * @throws {@link InvalidArgumentError} where the name is none, or the environment does not say it
 */
export function readShard(name: string, env: Readonly<Record<string, string | undefined>>): Shard {
  const [, which, total] = /^(\d+|auto)(?:\/(\d+))?$/.exec(name) ?? [];
  if (which === undefined || (which !== "auto" && total === undefined)) {
    throw new InvalidArgumentError("shard", name, EXPECTED);
  }
  if (which === "auto" && total === undefined) return fromSlurm(env);
  const shard = { index: Number(which === "auto" ? indexIn(env) : which), count: Number(total) };
  if (shard.index < shard.count) return shard;
  throw new InvalidArgumentError("shard", `${shard.index}/${shard.count}`, `${EXPECTED}: shards are counted from 0`);
}

function indexIn(env: Readonly<Record<string, string | undefined>>): string {
  const index = env.SLURM_ARRAY_TASK_ID ?? env.JOB_COMPLETION_INDEX;
  if (index !== undefined && /^\d+$/.test(index)) return index;
  throw new InvalidArgumentError(
    "shard",
    "auto",
    "SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment: a task of a Slurm array, or a pod of an indexed Job",
  );
}

/** An array from 0 on says of how many it is. Any other may be part of one that is run again: it would compute the wrong points. */
function fromSlurm(env: Readonly<Record<string, string | undefined>>): Shard {
  const [index, least, most, count] = ["ID", "MIN", "MAX", "COUNT"].map((name) => env[`SLURM_ARRAY_TASK_${name}`]);
  if (index !== undefined && least === "0" && count !== undefined && Number(most) === Number(count) - 1) {
    return { index: Number(index), count: Number(count) };
  }
  throw new InvalidArgumentError(
    "shard",
    "auto",
    index === undefined ? "auto/n, or a task of a Slurm array" : "auto/n: the array does not run from 0 to n - 1",
  );
}

/**
 * Quantum trajectories of one model on many machines: shares of them are jobs, as chunks of a sweep are.
 * @module
 */
import type { McsolveOptions, TrajectorySolution } from "lindblad";
import { type BuiltLindblad, buildModel, type Model } from "lindblad/model";
import { type KnownLevels, shareTrajectories, type TrajectoryShare, trajectoryShare } from "lindblad/pool/shares";
import { ChunkCrashError } from "./engine.ts";
import { SweepError } from "./errors.ts";
import { VERSION } from "./hash.ts";
import type { Tell } from "./queue/connect.ts";
import type { Dispatcher } from "./queue/dispatcher.ts";
import { kernelBuild } from "./queue/packed.ts";

/** Options of {@link redisTrajectories}: those of `mcsolve` that a model file does not say. */
export interface RedisTrajectoriesOptions extends Omit<McsolveOptions, "cOps" | "eOps" | "args"> {
  /** `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS, or `unix:///path`. */
  readonly url: string;
  /** Hears what goes on, in words. Default: nobody does. */
  readonly tell?: Tell | undefined;
}

/** What shares of one call have in common. */
export interface TrajectoriesProblem {
  readonly version: string;
  readonly model: Model;
  /** Plain data. */
  readonly options: McsolveOptions;
  /** Levels that carry weight; null: all. */
  readonly levels: Int32Array | null;
}

/** A share, and the build of the kernel that computed it. */
export interface BuiltShare {
  readonly share: TrajectoryShare;
  readonly build: string;
}

/** Workers that shares are cut for at least: others may come while it runs. */
const LEAST_WORKERS = 8;

/**
 * `mcsolve` of a model by the workers (`lindblad worker`) of a Redis or Valkey server: bit for bit what one thread computes, unless `timeout` or `until`
 * ends the run. Jumps and observables are those of the model.
 * @throws {@link RedisError}, {@link CoordinatorBusyError}, {@link VersionMismatchError}, {@link WorkerRefusedError}; {@link SweepError} where workers died; as {@link mcsolve}
 */
export async function redisTrajectories(
  { H, rho0, tlist, jumps, observables, model }: BuiltLindblad,
  { url, tell = () => {}, ...options }: RedisTrajectoriesOptions,
): Promise<TrajectorySolution> {
  const { Dispatcher } = await import("./queue/dispatcher.ts");
  const { onProgress: _, signal: __, until: ___, ...data } = options;
  let opened: Promise<Dispatcher> | undefined;
  let dispatcher: Dispatcher | undefined;
  const open = (levels: KnownLevels) => {
    const problem: TrajectoriesProblem = { version: VERSION, model, options: data, levels: levels.found ?? null };
    opened ??= Dispatcher.open({ url, task: "trajectories", problem, tell });
    return opened;
  };
  const builds = new Set<string>();
  const run = shareTrajectories(
    async (_H, _state, _times, range, _call, levels, { signal }) => {
      dispatcher = await open(levels);
      try {
        const { share, build } = (await dispatcher.submit({ range: [...range] }, signal)) as BuiltShare;
        if (!builds.has(build) && build !== kernelBuild()) {
          tell(`a worker has the kernel's build ${build}, this machine ${kernelBuild()}: last digits may differ`);
        }
        builds.add(build);
        return share;
      } catch (error) {
        throw error instanceof ChunkCrashError ? new SweepError(`trajectories: ${error.reason}`) : error;
      }
    },
    () => Math.max(LEAST_WORKERS, dispatcher?.capacity ?? 0),
  );
  try {
    return await run(H, rho0, tlist, { ...options, cOps: jumps, eOps: observables });
  } finally {
    await opened?.then(
      (found) => found.close(),
      () => {},
    );
  }
}

let problems = 0;

/** Makes ready for shares of a call. */
export function sharesOf({ model, options, levels }: TrajectoriesProblem): (part: unknown) => BuiltShare {
  const { H, rho0, tlist, jumps, observables } = buildModel(model) as BuiltLindblad;
  const all: McsolveOptions = { ...options, cOps: jumps, eOps: observables };
  const known: KnownLevels = { found: levels ?? undefined };
  const number = ++problems;
  return (part) => {
    const { range } = part as { readonly range: readonly [number, number] };
    return { share: trajectoryShare(H, rho0, tlist, range, number, known, all), build: kernelBuild() };
  };
}

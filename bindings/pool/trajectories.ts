/**
 * Trajectories shared out among workers.
 * @module
 */
import type { Hamiltonian } from "../solvers/hamiltonian.ts";
import type { Observables } from "../solvers/options.ts";
import { BLOCK } from "../trajectories/average.ts";
import type { TrajectoryState } from "../trajectories/initial.ts";
import type { McsolveOptions } from "../trajectories/options.ts";
import { prepareTrajectories } from "../trajectories/prepare.ts";
import type { TrajectoryShare } from "../trajectories/share.ts";
import type { TrajectorySolution } from "../trajectories/solution.ts";

/** `mcsolve` as a promise. */
export type SharedTrajectories = <const E extends Observables = Record<never, never>>(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  tlist: ArrayLike<number>,
  options?: McsolveOptions & { eOps?: E | undefined },
) => Promise<TrajectorySolution<E>>;

/** Shares of each worker, where all trajectories are wanted: the last ones are short, so that none waits long. */
const SHARES = 4;
/** Blocks of a share, where fewer trajectories may do: at least, and such a part of all before it, since every share is planned anew. */
const FEW = 2;
const PART = 1 / 8;

/** @param call runs {@link trajectoryShare} on a worker */
export function shareTrajectories(call: (...args: unknown[]) => Promise<unknown>, size: number): SharedTrajectories {
  const run = async (
    hamiltonian: Hamiltonian,
    state: TrajectoryState,
    tlist: ArrayLike<number>,
    options: McsolveOptions = {},
  ): Promise<TrajectorySolution> => {
    const started = performance.now();
    const { problem, collector } = prepareTrajectories(hamiltonian, state, tlist, options, "mcsolve");
    const { ntraj, target, timeout, until, signal, onProgress } = problem.options;
    signal?.throwIfAborted();
    const { onProgress: _, until: __, ...rest } = options;
    const blocks = Math.ceil(ntraj / BLOCK);
    const open = target !== undefined || until !== undefined || timeout < Number.POSITIVE_INFINITY;
    const lengthAt = (done: number) =>
      open ? Math.max(FEW, Math.ceil((PART * done) / size)) : Math.ceil(blocks / (SHARES * size));
    const seconds = () => (performance.now() - started) / 1000;
    // Those that are not needed any more are aborted.
    const over = new AbortController();
    const both = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    let next = 0;
    const begin = (): Promise<TrajectoryShare> => {
      const range = [next, Math.min(next + lengthAt(next), blocks)] as const;
      next = range[1];
      return call(hamiltonian, state, tlist, range, { ...rest, signal: both }) as Promise<TrajectoryShare>;
    };
    const running: Promise<TrajectoryShare>[] = [];
    const fill = () => {
      while (next < blocks && running.length < 2 * size) {
        const share = begin();
        // Whoever awaits it hears of a failure; until then nobody need.
        share.catch(() => {});
        running.push(share);
      }
    };
    let ended: TrajectorySolution["ended"] = "count";
    try {
      for (fill(); running.length > 0 && ended === "count"; fill()) {
        const { blocks: done, quiet } = await running.shift()!;
        if (quiet) collector.quiet(quiet);
        for (const block of done) {
          collector.add(block);
          if (collector.reached) ended = "target";
          if (ended !== "count") break;
        }
        const progress = {
          trajectories: collector.count,
          fraction: collector.count / ntraj,
          seconds: seconds(),
        };
        if (ended === "count" && collector.count < ntraj) {
          if (progress.seconds >= timeout) ended = "timeout";
          else if (until?.(progress)) ended = "until";
        }
        const all = ended !== "count" || running.length === 0;
        onProgress?.(all ? { ...progress, fraction: 1 } : progress);
      }
    } finally {
      over.abort();
    }
    return collector.solution(ended, started);
  };
  return run as SharedTrajectories;
}

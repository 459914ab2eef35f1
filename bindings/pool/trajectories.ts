/**
 * Trajectories shared out among workers.
 * @module
 */
import type { Hamiltonian } from "../solvers/hamiltonian.ts";
import type { Observables } from "../solvers/options.ts";
import { blocksOf } from "../trajectories/blocks.ts";
import type { TrajectoryState } from "../trajectories/initial.ts";
import type { McsolveOptions } from "../trajectories/options.ts";
import { prepareTrajectories } from "../trajectories/prepare.ts";
import type { TrajectoryShare, trajectoryShare } from "../trajectories/share.ts";
import type { TrajectorySolution } from "../trajectories/solution.ts";
import { shareOut } from "./shares.ts";

/** `mcsolve` as a promise. */
export type SharedTrajectories = <const E extends Observables = Record<never, never>>(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  tlist: ArrayLike<number>,
  options?: McsolveOptions & { eOps?: E | undefined },
) => Promise<TrajectorySolution<E>>;

/**
 * {@link mcsolve} on workers.
 * @param call runs {@link trajectoryShare} on a worker, with these arguments
 * @param size how many workers there are now
 */
export function shareTrajectories(
  call: (...args: Parameters<typeof trajectoryShare>) => Promise<TrajectoryShare>,
  size: () => number,
): SharedTrajectories {
  let calls = 0;
  const run = async (
    hamiltonian: Hamiltonian,
    state: TrajectoryState,
    tlist: ArrayLike<number>,
    options: McsolveOptions = {},
  ): Promise<TrajectorySolution> => {
    const started = performance.now();
    const { problem, collector, levels } = prepareTrajectories(hamiltonian, state, tlist, options, "mcsolve");
    const { ntraj, target, timeout, until, signal, onProgress } = problem.options;
    signal?.throwIfAborted();
    const number = ++calls;
    const { onProgress: _, signal: __, until: ___, ...rest } = options;
    const seconds = () => (performance.now() - started) / 1000;
    let ended: TrajectorySolution["ended"] = "count";
    const take = ({ blocks, quiet }: TrajectoryShare, last: boolean): boolean => {
      if (quiet) collector.quiet(quiet);
      for (const block of blocks) {
        collector.add(block);
        if (collector.reached) ended = "target";
        if (ended !== "count") break;
      }
      const progress = { trajectories: collector.count, fraction: collector.count / ntraj, seconds: seconds() };
      if (ended === "count" && collector.count < ntraj) {
        if (progress.seconds >= timeout) ended = "timeout";
        else if (until?.(progress)) ended = "until";
      }
      onProgress?.(last || ended !== "count" ? { ...progress, fraction: 1 } : progress);
      return ended === "count";
    };
    await shareOut<TrajectoryShare>({
      args: { hamiltonian, state, tlist, options: rest },
      where: "mcsolve",
      blocks: blocksOf(problem),
      size,
      open: target !== undefined || until !== undefined || timeout < Number.POSITIVE_INFINITY,
      signal,
      begin: ([hamiltonian, state, tlist, options], range, signal) =>
        call(
          hamiltonian as Hamiltonian,
          state as TrajectoryState,
          tlist as ArrayLike<number>,
          ...([range, number, levels, { ...(options as McsolveOptions), signal }] as const),
        ),
      take,
    });
    return collector.solution(ended, started);
  };
  return run as SharedTrajectories;
}

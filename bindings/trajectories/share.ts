/**
 * A share of the trajectories of one call, as a worker of a pool computes it.
 * @module
 */
import { namingCoefficients } from "../coefficients/named.ts";
import type { Hamiltonian } from "../solvers/hamiltonian.ts";
import { type Quiet, runBlocks, type TrajectoryBlock } from "./blocks.ts";
import type { TrajectoryState } from "./initial.ts";
import type { KnownLevels } from "./levels.ts";
import type { McsolveOptions } from "./options.ts";
import { prepareTrajectories } from "./prepare.ts";

/** Blocks of trajectories, and what `improvedSampling` needs besides. */
export interface TrajectoryShare {
  /** What was added up, block by block. */
  readonly blocks: readonly TrajectoryBlock[];
  /** The trajectory without jumps. */
  readonly quiet: Quiet | undefined;
}

/** The call whose shares a worker has computed last, and its plan: the next share is mostly of the same one. */
let last: { readonly call: number; readonly plan: ReturnType<typeof prepareTrajectories> } | undefined;

/**
 * The share of one worker: blocks `range[0]` … `range[1] - 1` of what {@link mcsolve} computes from these arguments.
 * @param call which call it is a share of: its own number for each of a pool
 */
export function trajectoryShare(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  tlist: ArrayLike<number>,
  range: readonly [number, number],
  call: number,
  levels: KnownLevels,
  options: McsolveOptions,
): TrajectoryShare {
  if (last?.call !== call) {
    last = undefined;
    last = { call, plan: prepareTrajectories(hamiltonian, state, tlist, options, "mcsolve", levels) };
  }
  const { problem, generator } = last.plan;
  const started = performance.now();
  const inTime = () => (performance.now() - started) / 1000 < problem.options.timeout;
  const blocks: TrajectoryBlock[] = [];
  let quiet: Quiet | undefined;
  namingCoefficients(generator.driven?.named, problem.where, () => {
    const visit = (block: TrajectoryBlock) => blocks.push(block) > 0 && inTime();
    const quietly = (found: Quiet) => {
      quiet = found;
    };
    runBlocks(problem, ...range, visit, quietly, inTime);
  });
  return { blocks, quiet };
}

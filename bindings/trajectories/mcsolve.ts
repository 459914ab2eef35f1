/**
 * The master equation by quantum jumps of kets.
 * @module
 */
import { namingCoefficients } from "../coefficients/named.ts";
import type { Hamiltonian } from "../solvers/hamiltonian.ts";
import type { Observables } from "../solvers/options.ts";
import { blocksOf, runBlocks, type TrajectoryBlock } from "./blocks.ts";
import type { TrajectoryState } from "./initial.ts";
import type { McsolveOptions } from "./options.ts";
import { prepareTrajectories } from "./prepare.ts";
import type { TrajectorySolution } from "./solution.ts";

/** Milliseconds between progress ticks. */
const TICK = 100;

/**
 * Solves the master equation by averaging over kets that jump at random (Dalibard, Castin and Mølmer, Phys. Rev. Lett. 68 (1992) 580; Carmichael, An Open Systems Approach to Quantum Optics): the cost is that of
 * vectors, the error falls with the root of the number of trajectories. hbar = 1. QuTiP's `mcsolve`.
 *
 * @param hamiltonian as in {@link mesolve}
 * @param state a ket of norm 1; a density matrix, whose eigenvectors are drawn; or `[ket, probability]` pairs
 * @param tlist output times, strictly increasing; the first is the initial time
 * @returns means over the trajectories with their standard errors, when each of them jumped and by which operator, and single ones where asked for
 * @throws as {@link sesolve}, {@link StepLimitError} for jumps as well as for steps; {@link NotDensityMatrixError}
 * @example
 * const { expect, stdError, jumps } = mcsolve(num(10), fock(10, 5), [0, 1, 2], { cOps: [destroy(10)], eOps: { n: num(10) } });
 * expect.n; // about 5·exp(-t), to stdError.n
 */
export function mcsolve<const E extends Observables = Record<never, never>>(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  tlist: ArrayLike<number>,
  options: McsolveOptions & { eOps?: E | undefined } = {},
): TrajectorySolution<E> {
  const started = performance.now();
  const { problem, collector, generator } = prepareTrajectories(hamiltonian, state, tlist, options, "mcsolve");
  const { ntraj, timeout, until, signal, onProgress } = problem.options;
  signal?.throwIfAborted();
  let ended: TrajectorySolution["ended"] = "count";
  let ticked = started;
  const seconds = () => (performance.now() - started) / 1000;
  const tell = (count: number, over: boolean) => {
    const now = performance.now();
    if (!onProgress || (!over && now - ticked < TICK)) return;
    ticked = now;
    onProgress({ trajectories: count, fraction: over ? 1 : count / ntraj, seconds: seconds() });
    if (!over) signal?.throwIfAborted();
  };
  const visit = (block: TrajectoryBlock): boolean => {
    collector.add(block);
    if (collector.reached) ended = "target";
    else if (collector.count < ntraj) {
      const progress = { trajectories: collector.count, fraction: collector.count / ntraj, seconds: seconds() };
      if (progress.seconds >= timeout) ended = "timeout";
      else if (until?.(progress)) ended = "until";
    }
    tell(collector.count, ended !== "count" || collector.count === ntraj);
    return ended === "count";
  };
  const each = (count: number): boolean => {
    tell(collector.count + count, false);
    return seconds() < timeout;
  };
  namingCoefficients(generator.driven?.named, problem.where, () => {
    runBlocks(problem, 0, blocksOf(problem), visit, (quiet) => collector.quiet(quiet), each);
  });
  return collector.solution(ended, started) as TrajectorySolution<E>;
}

/**
 * The master equation by quantum jumps of kets.
 * @module
 */
import { namingCoefficients } from "../coefficients/named.ts";
import { InvalidArgumentError } from "../errors.ts";
import { getKernel } from "../kernel/load.ts";
import { denseCost } from "../plan/cost.ts";
import { type KetPlan, planKets } from "../plan/ket.ts";
import { checkObservables, checkTimes } from "../solvers/checks.ts";
import type { Hamiltonian } from "../solvers/hamiltonian.ts";
import type { Observables } from "../solvers/options.ts";
import { type ResolvedGenerator, resolveGenerator } from "../solvers/terms.ts";
import { BLOCK } from "./average.ts";
import { runBlocks } from "./blocks.ts";
import { initialKets, type TrajectoryState } from "./initial.ts";
import {
  type McsolveOptions,
  type ResolvedTrajectoryOptions,
  resolveTrajectoryOptions,
  type TrajectoryMethod,
} from "./options.ts";
import type { TrajectoryProblem } from "./runner.ts";
import { Collector, type TrajectorySolution } from "./solution.ts";

/** Numbers of a ket up to which propagators are made. */
const LARGEST_PROPAGATOR = 512;
/** Applications of G in one step of dop853, and ‖G‖ times what such a step is about. */
const STAGES = 12;
const STEP = 3;
/** Milliseconds between progress ticks. */
const TICK = 100;

/**
 * Solves the master equation by averaging over kets that jump at random (Dalibard, Castin and Mølmer, Phys. Rev. Lett. 68 (1992) 580; Carmichael, An Open Systems Approach to Quantum Optics): the cost is that of
 * vectors, the error falls with the root of the number of trajectories. QuTiP's `mcsolve`.
 *
 * @param hamiltonian as in {@link mesolve}
 * @param state a ket of norm 1; a density matrix, whose eigenvectors are drawn; or `[ket, probability]` pairs
 * @param tlist output times, strictly increasing; the first is the initial time
 * @throws as {@link sesolve}; {@link NotDensityMatrixError}
 * @example
 * const { expect, stdError, jumps } = mcsolve(num(10), fock(10, 5), times, { cOps: [destroy(10)], eOps: { n: num(10) } });
 */
export function mcsolve<const E extends Observables = Record<never, never>>(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  tlist: ArrayLike<number>,
  options: McsolveOptions & { eOps?: E | undefined } = {},
): TrajectorySolution<E> {
  const started = performance.now();
  const { problem, collector, generator, reasons } = prepareTrajectories(hamiltonian, state, tlist, options, "mcsolve");
  const { ntraj, timeout, signal, onProgress } = problem.options;
  signal?.throwIfAborted();
  let ended: TrajectorySolution["ended"] = "count";
  let ticked = started;
  const visit = (block: Parameters<Collector["add"]>[0]): boolean => {
    collector.add(block);
    const now = performance.now();
    const seconds = (now - started) / 1000;
    if (collector.reached) ended = "target";
    else if (seconds >= timeout && collector.count < ntraj) ended = "timeout";
    const over = ended !== "count" || collector.count === ntraj;
    if (onProgress && (over || now - ticked >= TICK)) {
      ticked = now;
      onProgress({ trajectories: collector.count, fraction: over ? 1 : collector.count / ntraj, seconds });
      if (!over) signal?.throwIfAborted();
    }
    return ended === "count";
  };
  namingCoefficients(generator.driven?.named, problem.where, () => {
    runBlocks(problem, 0, Math.ceil(ntraj / BLOCK), visit, (quiet) => collector.quiet(quiet));
  });
  return collector.solution(ended, generator.warnings, {
    method: problem.method,
    form: problem.plan.representation.description,
    reasons,
    build: getKernel().build,
    milliseconds: performance.now() - started,
  }) as TrajectorySolution<E>;
}

/** Checks a problem and plans it. */
export function prepareTrajectories(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  tlist: ArrayLike<number>,
  given: McsolveOptions,
  where: string,
): { problem: TrajectoryProblem; collector: Collector; generator: ResolvedGenerator; reasons: string[] } {
  const options = resolveTrajectoryOptions(given, where);
  const times = checkTimes(tlist, `${where}: tlist`);
  const span = { from: times[0]!, to: times.at(-1)!, times };
  const generator = resolveGenerator(hamiltonian, given.cOps ?? [], span, options, where);
  const { G, jumps, driven, H, order } = generator;
  const eOps = given.eOps ?? {};
  checkObservables(eOps, H.dims, `${where}: eOps`);
  const initials = initialKets(state, H.dims, `${where}: state`);
  const channels = [...jumps.map((L) => ({ base: L, terms: [] })), ...(driven?.jumps ?? [])];
  if (driven && options.method === "dyadic") {
    throw new InvalidArgumentError(`${where}: method`, options.method, "a method for generators that depend on time");
  }
  const plan = planKets(
    G,
    driven?.drift ?? [],
    initials.map(({ ket }) => ket),
    span,
    true,
    channels,
  );
  const { method, reason } = chooseMethod(plan, times, driven !== undefined, options);
  const functionals = Object.values(eOps);
  const problem: TrajectoryProblem = { plan, driven, method, initials, times, functionals, options, where };
  const collector = new Collector(problem, Object.keys(eOps), [...order.still, ...order.changing]);
  const form = `form: ${plan.representation.description}`;
  return { problem, collector, generator, reasons: [form, `method ${method}: ${reason}`] };
}

function chooseMethod(
  plan: KetPlan,
  times: Float64Array,
  driven: boolean,
  { method }: ResolvedTrajectoryOptions,
): { method: TrajectoryMethod; reason: string } {
  if (method !== "auto") return { method, reason: "asked for" };
  if (driven) return { method: "dop853", reason: "the generator depends on time" };
  const { representation } = plan;
  const { length, norm } = representation.coordinates!;
  if (length > LARGEST_PROPAGATOR) return { method: "dop853", reason: `kets of ${length} numbers` };
  const interval = (times.at(-1)! - times[0]!) / Math.max(1, times.length - 1);
  const steps = Math.max(1, (norm * interval) / STEP);
  const explicit = steps * STAGES * representation.cost;
  const propagated = denseCost(length);
  return propagated <= explicit
    ? { method: "dyadic", reason: "a propagator is cheaper than the steps of an interval" }
    : { method: "dop853", reason: "few steps of a sparse generator are cheaper than a propagator" };
}

/**
 * Problems of trajectories: checked, and planned.
 * @module
 */
import type { Span } from "../coefficients/real.ts";
import { InvalidArgumentError } from "../errors.ts";
import { denseCost } from "../plan/cost.ts";
import { type KetPlan, planKets } from "../plan/ket.ts";
import { checkObservables, checkTimes } from "../solvers/checks.ts";
import type { Hamiltonian } from "../solvers/hamiltonian.ts";
import type { Observables } from "../solvers/options.ts";
import { type ResolvedGenerator, resolveGenerator } from "../solvers/terms.ts";
import { type Initial, initialKets, type TrajectoryState } from "./initial.ts";
import { type KnownLevels, knownLevels, planOnLevels } from "./levels.ts";
import {
  type McsolveOptions,
  type ResolvedTrajectoryOptions,
  resolveTrajectoryOptions,
  type TrajectoryMethod,
} from "./options.ts";
import type { TrajectoryProblem } from "./runner.ts";
import { Collector } from "./solution.ts";

/** Numbers of a ket up to which propagators are made. */
const LARGEST_PROPAGATOR = 512;
/** Applications of G in one step of dop853, and ‖G‖ times what such a step is about. */
const STAGES = 12;
const STEP = 3;

/** What trajectories are made of, checked. */
export interface ResolvedTrajectories {
  readonly options: ResolvedTrajectoryOptions;
  readonly generator: ResolvedGenerator;
  readonly initials: readonly Initial[];
  readonly eOps: Observables;
  readonly where: string;
}

/** Checks what a problem is given by. @param span in which the generator is needed */
export function resolveTrajectories(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  span: Span,
  given: McsolveOptions,
  where: string,
): ResolvedTrajectories {
  const options = resolveTrajectoryOptions(given, where);
  const generator = resolveGenerator(hamiltonian, given.cOps ?? [], span, options, where);
  const { dims } = generator.H;
  const eOps = given.eOps ?? {};
  checkObservables(eOps, dims, `${where}: eOps`);
  const initials = initialKets(state, dims, `${where}: state`);
  if (generator.driven && options.method === "dyadic") {
    throw new InvalidArgumentError(`${where}: method`, options.method, "a method for generators that depend on time");
  }
  return { options, generator, initials, eOps, where };
}

/**
 * Checks a problem and plans it.
 * @param known the levels that carry weight, where they have been found before
 */
export function prepareTrajectories(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  tlist: ArrayLike<number>,
  given: McsolveOptions,
  where: string,
  known?: KnownLevels,
): { problem: TrajectoryProblem; collector: Collector; generator: ResolvedGenerator; levels: KnownLevels } {
  const times = checkTimes(tlist, `${where}: tlist`);
  const span = spanOf(times);
  const { options, generator, initials, eOps } = resolveTrajectories(hamiltonian, state, span, given, where);
  const { driven, order } = generator;
  const levels = known ?? knownLevels(generator, initials, times, options, where);
  const plan = planTrajectories(generator, initials, span, levels.found);
  const { method, reason } = chooseMethod(plan, times, driven !== undefined, options);
  const functionals = Object.values(eOps);
  const problem: TrajectoryProblem = { plan, driven, method, initials, times, functionals, options, where };
  const kept = levels.found ? [`levels: ${levels.found.length} of ${generator.H.size} carry weight`] : [];
  const reasons = [...kept, `form: ${plan.representation.description}`, `method ${method}: ${reason}`];
  const collector = new Collector(problem, {
    names: Object.keys(eOps),
    channels: [...order.still, ...order.changing],
    reasons,
    warnings: generator.warnings,
  });
  return { problem, collector, generator, levels };
}

/** From the first of some times to the last. */
export function spanOf(times: Float64Array): Span {
  return { from: times[0]!, to: times.at(-1)!, times };
}

/**
 * The form in which these kets evolve between jumps, and the jumps in it: those that stay the same, then those that change.
 * @param levels those to evolve on, of a constant generator; default all
 */
export function planTrajectories(
  { G, jumps, driven }: ResolvedGenerator,
  initials: readonly Initial[],
  span: Span,
  levels?: Int32Array | undefined,
): KetPlan {
  const kets = initials.map(({ ket }) => ket);
  if (levels) return planOnLevels(levels, G, jumps, kets, span);
  const channels = [...jumps.map((L) => ({ base: L, terms: [] })), ...(driven?.jumps ?? [])];
  return planKets(G, driven?.drift ?? [], kets, span, true, channels);
}

/** How kets of a plan evolve over some times. */
export function chooseMethod(
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

/**
 * Correlation functions by quantum jumps.
 * @module
 */
import { namingCoefficients } from "../coefficients/named.ts";
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { checkTimes } from "../solvers/checks.ts";
import type { Hamiltonian } from "../solvers/hamiltonian.ts";
import type { ResolvedGenerator } from "../solvers/terms.ts";
import { BLOCK, Moments } from "./average.ts";
import type { Initial, TrajectoryState } from "./initial.ts";
import type { McsolveOptions } from "./options.ts";
import { chooseMethod, planTrajectories, resolveTrajectories, spanOf } from "./prepare.ts";
import { type TrajectoryProblem, withTrajectories } from "./runner.ts";

/** Options of {@link mcCorrelation2op1t}: those of {@link mcsolve} that concern single trajectories. */
export interface McCorrelationOptions
  extends Pick<
    McsolveOptions,
    "cOps" | "ntraj" | "first" | "seed" | "method" | "rtol" | "atol" | "maxSteps" | "maxStep" | "args"
  > {
  /** The time at which B acts; default 0. From 0 to it trajectories evolve as they do in {@link mcsolve}. */
  t?: number | undefined;
}

/** Means over trajectories, with their standard errors. */
export interface McCorrelation {
  /** Real parts, a number a delay. */
  readonly re: Float64Array;
  /** Imaginary parts. */
  readonly im: Float64Array;
  /** Standard errors of `re`. */
  readonly reError: Float64Array;
  /** Standard errors of `im`. */
  readonly imError: Float64Array;
  /** How many trajectories it is the mean of. */
  readonly trajectories: number;
}

const OPTIONS = ["cOps", "ntraj", "first", "seed", "method", "rtol", "atol", "maxSteps", "maxStep", "args", "t"];

/** The kets (1 + f B/b) psi, and what each counts: B|psi><psi| = ¼ b sum of weight·|chi><chi|. */
const PARTS = [
  { factor: { re: 1, im: 0 }, weight: { re: 1, im: 0 } },
  { factor: { re: -1, im: 0 }, weight: { re: -1, im: 0 } },
  { factor: { re: 0, im: 1 }, weight: { re: 0, im: -1 } },
  { factor: { re: 0, im: -1 }, weight: { re: 0, im: 1 } },
];

/**
 * <A(t + tau) B(t)> from trajectories: at t each of them goes on as four, from (1 ± B/b)psi and (1 ± iB/b)psi, whose projectors add up to B|psi><psi| (Mølmer, Castin and Dalibard, J. Opt. Soc. Am. B 10 (1993) 524, section 3.C;
 * there b is 1, here the length of B psi, which makes the standard error least and independent of the units of B). For systems whose density matrix is too large for {@link correlation2op1t}.
 *
 * @param hamiltonian as in {@link mcsolve}
 * @param state as in {@link mcsolve}, at time 0
 * @param taulist delays, increasing, from 0 on
 * @returns means over the trajectories and their standard errors, a number a delay
 * @throws as {@link mcsolve}
 * @example
 * const a = destroy(8);
 * const { re, reError } = mcCorrelation2op1t(a.add(a.dag()), fock(8, 0), [0, 1, 2], a.dag(), a, { cOps: [a], t: 5, ntraj: 100 });
 */
export function mcCorrelation2op1t(
  hamiltonian: Hamiltonian,
  state: TrajectoryState,
  taulist: ArrayLike<number>,
  A: Operator,
  B: Operator,
  options: McCorrelationOptions = {},
): McCorrelation {
  const where = "mcCorrelation2op1t";
  checkKeys(options, OPTIONS, where);
  const { t = 0, ...rest } = options;
  if (!(Number.isFinite(t) && t >= 0)) throw new InvalidArgumentError(`${where}: t`, t, "a finite time >= 0");
  const taus = checkTimes(taulist, `${where}: taulist`);
  if (taus[0]! < 0) throw new InvalidArgumentError(`${where}: taulist[0]`, taus[0], "a delay >= 0");
  const until = Float64Array.from(t > 0 ? [0, t] : [0]);
  // Delays may begin after 0.
  const later = Float64Array.from([...(taus[0] === 0 ? [] : [t]), ...taus.map((tau) => t + tau)]);
  const skip = later.length - taus.length;
  const whole = spanOf(Float64Array.from([...until, ...later].filter((time, k, all) => k === 0 || time > all[k - 1]!)));
  const resolved = resolveTrajectories(hamiltonian, state, whole, { ...rest, storeStates: true }, where);
  const { options: all, generator, initials } = resolved;
  const { driven } = generator;
  const { dims } = generator.H;
  for (const [name, operator] of Object.entries({ A, B })) {
    if (!(operator instanceof Operator)) throw new InvalidArgumentError(`${where}: ${name}`, operator, "an Operator");
    checkSameDims(dims, operator.dims, `${where}: ${name}`);
  }
  // In units of the largest elements no product overflows.
  const [unitA, unitB] = [unitOf(A.maxAbs()), unitOf(B.maxAbs())];
  const relativeB = B.scale(1 / unitB);
  const plan = planTrajectories(generator, initials, spanOf(until));
  const methodFor = (times: Float64Array) => chooseMethod(plan, times, driven !== undefined, all).method;
  const common = { plan, driven, initials, options: all, where };
  const problem = { ...common, method: methodFor(until), times: until, functionals: [] };
  const next = {
    ...common,
    method: methodFor(later),
    times: later,
    functionals: [A.scale(1 / unitA)],
    options: { ...all, storeStates: false },
  };
  const { ntraj, first } = all;
  const moments = new Moments(2 * taus.length);
  namingCoefficients(driven?.named, where, () => {
    for (let block = 0; block < ntraj; block += BLOCK) {
      const numbers = Array.from({ length: Math.min(BLOCK, ntraj - block) }, (_, k) => first + block + k);
      const kets = withTrajectories(problem, (runner) =>
        numbers.map((index) => new Ket(dims, runner.run(index, 1)[0]!.kets.at(-1)!)),
      );
      const own = new Moments(2 * taus.length);
      for (const series of continued(next, generator, relativeB, kets, numbers)) own.add(series.subarray(2 * skip));
      moments.merge(own);
    }
  });
  const pick = (of: (at: number) => number, part: number) =>
    Float64Array.from(taus, (_, k) => of(2 * k + part) * unitA * unitB);
  return {
    re: pick((at) => moments.mean[at]!, 0),
    im: pick((at) => moments.mean[at]!, 1),
    reError: pick((at) => moments.error(at), 0),
    imError: pick((at) => moments.error(at), 1),
    trajectories: ntraj,
  };
}

/** By which sizes are divided: no less than what has an inverse. */
const unitOf = (size: number) => Math.max(size, 2 ** -1000);

/** The correlation on each trajectory, re and im interleaved. @param next what is the same for all kets */
function continued(
  next: TrajectoryProblem,
  generator: ResolvedGenerator,
  B: Operator,
  kets: readonly Ket[],
  numbers: readonly number[],
): Float64Array[] {
  const { times } = next;
  const images = kets.map((psi) => B.apply(psi));
  const sizes = images.map((image) => image.norm());
  const units = sizes.map(unitOf);
  const parts = kets.flatMap((psi, k) => {
    const image = images[k]!.scale(1 / units[k]!);
    return PARTS.map(({ factor }, part) => {
      const chi = psi.add(image.scale(factor));
      return { k, part, norm: chi.norm(), chi };
    });
  });
  const alive = parts.filter(({ k, norm }) => norm > 0 && sizes[k]! > 0);
  const initials: Initial[] = alive.map(({ chi, norm }) => ({ ket: chi.scale(1 / norm), probability: 1 }));
  const found = kets.map(() => new Float64Array(2 * times.length));
  if (initials.length === 0) return found;
  const plan = planTrajectories(generator, initials, spanOf(times));
  withTrajectories({ ...next, plan, initials }, (runner) => {
    alive.forEach(({ k, part, norm }, initial) => {
      const { values } = runner.runFrom(numbers[k]!, 1 + part, initial);
      const { weight } = PARTS[part]!;
      const share = (units[k]! * norm * norm) / 4;
      const [re, im] = [weight.re * share, weight.im * share];
      const out = found[k]!;
      for (let at = 0; at < out.length; at += 2) {
        out[at]! += re * values[at]! - im * values[at + 1]!;
        out[at + 1]! += re * values[at + 1]! + im * values[at]!;
      }
    });
  });
  return found;
}

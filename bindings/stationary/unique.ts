/**
 * The steady state where it is the only one, by the way that its structure suggests.
 * @module
 */
import { ConvergenceError, SteadyStateNotUniqueError, TooLargeError } from "../errors.ts";
import { getKernel } from "../kernel/load.ts";
import { qeye } from "../operators/builders.ts";
import type { HermitianOperator, Operator } from "../operators/operator.ts";
import { channelInverse, planChannel } from "./channel.ts";
import { Equations } from "./equations.ts";
import { nextEigenvalue } from "./gap.ts";
import { directInverse, planBordered, type StationaryInverse } from "./inverse.ts";
import { MatrixEquations } from "./matrix-equations.ts";
import { MOST_COORDINATES } from "./null-space.ts";
import { leastBetween, reachesAllStationary, sectorBlocks, sectorsOf } from "./sectors.ts";

/** Multiplications a second of factors; applications of the channel that are expected. */
const FACTORING_RATE = 7e9;
const APPLICATIONS = 100;
/** Seconds that planning the other way is not worth. */
const SOON = 0.01;
/** Krylov vectors for an estimate of the next eigenvalue where each costs a solution of its own, or factors of this many bytes are read for it. */
const FEW_VECTORS = 4;
const LARGE = 2 ** 26;

export interface UniqueProblem {
  readonly H: HermitianOperator;
  readonly jumps: readonly Operator[];
  /** Only what this state reaches matters. */
  readonly start: HermitianOperator | undefined;
  /** What these reach is to be among the coordinates, too. */
  readonly seeds?: readonly Operator[];
  readonly method: "direct" | "channel" | undefined;
  readonly tol: number;
  readonly where: string;
  /** A level that is known to carry weight. */
  readonly likely?: number;
  /** Whether a steady state, where L has this norm, is worth an answer. */
  readonly judge?: (rho: Operator, norm: number) => boolean;
}

export interface Unique<T = unknown> {
  readonly used: T;
  readonly equations: Equations;
  readonly x: Float64Array;
  readonly method: "direct" | "channel";
  readonly iterations: number;
  readonly gap: number | undefined;
  /** Distance of the next eigenvalue from zero, where they were asked for with that of coherences between sectors. */
  readonly distance: number;
  /** Whether there is no other steady state anywhere; undefined: not known. */
  readonly alone: true | undefined;
  readonly reasons: readonly string[];
}

/** Why there is no such answer. */
export interface NotUnique {
  /** Dimension of the kernel of L at least. */
  readonly least: number;
  readonly reason: string;
  /** Whether that is because another eigenvalue of L is as good as zero. */
  readonly degenerate?: boolean;
}

/** What is to be done with the inverse while it is there. */
export type Use<T> = (equations: Equations, inverse: StationaryInverse) => T;

/** @throws {@link TooLargeError} */
export function findUnique(problem: UniqueProblem): Unique<undefined> | NotUnique;
export function findUnique<T>(problem: UniqueProblem, use: Use<T>): Unique<T> | NotUnique;
export function findUnique<T>(problem: UniqueProblem, use?: Use<T>): Unique<T | undefined> | NotUnique {
  const found = attempt(problem, "asked for", use);
  if ("x" in found) return found;
  // Factors without exchanges of rows may be inexact where the channel is not. On some levels only, and where both kernels cannot decide, it is not worth its time.
  const settled = found.degenerate && (problem.judge !== undefined || problem.H.size ** 2 > MOST_COORDINATES);
  if (found.least > 1 || found.by !== "direct" || problem.method !== undefined || settled) return found;
  return attempt({ ...problem, method: "channel" }, found.reason, use);
}

/**
 * What `use` makes of the inverse of L.
 * @throws {@link SteadyStateNotUniqueError}, {@link ConvergenceError}, {@link TooLargeError}
 */
export function withInverse<T>(problem: UniqueProblem, use: Use<T>): Unique<T> {
  const found = findUnique(problem, use);
  if ("x" in found) return found;
  if (found.least <= 1) throw new ConvergenceError(`${problem.where}: L was not inverted (${found.reason})`);
  throw new SteadyStateNotUniqueError(
    problem.where,
    found.least,
    true,
    `there is no inverse of L then (${found.reason})`,
  );
}

function attempt<T>(problem: UniqueProblem, before: string, use?: Use<T>): Attempt<T> {
  const { H, jumps, start, seeds = [], method, likely } = problem;
  const whole = method === "direct" ? undefined : MatrixEquations.of(H, jumps);
  if (whole) {
    const sectors = [Array.from({ length: H.size }, (_, level) => level)];
    const reason = method ? before : "a matrix of the generator would have nearly every element";
    const plan = planChannel(whole, jumps, sectors);
    return solveBy(whole, sectors, { method: "channel", plan, reason }, problem, use);
  }
  const first = [start ?? qeye(H.dims), ...seeds];
  const reached = new Equations(H, jumps, first);
  const sectors = sectorsOf(reached);
  // Real and imaginary parts that the maximally mixed state does not reach may be stationary, too; and the channel wants whole blocks.
  const complete = reached.count === sectors.reduce((sum, { length }) => sum + length ** 2, 0);
  const equations =
    complete || (start && method !== "channel") ? reached : new Equations(H, jumps, [sectorBlocks(H.dims, sectors)]);
  const parts = equations.sealedParts;
  if (equations.norm === 0) return { least: H.size, reason: "nothing changes" };
  if (parts > 1) return { least: parts, reason: `${parts} sets of levels that nothing joins` };
  return solveBy(equations, sectors, choose(equations, jumps, sectors, complete, method, before, likely), problem, use);
}

type Attempt<T> = Unique<T | undefined> | (NotUnique & { by?: string });

function solveBy<T>(
  equations: Equations,
  sectors: readonly (readonly number[])[],
  planned: Choice,
  { H, jumps, start, tol, where, judge }: UniqueProblem,
  use?: Use<T>,
): Attempt<T> {
  const by = planned.method;
  return getKernel().frame((kernel) => {
    let verdict: boolean | undefined;
    const wanted = (rho: Float64Array) => {
      verdict ??= judge?.(equations.operator(rho), equations.norm) ?? true;
      return verdict;
    };
    let inverse: StationaryInverse | undefined;
    let iterations = () => 1;
    if (planned.method === "channel") {
      const channel = channelInverse(kernel, equations, planned.plan, tol, where);
      iterations = channel?.applications ?? iterations;
      inverse = channel;
    } else {
      inverse = directInverse(kernel, equations, jumps, planned.plan, where, wanted);
    }
    // Also when nothing is a number.
    if (!inverse || !(inverse.residual <= tol * equations.norm))
      return { least: 1, reason: `${by}: L rho did not vanish`, by };
    if (!wanted(inverse.rho)) return { least: 1, reason: "not worth more" };
    const expensive = planned.method === "channel" || planned.plan.envelope.bytes > LARGE;
    const next = nextEigenvalue(equations, inverse, expensive ? FEW_VECTORS : undefined);
    const distance = next ? Math.hypot(next.re, next.im) : Number.POSITIVE_INFINITY;
    if (!(distance > equations.resolution)) {
      const least = Number.isNaN(distance) ? 1 : 2;
      return { least, reason: `${by}: L has other eigenvalues at zero`, by, degenerate: true };
    }
    const used = use?.(equations, inverse);
    const apart = start ? undefined : reachesAllStationary(equations, sectors);
    const between = start || apart ? Number.POSITIVE_INFINITY : leastBetween(H, jumps, sectors);
    const alone = !start && between !== undefined ? true : undefined;
    return {
      ...{ equations, x: inverse.rho, method: by, gap: next && -next.re, alone, used },
      distance: Math.min(distance, between ?? distance),
      ...{ iterations: iterations(), reasons: [planned.reason] },
    };
  });
}

type Choice =
  | { method: "direct"; plan: ReturnType<typeof planBordered>; reason: string }
  | { method: "channel"; plan: ReturnType<typeof planChannel>; reason: string };

/** Factors where they fill little, the channel where it is faster or factors do not fit. */
function choose(
  equations: Equations,
  jumps: readonly Operator[],
  sectors: readonly (readonly number[])[],
  complete: boolean,
  asked: "direct" | "channel" | undefined,
  why: string,
  likely: number | undefined,
): Choice {
  const channel = (reason: string): Choice => ({
    method: "channel",
    plan: planChannel(equations, jumps, sectors),
    reason,
  });
  if (asked === "channel") return channel(why);
  const plan = planBordered(equations, jumps, likely === undefined ? undefined : equations.populations[likely]);
  const { operations, bytes } = plan.envelope;
  const direct: Choice = {
    method: "direct",
    plan,
    reason:
      asked === "direct"
        ? why
        : `factors on ${equations.count} of ${equations.d ** 2} coordinates${operations > 0 ? `, about ${operations.toExponential(0)} multiplications` : ""}`,
  };
  if (asked === "direct") return direct;
  const seconds = operations / FACTORING_RATE;
  const fits = bytes < getKernel().available;
  if (!complete || (fits && seconds < SOON)) {
    if (!fits) throw new TooLargeError(bytes, getKernel().available, "factors of L");
    return direct;
  }
  const other = channel(
    fits
      ? "the channel is expected to be faster than factors"
      : `factors of ${(bytes / 2 ** 20).toFixed(0)} MiB do not fit`,
  );
  const expected = APPLICATIONS * (other.plan as ReturnType<typeof planChannel>).seconds;
  return fits && seconds <= expected ? direct : other;
}

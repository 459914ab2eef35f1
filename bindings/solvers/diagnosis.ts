/**
 * Why a run ended before its end, and what can be done about it.
 * @module
 */
import {
  STATUS_DONE,
  STATUS_METHOD_FAILED,
  STATUS_NON_FINITE,
  STATUS_STEP_UNDERFLOW,
} from "../../assembly/constants.ts";
import { jumpBeside, largestAt, notFiniteIn } from "../coefficients/named.ts";
import { ConvergenceError, type LindbladError, NonFiniteError, StepLimitError, StepSizeError } from "../errors.ts";
import type { DrivenParts } from "../plan/driven.ts";
import type { ResolvedOptions } from "./options.ts";
import type { RunStatistics } from "./statistics.ts";

/** What to say of a coefficient at which a state has overflowed: one this large may be the reason. */
const LARGE = 1e30;

/** Options that bound a run. */
type Limits = Pick<ResolvedOptions, "dt" | "maxStep" | "maxSteps" | "rtol" | "atol">;

/** The error that a status of the kernel stands for; undefined when all went well. */
export function failureOf(
  status: number,
  statistics: RunStatistics,
  method: string,
  {
    options,
    times,
    where,
    driven,
  }: { options: Limits; times: Float64Array; where: string; driven?: DrivenParts | undefined },
): LindbladError | undefined {
  if (status === STATUS_DONE) return undefined;
  const { time, steps } = statistics;
  const end = times.at(-1)!;
  const named = driven?.named ?? [];
  if (status === STATUS_NON_FINITE) {
    // The step that was tried may have been longer than those that were asked for.
    const found = notFiniteIn(named, time, Math.min(end, time + 2 * Math.abs(statistics.step)));
    if (found) return new NonFiniteError(`${where}: ${found.name}`, found.time, found.message);
    const large = largestAt(named, time);
    const detail =
      large && large.size > LARGE
        ? `the coefficient of ${large.name} is ${large.size.toPrecision(3)} there`
        : "the operators or the step may be too large";
    return new NonFiniteError(where, time, `the state is no longer finite after t = ${time}; ${detail}`);
  }
  if (status === STATUS_METHOD_FAILED) {
    return new ConvergenceError(
      `${where}: method "${method}" did not converge after t = ${time} (of ${end}), ${steps} steps`,
    );
  }
  const jump = jumpBeside(named, time, { from: times[0]!, to: end, times });
  if (status === STATUS_STEP_UNDERFLOW) return new StepSizeError(where, time, end, steps, jump);
  const diagnosis = jump ? `${jump[0]!.toUpperCase()}${jump.slice(1)}.` : diagnose(statistics, end, method, options);
  return new StepLimitError(where, time, end, options.maxSteps, diagnosis);
}

/** Why steps are as short as they are. */
function diagnose(statistics: RunStatistics, end: number, method: string, options: Limits): string {
  const { time, step, spectralRadius, stiffness, rejected, steps } = statistics;
  if (method === "dyadic")
    return "So many jumps have happened on one trajectory, or it turns so fast. Raise maxSteps, or compute to an earlier time.";
  if ((method === "krylov" || method === "magnus") && steps + rejected < options.maxSteps) {
    return 'Steps had so many pieces, each as long as the fastest rate or frequency allows. Raise maxSteps, or let method "auto" choose.';
  }
  const left = step > 0 ? Math.ceil((end - time) / step) : Number.NaN;
  const more = `about ${left} more steps of the last length ${step.toPrecision(3)} are needed`;
  if (method === "rk4") return `dt = ${options.dt} is fixed: ${more}; raise maxSteps or dt.`;
  if (method === "faber" || method === "krylov") {
    // Not every series needs an estimate.
    const rates =
      spectralRadius > 0
        ? `for a generator with rates or frequencies up to about ${spectralRadius.toPrecision(3)}; `
        : "";
    return `Each step is a series as long as may be, ${rates}${more}. Raise maxSteps.`;
  }
  if (options.maxStep !== undefined && step > 0.99 * options.maxStep) {
    return `maxStep = ${options.maxStep} holds the steps: ${more}; raise maxSteps or maxStep.`;
  }
  if (stiffness > 0.4) {
    return `The steps are held by stability, not by accuracy: the generator has rates or frequencies up to about ${spectralRadius.toPrecision(3)} (a stiff problem); ${more}. Raise maxSteps, or let method "auto" choose; loosening rtol will not help.`;
  }
  if (options.rtol < 1e-13) {
    return `rtol = ${options.rtol} is near rounding: ${more}. Raise rtol to 1e-13 or more.`;
  }
  return `The steps are held by accuracy (rtol = ${options.rtol}, atol = ${options.atol}; ${rejected} of ${steps + rejected} were rejected); ${more}. Raise maxSteps, or loosen rtol and atol.`;
}

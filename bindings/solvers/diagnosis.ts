/**
 * Why a run that came to its step limit takes such short steps, and what can be done about it.
 * @module
 */
import type { ResolvedOptions } from "./options.ts";
import type { RunStatistics } from "./statistics.ts";

export function diagnose(statistics: RunStatistics, end: number, method: string, options: ResolvedOptions): string {
  const { time, step, spectralRadius, stiffness, rejected, steps } = statistics;
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

/**
 * Counters that the kernel keeps of a run.
 * @module
 */
import {
  STATISTIC_OUTPUTS,
  STATISTIC_REJECTED,
  STATISTIC_RHS_EVALUATIONS,
  STATISTIC_ROUNDING,
  STATISTIC_SPECTRAL_RADIUS,
  STATISTIC_STEP,
  STATISTIC_STEPS,
  STATISTIC_STIFFNESS,
  STATISTIC_TIME,
} from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";

export interface RunStatistics {
  /** Time reached. */
  readonly time: number;
  /** The step last tried. */
  readonly step: number;
  readonly steps: number;
  readonly rejected: number;
  readonly rhsEvaluations: number;
  readonly spectralRadius: number;
  /** Spectral radius times mean step over the stability limit. */
  readonly stiffness: number;
  /** Output times written. */
  readonly outputs: number;
  /** By how much rounding may have moved modes that neither decay nor are restored, relative to the state; of propagators only. */
  readonly rounding: number;
}

export const NO_STEPS: RunStatistics = {
  time: Number.NaN,
  step: 0,
  steps: 0,
  rejected: 0,
  rhsEvaluations: 0,
  spectralRadius: 0,
  stiffness: 0,
  outputs: 0,
  rounding: 0,
};

export function readStatistics(kernel: Kernel, evolution: number): RunStatistics {
  const s = kernel.statistics(evolution);
  return {
    time: s[STATISTIC_TIME]!,
    step: s[STATISTIC_STEP]!,
    steps: s[STATISTIC_STEPS]!,
    rejected: s[STATISTIC_REJECTED]!,
    rhsEvaluations: s[STATISTIC_RHS_EVALUATIONS]!,
    spectralRadius: s[STATISTIC_SPECTRAL_RADIUS]!,
    stiffness: s[STATISTIC_STIFFNESS]!,
    outputs: s[STATISTIC_OUTPUTS]!,
    rounding: s[STATISTIC_ROUNDING]!,
  };
}

/** Those of a run that went on: counts add up, the rest is as it is now. */
export function addStatistics(before: RunStatistics, now: RunStatistics): RunStatistics {
  return {
    ...now,
    steps: before.steps + now.steps,
    rejected: before.rejected + now.rejected,
    rhsEvaluations: before.rhsEvaluations + now.rhsEvaluations,
    rounding: Math.max(before.rounding, now.rounding),
  };
}

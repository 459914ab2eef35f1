/**
 * Step-size control: a PI controller (Hairer and Wanner, Solving ODEs II, section IV.2; exponents as in
 * OrdinaryDiffEq.jl), and the first step (Hairer, Norsett, Wanner, Solving ODEs I, section II.4).
 */

/** Exponents of this error and of the last one, times the order of the method. */
const BETA1: f64 = 0.7;
const BETA2: f64 = 0.4;
const SAFETY: f64 = 0.9;
const MAX_GROWTH: f64 = 10;
const MAX_SHRINK: f64 = 5;
/** Errors below this are treated as this: one lucky step must not blow up the next. */
const ERROR_FLOOR: f64 = 1e-4;

/** Factor for the step after one with scaled error `error` <= 1; `previous` is the error of the step before. */
export function growth(error: f64, previous: f64, order: i32): f64 {
  const q = Math.pow(error, BETA1 / <f64>order) / Math.pow(previous, BETA2 / <f64>order) / SAFETY;
  return 1 / max(1 / MAX_GROWTH, min(MAX_SHRINK, q));
}

/** Factor for the retry after a step with scaled error `error` > 1. */
export function shrink(error: f64, order: i32): f64 {
  return 1 / min(MAX_SHRINK, Math.pow(error, BETA1 / <f64>order) / SAFETY);
}

/** What the next step remembers of this one's error. */
export function remembered(error: f64): f64 {
  return max(error, ERROR_FLOOR);
}

/** A first trial step, from the scaled norms of the state and of its derivative. */
export function trialStep(state: f64, derivative: f64): f64 {
  return state < 1e-5 || derivative < 1e-5 ? 1e-6 : (0.01 * state) / derivative;
}

/** The first step, from the trial step and the scaled norms of the first and second derivatives. */
export function firstStep(trial: f64, derivative: f64, second: f64, order: i32): f64 {
  const largest = max(derivative, second);
  const step = largest <= 1e-15 ? max(1e-6, trial * 1e-3) : Math.pow(0.01 / largest, 1.0 / <f64>(order + 1));
  return min(100 * trial, step);
}

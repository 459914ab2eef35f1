/**
 * Solving with L where its kernel is one state: the state itself, and L x = b for traceless b.
 * @module
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Operator } from "../operators/operator.ts";
import { norm } from "../operators/vectors.ts";
import { type EnvelopePlan, factoriseEnvelope, planEnvelope } from "../plan/envelope.ts";
import type { Equations } from "./equations.ts";

/** How much larger than the rest the part of x may be that has a trace. */
const CANCELLED = 1e6;
/** ‖x‖ ‖L‖ / ‖b‖ beyond which M is as good as singular. */
const SINGULAR = 1e12;
/** ‖L rho‖, relative to ‖L‖, of a state that needs no other border. */
const EXACT = 1e-14;
/** Borders that are tried. */
const BORDERS = 5;
/** Of the largest population, what the one that is set free has at least. */
const SHARE = 1e-3;
/** ‖L x - b‖ that rounding explains, relative to ‖L‖ ‖x‖. */
const ROUNDING = 1e-10;
/** The kernel of L and its inverse on the traceless operators; valid inside the frame it was made in. */
export interface StationaryInverse {
  /** Trace 1. */
  readonly rho: Float64Array;
  /** ‖L rho‖ (Frobenius) */
  readonly residual: number;
  /** The traceless x with L x = b, for traceless b, as exact as rounding allows; to about three digits where `refine` is `false`. Not numbers where it was not found. */
  solve(b: Float64Array, refine?: boolean): Float64Array;
}

/**
 * By LU factors of the bordered matrix M = -L + p e eᵀ, e the coordinate of one level's population, p = ‖L‖: what enters there is M's source, and M rho = p e has the steady
 * state with rho_e = 1 as its solution; for traceless b, M x = -b gives x_e = 0 and L x = b. With e the last row no leading block of M
 * conserves the trace, so that rows need not be exchanged as long as the level is occupied (for rate equations: Stewart, Introduction to the Numerical Solution of
 * Markov Chains, section 2.3).
 * @throws {@link TooLargeError}
 */
export function directInverse(
  kernel: Kernel,
  equations: Equations,
  jumps: readonly Operator[],
  plan: BorderedPlan,
  what: string,
): StationaryInverse {
  const populations = equations.populations.filter((k) => k >= 0);
  const tried = new Set<number>();
  const mark = kernel.functions.arenaMark();
  for (let next = plan; ; ) {
    const { level } = next;
    tried.add(level);
    const inverse = bordered(kernel, equations, next, what);
    const { rho } = inverse;
    const largest = populations.reduce((a, b) => (rho[b]! > rho[a]! || Number.isNaN(rho[a]!) ? b : a), level);
    // With hardly any weight where the border is M is nearly singular, and what it gave may be a hint at best.
    if (inverse.residual <= EXACT * equations.norm || rho[level]! >= SHARE * rho[largest]!) return inverse;
    if (tried.size === BORDERS) return { ...inverse, residual: Number.NaN };
    const other = populations[Math.floor(((tried.size - 0.5) / BORDERS) * populations.length)]!;
    const row = tried.has(largest) || Number.isNaN(rho[largest]!) ? other : largest;
    if (tried.has(row)) return { ...inverse, residual: Number.NaN };
    kernel.functions.arenaRelease(mark);
    next = planBordered(equations, jumps, row);
  }
}

/** The form of M, which tells what it costs. */
export interface BorderedPlan {
  readonly envelope: EnvelopePlan;
  /** e */
  readonly level: number;
}

/** @param jumps they tell which level decay ends in; `row`: e itself */
export function planBordered(
  { rows, graph, populations }: Equations,
  jumps: readonly Operator[],
  row = populations[leastEmptied(jumps, (level) => populations[level]! >= 0)]!,
): BorderedPlan {
  return { level: row, envelope: planEnvelope(rows, row, graph) };
}

/** The level, of some, that jumps empty most slowly. */
export function leastEmptied(jumps: readonly Operator[], allowed: (level: number) => boolean = () => true): number {
  const rates = new Float64Array(jumps[0]?.size ?? 1);
  for (const L of jumps) {
    L.forEachNonzero((to, from, re, im) => {
      if (to !== from) rates[from]! += re ** 2 + im ** 2;
    });
  }
  let best = -1;
  rates.forEach((rate, level) => {
    if (allowed(level) && (best < 0 || rate < rates[best]!)) best = level;
  });
  return Math.max(best, 0);
}

function bordered(
  kernel: Kernel,
  equations: Equations,
  { level, envelope }: BorderedPlan,
  what: string,
): StationaryInverse {
  const { norm: scale, count } = equations;
  const factors = factoriseEnvelope(
    kernel,
    envelope,
    -1,
    (row) => (row === level ? scale : 0),
    Number.EPSILON * Number.EPSILON * scale,
    what,
  );
  const residual = new Float64Array(count);
  const rho = new Float64Array(count);
  const solveOnce = (b: Float64Array) => {
    const x = new Float64Array(count);
    factors.solve(b, x);
    for (let k = 0; k < count; k++) x[k] = -x[k]!;
    return x;
  };
  const source = new Float64Array(count);
  source[level] = -scale;
  rho.set(solveOnce(source));
  const total = equations.trace(rho);
  for (let k = 0; k < count; k++) rho[k]! /= total;
  // What is left of L rho is traceless.
  equations.apply(rho, residual);
  const before = norm(residual);
  const refined = solveOnce(residual).map((value, k) => rho[k]! - value);
  const trace = equations.trace(refined);
  for (let k = 0; k < count; k++) refined[k]! /= trace;
  const after = equations.residual(refined);
  if (after < before) rho.set(refined);
  return {
    rho,
    residual: Math.min(before, after),
    solve(b, refine = true) {
      const x = solveOnce(b);
      equations.apply(x, residual);
      for (let k = 0; k < count; k++) residual[k] = b[k]! - residual[k]!;
      if (!(norm(residual) <= ROUNDING * (scale * norm(x) + norm(b)))) return x.fill(Number.NaN);
      if (refine) {
        const rest = solveOnce(residual);
        for (let k = 0; k < count; k++) x[k]! += rest[k]!;
      }
      const trace = equations.trace(x);
      for (let k = 0; k < count; k++) x[k]! -= trace * rho[k]!;
      // What is left of numbers that were far larger than it, and than b, is rounding: M is singular.
      const taken = Math.abs(trace) * norm(rho);
      if (!(taken <= CANCELLED * norm(x) || taken * scale <= SINGULAR * norm(b))) x.fill(Number.NaN);
      return x;
    },
  };
}

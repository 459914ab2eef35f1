/**
 * Solving with L where its kernel is one state: the state itself, and L x = b for traceless b.
 * @module
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Operator } from "../operators/operator.ts";
import { norm } from "../operators/vectors.ts";
import { type EnvelopeFactors, type EnvelopePlan, factoriseEnvelope, planEnvelope } from "../plan/envelope.ts";
import { type Equations, scattered } from "./equations.ts";
import { Gmres } from "./gmres.ts";

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
/** Smallest pivot, relative to ‖L‖. */
const TINY = Number.EPSILON ** 2;
/** Of ‖L‖, what is added to the diagonal of M where it has no factors without exchanges of rows. */
const SHIFT = 1e-6;
/** Krylov vectors of one cycle then, and at least. */
const VECTORS = 120;
const FEW_VECTORS = 4;
/** Of its right-hand side, what a rough solution may leave, and one that shows that factors are sound; roundings of ‖L‖ ‖x‖ that are not worth another step, and that a solution may leave. */
const ROUGH = 1e-3;
const SOUND = 1e-9;
const ROUNDED = 0.5;
const ROUNDINGS = 1e4;

/** What is to be known of equations: those of a generator, or of a part of it or of its transpose, where other functionals than the trace vanish. */
export type Invertible = Pick<
  Equations,
  "rows" | "graph" | "populations" | "count" | "norm" | "apply" | "trace" | "residual"
>;

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
 * Markov Chains, section 2.3) and coherences decay. Where they hardly do, pivots may vanish, or factors grow. The Hamiltonian's part of L is antisymmetric, so that a multiple of 1
 * that is added to M bounds both (Golub and Van Loan, Matrix Computations, section 4.3.2); those factors precondition GMRES for M itself, which converges as fast as the gap is larger than what was added.
 * @param wanted whether L is to be inverted if this is its steady state
 * @throws {@link TooLargeError}
 */
export function directInverse(
  kernel: Kernel,
  equations: Invertible,
  jumps: readonly Operator[],
  plan: BorderedPlan,
  what: string,
  wanted: (rho: Float64Array) => boolean = () => true,
): StationaryInverse {
  const populations = equations.populations.filter((k) => k >= 0);
  const tried = new Set<number>();
  const mark = kernel.functions.arenaMark();
  for (let next = plan; ; ) {
    const { level } = next;
    tried.add(level);
    let inverse = bordered(kernel, equations, next, 0, what);
    const exact = inverse.residual <= EXACT * equations.norm;
    if (exact && !wanted(inverse.rho)) return inverse;
    if (!(exact && inverse.inverts())) {
      kernel.functions.arenaRelease(mark);
      inverse = bordered(kernel, equations, next, SHIFT, what);
    }
    const { rho } = inverse;
    const largest = populations.reduce((a, b) => (rho[b]! > rho[a]! || Number.isNaN(rho[a]!) ? b : a), level);
    // With hardly any weight where the border is M is nearly singular: what it gave may be a hint at best, and inverts nothing.
    if (rho[level]! >= SHARE * rho[largest]!) return inverse;
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
  { rows, graph, populations }: Pick<Equations, "rows" | "graph" | "populations">,
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

/** With a step of refinement where `shift` is zero, by GMRES else. @returns `inverts`: whether factors were exact beyond the steady state */
function bordered(
  kernel: Kernel,
  equations: Invertible,
  { level, envelope }: BorderedPlan,
  shift: number,
  what: string,
): StationaryInverse & { inverts(): boolean } {
  const { norm: scale, count } = equations;
  const { solve, inverts } = solver(kernel, equations, envelope, level, shift, what);
  const source = new Float64Array(count);
  source[level] = scale;
  const rho = solve(source, 0).x;
  const total = equations.trace(rho);
  for (let k = 0; k < count; k++) rho[k]! /= total;
  const residual = equations.residual(rho);
  return {
    rho,
    residual,
    inverts,
    solve(b, fine = true) {
      const { x, done } = solve(
        b.map((value) => -value),
        fine ? 0 : ROUGH,
      );
      if (!done) return x.fill(Number.NaN);
      const trace = equations.trace(x);
      for (let k = 0; k < count; k++) x[k]! -= trace * rho[k]!;
      // What is left of numbers that were far larger than it, and than b, is rounding: M is singular.
      const taken = Math.abs(trace) * norm(rho);
      if (!(taken <= CANCELLED * norm(x) || taken * scale <= SINGULAR * norm(b))) x.fill(Number.NaN);
      return x;
    },
  };
}

/**
 * x with L x = b on coordinates that L maps to themselves and that hold no populations, as exact as rounding allows; not numbers where it was not found. Valid inside the open frame.
 * @throws {@link TooLargeError}
 */
export function plainInverse(
  kernel: Kernel,
  equations: Pick<Invertible, "count" | "norm" | "apply">,
  envelope: EnvelopePlan,
  what: string,
): (b: Float64Array) => Float64Array {
  const mark = kernel.functions.arenaMark();
  let found = solver(kernel, equations, envelope, undefined, 0, what);
  if (!found.inverts()) {
    kernel.functions.arenaRelease(mark);
    found = solver(kernel, equations, envelope, undefined, SHIFT, what);
  }
  return (b) => {
    const { x, done } = found.solve(
      b.map((value) => -value),
      0,
    );
    return done ? x : x.fill(Number.NaN);
  };
}

/** By factors of M + `shift`·‖L‖: M = -L + ‖L‖ e eᵀ, or -L where there is no `level`. */
function solver(
  kernel: Kernel,
  equations: Pick<Invertible, "count" | "norm" | "apply">,
  envelope: EnvelopePlan,
  level: number | undefined,
  shift: number,
  what: string,
) {
  const { norm: scale, count } = equations;
  const factors = factoriseEnvelope(
    kernel,
    envelope,
    -1,
    (row) => ((row === level ? 1 : 0) + shift) * scale,
    TINY * scale,
    what,
  );
  /** out = M x */
  const times = (x: Float64Array, out: Float64Array) => {
    equations.apply(x, out);
    for (let k = 0; k < count; k++) out[k] = -out[k]!;
    if (level !== undefined) out[level]! += scale * x[level]!;
  };
  const step = new Float64Array(count);
  const rest = new Float64Array(count);
  /** x += factors⁻¹ y, rest = b - M x; returns the norm of that. */
  const add = (x: Float64Array, y: Float64Array, b: Float64Array): number => {
    factors.solve(y, step);
    for (let k = 0; k < count; k++) x[k]! += step[k]!;
    times(x, rest);
    for (let k = 0; k < count; k++) rest[k] = b[k]! - rest[k]!;
    return norm(rest);
  };
  const refine = (x: Float64Array, b: Float64Array, left: number): number => {
    const after = add(x, rest, b);
    if (after < left) return after;
    for (let k = 0; k < count; k++) x[k]! -= step[k]!;
    return left;
  };
  const krylov = shift === 0 ? undefined : spaceOf(kernel, count, factors, times, what);
  const iterate = ({ gmres, at, residual }: KrylovSpace, x: Float64Array, b: Float64Array, wanted: number): number => {
    at(residual).set(rest);
    return gmres.solve(residual, wanted, (y) => {
      add(x, at(y), b);
      at(residual).set(rest);
    });
  };
  /** x with M x = b up to `share` of b, or rounding; `done`: whether it is. */
  const solve = (b: Float64Array, share: number): { x: Float64Array; done: boolean } => {
    const x = new Float64Array(count);
    let left = add(x, b, b);
    const rounding = Number.EPSILON * scale * norm(x);
    const wanted = Math.max(share * norm(b), ROUNDED * rounding);
    if (left > wanted) left = krylov ? iterate(krylov, x, b, wanted) : refine(x, b, left);
    return { x, done: left <= 10 * share * norm(b) + ROUNDINGS * rounding };
  };
  const inverts = () => factors.replaced === 0 && solve(scattered(count), SOUND).done;
  return { solve, inverts };
}

interface KrylovSpace {
  readonly gmres: Gmres;
  /** Where the residual lies. */
  readonly residual: number;
  /** A vector of the kernel's. */
  at(pointer: number): Float64Array;
}

/** Room for GMRES, preconditioned from the right so that its residual is that of M. */
function spaceOf(
  kernel: Kernel,
  count: number,
  factors: EnvelopeFactors,
  times: (x: Float64Array, out: Float64Array) => void,
  what: string,
): KrylovSpace {
  const length = Math.ceil(count / 8) * 8;
  const vectors = Math.max(FEW_VECTORS, Math.min(VECTORS, Math.floor(kernel.available / (8 * length)) - 8));
  const at = (pointer: number) => kernel.doubles.subarray(pointer / 8, pointer / 8 + count);
  const between = new Float64Array(count);
  const residual = kernel.allocate(8 * length, what);
  const apply = (x: number, out: number) => {
    factors.solve(at(x), between);
    times(between, at(out));
  };
  return { gmres: new Gmres(kernel, length, vectors, apply, what), residual, at };
}

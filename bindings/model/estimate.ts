/**
 * How much a run of a model will take, before it is run: for programs that take models of strangers.
 * @module
 */

import { checkObject } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import { chooseRepresentation } from "../plan/plan.ts";
import { resolveJumps } from "../solvers/checks.ts";
import { constantGenerator } from "../solvers/terms.ts";
import type { BuiltModel } from "./build.ts";

/** What {@link estimateRun} tells. */
export interface RunEstimate {
  /**
   * Seconds on one core of the machine of docs/performance.md, for an explicit method on all levels: what stiff methods and windows of levels save, hundreds
   * of times at best, is not in it, nor is building the model.
   */
  readonly seconds: number;
  /** Bytes of the result: states that are kept, and series. */
  readonly bytes: number;
}

/** Nanoseconds of an output time, whatever it evaluates; and of an element of an observable there. */
const OUTPUT = 1000;
const ELEMENT = 2;
/** Applications of the generator that a method takes at least. */
const LEAST = 30;
/** Applications per radius of the spectrum and unit of time: those of an explicit Runge-Kutta method, where its step is held by stability. */
const APPLICATIONS = 3;
/** Applications of a step: the most stages of an explicit method; of kencarp4, which solves equations in each. */
const STAGES = 12;
const IMPLICIT_STAGES = 60;
/** How much more kencarp4 takes than what stability holds, at rtol 1e-6. */
const IMPLICIT = 20;
/** Nanoseconds of the cube of the coordinates, for each propagator; and of their square, for each output time. */
const PROPAGATOR = 3;
const PRODUCT = 2;

/**
 * Estimates a run of a built model from the cost of an application of its generator and from bounds on its rates and frequencies. Nothing is integrated.
 * @param options `storeStates`: whether the states at all output times are kept, as in {@link runModel}
 * @example
 * const built = buildModel(model, { dimension: 64, work: 1e7 });
 * if (estimateRun(built).seconds > 10) throw new Error("too much for this server");
 */
export function estimateRun(built: BuiltModel, options: { readonly storeStates?: boolean } = {}): RunEstimate {
  checkObject(built, "estimateRun: built", "what buildModel gives");
  const { rho0, tlist, observables, model } = built;
  const H = built.kind === "lindblad" ? built.H : built.system.H;
  const jumps =
    built.kind === "lindblad"
      ? resolveJumps(built.jumps, H.dims, "estimateRun: jumps")
      : built.system.baths.flatMap((bath) => [...bath.jumps]);
  const hermitian = H.asHermitian("estimateRun: H");
  const { G } = constantGenerator(hermitian, jumps);
  const { cost } = chooseRepresentation(G, jumps, [rho0]).representation;
  const rate = 2 * rowSum(G) + jumps.reduce((sum, jump) => sum + rowSum(jump) * rowSum(jump.dag()), 0);
  const span = tlist.at(-1)! - tlist[0]!;
  const applications = applicationsOf(model.solver, APPLICATIONS * rate * span, span);
  const elements = Object.values(observables).reduce((sum, { nnz }) => sum + nnz, 0);
  // The energies and measures of two parts need operators, and eigenvalues, of the whole size.
  const parts = built.kind === "bipartite" ? 20 * H.size ** 2 + 10 * H.size ** 3 : 0;
  const outputs = tlist.length * (OUTPUT + ELEMENT * elements + parts);
  const propagators = model.solver.method === "expm" ? propagatorsOf(H.size ** 2, tlist) : 0;
  const states = options.storeStates === true ? tlist.length : 1;
  return {
    seconds: (applications * (cost + 10 * H.size ** 2) + outputs + propagators) / 1e9,
    bytes: 16 * states * H.size ** 2 + 16 * tlist.length * (1 + Object.keys(observables).length),
  };
}

/** Applications of the generator; `stable` where stability holds the steps of an explicit method. */
function applicationsOf(solver: BuiltModel["model"]["solver"], stable: number, span: number): number {
  const { method, dt, maxStep = Number.POSITIVE_INFINITY, maxSteps = 1e6, rtol = 1e-6 } = solver;
  if (method === "rk4" && dt !== undefined) return Math.min(LEAST + (4 * span) / dt, 4 * maxSteps);
  const tighter = Math.max(1, 1e-6 / rtol);
  const [factor, stages] =
    method === "kencarp4"
      ? [IMPLICIT * tighter ** (1 / 4), IMPLICIT_STAGES]
      : [Math.max(1, tighter ** (1 / 5) / 8), STAGES];
  // In this order: stages * span may be infinite, as maxStep is where none is given.
  return Math.min(factor * (LEAST + stable) + stages * (span / maxStep), stages * maxSteps);
}

/** Nanoseconds that exponentials of so many coordinates take: one for each distance of two output times. */
function propagatorsOf(coordinates: number, tlist: Float64Array): number {
  const distances = new Set<string>();
  for (let k = 1; k < tlist.length; k++) distances.add((tlist[k]! - tlist[k - 1]!).toPrecision(6));
  return PROPAGATOR * distances.size * coordinates ** 3 + PRODUCT * tlist.length * coordinates ** 2;
}

/** The largest sum of a row's magnitudes, which no eigenvalue exceeds. */
function rowSum(operator: Operator): number {
  const sums = new Float64Array(operator.size);
  operator.forEachNonzero((row, _column, re, im) => {
    sums[row]! += Math.hypot(re, im);
  });
  return sums.reduce((a, b) => Math.max(a, b), 0);
}

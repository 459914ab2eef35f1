/**
 * Steady states of the master equation, and what is known about them.
 * @module
 */
import { ConvergenceError, InvalidArgumentError, SteadyStateNotUniqueError } from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import type { Ket } from "../operators/ket.ts";
import type { HermitianOperator, Operator } from "../operators/operator.ts";
import { norm } from "../operators/vectors.ts";
import { checkHamiltonian, checkState, resolveJumps } from "../solvers/checks.ts";
import { mesolve } from "../solvers/mesolve.ts";
import { Equations, fullOperator } from "./equations.ts";
import { leastEmptied } from "./inverse.ts";
import { embedded, onLevels } from "./levels.ts";
import { MOST_COORDINATES, type NullSpace, nullSpace, project } from "./null-space.ts";
import { findUnique, type Unique } from "./unique.ts";

/** How a steady state is found. */
export type SteadystateMethod = (typeof METHODS)[number];
const METHODS = ["direct", "channel", "dense", "evolution"] as const;

/** Options of {@link steadystate}. */
export interface SteadystateOptions {
  /**
   * `"auto"` (default) chooses by structure and says so in `reasons`. `"direct"`: LU factors of the generator on the coordinates that matter, inside their
   * envelope. `"channel"`: GMRES for the channel from one jump to the next, without a matrix of the generator. `"dense"`: both kernels of the generator on the whole space, up to
   * d = 48; finds several steady states. `"evolution"`: the master equation until nothing changes any more. Where `"direct"` or `"channel"` does not find a state that is known to be
   * the only one, `"dense"` (or, beyond its size, `"evolution"`) takes over, and `method` and `warnings` of the result say so.
   */
  method?: "auto" | SteadystateMethod | undefined;
  /** ‖L rho‖ that is accepted, relative to ‖L‖ (Frobenius norms; of L the largest sum of a row, in real coordinates). Default 1e-12; `"evolution"`: 1e-9, and not below. Where evolution is the last resort and no `tol` is
   * given, its 1e-9 is accepted with a warning. */
  tol?: number | undefined;
  /** A state: where there are several steady states, the one that this state evolves into (if its coherences go on turning: the time average). */
  rho0?: Operator | Ket | undefined;
  /** true: every steady state there is, and the conserved quantities that tell which of them a state ends in; up to d = 48. Default false. */
  all?: boolean | undefined;
}

/** A steady state, and what it can be trusted for. */
export interface SteadyState {
  /** The steady state: trace 1, Hermitian. */
  readonly rho: HermitianOperator;
  /** ‖L[rho]‖, Frobenius norm: a rate. */
  readonly residual: number;
  /** The same relative to ‖L‖ (the largest sum of absolute values of a row, in real coordinates). */
  readonly relativeResidual: number;
  /** Dimension of the kernel of L over Hermitian operators, 1 when the steady state is unique; undefined where that is not decided (see `warnings`) or not asked (with `rho0`). */
  readonly kernelDimension: number | undefined;
  /** The smallest eigenvalue of rho: negative by rounding at most. */
  readonly leastEigenvalue: number;
  /** -Re of the eigenvalue of L nearest to zero, in inverse units of time, among operators that can mix with rho (they share its symmetries): about the rate at which the last of the populations settle. Coherences between sectors
   * may decay more slowly: the gap of all of L is that of {@link liouvillianSpectrum}. An estimate; undefined where it was not made. */
  readonly gap: number | undefined;
  /** How it was found. */
  readonly method: SteadystateMethod;
  /** By `method`: factorisations, applications of the channel, or steps of an evolution. */
  readonly iterations: number;
  /** Why this method. */
  readonly reasons: readonly string[];
  /** What cannot be promised, in words. */
  readonly warnings: readonly string[];
}

/** All steady states. */
export interface SteadyStates {
  /** Dimension of the kernel of L over Hermitian operators. */
  readonly kernelDimension: number;
  /** An orthonormal basis of the Hermitian operators X with L[X] = 0 (Tr[X_j X_k] = 1 if j = k, else 0). They need not be states. */
  readonly basis: readonly HermitianOperator[];
  /** An orthonormal basis of the conserved quantities: Hermitian J with L†[J] = 0, Tr[J rho(t)] constant for every rho(0). */
  readonly conserved: readonly HermitianOperator[];
  /** The steady state that a state evolves into (if its coherences go on turning: the time average).
   * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link DimensionMismatchError} */
  from(rho0: Operator | Ket): HermitianOperator;
  /** The largest ‖L[X]‖ of the basis. */
  readonly residual: number;
}

const OPTIONS = ["method", "tol", "rho0", "all"];
const TOLERANCE = 1e-12;
const EVOLUTION_TOLERANCE = 1e-9;
/** Of ‖L‖: an eigenvalue that is nearer to zero than this is reported. */
const NEARLY_DEGENERATE = 1e-9;
/** Singular values, relative to ‖L‖, about which there is no doubt. */
const CLEARLY_ZERO = 1e-14;
const CLEARLY_NOT = 1e-9;
const ROUNDED = "or its next eigenvalue is rounding; the option rho0 says from which state it is reached";
const REMEDY = "the option rho0 says from which state it is reached; all: true returns all of them";

/**
 * The steady state of the master equation: L[rho] = 0, Tr rho = 1. With `all: true` every one there is. hbar = 1. QuTiP's `steadystate`.
 *
 * @param H Hermitian, as in {@link mesolve}; constant in time (periodic ones: {@link floquetSteadystate})
 * @param cOps jump operators, as in {@link mesolve}; constant in time. Default: none
 * @throws {@link SteadyStateNotUniqueError} naming the dimension of the kernel (and the tolerance it hangs on, where it does), unless `rho0` is given; {@link ConvergenceError} when `tol` was not reached, or no way led
 * to a state in bounded time;
 * {@link TooLargeError}; {@link UnknownOptionError}, {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError},
 * {@link NotDensityMatrixError}
 * @example
 * const a = destroy(20);
 * const { rho, gap } = steadystate(a.add(a.dag()), [a]); // the coherent state of amplitude -2i
 * expect(num(20), rho); // 4.00
 * gap; // 0.50
 */
export function steadystate(
  H: Operator,
  cOps: readonly Jump[] | undefined,
  options: SteadystateOptions & { all: true },
): SteadyStates;
export function steadystate(
  H: Operator,
  cOps?: readonly Jump[],
  options?: SteadystateOptions & { all?: false | undefined },
): SteadyState;
export function steadystate(
  H: Operator,
  cOps: readonly Jump[] = [],
  options: SteadystateOptions = {},
): SteadyState | SteadyStates {
  const where = "steadystate";
  checkKeys(options, OPTIONS, where);
  const { method = "auto", rho0, all = false } = options;
  if (typeof all !== "boolean") throw new InvalidArgumentError(`${where}: all`, all, "true or false");
  if (method !== "auto" && !METHODS.includes(method)) {
    throw new InvalidArgumentError(`${where}: method`, method, `"auto" or one of ${METHODS.join(", ")}`);
  }
  const tol = options.tol ?? (method === "evolution" ? EVOLUTION_TOLERANCE : TOLERANCE);
  if (!(typeof tol === "number" && tol > 0 && tol < 1))
    throw new InvalidArgumentError(`${where}: tol`, tol, "a number between 0 and 1");
  const hamiltonian = checkHamiltonian(H, `${where}: H`);
  const jumps = resolveJumps(cOps, H.dims, `${where}: cOps`);
  const start = rho0 === undefined ? undefined : checkState(rho0, H.dims, `${where}: rho0`);
  if (method === "evolution" && tol < EVOLUTION_TOLERANCE) {
    throw new InvalidArgumentError(`${where}: tol`, tol, `at least ${EVOLUTION_TOLERANCE} with method "evolution"`);
  }
  const besides = ["method", "tol", "rho0"].find(
    (name) => all && options[name as keyof SteadystateOptions] !== undefined,
  );
  if (besides !== undefined) {
    throw new InvalidArgumentError(
      `${where}: ${besides}`,
      options[besides as keyof SteadystateOptions],
      "nothing beside all: true",
    );
  }
  if (all) return allSteadyStates(hamiltonian, jumps, where);
  const problem: Problem = { H: hamiltonian, jumps, start, tol, strict: options.tol !== undefined, where };
  if (method === "evolution") return byEvolution(problem, ["asked for"]);
  if (method === "dense") return byKernel(problem, ["asked for"], 0);
  if (method === "auto") return byStructure(problem, undefined);
  const found = byStructure(problem, method);
  if (found.method === method) return found;
  const other = `"${method}" was asked for and did not find the state (${found.reasons.join("; ")}): "${found.method}" did`;
  return { ...found, warnings: [...found.warnings, other] };
}

function allSteadyStates(H: HermitianOperator, jumps: readonly Operator[], where: string): SteadyStates {
  const equations = new Equations(H, jumps, [fullOperator(H.dims)]);
  checkSize(equations, where);
  const space = nullSpace(equations);
  const hermitian = (x: Float64Array) => equations.operator(x).hermitianPart();
  return {
    kernelDimension: space.right.length,
    basis: space.right.map(hermitian),
    conserved: space.left.map(hermitian),
    from: (rho0) => normalised(hermitian(project(space, equations.of(checkState(rho0, H.dims, `${where}: rho0`))))),
    residual: space.right.reduce((most, x) => Math.max(most, equations.residual(x)), 0),
  };
}

interface Problem {
  readonly H: HermitianOperator;
  readonly jumps: readonly Operator[];
  readonly start: HermitianOperator | undefined;
  readonly tol: number;
  /** Whether that was asked for. */
  readonly strict: boolean;
  readonly where: string;
}

/** Where there is one steady state; if that is not so, by both kernels of L. */
function byStructure(problem: Problem, method: "direct" | "channel" | undefined): SteadyState {
  const { H, jumps, start, tol, where } = problem;
  if (!start && method === undefined) {
    let degenerate = false;
    const small = onLevels(H, jumps, leastEmptied(jumps), (part) => {
      const found = findUnique({ ...part, start, method, tol, where });
      degenerate = "degenerate" in found && found.degenerate === true;
      if (!("x" in found) || !found.alone) return undefined;
      return { ...found, rho: found.equations.operator(found.x), norm: found.equations.norm };
    });
    if (small) {
      const { found, levels, residual, unsearched } = small;
      const rho = embedded(found.rho, levels, H.dims).hermitianPart();
      const state = { rho, residual, norm: found.norm, carried: found.rho };
      const reasons = [`weight on ${levels.length} of ${H.size} levels`, ...found.reasons];
      const known = unique(found);
      const missed = `the drive could hold a second, long-lived state among ${unsearched} other levels, too many to be looked at: this one may be that which is reached first, and not that which remains`;
      return result(state, { ...known, reasons, warnings: [...known.warnings, ...(unsearched > 0 ? [missed] : [])] });
    }
    // Nothing leaves those levels: all of them together have as many stationary states at least.
    if (degenerate && H.size ** 2 > MOST_COORDINATES) throw new SteadyStateNotUniqueError(where, 2, true, ROUNDED);
  }
  const found = findUnique({ H, jumps, start, method, tol, where });
  if (!("x" in found)) {
    if (!start && found.degenerate && H.size ** 2 > MOST_COORDINATES) {
      throw new SteadyStateNotUniqueError(where, 2, true, ROUNDED);
    }
    return byKernel(problem, [found.reason], found.least);
  }
  const state = stateOf(found.equations, found.x);
  if (start) return result(state, { ...unique(found), kernelDimension: undefined });
  if (found.alone) return result(state, unique(found));
  const whole = new Equations(H, jumps, [fullOperator(H.dims)]);
  const reason = "sectors whose no-jump parts share eigenvalues";
  if (whole.count > MOST_COORDINATES) {
    const known = unique(found);
    const warning = `whether coherences between sectors are stationary, too, was not decided: ${reason}`;
    return result(state, { ...known, kernelDimension: undefined, warnings: [...known.warnings, warning] });
  }
  const space = nullSpace(whole);
  if (space.right.length > 1) throw notUnique(space, whole, where);
  const known = unique(found);
  return result(state, { ...known, warnings: [...new Set([...known.warnings, ...nearlySingular(space, whole)])] });
}

function notUnique({ right, decision }: NullSpace, equations: Equations, where: string): SteadyStateNotUniqueError {
  // Where nothing comes near the tolerance there is nothing to be told of it; what is smaller in L may have been overlooked.
  const overlooked = equations.rows.values.some((x) => x !== 0 && Math.abs(x) < equations.resolution);
  const clear = decision.below <= CLEARLY_ZERO && decision.above >= CLEARLY_NOT && !overlooked;
  return new SteadyStateNotUniqueError(where, right.length, false, REMEDY, clear ? undefined : decision);
}

/** What is to be said of a kernel next to which there is something that nearly belongs to it. */
function nearlySingular({ decision: { above } }: NullSpace, { norm: scale }: Equations): string[] {
  return above <= NEARLY_DEGENERATE ? [nearlyDegenerate(above * scale, scale)] : [];
}

function unique({ method, iterations, gap, distance, reasons, equations }: Unique): Omit<SteadyState, Measured> {
  const near = distance <= NEARLY_DEGENERATE * equations.norm;
  return {
    method,
    iterations,
    gap,
    kernelDimension: 1,
    reasons,
    warnings: near ? [nearlyDegenerate(distance, equations.norm)] : [],
  };
}

function nearlyDegenerate(distance: number, scale: number): string {
  return `another eigenvalue (or singular value) of L is ${distance.toExponential(1)} from zero, ${(distance / scale).toExponential(0)} of ‖L‖: the state depends on H and the jumps to that accuracy`;
}

/** By both kernels of L. @param least what the dimension is known to be at least; 0: there is no other way */
function byKernel(problem: Problem, reasons: string[], least = 1): SteadyState {
  const { H, jumps, start, tol, where } = problem;
  const equations = new Equations(H, jumps, [start ?? fullOperator(H.dims)]);
  if (equations.count > MOST_COORDINATES && least > 0) return beyond(problem, equations, reasons, least);
  checkSize(equations, where);
  const space = nullSpace(equations);
  const dimension = space.right.length;
  if (dimension === 0) {
    throw new ConvergenceError(`${where}: no operator has ‖L X‖ below ${space.decision.tol.toExponential(0)}·‖L‖`);
  }
  if (dimension > 1 && !start) throw notUnique(space, equations, where);
  const x = start ? project(space, equations.of(start)) : space.right[0]!;
  const trace = equations.trace(x);
  const rho = x.map((value) => value / trace);
  if (!(equations.residual(rho) <= tol * equations.norm))
    throw notReached(where, equations.residual(rho), equations.norm, tol);
  return result(stateOf(equations, rho), {
    method: "dense",
    iterations: 2,
    gap: undefined,
    kernelDimension: start ? undefined : dimension,
    reasons,
    warnings: nearlySingular(space, equations),
  });
}

/** Too many coordinates for both kernels. */
function beyond(problem: Problem, equations: Equations, reasons: string[], least: number): SteadyState {
  const { start, where } = problem;
  const tooMany = `${equations.count} coordinates are too many for both kernels`;
  if (start) return byEvolution(problem, [...reasons, tooMany], PATIENCE);
  if (least > 1) {
    throw new SteadyStateNotUniqueError(where, least, true, "the option rho0 says from which state it is reached");
  }
  return byEvolution(problem, reasons, PATIENCE);
}

/** By letting time pass; where that is the last resort, for a limited time of the clock. */
function byEvolution(problem: Problem, reasons: string[], patience = Number.POSITIVE_INFINITY): SteadyState {
  const { H, jumps, start, where } = problem;
  const tol = Math.max(problem.tol, EVOLUTION_TOLERANCE);
  const equations = new Equations(H, jumps, start ? [start] : undefined);
  const scale = equations.norm;
  const rho0 = start ?? equations.operator(mixed(equations)).hermitianPart();
  const undecided =
    "whether this steady state is the only one was not decided: it is that of the maximally mixed state";
  const known = { method: "evolution", gap: undefined, kernelDimension: undefined, reasons } as const;
  const warnings = start ? [] : [undecided];
  if (scale === 0) return result(stateOf(equations, equations.of(rho0)), { ...known, iterations: 0, warnings });
  const times = [0, ...Array.from({ length: LONGEST }, (_, k) => 2 ** k / scale)];
  const began = performance.now();
  const run = mesolve(H, rho0, times, {
    cOps: jumps,
    rtol: Math.min(1e-10, tol),
    atol: 1e-14,
    until: { steady: tol * scale },
    onProgress({ time }) {
      if (performance.now() - began <= patience) return;
      throw new ConvergenceError(
        `${where}: no way led to the steady state (${reasons.join("; ")}), nor did an evolution of ${patience / 1000} s, up to t = ${time.toPrecision(3)}: there may be several states that hardly ever change into one another (rho0 says from which one to begin); method: "evolution" takes all the time it needs`,
      );
    },
  });
  const rho = equations.of(run.finalState);
  const residual = equations.residual(rho);
  const accepted = problem.strict ? problem.tol : tol;
  if (!(residual <= accepted * scale * norm(rho))) throw notReached(where, residual, scale, accepted);
  if (residual > problem.tol * scale) {
    warnings.push(`found by letting time pass: ‖L rho‖ is ${(residual / scale).toExponential(1)} of ‖L‖`);
  }
  return result(stateOf(equations, rho), { ...known, iterations: run.stats.steps, warnings });
}

/** Doublings of the time of an evolution, from 1/‖L‖ on. */
const LONGEST = 48;
/** Milliseconds that the last resort may take. */
const PATIENCE = 30_000;

function mixed(equations: Equations): Float64Array {
  const x = new Float64Array(equations.count);
  for (const k of equations.populations) x[k] = 1 / equations.d;
  return x;
}

function notReached(where: string, residual: number, scale: number, tol: number): ConvergenceError {
  return new ConvergenceError(
    `${where}: ‖L rho‖ = ${(residual / scale).toExponential(1)}·‖L‖, more than tol = ${tol.toExponential(0)}`,
  );
}

function checkSize(equations: Equations, where: string): void {
  if (equations.count <= MOST_COORDINATES) return;
  throw new InvalidArgumentError(
    `${where}: coordinates of rho`,
    equations.count,
    `at most ${MOST_COORDINATES} to find all steady states`,
  );
}

function normalised(rho: HermitianOperator): HermitianOperator {
  return rho.scale(1 / rho.tr().re).hermitianPart();
}

/** What is measured on the state itself. */
type Measured = "rho" | "residual" | "relativeResidual" | "leastEigenvalue";

interface State {
  readonly rho: HermitianOperator;
  readonly residual: number;
  /** ‖L‖ */
  readonly norm: number;
  /** rho on those levels that carry it. */
  readonly carried: Operator;
}

function stateOf(equations: Equations, x: Float64Array): State {
  const rho = equations.operator(x).hermitianPart();
  return { rho, residual: equations.residual(x), norm: equations.norm, carried: rho };
}

function result({ rho, residual, norm: scale, carried }: State, rest: Omit<SteadyState, Measured>): SteadyState {
  const least = eigenvaluesHermitian(carried)[0]!;
  const leastEigenvalue = carried.size < rho.size ? Math.min(least, 0) : least;
  const warnings = [...rest.warnings];
  if (leastEigenvalue < -NEGATIVE) warnings.push(`the state has the eigenvalue ${leastEigenvalue.toExponential(1)}`);
  return {
    rho,
    residual,
    relativeResidual: scale > 0 ? residual / scale : 0,
    leastEigenvalue,
    ...rest,
    warnings,
  };
}

/** An eigenvalue below minus this is more than rounding. */
const NEGATIVE = 1e-10;

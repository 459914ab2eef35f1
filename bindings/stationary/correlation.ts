/**
 * Correlation functions of several times by the quantum regression theorem (Lax, Phys. Rev. 172 (1968) 350; Gardiner and Zoller, Quantum Noise, section 5.2).
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import { checkJumpList, type Jump } from "../operators/jump.ts";
import { Ket } from "../operators/ket.ts";
import { checkOperator, Operator } from "../operators/operator.ts";
import { ket2dm } from "../operators/states.ts";
import { checkTimes } from "../solvers/checks.ts";
import type { Hamiltonian } from "../solvers/hamiltonian.ts";
import { mesolve } from "../solvers/mesolve.ts";
import { type MesolveOptions, OPTION_NAMES } from "../solvers/options.ts";
import type { ComplexSeries, Series } from "../solvers/solution.ts";
import { steadystate } from "./steadystate.ts";

/** Options of the correlation functions: those of {@link mesolve} that say how an evolution goes. Defaults: rtol 1e-8, atol 1e-10. */
export type CorrelationOptions = Omit<MesolveOptions, "eOps" | "checkState" | "storeStates" | "until">;

const HIDDEN = ["eOps", "checkState", "storeStates", "until"];
const OPTIONS = /* @__PURE__ */ OPTION_NAMES.filter((name) => !HIDDEN.includes(name));
const TOLERANCES = { rtol: 1e-8, atol: 1e-10 };

/** A state to begin with; undefined: the steady state. */
export type CorrelatedState = Operator | Ket | undefined;

/**
 * <A(tau) B(0)> = Tr[A exp(L tau)[B rho]], or with `reverse: true` <A(0) B(tau)> = Tr[B exp(L tau)[rho A]], by the quantum regression theorem
 * (Lax, Phys. Rev. 129 (1963) 2342). The means of A and B are not subtracted. QuTiP's `correlation_2op_1t`.
 *
 * @param H as in {@link mesolve}; where it depends on time, the state is that of time 0
 * @param state the state at time 0 (density matrix or ket); undefined: the steady state, of a constant generator
 * @param taulist delays, increasing, from 0 on
 * @returns real and imaginary parts, one a delay
 * @throws as {@link mesolve}, and as {@link steadystate} without a state
 * @example
 * correlation2op1t(H, undefined, taus, sigmap(), sigmam(), { cOps }); // <sigma+(tau) sigma-(0)> of resonance fluorescence
 */
export function correlation2op1t(
  H: Hamiltonian,
  state: CorrelatedState,
  taulist: ArrayLike<number>,
  A: Operator,
  B: Operator,
  options: CorrelationOptions & { reverse?: boolean | undefined } = {},
): ComplexSeries {
  const where = "correlation2op1t";
  const [[left, middle, right], rest] = ordered(A, B, options, where);
  return single(H, state, taulist, left, middle, right, rest, where);
}

/**
 * <A(0) B(tau) C(0)> = Tr[B exp(L tau)[C rho A]], by the quantum regression theorem. QuTiP's `correlation_3op_1t`.
 * @param H as in {@link correlation2op1t}
 * @param state as in {@link correlation2op1t}
 * @param taulist as in {@link correlation2op1t}
 * @throws as {@link correlation2op1t}
 */
export function correlation3op1t(
  H: Hamiltonian,
  state: CorrelatedState,
  taulist: ArrayLike<number>,
  A: Operator,
  B: Operator,
  C: Operator,
  options: CorrelationOptions = {},
): ComplexSeries {
  const where = "correlation3op1t";
  checkOperators({ A, B, C }, where);
  return single(H, state, taulist, A, B, C, options, where);
}

/**
 * <A(t + tau) B(t)>, one series over tau for every t, by the quantum regression theorem. QuTiP's `correlation_2op_2t`.
 * @param H as in {@link correlation2op1t}; where it depends on time, the delay begins at t
 * @param state as in {@link correlation2op1t}, at the first of `tlist`
 * @param tlist times, increasing
 * @throws as {@link correlation2op1t}
 */
export function correlation2op2t(
  H: Hamiltonian,
  state: CorrelatedState,
  tlist: ArrayLike<number>,
  taulist: ArrayLike<number>,
  A: Operator,
  B: Operator,
  options: CorrelationOptions & { reverse?: boolean | undefined } = {},
): ComplexSeries[] {
  const where = "correlation2op2t";
  const [[left, middle, right], rest] = ordered(A, B, options, where);
  return several(H, state, tlist, taulist, left, middle, right, rest, where);
}

/**
 * <A(t) B(t + tau) C(t)>, one series over tau for every t. QuTiP's `correlation_3op_2t`.
 * @param H as in {@link correlation2op2t}
 * @param state as in {@link correlation2op2t}
 * @param tlist as in {@link correlation2op2t}
 * @throws as {@link correlation2op1t}
 */
export function correlation3op2t(
  H: Hamiltonian,
  state: CorrelatedState,
  tlist: ArrayLike<number>,
  taulist: ArrayLike<number>,
  A: Operator,
  B: Operator,
  C: Operator,
  options: CorrelationOptions = {},
): ComplexSeries[] {
  const where = "correlation3op2t";
  checkOperators({ A, B, C }, where);
  return several(H, state, tlist, taulist, A, B, C, options, where);
}

/**
 * Coherence of the first order, g1(tau) = <a†(tau) a(0)> / sqrt(<a†a(0)> <a†a(tau)>) (Glauber, Phys. Rev. 130 (1963) 2529). QuTiP's `coherence_function_g1`.
 *
 * Not a number where the light is gone at tau: where <a†a(tau)> is at most 2^-52 of the largest intensity until then, which is rounding. An error of `rtol` and `atol` in the intensity counts beside what is left of it.
 * @param a the annihilation operator of the mode (for an atom: sigma-)
 * @throws as {@link correlation2op1t}; {@link InvalidArgumentError} where there is no light
 */
export function coherenceG1(
  H: Hamiltonian,
  state: CorrelatedState,
  taulist: ArrayLike<number>,
  a: Operator,
  options: CorrelationOptions = {},
): ComplexSeries {
  const where = "coherenceG1";
  const { rho, squares } = intensities(H, state, taulist, a, options, where);
  const { re, im } = single(H, rho, taulist, undefined, a.dag(), a, options, where);
  const norms = squares.map(Math.sqrt);
  return { re: re.map((value, k) => value / norms[k]!), im: im.map((value, k) => value / norms[k]!) };
}

/**
 * Coherence of the second order, g2(tau) = <a†(0) a†(tau) a(tau) a(0)> / (<a†a(0)> <a†a(tau)>) (Glauber, Phys. Rev. 130 (1963) 2529): below 1 at tau = 0 for antibunched light. QuTiP's `coherence_function_g2`.
 *
 * Not a number where the light is gone at tau, as in {@link coherenceG1}.
 * @param a as in {@link coherenceG1}
 * @throws as {@link coherenceG1}
 */
export function coherenceG2(
  H: Hamiltonian,
  state: CorrelatedState,
  taulist: ArrayLike<number>,
  a: Operator,
  options: CorrelationOptions = {},
): Float64Array {
  const where = "coherenceG2";
  const { rho, squares } = intensities(H, state, taulist, a, options, where);
  const { re } = single(H, rho, taulist, a.dag(), a.dag().mul(a), a, options, where);
  return re.map((value, k) => value / squares[k]!);
}

/** What stands left of rho, what is measured later, what stands right of rho: <A(tau) B(0)>, or <A(0) B(tau)>. */
function ordered(
  A: Operator,
  B: Operator,
  options: CorrelationOptions & { reverse?: boolean | undefined },
  where: string,
): [[Operator | undefined, Operator, Operator | undefined], CorrelationOptions] {
  checkKeys(options, [...OPTIONS, "reverse"], where);
  checkOperators({ A, B }, where);
  const { reverse = false, ...rest } = options;
  if (typeof reverse !== "boolean") throw new InvalidArgumentError(`${where}: reverse`, reverse, "true or false");
  return [reverse ? [A, B, undefined] : [undefined, A, B], rest];
}

/** The state, and <a†a(0)> <a†a(tau)>: not a number where the second is rounding beside what it was before. */
function intensities(
  H: Hamiltonian,
  state: CorrelatedState,
  taulist: ArrayLike<number>,
  a: Operator,
  options: CorrelationOptions,
  where: string,
): { rho: Operator; squares: Float64Array } {
  checkOptions(options, where);
  checkOperators({ a }, where);
  const rho = stateOf(H, state, options, where);
  checkParts(rho, undefined, a, undefined, where);
  const n = a.dag().mul(a);
  const first = n.mul(rho).tr().re;
  if (!(first > 0)) throw new InvalidArgumentError(`${where}: <a†a>`, first, "a state with light in it");
  let largest = first;
  const later = single(H, rho, taulist, undefined, n, undefined, options, where).re;
  const squares = later.map((value) => {
    largest = Math.max(largest, value);
    return value > Number.EPSILON * largest ? first * value : Number.NaN;
  });
  return { rho, squares };
}

/** <left(0) middle(tau) right(0)>: right rho left evolves. */
function single(
  H: Hamiltonian,
  state: CorrelatedState,
  taulist: ArrayLike<number>,
  left: Operator | undefined,
  middle: Operator,
  right: Operator | undefined,
  options: CorrelationOptions,
  where: string,
): ComplexSeries {
  checkOptions(options, where);
  const taus = checkDelays(taulist, where);
  const rho = stateOf(H, state, options, where);
  return regression(H, rho, 0, taus, left, middle, right, options, where);
}

function several(
  H: Hamiltonian,
  state: CorrelatedState,
  tlist: ArrayLike<number>,
  taulist: ArrayLike<number>,
  left: Operator | undefined,
  middle: Operator,
  right: Operator | undefined,
  options: CorrelationOptions,
  where: string,
): ComplexSeries[] {
  checkOptions(options, where);
  const taus = checkDelays(taulist, where);
  const times = checkTimes(tlist, `${where}: tlist`);
  const rho = stateOf(H, state, options, where);
  checkParts(rho, left, middle, right, where);
  const states =
    times.length === 1 || state === undefined
      ? undefined
      : mesolve(H, rho, times, { ...TOLERANCES, ...options, storeStates: true }).states!;
  if (state === undefined) {
    // The same at all times.
    const one = regression(H, rho, 0, taus, left, middle, right, options, where);
    return Array.from(times, () => ({ re: one.re.slice(), im: one.im.slice() }));
  }
  return Array.from(times, (t, k) =>
    regression(H, states ? states[k]! : rho, t, taus, left, middle, right, options, where),
  );
}

function regression(
  H: Hamiltonian,
  rho: Operator,
  t: number,
  taus: Float64Array,
  left: Operator | undefined,
  middle: Operator,
  right: Operator | undefined,
  options: CorrelationOptions,
  where: string,
): ComplexSeries {
  checkParts(rho, left, middle, right, where);
  const X = [right, rho, left].flatMap((part) => part ?? []).reduce((a, b) => a.mul(b));
  const first = taus[0] === 0;
  const times = first ? taus.map((tau) => t + tau) : Float64Array.of(t, ...taus.map((tau) => t + tau));
  if (times.length === 1) return alone(middle, X);
  const run = mesolve(H, X, times, {
    ...TOLERANCES,
    ...options,
    checkState: false,
    eOps: { middle },
    storeStates: "none",
  });
  const { re, im } = complexOf(run.expect.middle);
  return first ? { re, im } : { re: re.subarray(1), im: im.subarray(1) };
}

function alone(middle: Operator, X: Operator): ComplexSeries {
  const { re, im } = middle.mul(X).tr();
  return { re: Float64Array.of(re), im: Float64Array.of(im) };
}

function complexOf(series: Series): ComplexSeries {
  return series instanceof Float64Array ? { re: series, im: new Float64Array(series.length) } : series;
}

function stateOf(H: Hamiltonian, state: CorrelatedState, { cOps = [] }: CorrelationOptions, where: string): Operator {
  if (state instanceof Ket) return ket2dm(state);
  if (state !== undefined) {
    if (!(state instanceof Operator))
      throw new InvalidArgumentError(`${where}: state`, state, "an Operator, a Ket or undefined");
    return state;
  }
  checkJumpList(cOps, `${where}: cOps`);
  if (!(H instanceof Operator) || !cOps.every(isConstantJump)) {
    throw new InvalidArgumentError(
      `${where}: state`,
      state,
      "a state: a generator that depends on time has no steady one",
    );
  }
  return steadystate(H, cOps as readonly Jump[]).rho;
}

function isConstantJump(jump: unknown): boolean {
  if (jump instanceof Operator) return true;
  return typeof jump === "object" && jump !== null && "rate" in jump && typeof jump.rate === "number";
}

function checkOptions(options: CorrelationOptions, where: string): void {
  checkKeys(options, OPTIONS, where);
}

function checkDelays(taulist: ArrayLike<number>, where: string): Float64Array {
  const taus = checkTimes(taulist, `${where}: taulist`);
  if (taus[0]! < 0) throw new InvalidArgumentError(`${where}: taulist[0]`, taus[0], "a delay >= 0");
  return taus;
}

/** By name: none is left out. */
function checkOperators(operators: Readonly<Record<string, Operator>>, where: string): void {
  for (const [name, operator] of Object.entries(operators)) checkOperator(operator, `${where}: ${name}`);
}

function checkParts(
  rho: Operator,
  left: Operator | undefined,
  middle: Operator,
  right: Operator | undefined,
  where: string,
): void {
  for (const part of [left, middle, right]) {
    if (part !== undefined) checkSameDims(rho.dims, part.dims, `${where}: operators`);
  }
}

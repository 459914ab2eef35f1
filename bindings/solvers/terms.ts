/**
 * Generators whose Hamiltonian and jump operators depend on time, as the caller writes them and as the planner takes them.
 * @module
 */
import type { TimeFunction } from "../coefficients/callable.ts";
import { Coefficient } from "../coefficients/coefficient.ts";
import { type NamedCoefficient, namingCoefficients } from "../coefficients/named.ts";
import { constant, isConstant, product, type RealFunction, root, type Span } from "../coefficients/real.ts";
import { InvalidArgumentError, NonFiniteError } from "../errors.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import type { DrivenJump, DrivenParts, DrivenTerm } from "../plan/driven.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { checkJump, resolveJump } from "./checks.ts";
import {
  type ChangingTerm,
  checkFinite,
  type Hamiltonian,
  readCoefficient,
  readSum,
  readTerm,
  resolveHamiltonian,
  split,
  type TermCoefficient,
  type TermSum,
} from "./hamiltonian.ts";
import { isBlind, leastAt, lookTimes } from "./looks.ts";

/**
 * A jump operator that depends on time: `[L, f]`, f(t)·L; a sum of terms; or an operator and the rate it acts with, which is
 * never negative (with `negativeRates: true` in the options it may be).
 */
export type DrivenJumpInput =
  | readonly [operator: Operator, coefficient: TermCoefficient]
  | TermSum
  | {
      /** The operator without its rate. */
      readonly op: Operator;
      /** The rate as a function of time, real, in inverse units of time. */
      readonly rate: Coefficient | TimeFunction;
    };

/** A generator as the planner takes it. */
export interface ResolvedGenerator {
  /** -iH - ½ sum L†L of what does not change. */
  readonly G: Operator;
  readonly jumps: readonly Operator[];
  /** Undefined when nothing changes. */
  readonly driven: DrivenParts | undefined;
  /** The Hamiltonian of what does not change. */
  readonly H: HermitianOperator;
  readonly warnings: readonly string[];
  /** Which of the jumps that were given each of `jumps`, and each of those that change, is. */
  readonly order: { readonly still: readonly number[]; readonly changing: readonly number[] };
}

/** Times at which rates are looked at, about: those known by their values alone as often as a probe does; what of a rate's height is rounding. */
const RATE_CHECKS = 256;
const BLIND_CHECKS = 4096;
const RATE_ROUNDING = 1e-14;

/** Options that terms need; without a key `negativeRates` there is no such option. */
export interface TermOptions {
  readonly args?: unknown;
  readonly negativeRates?: boolean | undefined;
}

/**
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError}, {@link NonFiniteError},
 * {@link UnknownOptionError}
 */
export function resolveGenerator(
  hamiltonian: Hamiltonian,
  cOps: readonly (Jump | DrivenJumpInput)[],
  span: Span,
  options: TermOptions,
  where: string,
): ResolvedGenerator {
  const named: NamedCoefficient[] = [];
  return namingCoefficients(named, where, () => readGenerator(hamiltonian, cOps, span, options, where, named));
}

/** @param named what has a coefficient is added to it */
function readGenerator(
  hamiltonian: Hamiltonian,
  cOps: readonly (Jump | DrivenJumpInput)[],
  span: Span,
  options: TermOptions,
  where: string,
  named: NamedCoefficient[],
): ResolvedGenerator {
  const { H, changing } = resolveHamiltonian(hamiltonian, span, options.args, where, named);
  const drift = changing.map(({ operator, coefficient }) => ({
    coefficient,
    operator: operator.scale({ re: 0, im: -1 }),
  }));
  const { jumps, driven, order } = readJumps(cOps, H.dims, span, options, where, named);
  return { ...finish(H, jumps, drift, driven, named), order };
}

/** A generator that does not change. */
export function constantGenerator(H: HermitianOperator, jumps: readonly Operator[]): ResolvedGenerator {
  const order = { still: [...jumps.keys()], changing: [] };
  return { G: noJumpOperator(H, jumps), jumps, driven: undefined, H, warnings: [], order };
}

/**
 * What of a run over `times` cannot be promised: of a closed system also phases that rounding of H alone moves beyond the tolerance, of an open one
 * modes that do not decay.
 * @param moved by how much rounding may have moved such modes
 */
export function warningsOf(
  { H, jumps, driven, warnings }: ResolvedGenerator,
  times: Float64Array,
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
  moved = 0,
): readonly string[] {
  if (jumps.length > 0 || (driven?.sandwiches.length ?? 0) > 0) {
    if (!(moved > rtol + atol)) return warnings;
    return [...warnings, movedModes(moved)];
  }
  const span = times.at(-1)! - times[0]!;
  const rounding = Number.EPSILON * H.norm() * span;
  if (!(rounding > rtol + atol)) return warnings;
  const text = `rounding of H alone moves phases by up to ${rounding.toPrecision(1)} over a time of ${span.toPrecision(3)}: no method can keep the tolerance`;
  return [...warnings, text];
}

/** What is said where rounding of a propagator moves something by so much. */
export function movedModes(moved: number): string {
  return `modes that do not decay (dark states) are moved by rounding by up to ${moved.toPrecision(1)}: only the trace and weights of sectors are kept to the tolerance`;
}

function finish(
  H: HermitianOperator,
  jumps: readonly Operator[],
  drift: readonly DrivenTerm[],
  changing: ReadonlyArray<ChangingJump>,
  named: readonly NamedCoefficient[],
): Omit<ResolvedGenerator, "order"> {
  const sandwiches = changing.flatMap((jump) => jump.sandwiches);
  const all = [
    ...drift,
    ...sandwiches.map(({ coefficient, operator, weight }) => ({
      coefficient,
      operator: operator
        .dag()
        .mul(operator)
        .scale(-0.5 * weight),
    })),
  ].filter(({ coefficient, operator }) => operator.nnz > 0 && !isZero(coefficient));
  // What has a constant coefficient belongs to what does not change.
  const G = all
    .filter(({ coefficient }) => isConstant(coefficient))
    .reduce((sum, { coefficient, operator }) => sum.add(operator.scale(coefficient.at(0))), noJumpOperator(H, jumps));
  const parts: DrivenParts = {
    drift: all.filter(({ coefficient }) => !isConstant(coefficient)),
    jumps: changing.some(({ linear }) => linear === undefined) ? undefined : changing.map(({ linear }) => linear!),
    sandwiches,
    named,
  };
  const warnings = named.flatMap(({ coefficient }) => coefficient.warnings);
  const driven = parts.drift.length + sandwiches.length > 0 ? parts : undefined;
  return { G, jumps, driven, H, warnings: [...new Set(warnings)] };
}

/** A jump that changes, in both of the planner's ways. */
interface ChangingJump {
  readonly linear: DrivenJump | undefined;
  readonly sandwiches: readonly (DrivenTerm & { readonly weight: number })[];
}

function readJumps(
  cOps: readonly (Jump | DrivenJumpInput)[],
  dims: readonly number[],
  span: Span,
  options: TermOptions,
  where: string,
  named: NamedCoefficient[],
): { jumps: Operator[]; driven: ChangingJump[]; order: { still: number[]; changing: number[] } } {
  const jumps: Operator[] = [];
  const driven: ChangingJump[] = [];
  const order: { still: number[]; changing: number[] } = { still: [], changing: [] };
  for (const [k, jump] of Array.from(cOps).entries()) {
    const name = `cOps[${k}]`;
    const at = `${where}: ${name}`;
    if (Array.isArray(jump)) {
      const pair = isPair(jump);
      const terms = pair
        ? [readTerm(jump, options.args, where, name)]
        : readSum(jump as TermSum, options.args, where, name);
      for (const { operator } of terms) checkSameDims(dims, operator.dims, at);
      const { constant: still, changing } = split(terms);
      const phaseless = changing.length === 1 && still === undefined;
      for (const { name, coefficient } of changing) {
        named.push({ name, coefficient, phaseless });
        checkFinite(named.at(-1)!, span, where);
      }
      if (changing.length > 0) {
        driven.push(changingJump(still, changing));
        order.changing.push(k);
      } else if (still) {
        jumps.push(checkJump(still, at));
        order.still.push(k);
      }
      continue;
    }
    const rate = rateOf(jump as Jump, options.args, at);
    if (rate === undefined) {
      jumps.push(resolveJump(jump as Jump, dims, at));
      order.still.push(k);
      continue;
    }
    const { op } = jump as { op: Operator };
    checkKeys(jump, ["op", "rate"], at);
    checkSameDims(dims, op.dims, `${at}.op`);
    named.push({ name: `${name}.rate`, coefficient: rate });
    checkFinite(named.at(-1)!, span, where);
    driven.push(ratedJump(checkJump(op, at), checkRate(rate, span, options, at)));
    order.changing.push(k);
  }
  return { jumps, driven, order };
}

/** A pair is an operator and what is no term: `[L, f]`, not `[L1, L2]` nor `[L1, [L2, f]]`. */
function isPair(jump: readonly unknown[]): jump is readonly [Operator, TermCoefficient] {
  return jump.length === 2 && jump[0] instanceof Operator && !(jump[1] instanceof Operator) && !Array.isArray(jump[1]);
}

/** The rate of `{ op, rate }` when it is a function of time. */
function rateOf(jump: Jump, args: unknown, at: string): Coefficient | undefined {
  if (jump instanceof Operator || typeof jump !== "object" || jump === null) return undefined;
  const { rate } = jump as { rate: unknown };
  if (!(rate instanceof Coefficient) && typeof rate !== "function") return undefined;
  if (!((jump as { op: unknown }).op instanceof Operator))
    throw new InvalidArgumentError(`${at}.op`, jump.op, "an Operator");
  return readCoefficient(rate as Coefficient | TimeFunction, args, `${at}.rate`);
}

/** @throws {@link InvalidArgumentError} when it is complex, or negative somewhere and must not be */
function checkRate(
  rate: Coefficient,
  span: Span,
  options: TermOptions,
  at: string,
): { rate: RealFunction; signed: boolean } {
  const times = lookTimes(span, [rate.re, rate.im], isBlind(rate.re) ? BLIND_CHECKS : RATE_CHECKS);
  if (!rate.isReal) {
    const t = times.find((time) => rate.at(time).im !== 0);
    if (t !== undefined) throw new InvalidArgumentError(`${at}.rate at t = ${t}`, rate.at(t), "a real rate");
  }
  const { negativeRates } = options;
  if (negativeRates !== true) {
    const t = leastAt((time) => rate.re.at(time), times);
    const least = rate.re.at(t);
    // What rounding leaves of a rate that touches zero is none; the kernel's root of it is 0.
    const height = times.reduce((most, time) => Math.max(most, Math.abs(rate.re.at(time))), 0);
    if (least < -RATE_ROUNDING * height) {
      const otherwise = "negativeRates" in options ? ", or the option negativeRates: true" : "";
      throw new InvalidArgumentError(`${at}.rate at t = ${t}`, least, `a rate >= 0${otherwise}`);
    }
  }
  return { rate: rate.re, signed: negativeRates === true };
}

function ratedJump(op: Operator, { rate, signed }: { rate: RealFunction; signed: boolean }): ChangingJump {
  return {
    linear: signed ? undefined : { base: undefined, terms: [{ coefficient: root(rate), operator: op }] },
    sandwiches: [{ coefficient: rate, operator: op, weight: 1 }],
  };
}

/** L(t) = L + sum c_a L_a: L rho L† by what each does alone and by what two do together. */
function changingJump(base: Operator | undefined, changing: readonly ChangingTerm[]): ChangingJump {
  const terms = changing
    .flatMap(({ operator, coefficient }): DrivenTerm[] => [
      { coefficient: coefficient.re, operator },
      { coefficient: coefficient.im, operator: operator.scale({ re: 0, im: 1 }) },
    ])
    .filter(({ coefficient }) => !isZero(coefficient));
  const all = [...(base ? [{ coefficient: constant(1), operator: base }] : []), ...terms];
  const sandwiches = all.flatMap(({ coefficient, operator }, a) => [
    { coefficient: product(coefficient, coefficient), operator, weight: 1 },
    // L rho M† + M rho L† = (L + M) rho (L + M)† - L rho L† - M rho M†
    ...all.slice(a + 1).flatMap((other) => {
      const both = product(coefficient, other.coefficient);
      return [
        { coefficient: both, operator: operator.add(other.operator), weight: 1 },
        { coefficient: both, operator, weight: -1 },
        { coefficient: both, operator: other.operator, weight: -1 },
      ];
    }),
  ]);
  return { linear: { base, terms }, sandwiches };
}

function isZero(coefficient: RealFunction): boolean {
  return isConstant(coefficient) && coefficient.at(0) === 0;
}

/**
 * Hamiltonians and jump operators that depend on time, as the caller writes them and as the planner takes them.
 * @module
 */
import { callable, type TimeFunction } from "../coefficients/callable.ts";
import { Coefficient } from "../coefficients/coefficient.ts";
import { type NamedCoefficient, namingCoefficients, notFiniteIn } from "../coefficients/named.ts";
import { constant, isConstant, product, type RealFunction, root, type Span } from "../coefficients/real.ts";
import { InvalidArgumentError, NonFiniteError } from "../errors.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import type { Jump } from "../operators/jump.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import type { DrivenJump, DrivenParts, DrivenTerm } from "../plan/driven.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { checkHamiltonian, checkJump, resolveJump } from "./checks.ts";
import { leastAt, lookTimes } from "./looks.ts";

/** What multiplies an operator: a number, a coefficient, or a function of time. */
export type TermCoefficient = number | Coefficient | TimeFunction;

/** An operator, or an operator and the coefficient it is multiplied with. */
export type Term = Operator | readonly [operator: Operator, coefficient: TermCoefficient];

/** A sum of terms: `[H0, [H1, f], …]`. */
export type TermSum = readonly Term[];

/** A Hamiltonian: an operator, or a sum of terms that is Hermitian at all times. */
export type Hamiltonian = Operator | TermSum;

/**
 * A jump operator that depends on time: `[L, f]`, f(t)·L; a sum of terms; or an operator and the rate it acts with, which is
 * never negative (with `negativeRates: true` in the options it may be).
 */
export type DrivenJumpInput =
  | readonly [operator: Operator, coefficient: TermCoefficient]
  | TermSum
  | { readonly op: Operator; readonly rate: Coefficient | TimeFunction };

/** Coefficients at a glance: only the span of times tells what they do. */
interface ResolvedTerm {
  readonly operator: Operator;
  readonly coefficient: Coefficient | undefined;
  readonly name: string;
}

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
}

/** Options that terms need. */
export interface TermOptions {
  readonly args?: unknown;
  readonly negativeRates?: boolean | undefined;
}

/** Times at which a sum of terms is checked to be Hermitian, about, and at most; times at which rates are looked at, about. */
const CHECKS = 17;
const MOST_CHECKS = 1000;
const RATE_CHECKS = 256;
/** What of a rate's height is rounding. */
const RATE_ROUNDING = 1e-14;
/** Share of its size from which on a sum that screening by scalars finds not to be Hermitian is looked at closely. */
const SCREEN = 1e-7;

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

/** A function is looked at by those who probe it, here and now, where an error can still say which it was. @throws {@link NonFiniteError} */
function checkFinite({ name, coefficient }: NamedCoefficient, span: Span, where: string): void {
  const parts = [coefficient.re, coefficient.im];
  if (coefficient.toJSON() === undefined) {
    for (const f of parts) f.stretches(span);
    return;
  }
  for (const t of lookTimes(span, parts, CHECKS)) {
    const found = notFiniteIn([{ name, coefficient }], t, t) && notFiniteIn([{ name, coefficient }], span.from, t);
    if (found) throw new NonFiniteError(`${where}: ${name}`, found.time, found.message);
  }
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
  const terms = readSum(hamiltonian, options.args, where, "H");
  const dims = terms[0]!.operator.dims;
  const { constant: still, changing } = split(terms);
  named.push(...changing);
  for (const term of changing) checkFinite(term, span, where);
  if (changing.length === 0) {
    // The usual case, without detours.
    const H = checkHamiltonian(still ?? Operator.fromTriplets(dims, []), `${where}: H`);
    const { jumps, driven } = readJumps(cOps, dims, span, options, where, named);
    return finish(H, jumps, [], driven, named);
  }
  if (!isHermitianByTerms(still, changing, span)) {
    const screened = suspectTime(still, changing, span);
    for (const t of [...lookTimes(span, functionsOf(changing), CHECKS, MOST_CHECKS), ...screened]) {
      checkHamiltonian(sumAt(still, changing, t, dims), `${where}: H at t = ${t}`);
    }
  }
  // Hermitian parts: those of a sum that is Hermitian are the sum.
  const drift = changing.flatMap(({ operator, coefficient }): DrivenTerm[] => [
    { coefficient: coefficient.re, operator: operator.hermitianPart().scale({ re: 0, im: -1 }) },
    {
      coefficient: coefficient.im,
      operator: operator.scale({ re: 0, im: 1 }).hermitianPart().scale({ re: 0, im: -1 }),
    },
  ]);
  const H = (still ?? Operator.fromTriplets(dims, [])).hermitianPart();
  const { jumps, driven } = readJumps(cOps, dims, span, options, where, named);
  return finish(H, jumps, drift, driven, named);
}

/** A generator that does not change. */
export function constantGenerator(H: HermitianOperator, jumps: readonly Operator[]): ResolvedGenerator {
  return { G: noJumpOperator(H, jumps), jumps, driven: undefined, H, warnings: [] };
}

function finish(
  H: HermitianOperator,
  jumps: readonly Operator[],
  drift: readonly DrivenTerm[],
  changing: ReadonlyArray<ChangingJump>,
  named: readonly NamedCoefficient[],
): ResolvedGenerator {
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
): { jumps: Operator[]; driven: ChangingJump[] } {
  const jumps: Operator[] = [];
  const driven: ChangingJump[] = [];
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
      if (changing.length > 0) driven.push(changingJump(still, changing));
      else if (still) jumps.push(checkJump(still, at));
      continue;
    }
    const rate = rateOf(jump as Jump, options.args, at);
    if (rate === undefined) {
      jumps.push(resolveJump(jump as Jump, dims, at));
      continue;
    }
    const { op } = jump as { op: Operator };
    checkKeys(jump, ["op", "rate"], at);
    checkSameDims(dims, op.dims, `${at}.op`);
    named.push({ name: `${name}.rate`, coefficient: rate });
    checkFinite(named.at(-1)!, span, where);
    driven.push(ratedJump(checkJump(op, at), checkRate(rate, span, options, at)));
  }
  return { jumps, driven };
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
  { negativeRates }: TermOptions,
  at: string,
): { rate: RealFunction; signed: boolean } {
  const times = lookTimes(span, [rate.re, rate.im], RATE_CHECKS);
  if (!rate.isReal) {
    const t = times.find((time) => rate.at(time).im !== 0);
    if (t !== undefined) throw new InvalidArgumentError(`${at}.rate at t = ${t}`, rate.at(t), "a real rate");
  }
  if (negativeRates !== true) {
    const t = leastAt((time) => rate.re.at(time), times);
    const least = rate.re.at(t);
    // What rounding leaves of a rate that touches zero is none; the kernel's root of it is 0.
    const height = times.reduce((most, time) => Math.max(most, Math.abs(rate.re.at(time))), 0);
    if (least < -RATE_ROUNDING * height) {
      throw new InvalidArgumentError(`${at}.rate at t = ${t}`, least, "a rate >= 0, or the option negativeRates: true");
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

interface ChangingTerm extends NamedCoefficient {
  readonly operator: Operator;
}

/** The sum of what does not change, and the rest. */
function split(terms: readonly ResolvedTerm[]): { constant: Operator | undefined; changing: ChangingTerm[] } {
  let still: Operator | undefined;
  const changing: ChangingTerm[] = [];
  for (const { operator, coefficient, name } of terms) {
    if (coefficient !== undefined && !coefficient.isConstant) {
      changing.push({ operator, coefficient, name });
      continue;
    }
    const term = coefficient === undefined ? operator : operator.scale(coefficient.at(0));
    still = still === undefined ? term : still.add(term);
  }
  return { constant: still, changing };
}

/** Whether all operators are Hermitian and all coefficients real: the usual case, and sums of large operators take time. */
function isHermitianByTerms(still: Operator | undefined, changing: readonly ChangingTerm[], span: Span): boolean {
  const operators = [...(still ? [still] : []), ...changing.map(({ operator }) => operator)];
  if (!operators.every((operator) => operator.isHermitian())) return false;
  if (changing.every(({ coefficient }) => coefficient.isReal)) return true;
  return lookTimes(span, functionsOf(changing), CHECKS).every((t) =>
    changing.every(({ coefficient }) => {
      const { re, im } = coefficient.at(t);
      return im === 0 && Number.isFinite(re);
    }),
  );
}

/**
 * The time at which a sum of terms is least Hermitian, when it is not by much more than rounding. The square of
 * ‖sum c_j A_j - c_j* A_j†‖ is a quadratic form in the coefficients: no sum is formed.
 */
function suspectTime(still: Operator | undefined, changing: readonly ChangingTerm[], span: Span): number[] {
  const parts = [...(still ? [still] : []), ...changing.map(({ operator }) => operator)];
  const both = [...parts, ...parts.map((operator) => operator.dag())];
  const gram = both.map((X) => both.map((Y) => traceOfProduct(X.dag(), Y)));
  const size = (t: number): number => {
    const values = [...(still ? [{ re: 1, im: 0 }] : []), ...changing.map(({ coefficient }) => coefficient.at(t))];
    const w = [...values, ...values.map(({ re, im }) => ({ re: -re, im }))];
    let [defect, whole] = [0, 0];
    w.forEach((x, j) => {
      w.forEach((y, k) => {
        const { re, im } = gram[j]![k]!;
        // Re(conj(x) G y)
        const term = (x.re * y.re + x.im * y.im) * re - (x.re * y.im - x.im * y.re) * im;
        defect += term;
        if (j === k) whole += term;
      });
    });
    return whole > 0 ? -defect / whole : 0;
  };
  const times = lookTimes(span, functionsOf(changing), CHECKS);
  const worst = times.reduce((a, b) => (size(b) < size(a) ? b : a));
  return size(worst) < -(SCREEN ** 2) ? [worst] : [];
}

function sumAt(
  still: Operator | undefined,
  changing: readonly ChangingTerm[],
  t: number,
  dims: readonly number[],
): Operator {
  return changing.reduce<Operator>(
    (sum, { operator, coefficient }) => sum.add(operator.scale(coefficient.at(t))),
    still ?? Operator.fromTriplets(dims, []),
  );
}

function functionsOf(changing: readonly ChangingTerm[]): RealFunction[] {
  return changing.flatMap(({ coefficient }) => [coefficient.re, coefficient.im]);
}

function readSum(terms: Hamiltonian, args: unknown, where: string, name: string): ResolvedTerm[] {
  if (terms instanceof Operator) return [{ operator: terms, coefficient: undefined, name }];
  const at = `${where}: ${name}`;
  if (!Array.isArray(terms) || terms.length === 0) {
    throw new InvalidArgumentError(at, terms, "an Operator, or a sum of terms [H0, [H1, coefficient], …]");
  }
  const read = terms.map((term, k) => readTerm(term, args, where, `${name}[${k}]`));
  for (const [k, { operator }] of read.entries()) checkSameDims(read[0]!.operator.dims, operator.dims, `${at}[${k}]`);
  return read;
}

function readTerm(term: Term, args: unknown, where: string, name: string): ResolvedTerm {
  if (term instanceof Operator) return { operator: term, coefficient: undefined, name };
  const at = `${where}: ${name}`;
  if (!Array.isArray(term) || term.length !== 2 || !(term[0] instanceof Operator)) {
    throw new InvalidArgumentError(at, term, "an Operator, or [Operator, coefficient]");
  }
  return { operator: term[0], coefficient: readCoefficient(term[1], args, `${at}[1]`), name };
}

function readCoefficient(value: TermCoefficient, args: unknown, where: string): Coefficient {
  if (value instanceof Coefficient) return value;
  if (typeof value === "function") return callable(value, { args });
  if (typeof value === "number" && Number.isFinite(value)) return Coefficient.constant(value);
  throw new InvalidArgumentError(where, value, "a finite number, a Coefficient, or a function of time");
}

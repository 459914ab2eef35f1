/**
 * Hamiltonians and jump operators that depend on time, as the caller writes them and as the planner takes them.
 * @module
 */
import { callable, type TimeFunction } from "../coefficients/callable.ts";
import { Coefficient } from "../coefficients/coefficient.ts";
import { constant, isConstant, product, type RealFunction, root, type Span } from "../coefficients/real.ts";
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { HERMITIAN_TOLERANCE, type HermitianOperator, Operator } from "../operators/operator.ts";
import type { DrivenJump, DrivenParts, DrivenTerm } from "../plan/driven.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { checkHamiltonian, checkJump, resolveJump } from "./checks.ts";

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

/** Times at which a sum of terms is checked to be Hermitian, and rates not to be negative. */
const CHECKS = 17;
const MOST_CHECKS = 1000;

/**
 * @param span undefined: nothing may depend on time
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
  const terms = readSum(hamiltonian, options.args, `${where}: H`);
  const dims = terms[0]!.operator.dims;
  const { constant: still, changing } = split(terms);
  const warnings: string[] = [];
  if (changing.length === 0) {
    // The usual case, without detours.
    const H = checkHamiltonian(still ?? Operator.fromTriplets(dims, []), `${where}: H`);
    const { jumps, driven } = readJumps(cOps, dims, span, options, where, warnings);
    return finish(H, jumps, [], driven, warnings);
  }
  for (const { coefficient } of changing) warnings.push(...coefficient.warnings);
  if (!isHermitianByTerms(still, changing, span)) {
    const isHermitianAt = hermiticityOf(still, changing, dims);
    for (const t of checkTimes(span, functionsOf(changing)))
      if (!isHermitianAt(t)) checkHamiltonian(sumAt(still, changing, t, dims), `${where}: H at t = ${t}`);
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
  const { jumps, driven } = readJumps(cOps, dims, span, options, where, warnings);
  return finish(H, jumps, drift, driven, warnings);
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
  warnings: readonly string[],
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
  };
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
  warnings: string[],
): { jumps: Operator[]; driven: ChangingJump[] } {
  const jumps: Operator[] = [];
  const driven: ChangingJump[] = [];
  for (const [k, jump] of Array.from(cOps).entries()) {
    const at = `${where}: cOps[${k}]`;
    if (Array.isArray(jump)) {
      const terms = isPair(jump) ? [readTerm(jump, options.args, at)] : readSum(jump as TermSum, options.args, at);
      for (const { operator } of terms) checkSameDims(dims, operator.dims, at);
      const { constant: still, changing } = split(terms);
      for (const { coefficient } of changing) warnings.push(...coefficient.warnings);
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
    warnings.push(...rate.warnings);
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
  for (const t of checkTimes(span, [rate.re, rate.im], 256)) {
    const { re, im } = rate.at(t);
    if (im !== 0) throw new InvalidArgumentError(`${at}.rate at t = ${t}`, { re, im }, "a real rate");
    if (re < 0 && negativeRates !== true) {
      throw new InvalidArgumentError(`${at}.rate at t = ${t}`, re, "a rate >= 0, or the option negativeRates: true");
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

interface ChangingTerm {
  readonly operator: Operator;
  readonly coefficient: Coefficient;
}

/** The sum of what does not change, and the rest. */
function split(terms: readonly ResolvedTerm[]): { constant: Operator | undefined; changing: ChangingTerm[] } {
  let still: Operator | undefined;
  const changing: ChangingTerm[] = [];
  for (const { operator, coefficient } of terms) {
    if (coefficient !== undefined && !coefficient.isConstant) {
      changing.push({ operator, coefficient });
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
  return checkTimes(span, functionsOf(changing)).every((t) =>
    changing.every(({ coefficient }) => {
      const { re, im } = coefficient.at(t);
      return im === 0 && Number.isFinite(re);
    }),
  );
}

/** Whether the sum is Hermitian at a time, as `isHermitian` says, by its elements alone: no operator is made for every time. */
function hermiticityOf(
  still: Operator | undefined,
  changing: readonly ChangingTerm[],
  dims: readonly number[],
): (t: number) => boolean {
  const d = (still ?? changing[0]!.operator).size;
  const slots = new Map<number, number>();
  const slotOf = (place: number) => {
    const slot = slots.get(place) ?? slots.size;
    slots.set(place, slot);
    return slot;
  };
  const terms = [{ operator: still ?? Operator.fromTriplets(dims, []), coefficient: undefined }, ...changing].map(
    ({ operator, coefficient }) => {
      const at: number[] = [];
      const values: number[] = [];
      operator.forEachNonzero((row, column, re, im) => {
        at.push(slotOf(d * row + column));
        slotOf(d * column + row);
        values.push(re, im);
      });
      return { at, values, coefficient };
    },
  );
  const mirrors = Int32Array.from(slots.keys(), (place) => slots.get(d * (place % d) + Math.floor(place / d))!);
  const sum = new Float64Array(2 * slots.size);
  return (t) => {
    sum.fill(0);
    for (const { at, values, coefficient } of terms) {
      const { re, im } = coefficient ? coefficient.at(t) : { re: 1, im: 0 };
      at.forEach((slot, k) => {
        const [x, y] = [values[2 * k]!, values[2 * k + 1]!];
        sum[2 * slot]! += re * x - im * y;
        sum[2 * slot + 1]! += re * y + im * x;
      });
    }
    let [deviation, largest] = [0, 0];
    mirrors.forEach((mirror, slot) => {
      const [re, im] = [sum[2 * slot]!, sum[2 * slot + 1]!];
      largest = Math.max(largest, Math.hypot(re, im));
      deviation = Math.max(deviation, Math.hypot(re - sum[2 * mirror]!, im + sum[2 * mirror + 1]!));
    });
    // What is not finite is refused by the sum of operators.
    return Number.isFinite(largest) && deviation <= HERMITIAN_TOLERANCE * largest;
  };
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

/**
 * The first and the last time, some off any regular grid, and one in every stretch of these functions: what they know of themselves is
 * not missed, however narrow.
 */
function checkTimes(span: Span, functions: readonly RealFunction[], count = CHECKS): number[] {
  const { from, to } = span;
  const golden = 0.6180339887498949;
  const own = functions.flatMap((f) => {
    const ends = f.stretches(span).map(({ end }) => end);
    return ends.map((end, k) => 0.5 * (end + (k === 0 ? from : ends[k - 1]!)));
  });
  const every = Math.ceil(own.length / MOST_CHECKS);
  return [
    from,
    ...Array.from({ length: count - 2 }, (_, k) => from + ((golden * (k + 1)) % 1) * (to - from)),
    ...own.filter((_, k) => k % every === 0),
    to,
  ];
}

function readSum(terms: Hamiltonian, args: unknown, where: string): ResolvedTerm[] {
  if (terms instanceof Operator) return [{ operator: terms, coefficient: undefined }];
  if (!Array.isArray(terms) || terms.length === 0) {
    throw new InvalidArgumentError(where, terms, "an Operator, or a sum of terms [H0, [H1, coefficient], …]");
  }
  const read = terms.map((term, k) => readTerm(term, args, `${where}[${k}]`));
  for (const [k, { operator }] of read.entries())
    checkSameDims(read[0]!.operator.dims, operator.dims, `${where}[${k}]`);
  return read;
}

function readTerm(term: Term, args: unknown, where: string): ResolvedTerm {
  if (term instanceof Operator) return { operator: term, coefficient: undefined };
  if (!Array.isArray(term) || term.length !== 2 || !(term[0] instanceof Operator)) {
    throw new InvalidArgumentError(where, term, "an Operator, or [Operator, coefficient]");
  }
  return { operator: term[0], coefficient: readCoefficient(term[1], args, `${where}[1]`) };
}

function readCoefficient(value: TermCoefficient, args: unknown, where: string): Coefficient {
  if (value instanceof Coefficient) return value;
  if (typeof value === "function") return callable(value, { args });
  if (typeof value === "number" && Number.isFinite(value)) return Coefficient.constant(value);
  throw new InvalidArgumentError(where, value, "a finite number, a Coefficient, or a function of time");
}

/**
 * Hamiltonians, and other sums of operators with coefficients, as the caller writes them.
 * @module
 */
import { callable, type TimeFunction } from "../coefficients/callable.ts";
import { Coefficient } from "../coefficients/coefficient.ts";
import { type NamedCoefficient, notFiniteIn } from "../coefficients/named.ts";
import type { RealFunction, Span } from "../coefficients/real.ts";
import { InvalidArgumentError, NonFiniteError } from "../errors.ts";
import { checkSameDims } from "../operators/checks.ts";
import { HERMITIAN_TOLERANCE, type HermitianOperator, Operator } from "../operators/operator.ts";
import { checkHamiltonian } from "./checks.ts";
import { lookTimes } from "./looks.ts";

/** What multiplies an operator: a number, a coefficient, or a function of time. */
export type TermCoefficient = number | Coefficient | TimeFunction;

/** An operator, or an operator and the coefficient it is multiplied with. */
export type Term = Operator | readonly [operator: Operator, coefficient: TermCoefficient];

/** A sum of terms: `[H0, [H1, f], …]`. */
export type TermSum = readonly Term[];

/** A Hamiltonian: an operator, or a sum of terms that is Hermitian at all times. */
export type Hamiltonian = Operator | TermSum;

/** Coefficients at a glance: only the span of times tells what they do. */
export interface ResolvedTerm {
  readonly operator: Operator;
  readonly coefficient: Coefficient | undefined;
  readonly name: string;
}

/** Times at which a sum of terms is checked to be Hermitian, about, and at most. */
const CHECKS = 17;
const MOST_CHECKS = 1000;
/** Numbers that are looked at for it, about, at more times than that. */
const MOST_NUMBERS = 2e7;

/** A sum of terms whose functions are coefficients, on another space: `embed` is applied to every operator. */
export function mapTerms(
  hamiltonian: Hamiltonian,
  args: unknown,
  where: string,
  name: string,
  embed: (operator: Operator) => Operator = (operator) => operator,
): TermSum {
  return readSum(hamiltonian, args, where, name).map(({ operator, coefficient }) =>
    coefficient === undefined ? embed(operator) : [embed(operator), coefficient],
  );
}

/** A sum of terms as what does not change, and the rest, without a look at what it does over time. @throws as {@link resolveHamiltonian} */
export function splitHamiltonian(hamiltonian: Hamiltonian, where: string, name: string): ResolvedHamiltonian {
  const terms = readSum(hamiltonian, undefined, where, name);
  const { constant: still, changing } = split(terms);
  const H = still ?? Operator.fromTriplets(terms[0]!.operator.dims, []);
  return changing.length === 0
    ? { H: checkHamiltonian(H, `${where}: ${name}`), changing: [] }
    : { H: H.hermitianPart(), changing: hermitianTerms(changing) };
}

/** The same at a time. */
export function hamiltonianAt(hamiltonian: Hamiltonian, t: number, where: string, name: string): HermitianOperator {
  const terms = readSum(hamiltonian, undefined, where, name);
  const { constant: still, changing } = split(terms);
  return checkHamiltonian(sumAt(still, changing, t, terms[0]!.operator.dims), `${where}: ${name}`);
}

/** Hermitian parts: those of a sum that is Hermitian are the sum. */
function hermitianTerms(changing: readonly ChangingTerm[]): ResolvedHamiltonian["changing"] {
  return changing.flatMap(({ operator, coefficient }) => [
    { coefficient: coefficient.re, operator: operator.hermitianPart() },
    { coefficient: coefficient.im, operator: operator.scale({ re: 0, im: 1 }).hermitianPart() },
  ]);
}

/** A Hamiltonian as what does not change and Hermitian operators with real coefficients. */
export interface ResolvedHamiltonian {
  readonly H: HermitianOperator;
  readonly changing: readonly { readonly operator: HermitianOperator; readonly coefficient: RealFunction }[];
}

/**
 * @param named what has a coefficient is added to it
 * @param name of the Hamiltonian, for messages
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError}, {@link NonFiniteError}
 */
export function resolveHamiltonian(
  hamiltonian: Hamiltonian,
  span: Span,
  args: unknown,
  where: string,
  named: NamedCoefficient[] = [],
  name = "H",
): ResolvedHamiltonian {
  const terms = readSum(hamiltonian, args, where, name);
  const { dims } = terms[0]!.operator;
  const { constant: still, changing } = split(terms);
  const at = `${where}: ${name}`;
  named.push(...changing);
  for (const term of changing) checkFinite(term, span, where);
  // The usual case, without detours.
  if (changing.length === 0) return { H: checkHamiltonian(still ?? Operator.fromTriplets(dims, []), at), changing: [] };
  if (!isHermitianByTerms(still, changing, span)) {
    const { isHermitianAt, numbers } = hermiticityOf(still, changing, dims);
    const most = Math.max(MOST_CHECKS, MOST_NUMBERS / numbers);
    for (const t of lookTimes(span, functionsOf(changing), CHECKS, most)) {
      if (!isHermitianAt(t)) checkHamiltonian(sumAt(still, changing, t, dims), `${at} at t = ${t}`);
    }
  }
  return {
    H: (still ?? Operator.fromTriplets(dims, [])).hermitianPart(),
    changing: hermitianTerms(changing),
  };
}

/** A function is looked at by those who probe it, here and now, where an error can still say which it was. @throws {@link NonFiniteError} */
export function checkFinite({ name, coefficient }: NamedCoefficient, span: Span, where: string): void {
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

export interface ChangingTerm extends NamedCoefficient {
  readonly operator: Operator;
}

/** The sum of what does not change, and the rest. */
export function split(terms: readonly ResolvedTerm[]): { constant: Operator | undefined; changing: ChangingTerm[] } {
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

/** Whether the sum is Hermitian at a time, as `isHermitian` says, by its elements alone: no operator is made for every time. */
function hermiticityOf(
  still: Operator | undefined,
  changing: readonly ChangingTerm[],
  dims: readonly number[],
): { isHermitianAt: (t: number) => boolean; numbers: number } {
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
  const isHermitianAt = (t: number): boolean => {
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
  return { isHermitianAt, numbers: terms.reduce((count, { at }) => count + at.length, slots.size) };
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

export function readSum(terms: Hamiltonian, args: unknown, where: string, name: string): ResolvedTerm[] {
  if (terms instanceof Operator) return [{ operator: terms, coefficient: undefined, name }];
  const at = `${where}: ${name}`;
  if (!Array.isArray(terms) || terms.length === 0) {
    throw new InvalidArgumentError(at, terms, "an Operator, or a sum of terms [H0, [H1, coefficient], …]");
  }
  const read = Array.from(terms as TermSum, (term, k) => readTerm(term, args, where, `${name}[${k}]`));
  for (const [k, { operator }] of read.entries()) checkSameDims(read[0]!.operator.dims, operator.dims, `${at}[${k}]`);
  return read;
}

export function readTerm(term: Term, args: unknown, where: string, name: string): ResolvedTerm {
  if (term instanceof Operator) return { operator: term, coefficient: undefined, name };
  const at = `${where}: ${name}`;
  if (!Array.isArray(term) || term.length !== 2 || !(term[0] instanceof Operator)) {
    throw new InvalidArgumentError(at, term, "an Operator, or [Operator, coefficient]");
  }
  return { operator: term[0], coefficient: readCoefficient(term[1], args, `${at}[1]`), name };
}

export function readCoefficient(value: TermCoefficient, args: unknown, where: string): Coefficient {
  if (value instanceof Coefficient) return value.withArgs(args);
  if (typeof value === "function") return callable(value, { args });
  if (typeof value === "number" && Number.isFinite(value)) return Coefficient.constant(value);
  throw new InvalidArgumentError(where, value, "a finite number, a Coefficient, or a function of time");
}

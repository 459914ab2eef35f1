/**
 * A problem as plain data, so that it can be printed, kept in a file, made smaller and solved again; and what the library makes of it.
 */
import {
  type Coefficient,
  callable,
  coefficientFrom,
  type DrivenJumpInput,
  type Hamiltonian,
  type Jump,
  Ket,
  ket2dm,
  Operator,
  type Recipe,
} from "../../bindings/index.ts";
import { marksOf } from "./coefficients.ts";

/** An operator by its elements: row, column, real and imaginary part. */
export type Elements = readonly (readonly [row: number, column: number, re: number, im: number])[];

/** A jump operator L; with a rate sqrt(rate)·L, with a coefficient f(t)·L. */
export interface JumpData {
  readonly operator: Elements;
  readonly rate?: Recipe;
  readonly coefficient?: Recipe;
}

export type InitialData =
  | { readonly kind: "ket"; readonly amplitudes: readonly number[] }
  /** A density matrix; or any operator, which is evolved by the same linear equation. */
  | { readonly kind: "state" | "operator"; readonly elements: Elements };

export interface Problem {
  /** The family and the seed that it was made from. */
  readonly family: string;
  readonly seed: number;
  readonly dims: readonly number[];
  /** What of the Hamiltonian is constant. */
  readonly H: Elements;
  /** What is not; a term that is not Hermitian by itself is followed by its adjoint. */
  readonly terms: readonly { readonly operator: Elements; readonly coefficient: Recipe }[];
  readonly jumps: readonly JumpData[];
  /** Whether a rate falls below zero somewhere. */
  readonly negativeRates?: boolean;
  /** Whether coefficients are given as functions of JavaScript, of which nothing is declared. */
  readonly functions?: boolean;
  readonly initial: InitialData;
  readonly times: readonly number[];
  readonly observables: readonly Elements[];
  /** Relative tolerance; the absolute one is a hundredth of it, as in the defaults. */
  readonly rtol: number;
}

/** A problem as arguments of the solvers. */
export interface Built {
  readonly problem: Problem;
  readonly d: number;
  readonly H: Hamiltonian;
  /** The constant part. */
  readonly H0: Operator;
  readonly cOps: (Jump | DrivenJumpInput)[];
  /** The same where nothing depends on time. */
  readonly jumps: Operator[];
  readonly driven: boolean;
  readonly initial: Operator | Ket;
  /** The initial operator. */
  readonly rho: Operator;
  readonly eOps: Record<string, Operator>;
  readonly times: readonly number[];
}

export const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

export const operatorOf = (dims: readonly number[], elements: Elements): Operator =>
  Operator.fromTriplets(dims, elements as [number, number, number, number][]);

export function elementsOf(operator: Operator): Elements {
  const out: [number, number, number, number][] = [];
  operator.forEachNonzero((row, column, re, im) => {
    // no -0, which JSON does not keep
    out.push([row, column, re + 0, im + 0]);
  });
  return out;
}

export function build(problem: Problem): Built {
  const { dims, terms, jumps, initial, observables, times } = problem;
  const d = sizeOf(dims);
  const coefficient = (recipe: Recipe): Coefficient => {
    const own = coefficientFrom(recipe);
    if (!problem.functions) return own;
    return callable(own.isReal ? (t: number) => own.at(t).re : (t: number) => own.at(t));
  };
  const H0 = operatorOf(dims, problem.H);
  const driven = terms.length > 0 || jumps.some(({ rate, coefficient }) => rate ?? coefficient);
  const state =
    initial.kind === "ket" ? new Ket(dims, Float64Array.from(initial.amplitudes)) : operatorOf(dims, initial.elements);
  return {
    problem,
    d,
    H0,
    H:
      terms.length === 0
        ? H0
        : [H0, ...terms.map((term) => [operatorOf(dims, term.operator), coefficient(term.coefficient)] as const)],
    cOps: jumps.map((jump): Jump | DrivenJumpInput => {
      const op = operatorOf(dims, jump.operator);
      if (jump.rate) return { op, rate: coefficient(jump.rate) };
      return jump.coefficient ? [op, coefficient(jump.coefficient)] : op;
    }),
    jumps: jumps.map(({ operator }) => operatorOf(dims, operator)),
    driven,
    initial: state,
    rho: state instanceof Ket ? ket2dm(state) : state,
    eOps: Object.fromEntries(observables.map((elements, k) => [`o${k}`, operatorOf(dims, elements)])),
    times,
  };
}

/** A bound of how fast the generator turns and damps, 2‖H‖ + 2·sum ‖L‖² (Frobenius norms), coefficients at their largest on the run. */
export function strengthOf({ problem, H0, times }: Built): number {
  const { dims, terms, jumps } = problem;
  const [from, to] = [times[0]!, times.at(-1)!];
  const height = (recipe: Recipe): number => {
    const coefficient = coefficientFrom(recipe);
    const heights = Array.from({ length: 200 }, (_, k) => coefficient.at(from + ((to - from) * (k + 0.5)) / 200));
    return heights.reduce((most, { re, im }) => Math.max(most, Math.hypot(re, im)), 0);
  };
  const ofTerms = terms.reduce(
    (sum, { operator, coefficient }) => sum + height(coefficient) * operatorOf(dims, operator).norm(),
    0,
  );
  const ofJumps = jumps.reduce((sum, { operator, rate, coefficient }) => {
    const factor = rate ? height(rate) : coefficient ? height(coefficient) ** 2 : 1;
    return sum + factor * operatorOf(dims, operator).norm() ** 2;
  }, 0);
  return 2 * (H0.norm() + ofTerms) + 2 * ofJumps;
}

/** The shortest time between outputs, jumps and kinks: half of a longer step may be the same step there. */
export function shortestOf({ problem, times }: Built): number {
  const [from, to] = [times[0]!, times.at(-1)!];
  const recipes = [
    ...problem.terms.map(({ coefficient }) => coefficient),
    ...problem.jumps.flatMap(({ rate, coefficient }) => [rate, coefficient].filter((one) => one !== undefined)),
  ];
  const marks = recipes.flatMap((recipe) => marksOf(recipe, from, to)).filter((t) => t > from && t < to);
  const all = [...times, ...marks].sort((a, b) => a - b);
  // What rounding parts is one.
  const gaps = all.slice(1).map((t, k) => t - all[k]!);
  return Math.min(...gaps.filter((gap) => gap > 1e-12 * (to - from)));
}

/**
 * The cost model: counted work over measured rates, in nanoseconds on one core of the machine of docs/performance.md (release
 * build). Only ratios count; `npm run bench -- cost` sets them beside measured times.
 * @module
 */
import {
  LEAD_DIAGONAL,
  TERM_JUMP_COMPLEX,
  TERM_JUMP_REAL,
  TERM_PAIR_COMPLEX,
  TERM_PAIR_IMAGINARY,
  TERM_PAIR_REAL,
} from "../../assembly/constants.ts";
import type { Operator } from "../operators/operator.ts";
import type { GeneratorPlan } from "./generator.ts";
import type { Local } from "./local.ts";
import type { TrianglePlan } from "./triangle.ts";

const RATES = {
  /** Flops per nanosecond of A·X, A dense (d = 64), and A sparse: complex, and real or imaginary, where a multiply-add is half as many. */
  dense: 21,
  denseReal: 14.5,
  sparse: 12,
  sparseReal: 8.6,
  /** Nanoseconds an element of rho: out = X + X†; a jump on one diagonal (of half the elements); a merged term. */
  addAdjoint: 0.62,
  shift: 0.45,
  merged: 0.6,
  /** Nanoseconds an element of rho of which one triangle is worked on: the diagonal of G, the couplings next to it in the same pass, other
   * ones and jumps; and nanoseconds a row. */
  triangle: { diagonal: 0.4, coupled: 0.6, pair: 0.78, complexPair: 1.3, jump: 0.3, complexJump: 0.45, row: 9 },
  /** Nanoseconds a stored element of a real sparse matrix, and a row. */
  coordinate: 0.4,
  row: 0.5,
  /** Stored elements that stay in the caches, and nanoseconds one of those that do not. */
  cached: 1.5e5,
  farCoordinate: 0.7,
  /** Nanoseconds of eight levels of a row of blocks, of a number times the identity there, and of a small matrix besides its elements. */
  local: { tile: 4, identity: 4, block: 4 },
  /** Nanoseconds a double of one pass of a series: recurrence and sum. */
  pass: 0.5,
  /** Nanoseconds a double of a Runge-Kutta method's sums of stages, an application. */
  sums: 1.5,
  /** Nanoseconds of finding an ellipse, an element of the projection; of an output time, whatever the series; of a term there: its
   * coefficient, and each functional. */
  ellipse: 130,
  output: 300,
  term: 1.5,
  functional: 0.8,
  /** Nanoseconds a double that a term adds to a stored state. */
  stored: 0.3,
  /** Nanoseconds a double of orthogonalising one vector of a Krylov space of thirty, and its share of the small exponential. */
  orthogonalisation: 12,
  smallExponential: 1e4,
  /** Flops per nanosecond of real products of small matrices, and of a propagator on a state. */
  realProduct: 17,
  propagator: 12,
  /** Nanoseconds an element of an observable, each time it is evaluated. */
  observable: 1.2,
};

const TERM_RATES = {
  [TERM_JUMP_REAL]: "jump",
  [TERM_JUMP_COMPLEX]: "complexJump",
  [TERM_PAIR_REAL]: "pair",
  [TERM_PAIR_IMAGINARY]: "pair",
  [TERM_PAIR_COMPLEX]: "complexPair",
} as const satisfies Record<number, keyof typeof RATES.triangle>;

/** Flops of a multiply-add: of complex numbers, and of one that is real or imaginary with a complex one. */
const FLOPS = 8;
const REAL_FLOPS = 4;

/** A·X per column of X for A kept dense, and kept sparse. `complex`: whether A is that whatever its elements are now. */
function leftCosts(operator: Operator, complex: boolean): { dense: number; sparse: number } {
  let [real, imaginary, pure, mixed] = [!complex, !complex, 0, 0];
  operator.forEachNonzero((_row, _column, re, im) => {
    if (im !== 0) real = false;
    if (re !== 0) imaginary = false;
    if (!complex && (re === 0 || im === 0)) pure++;
    else mixed++;
  });
  return {
    dense: operator.size ** 2 * (real || imaginary ? REAL_FLOPS / RATES.denseReal : FLOPS / RATES.dense),
    sparse: (pure * REAL_FLOPS) / RATES.sparseReal + (mixed * FLOPS) / RATES.sparse,
  };
}

/** Whether multiplying from the left is cheaper with the operator in compressed rows than dense. */
export function prefersSparse(operator: Operator, complex = false): boolean {
  const { dense, sparse } = leftCosts(operator, complex);
  return sparse < dense;
}

/** One application of the matrix form. */
export function matrixCost({ d, turning, drift, shifts, merged, lefts }: GeneratorPlan): number {
  const left = ({ operator, sparse }: GeneratorPlan["drift"]) =>
    d * leftCosts(operator, turning)[sparse ? "sparse" : "dense"];
  const products = left(drift) + lefts.reduce((sum, jump) => sum + 2 * left(jump) + RATES.addAdjoint * d * d, 0);
  const rows = shifts.length * RATES.shift + merged.length * RATES.merged;
  return products + d * d * (RATES.addAdjoint + rows) + 20 * d + 50;
}

/** One application of a real sparse matrix of so many stored elements, on vectors of `length` numbers. */
export function coordinatesCost({ values, length }: { values: { readonly length: number }; length: number }): number {
  const near = Math.min(values.length, RATES.cached);
  return RATES.coordinate * near + RATES.farCoordinate * (values.length - near) + RATES.row * length + 30;
}

/** The same for products of local factors. */
export function localCost({ half, ends, sources, diagonal, blockNumbers, blocks }: Local): number {
  const { tile, identity, block } = RATES.local;
  const tiles = half / 8;
  const small = blocks.map(({ values }) => RATES.coordinate * values.length + block);
  return (
    (ends.length / 2) * tiles * (tile + (diagonal ? identity : 0)) +
    sources.length * tiles * identity +
    blockNumbers.reduce((sum, number) => sum + small[number]!, 0)
  );
}

/** The least that `elements` off the diagonal of `levels` levels can cost as products of local factors. */
export function leastLocalCost(levels: number, elements: number): number {
  const { tile, identity } = RATES.local;
  return (tile * levels + identity * elements) / 8;
}

/** What a method does with vectors of `length` numbers besides, for each application: mostly sums of some of them. */
export function sumsCost(length: number): number {
  return RATES.sums * length;
}

/** The same as `coordinatesCost` for a matrix that is kept whole. */
export function denseCost(length: number): number {
  return (2 * length ** 2) / RATES.propagator + 30;
}

/** What a series costs before its first term: the ellipse, from a projection of dimension 16 at most. */
export function seriesStartCost(application: number, { length }: RunShape): number {
  const m = Math.min(16, length);
  return m * application + m * m * RATES.pass * length + RATES.ellipse * m * m;
}

/** One application on a triangle. */
export function triangleCost({ d, lead, terms }: TrianglePlan): number {
  const { triangle } = RATES;
  const first = triangle.diagonal + (lead.kind === LEAD_DIAGONAL ? 0 : triangle.coupled) + lead.jumps * triangle.jump;
  const rest = terms.reduce((sum, { kind }) => sum + triangle[TERM_RATES[kind]], 0);
  return d * d * (first + rest) + triangle.row * d * (1 + 0.5 * terms.length) + 50;
}

/** One pass of a series over a state of `length` doubles. */
export function passCost(length: number): number {
  return RATES.pass * length;
}

/** What a run needs besides applications of the generator. */
export interface RunShape {
  /** Doubles of a state vector, all copies. */
  readonly length: number;
  readonly outputs: number;
  readonly functionals: number;
  readonly functionalTerms: number;
  readonly storeStates: boolean;
}

/** One term of a series besides its application. */
export function termCost({ length, functionals, functionalTerms }: RunShape): number {
  return passCost(length) + RATES.observable * functionalTerms + 5 * functionals + 10;
}

/**
 * What one term of a Faber series is to be compared with in a Krylov space: its share of applications (about three quarters as many), of
 * orthogonalisation (fifteen vectors on average, once or twice) and of the small exponential.
 */
export function krylovTermCost(application: number, shape: RunShape): number {
  return 0.75 * (application + RATES.orthogonalisation * shape.length + RATES.smallExponential) + 10;
}

/** One term of a series at one output time. */
export function outputTermCost({ length, functionals, storeStates }: RunShape): number {
  return RATES.term + RATES.functional * functionals + (storeStates ? RATES.stored * length : 0);
}

/** Cost of one term of a series at one output time, relative to a term of the series itself. */
export function outputCost(application: number, shape: RunShape): number {
  return outputTermCost(shape) / (application + termCost(shape));
}

/** The propagator exp(L dt) of an n x n matrix. */
export function propagatorCost(n: number, norm: number): number {
  const products = 6 + Math.max(0, Math.ceil(Math.log2(Math.min(norm, Number.MAX_VALUE)) - Math.log2(0.78)));
  return (products * 2 * n ** 3) / RATES.realProduct + 10 * n * n;
}

/** An output time of a series besides its terms. */
export function outputStartCost({ functionals }: RunShape): number {
  return functionals > 0 ? RATES.output : 0;
}

/** One interval with a propagator that is known. */
export function propagationCost(n: number, { functionalTerms, functionals }: RunShape): number {
  return (2 * n * n) / RATES.propagator + RATES.observable * functionalTerms + 5 * functionals + 40;
}

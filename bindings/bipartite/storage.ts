/**
 * Correlation storage: the special initial states whose correlation changes, and energy with it, while both local states stand still. The question that
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021) end with.
 *
 * Around a steady state pi a state pi + chi keeps both local states for all time if and only if chi lies in N, the largest subspace of
 * {X: Tr_B X = Tr_A X = 0} that L maps into itself: the unobservable subspace of control theory (Wonham, Linear Multivariable Control, section 3.2).
 * @module
 */
import { InvalidArgumentError, OutsideStorageError } from "../errors.ts";
import { exponentialReal } from "../kernel/dense.ts";
import { eigenvaluesReal } from "../kernel/real-schur.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Complex } from "../operators/complex.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { dot } from "../operators/vectors.ts";
import { checkDensityMatrix } from "../solvers/checks.ts";
import { type Capacity, capacityOf, ROUNDING } from "./capacity.ts";
import { Coordinates, type GeneratorParts } from "./coordinates.ts";
import { reducedStates } from "./energies.ts";
import { type Invisible, invisible } from "./invisible.ts";
import { concatenated, normBound, rowTimes } from "./small.ts";
import { JUST_UNIQUE, type Steady, steadyOf } from "./steady.ts";
import type { BipartiteSystem } from "./system.ts";

/** Options of {@link BipartiteSystem.storage}. */
export interface StorageOptions {
  /** The steady state to start from; needed where there are several. Default: the product of the thermal states where that is steady, else
   * the only steady state. */
  steady?: Operator | undefined;
  /**
   * What counts as zero in decisions on ranks, beside the part of L that they are about: between 0 and 1. Default 1e-12; in the search for
   * steady states, for differences of frequencies, and where parts of L of different strengths are weighed against one another, rounding. To be
   * given where the operators are known to few digits.
   */
  tol?: number | undefined;
}

/** A state pi + chi(t) of the family, and what its parts see of it. */
export interface StoredState {
  /** The time. */
  readonly t: number;
  /** pi + chi(t) */
  readonly rho: HermitianOperator;
  /** chi(t) = exp(L t) chi(0) */
  readonly chi: HermitianOperator;
  /** Tr_B rho and Tr_A rho: the same at all times. */
  readonly A: Operator;
  /** The state of B. */
  readonly B: Operator;
  /** Tr[V chi(t)]: the energy that is left in the correlation, beyond that of the steady state. U_chi has changed by as much as this has. */
  readonly stored: number;
}

/** What {@link BipartiteSystem.storage} finds. */
export interface Storage {
  /** Dimension of N, over the real numbers of the Hermitian operators in it. */
  readonly dimension: number;
  /** Dimension of {X: Tr_B X = Tr_A X = 0}, (dA² - 1)(dB² - 1). */
  readonly kernelDimension: number;
  /** An orthonormal basis of N (Tr[X_j X_k] = 1 if j = k, else 0). */
  readonly basis: readonly HermitianOperator[];
  /** Eigenvalues of L on N, the slowest decay first. */
  readonly modes: readonly Complex[];
  /** Frobenius norm of the projection of V onto N: 0 when nothing that is stored has energy. */
  readonly weight: number;
  /** The steady state pi. */
  readonly steadyState: HermitianOperator;
  /** Whether pi was given, is the product of the thermal states of the baths, or was found as the kernel of L. */
  readonly steadySource: Steady["source"];
  /** The largest and the smallest Tr[V chi] over all states pi + chi, chi in N: what a state gives away (or, where negative, takes up) through
   * correlation alone if all of it decays. */
  readonly capacity: Capacity;
  /** States pi + chi that reach them; positive to rounding. */
  readonly states: {
    /** That of the largest Tr[V chi]. */
    readonly max: HermitianOperator;
    /** That of the smallest. */
    readonly min: HermitianOperator;
  };
  /**
   * The decisions that led to N, in units of the part of L that they are about (local Hamiltonians, local jumps, coupling): the smallest singular value
   * or difference of frequencies that was taken for more than zero (Infinity when there was none: nothing couples), and the largest that was taken
   * for zero. `safe` when the two are far apart, beside what rounding does; otherwise `warnings` say so, and the verdict.
   */
  readonly rankGap: Invisible["rankGap"];
  /** What of this is uncertain, in words; empty when nothing is. */
  readonly warnings: readonly string[];
  /** What this means, in words. */
  readonly verdict: string;
  /**
   * The state at a time, by the exponential of L on N: no integration.
   * @param t time since the start, >= 0
   * @param start the state pi + chi(0), or `"max"` or `"min"`; default `"max"`
   * @throws {@link OutsideStorageError} chi(0) does not lie in N; {@link NotDensityMatrixError}, {@link DimensionMismatchError},
   * {@link InvalidArgumentError}
   */
  evolve(t: number, start?: Operator | "max" | "min"): StoredState;
}

/** Largest dA·dB: L has (dA·dB)⁴ numbers. */
const LARGEST = 24;
/** Beside the baths, a rate of decay that is none. */
const DECAY = 1e-9;
/** How far chi(0) may be from N. */
const START_TOLERANCE = 1e-8;

/** See {@link BipartiteSystem.storage}. */
export function storageOf(system: BipartiteSystem, options: StorageOptions): Storage {
  const where = "storage";
  checkKeys(options, ["steady", "tol"], where);
  const { tol } = options;
  if (tol !== undefined && !(tol > 0 && tol < 1))
    throw new InvalidArgumentError(`${where}: tol`, tol, "a number between 0 and 1");
  if (system.driven) {
    throw new InvalidArgumentError(
      `${where}: the Hamiltonian`,
      "one that depends on time",
      "one that does not, for nothing is steady otherwise; system.at(t).storage() takes it as it is at a time",
    );
  }
  const { H, V } = system;
  if (H.size > LARGEST) {
    throw new InvalidArgumentError(`${where}: dA·dB`, H.size, `at most ${LARGEST}`);
  }
  const coordinates = new Coordinates(system);
  const parts = coordinates.generator();
  const { pi, source, next } = steadyOf(system, options.steady, coordinates, parts.whole, tol);
  const { rows, rankGap, warnings: doubts } = invisible(coordinates, parts, tol);
  const warnings = [
    ...(next < JUST_UNIQUE
      ? [
          `The steady state is only just unique: the next singular value of L, balanced, is ${next.toExponential(1)}; it is known to fewer digits than usual.`,
        ]
      : []),
    ...doubts,
  ];
  const generator = restricted(parts.whole, rows, coordinates.count);
  const basis = rows.map((row) => coordinates.operator(row));
  const weights = Float64Array.from(basis, (chi) => traceOfProduct(V, chi).re);
  const { capacity, max, min } = capacityOf(pi, reducedStates(system, pi), V, basis);
  const states = { max: pi.add(max), min: pi.add(min) };
  const modes = modesOf(generator, rows.length);
  const dimension = rows.length;
  const projected = Math.hypot(...weights);
  const weight = projected > ROUNDING * V.norm() ? projected : 0;
  const { kernel: kernelDimension } = coordinates;
  return Object.freeze({
    dimension,
    kernelDimension,
    basis,
    modes,
    weight,
    steadyState: pi,
    steadySource: source,
    capacity,
    states,
    rankGap,
    warnings,
    verdict: [
      verdictOf({ dimension, kernelDimension, modes, capacity, slow: slowest(parts, coordinates.count) }),
      ...warnings,
    ].join(" "),
    evolve(t: number, start: Operator | "max" | "min" = "max"): StoredState {
      if (!(t >= 0 && Number.isFinite(t))) throw new InvalidArgumentError("evolve: t", t, "a finite time >= 0");
      const x0 =
        start === "max" || start === "min"
          ? coordinatesIn(rows, coordinates.of(start === "max" ? max : min)).x
          : startIn(start, pi, coordinates, rows);
      const x = dimension === 0 ? x0 : rowTimes(x0, exponentialReal(dimension, generator, t));
      const chi = coordinates.operator(rowTimes(x, concatenated(rows, coordinates.kernel)));
      const rho = pi.add(chi);
      return { t, rho, chi, ...reducedStates(system, rho), stored: dot(x, weights) };
    },
  });
}

/** chi(0) of a start in the basis of N. */
function startIn(
  start: Operator,
  pi: HermitianOperator,
  coordinates: Coordinates,
  rows: readonly Float64Array[],
): Float64Array {
  const where = "evolve: start";
  if (!(start instanceof Operator)) throw new InvalidArgumentError(where, start, 'an Operator, "max" or "min"');
  const rho = checkDensityMatrix(start, pi.dims, where);
  const { x, distance } = coordinatesIn(rows, coordinates.of(rho.sub(pi)));
  if (distance > START_TOLERANCE) throw new OutsideStorageError(where, distance, START_TOLERANCE);
  return x;
}

/** Coordinates of the projection of an operator onto N, and its distance from it. */
function coordinatesIn(rows: readonly Float64Array[], x: Float64Array): { x: Float64Array; distance: number } {
  const projection = Float64Array.from(rows, (row) => dot(row, x));
  const rest = x.slice();
  rows.forEach((row, k) => {
    row.forEach((value, j) => {
      rest[j]! -= projection[k]! * value;
    });
  });
  return { x: projection, distance: Math.hypot(...rest) };
}

/** Row j: the image of basis vector j of N in this basis. */
function restricted(images: Float64Array, rows: readonly Float64Array[], count: number): Float64Array {
  const n = rows.length;
  const out = new Float64Array(n * n);
  rows.forEach((row, j) => {
    const image = rowTimes(row, images.subarray(0, row.length * count));
    rows.forEach((other, k) => {
      out[j * n + k] = dot(other, image);
    });
  });
  return out;
}

function modesOf(generator: Float64Array, n: number): Complex[] {
  if (n === 0) return [];
  return eigenvaluesReal(n, generator).sort((a, b) => b.re - a.re || b.im - a.im);
}

/** Slower than this is no decay: nothing beside the baths, or rounding. */
function slowest({ local, shared, whole }: GeneratorParts, count: number): number {
  const [strength, all] = [local.map((x, k) => x + shared[k]!), whole].map((images) => normBound(count, images)) as [
    number,
    number,
  ];
  return Math.max(DECAY * strength, 16 * Number.EPSILON * all);
}

function verdictOf(found: {
  dimension: number;
  kernelDimension: number;
  modes: readonly Complex[];
  capacity: Capacity;
  slow: number;
}): string {
  const { dimension, kernelDimension, modes, capacity, slow } = found;
  if (dimension === 0) {
    return "No correlation is invisible to both parts for all time: whatever correlation a state has, it moves a local state.";
  }
  const space = `Correlations in a space of ${dimension} dimensions (of ${kernelDimension} without local traces) evolve while both local states stand still.`;
  const { max, min, gap } = capacity;
  if (max <= gap && -min <= gap)
    return `${space} None of them holds interaction energy: no state exchanges energy through correlation alone.`;
  const stays = modes[0]!.re > -slow ? " Some of them never decay." : "";
  return `${space} Through correlation alone a state can give away at most ${max.toPrecision(7)} and take up at most ${(-min).toPrecision(7)}.${stays}`;
}

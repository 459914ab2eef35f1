/**
 * Correlation storage: the special initial states whose correlation changes, and energy with it, while both local states stand still. The question that
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021) end with.
 *
 * Around a steady state pi a state pi + chi keeps both local states for all time if and only if chi lies in N, the largest subspace of
 * {X: Tr_B X = Tr_A X = 0} that L maps into itself: the unobservable subspace of control theory (Wonham, Linear Multivariable Control, section 3.2).
 * @module
 */
import {
  InvalidArgumentError,
  NotDensityMatrixError,
  NotSteadyError,
  OutsideStorageError,
  SteadyStateNotUniqueError,
} from "../errors.ts";
import { eigenvaluesHermitian, exponentialReal, schurForm, singularReal } from "../kernel/dense.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Complex } from "../operators/complex.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { checkDensityMatrix, STATE_TOLERANCE } from "../solvers/checks.ts";
import { type Capacity, capacityOf, ROUNDING } from "./capacity.ts";
import { Coordinates } from "./coordinates.ts";
import { reducedStates } from "./energies.ts";
import { thermalState } from "./gibbs.ts";
import { dot } from "./small.ts";
import type { BipartiteSystem } from "./system.ts";

/** Options of {@link BipartiteSystem.storage}. */
export interface StorageOptions {
  /** The steady state to start from; needed where there are several. Default: the product of the thermal states where that is steady, else
   * the only steady state. */
  steady?: Operator | undefined;
  /** What counts as zero beside ‖L‖: a singular value in a decision on a rank, the derivative of a steady state. Default 1e-9. */
  tol?: number | undefined;
}

/** A state pi + chi(t) of the family, and what its parts see of it. */
export interface StoredState {
  readonly t: number;
  /** pi + chi(t) */
  readonly rho: HermitianOperator;
  /** chi(t) = exp(L t) chi(0) */
  readonly chi: HermitianOperator;
  /** Tr_B rho and Tr_A rho: the same at all times. */
  readonly A: Operator;
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
  readonly steadySource: "given" | "thermal product" | "kernel of L";
  /** The largest and the smallest Tr[V chi] over all states pi + chi, chi in N: what a state gives away (or, where negative, takes up) through
   * correlation alone if all of it decays. */
  readonly capacity: Capacity;
  /** States pi + chi that reach them; positive to rounding. */
  readonly states: { readonly max: HermitianOperator; readonly min: HermitianOperator };
  /** The decisions that led to N, in units of ‖L‖: the smallest singular value that was taken for more than zero and the largest that was taken for
   * zero. A decision is safe when they are many orders apart. */
  readonly rankGap: { readonly above: number; readonly below: number };
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
const TOLERANCE = 1e-9;
/** How far chi(0) may be from N. */
const START_TOLERANCE = 1e-8;

/** See {@link BipartiteSystem.storage}. */
export function storageOf(system: BipartiteSystem, options: StorageOptions): Storage {
  const where = "storage";
  checkKeys(options, ["steady", "tol"], where);
  const { tol = TOLERANCE } = options;
  if (!(tol > 0 && tol < 1)) throw new InvalidArgumentError(`${where}: tol`, tol, "a number between 0 and 1");
  if (system.driven) {
    throw new InvalidArgumentError(
      `${where}: the Hamiltonian`,
      "one that depends on time",
      "one that does not, for nothing is steady otherwise; system.at(t).storage() takes it as it is at a time",
    );
  }
  const { HA, HB, H, V } = system;
  if (H.size > LARGEST) {
    throw new InvalidArgumentError(`${where}: dA·dB`, H.size, `at most ${LARGEST}`);
  }
  const coordinates = new Coordinates(HA.dims, HB.dims);
  const images = coordinates.images(H, system.jumps);
  const norm = normOf(images, coordinates.count);
  const limit = tol * norm;
  const { pi, source } = steadyOf(system, options.steady, coordinates, images, limit);
  const { rows, rankGap } = largestInvariant(images, coordinates, limit, norm);
  const generator = restricted(images, rows, coordinates.count);
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
    verdict: verdictOf({ dimension, kernelDimension, modes, capacity, norm }),
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

/** An upper bound of the spectral norm, at most a few times larger. */
function normOf(images: Float64Array, n: number): number {
  const rows = new Float64Array(n);
  const columns = new Float64Array(n);
  images.forEach((x, k) => {
    rows[Math.floor(k / n)]! += Math.abs(x);
    columns[k % n]! += Math.abs(x);
  });
  const most = (sums: Float64Array) => sums.reduce((a, b) => Math.max(a, b), 0);
  return Math.sqrt(most(rows) * most(columns));
}

function steadyOf(
  system: BipartiteSystem,
  given: Operator | undefined,
  coordinates: Coordinates,
  images: Float64Array,
  limit: number,
): { pi: HermitianOperator; source: Storage["steadySource"] } {
  const derivative = (pi: Operator) => Math.hypot(...rowTimes(coordinates.of(pi), images));
  if (given !== undefined) {
    const pi = checkDensityMatrix(given, system.H.dims, "storage: steady");
    const size = derivative(pi);
    if (size > limit) throw new NotSteadyError("storage: steady", size, limit);
    return { pi, source: "given" };
  }
  const product = thermalProduct(system);
  if (product && derivative(product) <= limit) return { pi: product, source: "thermal product" };
  const { count } = coordinates;
  const { values, vectors } = singularReal(count, count, images);
  const kernel = vectors.filter((_, k) => values[k]! <= limit);
  if (kernel.length !== 1) throw new SteadyStateNotUniqueError("storage", kernel.length);
  const found = coordinates.operator(kernel[0]!);
  const pi = found.scale(1 / found.tr().re);
  const least = eigenvaluesHermitian(pi)[0]!;
  if (least < -STATE_TOLERANCE)
    throw new NotDensityMatrixError("storage: the steady state", "positivity", least, STATE_TOLERANCE);
  return { pi, source: "kernel of L" };
}

/** pi_A ⊗ pi_B, where every bath is thermal and acts on one part, and those of a part have one temperature. */
function thermalProduct({ HA, HB, baths }: BipartiteSystem): HermitianOperator | undefined {
  const betaOf = (site: "A" | "B") => {
    const betas = new Set(baths.filter((bath) => bath.site === site).map(({ beta }) => beta));
    return betas.size === 1 ? [...betas][0] : undefined;
  };
  const [betaA, betaB] = [betaOf("A"), betaOf("B")];
  if (betaA === undefined || betaB === undefined || baths.some(({ site }) => site === "global")) return undefined;
  return thermalState(HA, betaA).kron(thermalState(HB, betaB));
}

/**
 * The largest L-invariant subspace of the traceless products: of a space, keep what L does not lead out of it, until that is all of it.
 * @returns an orthonormal basis, coordinates among the first `kernel`
 */
function largestInvariant(images: Float64Array, { count, kernel }: Coordinates, limit: number, norm: number) {
  let rows: Float64Array[] = Array.from({ length: kernel }, (_, k) => {
    const row = new Float64Array(kernel);
    row[k] = 1;
    return row;
  });
  let above = Number.POSITIVE_INFINITY;
  let below = 0;
  while (rows.length > 0) {
    const residual = new Float64Array(rows.length * count);
    rows.forEach((row, k) => {
      const image = rowTimes(row, images.subarray(0, kernel * count));
      const inside = image.subarray(0, kernel);
      // Twice: what is left of the first projection is rounding beside L, and must be rounding beside itself.
      for (let pass = 0; pass < 2; pass++) inside.set(without(inside, rows));
      residual.set(image, k * count);
    });
    const { values, vectors } = singularReal(rows.length, count, residual);
    const kept = vectors.filter((_, k) => values[k]! <= limit);
    for (const value of values) {
      if (value > limit) above = Math.min(above, value);
      else below = Math.max(below, value);
    }
    if (kept.length === rows.length) break;
    const basis = concatenated(rows, kernel);
    rows = kept.map((vector) => rowTimes(vector, basis));
  }
  return { rows, rankGap: norm > 0 ? { above: above / norm, below: below / norm } : { above, below } };
}

/** x but for its projection onto the span of orthonormal rows. */
function without(x: Float64Array, rows: readonly Float64Array[]): Float64Array {
  const rest = x.slice();
  for (const row of rows) {
    const along = dot(row, x);
    for (let k = 0; k < rest.length; k++) rest[k]! -= along * row[k]!;
  }
  return rest;
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
  const { T } = schurForm({
    size: n,
    forEachNonzero(visit) {
      generator.forEach((x, k) => {
        if (x !== 0) visit(Math.floor(k / n), k % n, x, 0);
      });
    },
  });
  const modes = Array.from({ length: n }, (_, k) => ({ re: T[2 * (k * n + k)]!, im: T[2 * (k * n + k) + 1]! }));
  return modes.sort((a, b) => b.re - a.re || b.im - a.im);
}

/** x·M for the rows of M, row-major. */
function rowTimes(x: Float64Array, M: Float64Array): Float64Array {
  const width = x.length === 0 ? 0 : M.length / x.length;
  const out = new Float64Array(width);
  for (let k = 0, at = 0; k < x.length; k++, at += width) {
    const factor = x[k]!;
    if (factor === 0) continue;
    for (let j = 0; j < width; j++) out[j]! += factor * M[at + j]!;
  }
  return out;
}

function concatenated(rows: readonly Float64Array[], width: number): Float64Array {
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, k) => {
    out.set(row, k * width);
  });
  return out;
}

function verdictOf(found: {
  dimension: number;
  kernelDimension: number;
  modes: readonly Complex[];
  capacity: Capacity;
  norm: number;
}): string {
  const { dimension, kernelDimension, modes, capacity, norm } = found;
  if (dimension === 0) {
    return "No correlation is invisible to both parts for all time: whatever correlation a state has, it moves a local state.";
  }
  const space = `Correlations in a space of ${dimension} dimensions (of ${kernelDimension} without local traces) evolve while both local states stand still.`;
  const { max, min, gap } = capacity;
  if (max <= gap && -min <= gap)
    return `${space} None of them holds interaction energy: no state exchanges energy through correlation alone.`;
  const stays = modes[0]!.re > -TOLERANCE * norm ? " Some of them never decay." : "";
  return `${space} Through correlation alone a state can give away at most ${max.toPrecision(7)} and take up at most ${(-min).toPrecision(7)}.${stays}`;
}

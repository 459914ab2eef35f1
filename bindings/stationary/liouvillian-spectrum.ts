/**
 * Eigenvalues and eigenmatrices of the generator.
 * @module
 */
import { ConvergenceError, InvalidArgumentError, NonFiniteError, SteadyStateNotUniqueError } from "../errors.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Complex } from "../operators/complex.ts";
import type { Jump } from "../operators/jump.ts";
import type { Operator } from "../operators/operator.ts";
import { componentsOf, graphOf } from "../plan/ordering.ts";
import { denseRows, type RealRows, transposedRows } from "../plan/rows.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";
import { type Found, nearestToZero } from "./arnoldi.ts";
import { CLUSTER, type Mode, paired } from "./biorthogonal.ts";
import { type Eigenpair, eigensystem, normalised } from "./eigenvectors.ts";
import { Equations, fullOperator, STATIONARY } from "./equations.ts";
import { slowestOf } from "./propagator.ts";
import { residualOf } from "./residuals.ts";
import { type Part, STEADY, withInverses } from "./shift-invert.ts";
import { inUnit } from "./unit.ts";

/** Options of {@link liouvillianSpectrum}. */
export interface LiouvillianSpectrumOptions {
  /** How many eigenvalues; default 6. Of a conjugate pair both are given. `Infinity`: all, with `which: "slowest"`. */
  count?: number | undefined;
  /**
   * `"slowest"`: those with the largest real parts, which decay last. `"nearest"`: those nearest to zero. Where a set of coordinates that L joins has more than 512 it is not diagonalised, unless its matrix is so full that this takes less time (up to 1333 coordinates of a full one, 2048 with `"slowest"`): Arnoldi's method, for exp(L t) or for the
   * inverse, finds some of the eigenvalues, and that no other belongs to them is what two starts say, not a proof; `"slowest"` takes a time that grows with ‖L‖ over the gap. Default: `"slowest"` where all sets are diagonalised, else `"nearest"`.
   */
  which?: "slowest" | "nearest" | undefined;
}

/** Part of the spectrum of a generator. */
export interface LiouvillianSpectrum {
  /** By decreasing real part (`"slowest"`), or by increasing modulus. */
  readonly eigenvalues: readonly Complex[];
  /** R_k with L[R_k] = lambda_k R_k, ‖R_k‖ = 1 (Frobenius). */
  readonly right: readonly Operator[];
  /** L_k with L†[L_k] = conj(lambda_k) L_k and Tr[L_k† R_k] = 1, where that is not zero: rho(t) = sum_k exp(lambda_k t) Tr[L_k† rho(0)] R_k. */
  readonly left: readonly Operator[];
  /** ‖L_k‖ ‖R_k‖, at least 1: how far an error of L, relative to 1, moves lambda_k. Without bound near an exceptional point, where eigenmatrices coalesce. */
  readonly conditions: Float64Array;
  /** ‖L[R_k] - lambda_k R_k‖, or ‖L†[L_k] - conj(lambda_k) L_k‖ / ‖L_k‖ where that is larger; of those found by Arnoldi's method at most 1e-9 ‖L‖. */
  readonly residuals: Float64Array;
  /** The smallest -Re of the eigenvalues that are given and not zero: the asymptotic decay rate, with `"slowest"`. Undefined where none is given. */
  readonly gap: number | undefined;
  /** Dimension of the kernel among those given. */
  readonly kernelDimension: number;
  /** Which eigenvalues these are. */
  readonly which: "slowest" | "nearest";
}

/** Coordinates of a set that is diagonalised whole in any case; and at most. */
const MOST_DENSE = 512;
const MOST = 2048;
/** Seconds (measured) of a diagonalisation, a cube of the coordinates; of Arnoldi's method, an element of the matrix. */
const DENSE_SECONDS = 3e-9;
const ARNOLDI_SECONDS = { nearest: 4e-6, slowest: 6e-5 };
const COUNT = 6;
/** Of ‖L‖: how far the eigenvalues of a left and a right vector may be apart. */
const SAME = 1e-8;
/** Of ‖L‖: residual of eigenmatrices that are not had by diagonalising. */
const RESIDUAL = 1e-9;
const WAYS: readonly unknown[] = ["slowest", "nearest"];

/**
 * Leading eigenvalues lambda_k of the generator L, in inverse units of time, with right and left eigenmatrices: L[R_k] = lambda_k R_k. -Re lambda_k is
 * a rate of decay, Im lambda_k an angular frequency. QuTiP's `liouvillian(H, c_ops).eigenenergies()`.
 * @param H as in {@link steadystate}
 * @param cOps as in {@link steadystate}
 * @throws {@link TooLargeError}, {@link ConvergenceError}, {@link SteadyStateNotUniqueError} (`"nearest"`, where a set is not diagonalised), {@link UnknownOptionError},
 * {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError}, {@link NonFiniteError} (elements of L overflow)
 * @example
 * liouvillianSpectrum(num(10), [destroy(10)]).eigenvalues; // 0, -1/2 ± i, -1 and so on
 */
export function liouvillianSpectrum(
  H: Operator,
  cOps: readonly Jump[] = [],
  options: LiouvillianSpectrumOptions = {},
): LiouvillianSpectrum {
  const where = "liouvillianSpectrum";
  checkKeys(options, ["count", "which"], where);
  const { count = COUNT, which } = options;
  if (which !== undefined && !WAYS.includes(which)) {
    throw new InvalidArgumentError(`${where}: which`, which, '"slowest" or "nearest"');
  }
  if (!(count === Number.POSITIVE_INFINITY || (Number.isSafeInteger(count) && count > 0))) {
    throw new InvalidArgumentError(`${where}: count`, count, "a positive integer or Infinity");
  }
  const scaled = inUnit(checkHamiltonian(H, `${where}: H`), resolveJumps(cOps, H.dims, `${where}: cOps`));
  const { jumps, unit } = scaled;
  const equations = new Equations(scaled.H, jumps, [fullOperator(H.dims)]);
  if (!Number.isFinite(equations.norm * unit)) throw new NonFiniteError(where, undefined, "elements of L overflow");
  const sets = setsOf(equations.rows);
  const whole = sets.map((rows) => isDense(equations.rows, rows, which ?? "nearest"));
  const dense = whole.every((is) => is);
  if (!dense && count === Number.POSITIVE_INFINITY) {
    throw new InvalidArgumentError(
      `${where}: coordinates that L joins`,
      sets.reduce((most, { length }) => Math.max(most, length), 0),
      `at most ${MOST_DENSE} to find all eigenvalues; a count finds some of them`,
    );
  }
  const order = which ?? (dense ? "slowest" : "nearest");
  const zero = STATIONARY * Math.max(1, H.size) * equations.norm;
  const key = (value: Complex) =>
    order === "nearest"
      ? Math.hypot(value.re, value.im)
      : Math.abs(value.re) <= zero && Math.abs(value.im) <= zero
        ? 0
        : -value.re;
  const parts = sets.map((rows, set) => {
    const matrix = submatrix(equations.rows, rows);
    return whole[set]
      ? { rows, matrix, system: eigensystem(rows.length, denseRows(matrix), count === Number.POSITIVE_INFINITY) }
      : { rows, matrix, found: fewOf({ H: scaled.H, jumps, equations, rows, matrix, where }, count, order) };
  });
  // One more than are wanted, which may be the other of a pair, and all that belong to a cluster with them.
  const keys = parts.flatMap(
    ({ system, found = [] }) => system?.values.map(key) ?? found.map(({ value }) => key(value)),
  );
  const last = Float64Array.from(keys).sort()[count] ?? Number.POSITIVE_INFINITY;
  const limit = last + zero + 2 * CLUSTER * equations.norm;
  const modes = parts.flatMap(({ rows, matrix, system, found }) => {
    const leading = system?.values.flatMap((value, k) => (key(value) <= limit ? [k] : [])) ?? [];
    const pairs = found ?? system?.pairs(leading) ?? [];
    return paired(pairs, equations.norm).map((mode) => ({ ...mode, rows, matrix }));
  });
  const sorted = modes.sort((a, b) => key(a.value) - key(b.value) || b.value.im - a.value.im);
  const chosen = sorted.slice(0, Math.min(count, sorted.length));
  // The other of a pair.
  const near = (x: Mode | undefined, y: Mode | undefined) =>
    x !== undefined &&
    y !== undefined &&
    Math.abs(x.value.im) > zero &&
    Math.hypot(x.value.re - y.value.re, x.value.im + y.value.im) <= SAME * equations.norm;
  const end = chosen.length;
  if (near(sorted[end - 1], sorted[end]) && !near(sorted[end - 2], sorted[end - 1])) chosen.push(sorted[end]!);
  const isZero = ({ value }: Mode) => Math.hypot(value.re, value.im) <= zero;
  const residuals = Float64Array.from(chosen, ({ matrix, value, right, left }) =>
    Math.max(residualOf(matrix, value, right), residualOf(transposedRows(matrix), value, left)),
  );
  const worst = residuals.reduce((a, b) => Math.max(a, b), 0);
  if (!dense && !(worst <= RESIDUAL * equations.norm)) {
    throw new ConvergenceError(
      `${where}: an eigenmatrix has a residual of ${(worst / equations.norm).toExponential(1)}, relative to L, not ${RESIDUAL} or less`,
    );
  }
  const decays = chosen.filter((mode) => !isZero(mode)).map(({ value }) => -unit * value.re);
  return {
    eigenvalues: chosen.map(({ value: { re, im } }) => ({ re: unit * re, im: unit * im })),
    right: chosen.map(({ right, rows }) => operatorOf(equations, right, rows, 1)),
    left: chosen.map(({ left, rows }) => operatorOf(equations, left, rows, -1)),
    conditions: Float64Array.from(chosen, ({ condition }) => condition),
    residuals: residuals.map((residual) => unit * residual),
    gap: decays.length > 0 ? decays.reduce((a, b) => Math.min(a, b)) : undefined,
    kernelDimension: chosen.filter(isZero).length,
    which: order,
  };
}

/** Whether it is diagonalised: also beyond {@link MOST_DENSE} where the matrix is so full that Arnoldi's method is expected to take longer. */
function isDense({ pointers }: RealRows, rows: readonly number[], which: "slowest" | "nearest"): boolean {
  if (rows.length <= MOST_DENSE) return true;
  const elements = rows.reduce((sum, row) => sum + pointers[row + 1]! - pointers[row]!, 0);
  return rows.length <= MOST && DENSE_SECONDS * rows.length ** 3 < ARNOLDI_SECONDS[which] * elements;
}

/** Sets of rows that the matrix joins. */
function setsOf(rows: RealRows): number[][] {
  const { component, count } = componentsOf(graphOf(rows));
  const sets: number[][] = Array.from({ length: count }, () => []);
  component.forEach((set, row) => {
    sets[set]!.push(row);
  });
  return sets;
}

function submatrix({ pointers, columns, values }: RealRows, rows: readonly number[]): RealRows {
  const position = new Map(rows.map((row, k) => [row, k]));
  const starts = [0];
  const kept: number[] = [];
  const numbers: number[] = [];
  for (const row of rows) {
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      kept.push(position.get(columns[k]!)!);
      numbers.push(values[k]!);
    }
    starts.push(kept.length);
  }
  return { pointers: Int32Array.from(starts), columns: Int32Array.from(kept), values: Float64Array.from(numbers) };
}

/** Some of the eigenvalues of a set that is too large to be diagonalised. */
function fewOf(part: Part, count: number, order: "slowest" | "nearest"): Eigenpair[] {
  const { matrix, equations, where } = part;
  const { norm } = equations;
  const { right, left } =
    order === "nearest"
      ? nearest(part, count)
      : {
          right: slowestOf(matrix, norm, count, where),
          left: slowestOf(transposedRows(matrix), norm, count, where),
        };
  const free = left.slice();
  const pairs = right.flatMap(({ value, vector }) => {
    if (free.length === 0) return [];
    // The left one of the same eigenvalue.
    const distance = (k: number) => Math.hypot(free[k]!.value.re - value.re, free[k]!.value.im - value.im);
    const best = free.reduce((a, _, k) => (distance(k) < distance(a) ? k : a), 0);
    if (distance(best) > SAME * norm) return [];
    return [{ value, right: vector, left: free.splice(best, 1)[0]!.vector }];
  });
  if (pairs.length < Math.min(count, right.length)) {
    throw new ConvergenceError(
      `${where}: eigenvalues of L and of its transpose differ by more than ${SAME} of its norm; they are too ill-conditioned`,
    );
  }
  return pairs;
}

/** Those nearest to zero. */
function nearest(part: Part, count: number): { right: Found[]; left: Found[] } {
  const { equations, matrix, where } = part;
  const zero = { re: 0, im: 0 };
  return withInverses(part, (kernel, inverse, stationary): Found[] => {
    const found = nearestToZero(kernel, inverse, count, where);
    const none = found.filter(({ value }) => !(Math.hypot(value.re, value.im) > STATIONARY * equations.norm));
    if (none.length > 0) {
      // Stationary is what L, or its transpose, makes nothing of, whatever an inverse says.
      const left = ({ vector }: Found) =>
        Math.min(residualOf(matrix, zero, vector), residualOf(transposedRows(matrix), zero, vector));
      if (none.some((one) => !(left(one) <= STEADY * equations.norm))) {
        throw new ConvergenceError(`${where}: L was not inverted; which: "slowest" needs no inverse`);
      }
      throw new SteadyStateNotUniqueError(where, 2, true, 'which: "slowest" is had without an inverse');
    }
    if (!stationary) return found;
    const vector = new Float64Array(2 * stationary.length);
    stationary.forEach((x, k) => {
      vector[2 * k] = x;
    });
    return [{ value: zero, vector: normalised(vector) }, ...found];
  });
}

/** sum_k x_k G_k, or with conj(x_k) for sign = -1. */
function operatorOf(equations: Equations, x: Float64Array, rows: readonly number[], sign: 1 | -1): Operator {
  const [re, im] = [new Float64Array(equations.count), new Float64Array(equations.count)];
  rows.forEach((row, k) => {
    re[row] = x[2 * k]!;
    im[row] = sign * x[2 * k + 1]!;
  });
  return equations.operator(re).add(equations.operator(im).scale({ re: 0, im: 1 }));
}

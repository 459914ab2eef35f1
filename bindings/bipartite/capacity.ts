/**
 * How much interaction energy the states pi + chi can hold beyond pi, chi in a subspace of Hermitian operators of trace 0: the largest and the
 * smallest Tr[V chi] over pi + chi >= 0, a semidefinite programme (a linear one when everything is diagonal).
 *
 * Solved along the central path of the barrier -ln det(pi + chi) by Newton steps (Boyd and Vandenberghe, Convex Optimization, chapter 11). A dual
 * point, put together from the last Newton step, bounds what any state could reach: the gap is certified, whatever the path did.
 * @module
 */
import { eigenHermitian, eigenvaluesHermitian, singularReal } from "../kernel/dense.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { dot } from "../operators/vectors.ts";
import {
  addScaled,
  cholesky,
  compress,
  fromRealCoordinates,
  invertLower,
  type Matrix,
  realCoordinates,
  reflectRows,
  sandwich,
} from "./small.ts";

/** The largest and the smallest Tr[V chi]. */
export interface Capacity {
  /** Reached by a state, and so is `min`. */
  readonly max: number;
  /** The smallest Tr[V chi]. */
  readonly min: number;
  /** No state goes beyond `max` or `min` by more than this. */
  readonly gap: number;
}

/** chi where they are reached. */
export interface Extremes {
  readonly capacity: Capacity;
  readonly max: HermitianOperator;
  readonly min: HermitianOperator;
}

/** Eigenvalue of a local state below which the level counts as empty. */
const EMPTY = 1e-14;
/** How far outside the support a direction may reach: rounding of bases. */
const OUTSIDE = 1e-9;
/** Share of V on the subspace below which it is nothing. */
export const ROUNDING = 1e-12;
/** The path ends where the gap that theory gives is this share of the norm of V on the subspace. */
const GAP = 1e-12;
/** From one point of the path to the next. */
const SHRINK = 0.1;
/** Newton decrement at which the next point of the path is aimed at; below 1 the dual point is one. */
const NEAR = 0.25;
/** Many more than are ever needed; rounding could go round in circles. */
const MAX_NEWTON = 100;
/** What is put under a pi that is singular within its support: positivity to rounding. */
const LIFT = 1e-15;
/** ‖chi‖ = ‖(pi + chi) - pi‖ is at most that. */
const LARGEST_CHI = Math.SQRT2;

/**
 * @param pi the state in the middle
 * @param locals its reduced states on A and on B
 * @param basis orthonormal, of operators whose partial traces vanish
 */
export function capacityOf(
  pi: HermitianOperator,
  locals: { readonly A: Operator; readonly B: Operator },
  V: HermitianOperator,
  basis: readonly HermitianOperator[],
): Extremes {
  const { dims, size } = pi;
  const nothing = Operator.fromTriplets(dims, []).hermitianPart();
  const none = { capacity: { max: 0, min: 0, gap: 0 }, max: nothing, min: nothing };
  const support = supportOf(locals.A, locals.B);
  const reaching = support.length < size ? within(support, basis) : basis;
  const directions = diagonalOnes(pi, V, reaching) ?? reaching;
  const c = Float64Array.from(directions, (chi) => traceOfProduct(V, chi).re);
  const scale = Math.hypot(...c);
  if (scale <= ROUNDING * V.norm()) return none;
  const programme: Programme = {
    size: support.length,
    start: lifted(compress(pi.toDense(), size, support), support.length),
    directions: directions.map((chi) => compress(chi.toDense(), size, support)),
  };
  const centre = follow(programme, c, Number.POSITIVE_INFINITY, new Float64Array(c.length));
  const [upper, lower] = [1, -1].map((sign) => {
    const target = c.map((value) => (sign * value) / scale);
    const { x, value, bound } = maximise(programme, target, centre.x);
    // The path comes close to pi from inside; pi itself is a state, too.
    if (value <= 0) return { chi: nothing, value: 0, gap: scale * Math.max(0, bound) };
    const chi = combined(directions, x);
    return { chi, value: sign * scale * value, gap: scale * Math.max(0, bound - value) };
  });
  return {
    capacity: { max: upper!.value, min: lower!.value, gap: Math.max(upper!.gap, lower!.gap) },
    max: upper!.chi,
    min: lower!.chi,
  };
}

/** S(x) = start + sum_k x_k directions_k >= 0. */
interface Programme {
  readonly size: number;
  readonly start: Matrix;
  readonly directions: readonly Matrix[];
}

/**
 * Every pi + chi has the local states of pi, so that it lives where they do: vectors that span supp(pi_A) ⊗ supp(pi_B). Without this nothing
 * would lie inside the cone at zero temperature.
 */
function supportOf(A: Operator, B: Operator): Float64Array[] {
  const [a, b] = [A, B].map((local) => {
    const { values, vectors } = eigenHermitian(local);
    return vectors.filter((_, k) => values[k]! > EMPTY);
  });
  if (a!.length === A.size && b!.length === B.size) {
    // All of the space; no rotation, no rounding.
    return Array.from({ length: A.size * B.size }, (_, k) => {
      const vector = new Float64Array(2 * A.size * B.size);
      vector[2 * k] = 1;
      return vector;
    });
  }
  return a!.flatMap((x) => b!.map((y) => productKet(x, y)));
}

function productKet(x: Float64Array, y: Float64Array): Float64Array {
  const out = new Float64Array((x.length * y.length) / 2);
  for (let i = 0, k = 0; i < x.length; i += 2) {
    for (let j = 0; j < y.length; j += 2, k += 2) {
      out[k] = x[i]! * y[j]! - x[i + 1]! * y[j + 1]!;
      out[k + 1] = x[i]! * y[j + 1]! + x[i + 1]! * y[j]!;
    }
  }
  return out;
}

/** The part of a subspace that does not reach out of the support: an orthonormal basis of it. */
function within(support: readonly Float64Array[], basis: readonly HermitianOperator[]): HermitianOperator[] {
  if (basis.length === 0) return [];
  const { dims, size } = basis[0]!;
  const length = 2 * size ** 2;
  const projector = Operator.dense(dims, projectorOn(support));
  const outside = new Float64Array(basis.length * length);
  basis.forEach((chi, k) => {
    outside.set(chi.sub(projector.mul(chi).mul(projector)).toDense(), k * length);
  });
  const { values, vectors } = singularReal(basis.length, length, outside);
  return vectors.filter((_, k) => values[k]! <= OUTSIDE).map((vector) => combined(basis, vector));
}

/**
 * Where pi is diagonal, the off-diagonal part of V has no weight on the subspace, and the subspace contains the diagonal part of each of its operators:
 * the diagonal of a best state is a best state too, so that diagonal directions suffice and the programme is linear. Undefined elsewhere.
 */
function diagonalOnes(
  pi: HermitianOperator,
  V: HermitianOperator,
  basis: readonly HermitianOperator[],
): readonly HermitianOperator[] | undefined {
  const { size } = pi;
  if (basis.length === 0 || offDiagonal(pi) > EMPTY) return undefined;
  const crossing = basis.map((chi) => {
    let sum = 0;
    V.forEachNonzero((row, column, re, im) => {
      if (row === column) return;
      const other = chi.get(row, column);
      sum += re * other.re + im * other.im;
    });
    return sum;
  });
  if (Math.hypot(...crossing) > ROUNDING * V.norm()) return undefined;
  const diagonals = Float64Array.from({ length: basis.length * size }, (_, k) => {
    const place = k % size;
    return basis[Math.floor(k / size)]!.get(place, place).re;
  });
  // Cosines of the angles between the subspace and the diagonal operators.
  const { values, vectors } = singularReal(basis.length, size, diagonals);
  if (values.some((cos) => cos > OUTSIDE && cos < 1 - OUTSIDE)) return undefined;
  const found = vectors.filter((_, k) => values[k]! > OUTSIDE).map((vector) => combined(basis, vector));
  return found.every((chi) => offDiagonal(chi) <= OUTSIDE) ? found : undefined;
}

function offDiagonal(operator: Operator): number {
  let largest = 0;
  operator.forEachNonzero((row, column, re, im) => {
    if (row !== column) largest = Math.max(largest, Math.hypot(re, im));
  });
  return largest;
}

function combined(basis: readonly HermitianOperator[], weights: Float64Array): HermitianOperator {
  const data = new Float64Array(2 * basis[0]!.size ** 2);
  basis.forEach((chi, k) => {
    addScaled(data, weights[k]!, chi.toDense());
  });
  return Operator.dense(basis[0]!.dims, data).hermitianPart();
}

function projectorOn(vectors: readonly Float64Array[]): Float64Array {
  const n = vectors[0]!.length / 2;
  const out = new Float64Array(2 * n * n);
  for (const v of vectors) {
    for (let i = 0, k = 0; i < n; i++) {
      for (let j = 0; j < n; j++, k += 2) {
        out[k]! += v[2 * i]! * v[2 * j]! + v[2 * i + 1]! * v[2 * j + 1]!;
        out[k + 1]! += v[2 * i + 1]! * v[2 * j]! - v[2 * i]! * v[2 * j + 1]!;
      }
    }
  }
  return out;
}

function lifted(start: Matrix, n: number): Matrix {
  const least = eigenvaluesHermitian(Operator.dense([n], start).hermitianPart())[0]!;
  if (least >= LIFT) return start;
  return start.map((value, k) => (k % (2 * n + 2) === 0 ? value + LIFT - least : value));
}

/** The largest c·x, and a bound that no x exceeds; ‖c‖ = 1. */
function maximise(programme: Programme, c: Float64Array, centre: Float64Array) {
  let x = centre;
  let best = { x, value: dot(c, x), bound: Number.POSITIVE_INFINITY };
  for (let mu = 1; ; mu *= SHRINK) {
    const last = mu * programme.size <= GAP;
    const point = follow(programme, c, mu, x);
    x = point.x;
    const found = { x, value: dot(c, x), bound: point.bound };
    // Where rounding stops the path, the point before may be certified better.
    if (found.bound - found.value < best.bound - best.value) best = found;
    if (last || point.stuck) return best;
  }
}

interface Point {
  readonly x: Float64Array;
  /** No feasible c·x is larger. */
  readonly bound: number;
  /** Whether rounding kept it from the path. */
  readonly stuck: boolean;
}

/** Newton steps towards the least -c·x/mu - ln det S(x), from a point with S(x) > 0. */
function follow(programme: Programme, c: Float64Array, mu: number, from: Float64Array): Point {
  let x = from;
  let factor = factorOf(programme, x)!;
  for (let count = 0; ; count++) {
    const { dx, images, decrement } = newtonStep(programme, c, mu, factor.inverse);
    const bound = Number.isFinite(mu)
      ? dualBound(programme, c, mu, factor.inverse, images, dx)
      : Number.POSITIVE_INFINITY;
    if (decrement <= NEAR) return { x, bound, stuck: false };
    const value = (at: Float64Array, logDet: number) => -dot(c, at) / mu - logDet;
    const now = value(x, factor.logDet);
    let step = 1;
    let next: ReturnType<typeof factorOf>;
    let moved: Float64Array;
    do {
      moved = x.map((at, k) => at + step * dx[k]!);
      next = factorOf(programme, moved);
      // A quarter of what the slope promises.
      if (next && value(moved, next.logDet) <= now - 0.25 * step * decrement ** 2) break;
      next = undefined;
      step /= 2;
    } while (step > 1e-10);
    if (!next || count === MAX_NEWTON) return { x, bound, stuck: true };
    x = moved;
    factor = next;
  }
}

/** S(x) = L L†; undefined unless it is positive definite. */
function factorOf({ size, start, directions }: Programme, x: Float64Array) {
  const S = start.slice();
  directions.forEach((direction, k) => {
    addScaled(S, x[k]!, direction);
  });
  const L = cholesky(size, S);
  if (!L) return undefined;
  let logDet = 0;
  for (let k = 0; k < size; k++) logDet += 2 * Math.log(L[2 * (k * size + k)]!);
  return { inverse: invertLower(size, L), logDet };
}

/**
 * With W_k = L⁻¹ N_k L⁻†: slope -c_k/mu - Tr W_k, curvature Tr[W_j W_k]. The curvature is never formed: close to the boundary of the cone the
 * W_k differ by 1/mu in size, and its square would lose the small ones. With W = R Q, Q of orthonormal rows, R Rᵀ dx = c/mu + Tr W.
 * @returns `images`: row k, the real coordinates of W_k; `decrement`: ‖sum_k dx_k W_k‖
 */
function newtonStep({ size, directions }: Programme, c: Float64Array, mu: number, inverse: Matrix) {
  const n = directions.length;
  const width = size ** 2;
  const images = new Float64Array(n * width);
  directions.forEach((direction, k) => {
    realCoordinates(size, sandwich(size, inverse, direction), images.subarray(k * width, (k + 1) * width));
  });
  // Row n: the identity; it becomes Q·1, and R Q·1 = Tr W.
  const work = new Float64Array((n + 1) * width);
  work.set(images);
  work.fill(1, n * width, n * width + size);
  reflectRows(work, n, width);
  const y = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let along = c[j]! / mu;
    for (let k = 0; k < j; k++) along -= work[j * width + k]! * y[k]!;
    y[j] = along / work[j * width + j]!;
  }
  for (let j = 0; j < n; j++) y[j]! += work[n * width + j]!;
  const decrement = Math.sqrt(dot(y, y));
  for (let j = n - 1; j >= 0; j--) {
    y[j]! /= work[j * width + j]!;
    for (let k = 0; k < j; k++) y[k]! -= work[j * width + k]! * y[j]!;
  }
  return { dx: y, images, decrement };
}

/** sum_k x_k row_k */
function combination(rows: Float64Array, x: Float64Array): Float64Array {
  const width = rows.length / x.length;
  const out = new Float64Array(width);
  for (let k = 0, at = 0; k < x.length; k++) {
    for (let i = 0; i < width; i++, at++) out[i]! += x[k]! * rows[at]!;
  }
  return out;
}

/**
 * For any Z >= 0 with Tr[Z N_k] = -c_k, c·x = -Tr[Z (S - start)] <= Tr[Z start]. Z = mu L⁻†(1 - sum_k dx_k W_k)L⁻¹ is such a Z but for
 * rounding: what it lacks of the equations is bounded by ‖chi‖, and a multiple of 1 that makes it positive costs its trace, for Tr N_k = 0.
 */
function dualBound(
  { size, start, directions }: Programme,
  c: Float64Array,
  mu: number,
  inverse: Matrix,
  images: Float64Array,
  dx: Float64Array,
): number {
  const inner = combination(images, dx).map((value, k) => mu * ((k < size ? 1 : 0) - value));
  const Z = sandwich(size, inverse, fromRealCoordinates(size, inner), true);
  const least = eigenvaluesHermitian(Operator.dense([size], Z).hermitianPart())[0]!;
  const traceWith = (M: Matrix) => dot(Z, M);
  const defect = Math.hypot(...directions.map((direction, k) => traceWith(direction) + c[k]!));
  let trace = 0;
  for (let k = 0; k < size; k++) trace += start[2 * (k * size + k)]!;
  return traceWith(start) + LARGEST_CHI * defect + Math.max(0, -least) * trace;
}

/**
 * Where the spectrum of a generator lies: an ellipse in the left half plane that touches the origin, with real semi-axis `a`
 * (centre -a) and imaginary semi-axis `b`, from the field of values of a small Arnoldi projection of a random vector. An estimate:
 * whoever relies on it must notice when it is too small.
 */
import { axpy, dot, norm, scale } from "../complex/vector";
import { eigenHermitian } from "../linalg/hermitian";
import { arenaAllocate, arenaAvailable, arenaMark, arenaRelease } from "../memory";
import { apply, randomState, Superoperator, vectorLength } from "../superoperator/superoperator";


@unmanaged
export class Ellipse {
  /** Real semi-axis. */
  a: f64;
  /** Imaginary semi-axis. */
  b: f64;
}

/** Dimension of the projection, and what it may shrink to where memory is short. */
const DIMENSION: i32 = 16;
const LEAST_DIMENSION: i32 = 6;
/** The field of values of a projection lies inside that of the generator: by how much, roughly. */
const MARGIN: f64 = 1.15;
/** No flatter than this: a spectrum on a line still has a width in rounding, and a generator that is not normal more than that. */
const FLATNESS: f64 = 0.01;

/** Bytes that `estimateEllipse` needs for a while. */
export function ellipseBytes(length: f64): f64 {
  return <f64>(LEAST_DIMENSION + 1) * (length * 8 + 64) + 65536;
}

/** Returns the number of applications of the generator; 0 when memory does not suffice. */
export function estimateEllipse(s: Superoperator, ellipse: Ellipse): i32 {
  const mark = arenaMark();
  const applications = project(s, ellipse);
  arenaRelease(mark);
  return applications;
}

/** Arnoldi: h = V^T L V, orthonormal V that begins with a random state. */
function project(s: Superoperator, ellipse: Ellipse): i32 {
  const n = vectorLength(s);
  const bytes = (<usize>n) << 3;
  const room = arenaAvailable() / bytes;
  const m = room > <usize>DIMENSION + 2 ? DIMENSION : max(LEAST_DIMENSION, <i32>room - 2);
  const basis = arenaAllocate(<usize>(m + 1) * bytes);
  const h = arenaAllocate((<usize>(m * m)) << 3);
  const matrix = arenaAllocate((<usize>(2 * m * m)) << 3);
  const values = arenaAllocate((<usize>m) << 3);
  const scratch = arenaAllocate((<usize>(6 * m)) << 3);
  if (basis == 0 || h == 0 || matrix == 0 || values == 0 || scratch == 0) return 0;
  randomState(s, basis);
  scale(basis, 1 / norm(basis, n), n);
  let size = m;
  for (let j = 0; j < m; j++) {
    const next = basis + <usize>(j + 1) * bytes;
    apply(s, basis + <usize>j * bytes, next);
    const image = norm(next, n);
    for (let i = 0; i <= j; i++) {
      const v = basis + <usize>i * bytes;
      const overlap = dot(v, next, n);
      axpy(next, -overlap, v, n);
      store<f64>(h + ((<usize>(i * m + j)) << 3), overlap);
    }
    const left = norm(next, n);
    if (!(left > 1e-10 * image)) {
      // An invariant subspace: for a random vector, all there is.
      size = j + 1;
      break;
    }
    if (j + 1 < m) store<f64>(h + ((<usize>((j + 1) * m + j)) << 3), left);
    scale(next, 1 / left, n);
  }
  // The symmetric part of the projection bounds the real parts, the antisymmetric one (times i) the imaginary parts.
  const a = MARGIN * 0.5 * extent(h, m, size, 1, matrix, values, scratch);
  const b = MARGIN * extent(h, m, size, -1, matrix, values, scratch);
  if (isNaN(a) || isNaN(b)) return 0;
  ellipse.a = Math.max(a, FLATNESS * b);
  ellipse.b = Math.max(b, FLATNESS * a);
  return size;
}

/** Minus the smallest eigenvalue of (h + h^T)/2, sign = 1, or of i(h - h^T)/2, sign = -1. */
function extent(h: usize, m: i32, size: i32, sign: f64, matrix: usize, values: usize, scratch: usize): f64 {
  const plane = (<usize>(size * size)) << 3;
  memory.fill(matrix, 0, plane << 1);
  const part = matrix + (sign > 0 ? 0 : plane);
  let largest: f64 = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = 0.5 * (element(h, m, i, j) + sign * element(h, m, j, i));
      store<f64>(part + ((<usize>(i * size + j)) << 3), value);
      largest = Math.max(largest, Math.abs(value));
    }
  }
  if (largest == 0) return 0;
  scale(part, 1 / largest, size * size);
  return eigenHermitian(size, matrix, values, 0, scratch) != 0 ? NaN : Math.max(0, -load<f64>(values)) * largest;
}

// @ts-ignore: decorator
@inline
function element(h: usize, m: i32, i: i32, j: i32): f64 {
  return load<f64>(h + ((<usize>(i * m + j)) << 3));
}

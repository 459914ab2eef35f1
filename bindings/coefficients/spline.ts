/**
 * Interpolating splines as piecewise polynomials (de Boor, A Practical Guide to Splines, chapters IX, X and XIII).
 * @module
 */

/**
 * The spline of degree 1, 2 or 3 through v at t: its knots, and four coefficients a piece, powers of the distance from its left knot. Degree
 * 3 has its knots at the times but the second and the last but one, degree 2 halfway between times.
 */
export function interpolate(degree: number, t: Float64Array, v: Float64Array): { pieces: number; table: Float64Array } {
  const n = t.length;
  const knots = knotsOf(degree, t);
  const c = collocate(degree, knots, t, v);
  // Distinct knots are the ends of pieces.
  const ends = knots.slice(degree, n + 1);
  const pieces = ends.length - 1;
  const table = new Float64Array(pieces + 1 + 4 * pieces);
  table.set(ends);
  let coefficients = c;
  let factorial = 1;
  for (let j = 0; j <= degree; j++) {
    if (j > 0) {
      coefficients = differentiate(coefficients, knots, degree - j + 1, j);
      factorial *= j;
    }
    for (let piece = 0; piece < pieces; piece++) {
      const value = evaluate(coefficients, knots, degree - j, piece + degree, ends[piece]!);
      table[pieces + 1 + 4 * piece + j] = value / factorial;
    }
  }
  return { pieces, table };
}

/** n + degree + 1 knots, the first and the last of them degree + 1 times. */
function knotsOf(degree: number, t: Float64Array): Float64Array {
  const n = t.length;
  const inner: number[] = [];
  if (degree === 1) for (let k = 1; k < n - 1; k++) inner.push(t[k]!);
  if (degree === 2) for (let k = 1; k < n - 2; k++) inner.push((t[k]! + t[k + 1]!) / 2);
  if (degree === 3) for (let k = 2; k < n - 2; k++) inner.push(t[k]!);
  const repeated = (x: number) => new Array<number>(degree + 1).fill(x);
  return Float64Array.from([...repeated(t[0]!), ...inner, ...repeated(t[n - 1]!)]);
}

/** The knot interval of x: knots[m] <= x < knots[m + 1], the last one closed. */
function locate(knots: Float64Array, degree: number, n: number, x: number, from: number): number {
  let m = from;
  while (m < n - 1 && x >= knots[m + 1]!) m++;
  return Math.max(m, degree);
}

/** Coefficients of the B-splines: collocation, banded and totally positive, so that no pivots are needed. */
function collocate(degree: number, knots: Float64Array, t: Float64Array, v: Float64Array): Float64Array {
  const n = t.length;
  const width = 2 * degree + 1;
  // Row i holds columns i - degree … i + degree.
  const band = new Float64Array(n * width);
  let m = degree;
  for (let i = 0; i < n; i++) {
    m = locate(knots, degree, n, t[i]!, m);
    basis(knots, degree, m, t[i]!).forEach((value, k) => {
      band[width * i + (m - degree + k) - i + degree] = value;
    });
  }
  const c = v.slice();
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i <= Math.min(n - 1, k + degree); i++) {
      const factor = band[width * i + k - i + degree]! / band[width * k + degree]!;
      if (factor === 0) continue;
      for (let j = k; j <= Math.min(n - 1, k + degree); j++) {
        band[width * i + j - i + degree]! -= factor * band[width * k + j - k + degree]!;
      }
      c[i]! -= factor * c[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j <= Math.min(n - 1, k + degree); j++) c[k]! -= band[width * k + j - k + degree]! * c[j]!;
    c[k]! /= band[width * k + degree]!;
  }
  return c;
}

/** The degree + 1 B-splines that are not zero on knot interval m, at x (de Boor's recurrence). */
function basis(knots: Float64Array, degree: number, m: number, x: number): Float64Array {
  const values = new Float64Array(degree + 1);
  values[0] = 1;
  for (let p = 1; p <= degree; p++) {
    let carried = 0;
    for (let k = 0; k < p; k++) {
      const right = knots[m + k + 1]! - x;
      const left = x - knots[m + k + 1 - p]!;
      const share = values[k]! / (right + left);
      values[k] = carried + right * share;
      carried = left * share;
    }
    values[p] = carried;
  }
  return values;
}

/** Coefficients of the derivative of a spline of degree p, which has lost `order` - 1 coefficients at the left already. */
function differentiate(c: Float64Array, knots: Float64Array, p: number, order: number): Float64Array {
  const out = new Float64Array(c.length);
  for (let i = order; i < c.length; i++) {
    const width = knots[i + p]! - knots[i]!;
    out[i] = width > 0 ? (p * (c[i]! - c[i - 1]!)) / width : 0;
  }
  return out;
}

/** A spline of degree p on knot interval m. */
function evaluate(c: Float64Array, knots: Float64Array, p: number, m: number, x: number): number {
  const values = basis(knots, p, m, x);
  let sum = 0;
  for (let k = 0; k <= p; k++) sum += values[k]! * c[m - p + k]!;
  return sum;
}

/**
 * Shifted equations with a Hessenberg matrix.
 * @module
 */

/**
 * y with (i w - H) y = e_1, by rotations (Golub and Van Loan, Matrix Computations, section 5.2.5).
 * @param columns column j of H has j + 2 elements, or one fewer where it is the last
 * @returns re and im interleaved
 */
export function shiftedHessenberg(columns: readonly Float64Array[], w: number): Float64Array {
  const m = columns.length;
  // Column by column of R, after the rotations of the columns before.
  const R: Float64Array[] = [];
  const cosines = new Float64Array(m);
  // Sines are complex.
  const sines = new Float64Array(2 * m);
  const g = new Float64Array(2 * (m + 1));
  g[0] = 1;
  for (let j = 0; j < m; j++) {
    const r = shiftedColumn(columns[j]!, j, w);
    rotateColumn(r, j, cosines, sines);
    // The last equation has none below it.
    const below = j + 1 < m ? r[2 * (j + 1)]! : 0;
    const head = Math.hypot(r[2 * j]!, r[2 * j + 1]!);
    const length = Math.hypot(head, below);
    if (length > 0 && head > 0) {
      cosines[j] = head / length;
      // s with conj(s)·p = below-part: c p + s q is as long as both, -conj(s) p + c q = 0
      sines[2 * j] = ((r[2 * j]! / head) * below) / length;
      sines[2 * j + 1] = ((r[2 * j + 1]! / head) * below) / length;
    } else if (length > 0) {
      sines[2 * j] = 1;
    } else {
      cosines[j] = 1;
    }
    r[2 * (j + 1)] = below;
    r[2 * (j + 1) + 1] = 0;
    rotate(r, j, cosines[j]!, sines[2 * j]!, sines[2 * j + 1]!);
    rotate(g, j, cosines[j]!, sines[2 * j]!, sines[2 * j + 1]!);
    R.push(r);
  }
  const y = g.slice(0, 2 * m);
  for (let j = m - 1; j >= 0; j--) substitute(R[j]!, j, y);
  return y;
}

/** Column j of i w - H. */
function shiftedColumn(column: Float64Array, j: number, w: number): Float64Array {
  const r = new Float64Array(2 * (j + 2));
  for (let i = 0; i <= j + 1 && i < column.length; i++) r[2 * i] = -column[i]!;
  r[2 * j + 1]! += w;
  return r;
}

// The loops below take all the time: no array is made in them, and the elements that two rotations share stay in registers.

/** The rotations of the columns before. */
function rotateColumn(r: Float64Array, j: number, cosines: Float64Array, sines: Float64Array): void {
  let p = r[0]!;
  let q = r[1]!;
  for (let i = 0; i < j; i++) {
    const c = cosines[i]!;
    const a = sines[2 * i]!;
    const b = sines[2 * i + 1]!;
    const u = r[2 * i + 2]!;
    const v = r[2 * i + 3]!;
    r[2 * i] = c * p + a * u - b * v;
    r[2 * i + 1] = c * q + a * v + b * u;
    const next = c * u - a * p - b * q;
    q = c * v - a * q + b * p;
    p = next;
  }
  r[2 * j] = p;
  r[2 * j + 1] = q;
}

/** y_j, and what it takes from the equations above. */
function substitute(r: Float64Array, j: number, y: Float64Array): void {
  const a = r[2 * j]!;
  const b = r[2 * j + 1]!;
  const square = a * a + b * b;
  const re = (y[2 * j]! * a + y[2 * j + 1]! * b) / square;
  const im = (y[2 * j + 1]! * a - y[2 * j]! * b) / square;
  y[2 * j] = re;
  y[2 * j + 1] = im;
  for (let i = 0; i < 2 * j; i += 2) {
    const p = r[i]!;
    const q = r[i + 1]!;
    y[i]! -= p * re - q * im;
    y[i + 1]! -= p * im + q * re;
  }
}

/** x_i, x_(i+1) = c x_i + s x_(i+1), -conj(s) x_i + c x_(i+1) */
function rotate(x: Float64Array, i: number, c: number, sRe: number, sIm: number): void {
  const [p, q, u, v] = [x[2 * i]!, x[2 * i + 1]!, x[2 * i + 2]!, x[2 * i + 3]!];
  x[2 * i] = c * p + sRe * u - sIm * v;
  x[2 * i + 1] = c * q + sRe * v + sIm * u;
  x[2 * i + 2] = c * u - sRe * p - sIm * q;
  x[2 * i + 3] = c * v - sRe * q + sIm * p;
}

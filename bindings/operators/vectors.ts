/**
 * Real vectors as arrays of numbers.
 * @module
 */

/** sum_k a_k b_k */
export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  // Four sums: one would wait for itself.
  let [p, q, r, s] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < n; k += 4) {
    p += a[k]! * b[k]!;
    q += a[k + 1]! * b[k + 1]!;
    r += a[k + 2]! * b[k + 2]!;
    s += a[k + 3]! * b[k + 3]!;
  }
  for (; k < n; k++) p += a[k]! * b[k]!;
  return p + q + (r + s);
}

/** Euclidean norm. */
export function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

/**
 * Takes from x its parts along some orthonormal vectors, by Gram and Schmidt, twice: what is left of the first time is orthogonal to rounding then.
 * @param lengths what the parts measured is added to these
 */
export function orthogonalise(x: Float64Array, basis: readonly Float64Array[], lengths?: Float64Array): void {
  for (let pass = 0; pass < 2; pass++) {
    for (let k = 0; k < basis.length; k++) {
      const vector = basis[k]!;
      const along = dot(vector, x);
      for (let i = 0; i < x.length; i++) x[i]! -= along * vector[i]!;
      if (lengths) lengths[k]! += along;
    }
  }
}

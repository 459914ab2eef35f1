/**
 * Real vectors as arrays of numbers.
 * @module
 */

/** sum_k a_k b_k */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** Euclidean norm. */
export function norm(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return Math.sqrt(sum);
}

/**
 * Takes from x its parts along some orthonormal vectors, by Gram and Schmidt, twice: what is left of the first time is orthogonal to rounding then.
 * @param lengths what the parts measured is added to these
 */
export function orthogonalise(x: Float64Array, basis: readonly Float64Array[], lengths?: Float64Array): void {
  for (let pass = 0; pass < 2; pass++) {
    basis.forEach((vector, k) => {
      const along = dot(vector, x);
      for (let i = 0; i < x.length; i++) x[i]! -= along * vector[i]!;
      if (lengths) lengths[k]! += along;
    });
  }
}

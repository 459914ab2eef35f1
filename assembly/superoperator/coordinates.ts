/**
 * A superoperator as a real sparse matrix on real coordinates of Hermitian matrices: rho_ii, sqrt(2) Re rho_ij, sqrt(2) Im rho_ij
 * (i < j), in which the Euclidean norm is the Frobenius norm. The host keeps only coordinates that the initial state can reach,
 * so that symmetries, blocks and the classical case need no form of their own.
 *
 * Rows are stored in slices of four, padded to the longest of the four (SELL-4: Kreutzer et al., SIAM J. Sci. Comput. 36 (2014)
 * C401): two vector lanes never wait for a row to end, and the host orders rows by length so that little is padded.
 */
import { madd } from "../complex/simd";


@unmanaged
export class Coordinates {
  /** Slices of four rows; an even number of them. */
  slices: i32;
  /** i32 a slice: elements a row. */
  widths: usize;
  /** u32: byte offsets into x, four for each element position of a slice. */
  offsets: usize;
  /** Doubles, in the order of `offsets`. */
  values: usize;
}

/** out = A·x */
export function applyCoordinates(form: Coordinates, x: usize, out: usize): void {
  assert(x != out, "applyCoordinates: the result overlaps its argument");
  let width = form.widths;
  const stop = width + ((<usize>form.slices) << 2);
  let offsets = form.offsets;
  let values = form.values;
  for (; width != stop; width += 4, out += 32) {
    let a = f64x2.splat(0);
    let b = a;
    const end = values + ((<usize>load<i32>(width)) << 5);
    while (values != end) {
      const p = v128.load64_lane(x + load<u32>(offsets, 4), v128.load64_zero(x + load<u32>(offsets)), 1);
      const q = v128.load64_lane(x + load<u32>(offsets, 12), v128.load64_zero(x + load<u32>(offsets, 8)), 1);
      a = madd(v128.load(values), p, a);
      b = madd(v128.load(values, 16), q, b);
      offsets += 16;
      values += 32;
    }
    v128.store(out, a);
    v128.store(out, b, 16);
  }
}

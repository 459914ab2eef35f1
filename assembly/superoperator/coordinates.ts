/**
 * A superoperator as a real sparse matrix on real coordinates of Hermitian matrices: rho_ii, sqrt(2) Re rho_ij, sqrt(2) Im rho_ij
 * (i < j), in which the Euclidean norm is the Frobenius norm. The host keeps only coordinates that the initial state can reach,
 * so that symmetries, blocks and the classical case need no form of their own.
 *
 * Rows are stored in slices of four, padded to the longest of the four (SELL-4: Kreutzer et al., SIAM J. Sci. Comput. 36 (2014)
 * C401): two vector lanes never wait for a row to end, and the host orders rows by length so that little is padded.
 */
import { madd } from "../complex/simd";
import { addRowTimesMatrix, rowTimesMatrix } from "../linalg/expm";
import { applyLocal, Local } from "./local";


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
  /** Instead of all these, the transpose of a matrix that is full (linalg/expm.ts), or 0: half the memory traffic, and nothing to gather. */
  dense: usize;
  /** Instead of all these, a Local on kets, or 0. */
  local: usize;
  /** Another matrix on the same vectors, its factor included, that is added to this one; or 0. */
  next: usize;
  /** i32, 1 for each coordinate that is a population; or 0. */
  populations: usize;
  /** What the matrix counts in the sum, unless it is the first. A drive may change it. */
  factor: f64;
}

/** out = A·x, A the whole sum. */
export function applyCoordinates(form: Coordinates, x: usize, out: usize): void {
  assert(x != out, "applyCoordinates: the result overlaps its argument");
  if (form.dense != 0) rowTimesMatrix(form.slices << 2, x, form.dense, out);
  else if (form.local != 0) applyLocal(changetype<Local>(form.local), 1, x, out, false);
  else applySlices(form, x, out);
  for (let next = form.next; next != 0; next = changetype<Coordinates>(next).next) {
    const term = changetype<Coordinates>(next);
    if (term.dense != 0) addRowTimesMatrix(term.slices << 2, term.factor, x, term.dense, out);
    else if (term.local != 0) applyLocal(changetype<Local>(term.local), term.factor, x, out, true);
    else addSlices(term, term.factor, x, out);
  }
}

/** out = A·x */
// @ts-ignore: decorator
@inline
function applySlices(form: Coordinates, x: usize, out: usize): void {
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

/** out += by·A·x */
export function addSlices(form: Coordinates, by: f64, x: usize, out: usize): void {
  const factor = f64x2.splat(by);
  let width = form.widths;
  const stop = width + ((<usize>form.slices) << 2);
  let offsets = form.offsets;
  let values = form.values;
  for (; width != stop; width += 4, out += 32) {
    const end = values + ((<usize>load<i32>(width)) << 5);
    if (values == end) continue;
    let a = f64x2.splat(0);
    let b = a;
    do {
      const p = v128.load64_lane(x + load<u32>(offsets, 4), v128.load64_zero(x + load<u32>(offsets)), 1);
      const q = v128.load64_lane(x + load<u32>(offsets, 12), v128.load64_zero(x + load<u32>(offsets, 8)), 1);
      a = madd(v128.load(values), p, a);
      b = madd(v128.load(values, 16), q, b);
      offsets += 16;
      values += 32;
    } while (values != end);
    v128.store(out, madd(factor, a, v128.load(out)));
    v128.store(out, madd(factor, b, v128.load(out, 16)), 16);
  }
}

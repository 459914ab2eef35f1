/**
 * Superoperator terms that move X along its diagonals: out_ij += c_ij X_(i+shift)(j+shift), c Hermitian. A jump operator on one
 * diagonal, L = sum_i l_i |i><i + shift|, is such a term with c_ij = l_i conj(l_j): that covers a, a†, sigma_minus, sigma_z,
 * number operators, projectors and |m><n|, and all of them embedded in a composite system. Several with the same shift are one
 * term with the sum of their c; with shift 0 the diagonal of H and of sum L†L joins them. Contiguous rows, no product.
 */
import { planeBytes, rowStride } from "../complex/layout";
import { madd, nmadd } from "../complex/simd";


@unmanaged
export class ShiftTerm {
  shift: i32;
  /** Whether all l_i (all c_ij) are real: a third (half) of the work. */
  real: i32;
  /** l, planar: real parts, then imaginary parts, each padded with zeros to `paddedColumns`. */
  diagonal: usize;
  /** Distance from real to imaginary parts of `diagonal`, in bytes. */
  plane: usize;
  /** c as a matrix, instead of `diagonal`; 0 when there is none. */
  matrix: usize;
}

/** Adds the half of a term that X + X† completes to the whole: the strict upper triangle, and half of the diagonal, of one row. */
export function addTermRow(d: i32, row: i32, term: ShiftTerm, x: usize, out: usize): void {
  if (term.matrix != 0) addMatrixRow(d, row, term, x, out);
  else addJumpRow(d, row, term, x, out);
}

/** The row of a term given by its matrix c, whose rows and columns without a partner are zero. */
function addMatrixRow(d: i32, row: i32, term: ShiftTerm, x: usize, out: usize): void {
  const shift = term.shift;
  if (row + shift < 0 || row + shift >= d) return;
  const stop = d - max(0, shift);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const source = x + <usize>(row + shift) * stride + ((<usize>shift) << 3);
  const target = out + <usize>row * stride;
  const c = term.matrix + <usize>row * stride;
  const real = term.real != 0;

  addElement(source, target, plane, row, load<f64>(c + ((<usize>row) << 3)) * 0.5, 0);
  let j = row + 1;
  if ((j & 1) != 0 && j < stop) {
    const at = c + ((<usize>j) << 3);
    addElement(source, target, plane, j, load<f64>(at), real ? 0 : load<f64>(at + plane));
    j++;
  }
  if (j >= stop) return;
  const end = target + ((<usize>((stop + 1) & ~1)) << 3);
  let p = source + ((<usize>j) << 3);
  let t = target + ((<usize>j) << 3);
  let f = c + ((<usize>j) << 3);
  if (real) {
    do {
      const cr = v128.load(f);
      v128.store(t, madd(cr, v128.load(p), v128.load(t)));
      v128.store(t + plane, madd(cr, v128.load(p + plane), v128.load(t + plane)));
      p += 16;
      t += 16;
      f += 16;
    } while (t != end);
    return;
  }
  do {
    const cr = v128.load(f);
    const ci = v128.load(f + plane);
    const xr = v128.load(p);
    const xi = v128.load(p + plane);
    v128.store(t, nmadd(ci, xi, madd(cr, xr, v128.load(t))));
    v128.store(t + plane, madd(ci, xr, madd(cr, xi, v128.load(t + plane))));
    p += 16;
    t += 16;
    f += 16;
  } while (t != end);
}

/** The row of a term given by a jump operator's diagonal. */
function addJumpRow(d: i32, row: i32, jump: ShiftTerm, x: usize, out: usize): void {
  const shift = jump.shift;
  const first = max(0, -shift);
  const stop = d - max(0, shift);
  if (row < first || row >= stop) return;
  const l = jump.diagonal;
  const lPlane = jump.plane;
  const real = jump.real != 0;
  const lr = load<f64>(l + ((<usize>row) << 3));
  const li = real ? 0 : load<f64>(l + lPlane + ((<usize>row) << 3));
  if (lr == 0 && li == 0) return;
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const source = x + <usize>(row + shift) * stride + ((<usize>shift) << 3);
  const target = out + <usize>row * stride;

  // Scalar up to the next even column: the diagonal counts half, and a vector there would reach below it.
  addElement(source, target, plane, row, (lr * lr + li * li) * 0.5, 0);
  let j = row + 1;
  if ((j & 1) != 0 && j < stop) {
    const jr = load<f64>(l + ((<usize>j) << 3));
    const ji = real ? 0 : load<f64>(l + lPlane + ((<usize>j) << 3));
    addElement(source, target, plane, j, lr * jr + li * ji, li * jr - lr * ji);
    j++;
  }
  if (j >= stop) return;
  const end = target + ((<usize>((stop + 1) & ~1)) << 3);
  let p = source + ((<usize>j) << 3);
  let t = target + ((<usize>j) << 3);
  let f = l + ((<usize>j) << 3);
  const vr = f64x2.splat(lr);
  if (real) {
    do {
      const c = f64x2.mul(vr, v128.load(f));
      v128.store(t, madd(c, v128.load(p), v128.load(t)));
      v128.store(t + plane, madd(c, v128.load(p + plane), v128.load(t + plane)));
      p += 16;
      t += 16;
      f += 16;
    } while (t != end);
    return;
  }
  const vi = f64x2.splat(li);
  do {
    const fr = v128.load(f);
    const fi = v128.load(f + lPlane);
    const cr = madd(vi, fi, f64x2.mul(vr, fr));
    const ci = nmadd(vr, fi, f64x2.mul(vi, fr));
    const xr = v128.load(p);
    const xi = v128.load(p + plane);
    v128.store(t, nmadd(ci, xi, madd(cr, xr, v128.load(t))));
    v128.store(t + plane, madd(ci, xr, madd(cr, xi, v128.load(t + plane))));
    p += 16;
    t += 16;
    f += 16;
  } while (t != end);
}

/** target_j += (re + i im)·source_j */
// @ts-ignore: decorator
@inline
function addElement(source: usize, target: usize, plane: usize, j: i32, re: f64, im: f64): void {
  const p = source + ((<usize>j) << 3);
  const t = target + ((<usize>j) << 3);
  const xr = load<f64>(p);
  const xi = load<f64>(p + plane);
  store<f64>(t, load<f64>(t) + re * xr - im * xi);
  store<f64>(t + plane, load<f64>(t + plane) + re * xi + im * xr);
}

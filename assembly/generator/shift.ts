/**
 * Jump operators that sit on one diagonal: L = sum_i l_i |i><i + shift|. That covers a, a†, sigma_minus, sigma_z, number
 * operators, projectors and |m><n|, and all of them embedded in a composite system. (L X L†)_ij = l_i conj(l_j) X_(i+shift)(j+shift):
 * contiguous rows, no product.
 */
import { planeBytes, rowStride } from "../complex/layout";
import { madd, nmadd } from "../complex/simd";


@unmanaged
export class ShiftJump {
  shift: i32;
  /** Whether all l_i are real: a third of the work. */
  real: i32;
  /** l, planar: real parts, then imaginary parts, each padded with zeros to `paddedColumns` + 2. */
  diagonal: usize;
  /** Distance from real to imaginary parts of `diagonal`, in bytes. */
  plane: usize;
}

/**
 * Adds the half of L X L† that X + X† completes to the whole: the strict upper triangle, and half of the diagonal, of one row.
 * @param x the matrix L acts on; @param out where the sum is collected
 */
export function addJumpRow(d: i32, row: i32, jump: ShiftJump, x: usize, out: usize): void {
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

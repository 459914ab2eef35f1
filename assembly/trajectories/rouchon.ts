/**
 * A step of a continuous measurement that keeps density matrices positive (Rouchon and Ralph, Phys. Rev. A 91 (2015) 012118, equations (5) and (6)): rho becomes
 *   (M rho M† + h sum L rho L†) / Tr,   M = 1 + h B + sum_j dY_j a_j + sum_(j >= k) dY_j dY_k p_jk,
 * a_j = sqrt(eta_j) c_j, B = G - ½ sum a_j², p_jj = ½ a_j², p_jk = ½ (a_j a_k + a_k a_j); L are the jumps that nobody sees and what efficiency leaves of those that are measured.
 */
import { multiply, scratchBytes } from "../complex/gemm";
import { adjoint } from "../complex/hermitian";
import { matrixBytes, rowStride } from "../complex/layout";
import { axpy } from "../complex/vector";
import { arenaAllocate } from "../memory";


@unmanaged
export class Rouchon {
  d: i32;
  channelCount: i32;
  /** B, and pointers to a_j and to p_jk (k <= j): planar matrices. */
  base: usize;
  linear: usize;
  quadratic: usize;
  /** Pointers to the L. */
  quietCount: i32;
  quiet: usize;
  m: usize;
  t: usize;
  adjoint: usize;
  scratch: usize;
}

/** 0 when memory does not suffice. */
export function createRouchon(
  d: i32,
  channelCount: i32,
  base: usize,
  linear: usize,
  quadratic: usize,
  quietCount: i32,
  quiet: usize,
): usize {
  const pointer = arenaAllocate(offsetof<Rouchon>());
  if (pointer == 0) return 0;
  const r = changetype<Rouchon>(pointer);
  r.d = d;
  r.channelCount = channelCount;
  r.base = base;
  r.linear = linear;
  r.quadratic = quadratic;
  r.quietCount = quietCount;
  r.quiet = quiet;
  r.m = arenaAllocate(matrixBytes(d));
  r.t = arenaAllocate(matrixBytes(d));
  r.adjoint = arenaAllocate(matrixBytes(d));
  r.scratch = arenaAllocate(scratchBytes(d));
  return r.m != 0 && r.t != 0 && r.adjoint != 0 && r.scratch != 0 ? pointer : 0;
}

// @ts-ignore: decorator
@inline
function matrixAt(list: usize, k: i32): usize {
  return load<usize>(list + ((<usize>k) << alignof<usize>()));
}

/** out = M rho M† + h sum L rho L†, not divided by its trace. @param increments dY_j */
export function rouchonStep(r: Rouchon, h: f64, increments: usize, rho: usize, out: usize): void {
  const d = r.d;
  const n = <i32>(matrixBytes(d) >>> 3);
  memory.fill(r.m, 0, matrixBytes(d));
  axpy(r.m, h, r.base, n);
  for (let j = 0, at = 0; j < r.channelCount; j++) {
    const y = load<f64>(increments + ((<usize>j) << 3));
    axpy(r.m, y, matrixAt(r.linear, j), n);
    for (let k = 0; k <= j; k++, at++) {
      axpy(r.m, y * load<f64>(increments + ((<usize>k) << 3)), matrixAt(r.quadratic, at), n);
    }
  }
  const step = (<usize>(rowStride(d) + 1)) << 3;
  for (let i = 0, diagonal = r.m; i < d; i++, diagonal += step) store<f64>(diagonal, load<f64>(diagonal) + 1);
  sandwich(r, r.m, rho, out, false);
  for (let k = 0; k < r.quietCount; k++) sandwich(r, matrixAt(r.quiet, k), rho, out, true, h);
}

/** out = factor·A rho A†, or that added; rho is Hermitian. */
function sandwich(r: Rouchon, a: usize, rho: usize, out: usize, accumulate: bool, factor: f64 = 1): void {
  multiply(r.d, a, rho, r.t, r.scratch, false);
  adjoint(r.d, r.t, r.adjoint);
  if (!accumulate) {
    multiply(r.d, a, r.adjoint, out, r.scratch, false);
    return;
  }
  multiply(r.d, a, r.adjoint, r.t, r.scratch, false);
  axpy(out, factor, r.t, <i32>(matrixBytes(r.d) >>> 3));
}

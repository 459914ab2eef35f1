/**
 * The no-jump part L0 X = G X + X G† through the Schur form G = U T U†, in which s X - L0 X = C is triangular: (s - L0)⁻¹ for steady states, (1 - c L0)⁻¹, s = 1/c, as
 * the preconditioner of implicit methods. The Schur form is made once and serves every s.
 */
import { multiply, scratchBytes } from "../complex/gemm";
import { addAdjoint, adjoint } from "../complex/hermitian";
import { matrixBytes } from "../complex/layout";
import { scale } from "../complex/vector";
import { schur, schurScratch } from "../linalg/schur";
import { sylvester } from "../linalg/sylvester";
import { arenaAllocate } from "../memory";


@unmanaged
export class NoJump {
  d: i32;
  t: usize;
  u: usize;
  uAdjoint: usize;
  p: usize;
  q: usize;
  scratch: usize;
  /** Whether the Schur form was found. */
  ready: i32;
}

/** Bytes that `prepareNoJump` allocates at most, for a matrix of `n` doubles. */
export function noJumpBytes(n: f64): f64 {
  return 5 * (n * 8 + 64) + 40 * Math.sqrt(n) + 4096;
}

/** The no-jump part of a d x d matrix G; 0 when memory does not suffice. `scratch`: that of products, 0 for some of its own. */
export function prepareNoJump(d: i32, g: usize, scratch: usize): usize {
  const pointer = arenaAllocate(offsetof<NoJump>());
  if (pointer == 0) return 0;
  const w = changetype<NoJump>(pointer);
  const bytes = matrixBytes(d);
  w.d = d;
  w.t = arenaAllocate(bytes);
  w.u = arenaAllocate(bytes);
  w.uAdjoint = arenaAllocate(bytes);
  w.p = arenaAllocate(bytes);
  w.q = arenaAllocate(bytes);
  w.scratch = scratch != 0 ? scratch : arenaAllocate(scratchBytes(d));
  const work = arenaAllocate((<usize>schurScratch(d)) << 3);
  if (w.t == 0 || w.u == 0 || w.uAdjoint == 0 || w.p == 0 || w.q == 0 || w.scratch == 0 || work == 0) return 0;
  memory.copy(w.t, g, bytes);
  w.ready = schur(d, w.t, w.u, work) ? 1 : 0;
  adjoint(d, w.u, w.uAdjoint);
  return pointer;
}

/** out = (s - L0)⁻¹ x, both Hermitian. */
export function solveNoJump(w: NoJump, s: f64, x: usize, out: usize): void {
  const d = w.d;
  multiply(d, w.uAdjoint, x, w.p, w.scratch, false);
  multiply(d, w.p, w.u, w.q, w.scratch, false);
  sylvester(d, s, w.t, w.q);
  multiply(d, w.u, w.q, w.p, w.scratch, false);
  multiply(d, w.p, w.uAdjoint, w.q, w.scratch, false);
  // Hermitian also in rounding.
  addAdjoint(d, w.q, out);
  scale(out, 0.5, <i32>(matrixBytes(d) >> 3));
}

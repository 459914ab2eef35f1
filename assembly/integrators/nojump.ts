/**
 * The no-jump part L0 X = G X + X G† as a preconditioner: (1 - c L0)⁻¹ through the Schur form G = U T U†, in which s X - L0 X = C,
 * s = 1/c, is triangular. The Schur form is made once a run and serves every c.
 */
import { multiply } from "../complex/gemm";
import { addAdjoint, adjoint } from "../complex/hermitian";
import { matrixBytes } from "../complex/layout";
import { scale } from "../complex/vector";
import { Generator } from "../generator/generator";
import { schur, schurScratch } from "../linalg/schur";
import { sylvester } from "../linalg/sylvester";
import { arenaAllocate } from "../memory";
import { Superoperator } from "../superoperator/superoperator";


@unmanaged
export class NoJump {
  superoperator: usize;
  t: usize;
  u: usize;
  uAdjoint: usize;
  p: usize;
  q: usize;
  /** Whether the Schur form was found. */
  ready: i32;
}

/** Bytes that `prepareNoJump` allocates at most, for a superoperator of length `n`. */
export function noJumpBytes(n: f64): f64 {
  return 5 * (n * 8 + 64) + 40 * Math.sqrt(n) + 4096;
}

/** The preconditioner of a superoperator in matrix form whose G is known; 0 when memory does not suffice. */
export function prepareNoJump(s: Superoperator): usize {
  const generator = changetype<Generator>(s.data);
  assert(generator.noJump != 0, "prepareNoJump: G is not set");
  const pointer = arenaAllocate(offsetof<NoJump>());
  if (pointer == 0) return 0;
  const w = changetype<NoJump>(pointer);
  const d = generator.d;
  const bytes = matrixBytes(d);
  w.superoperator = changetype<usize>(s);
  w.t = arenaAllocate(bytes);
  w.u = arenaAllocate(bytes);
  w.uAdjoint = arenaAllocate(bytes);
  w.p = arenaAllocate(bytes);
  w.q = arenaAllocate(bytes);
  const scratch = arenaAllocate((<usize>schurScratch(d)) << 3);
  if (w.t == 0 || w.u == 0 || w.uAdjoint == 0 || w.p == 0 || w.q == 0 || scratch == 0) return 0;
  memory.copy(w.t, generator.noJump, bytes);
  w.ready = schur(d, w.t, w.u, scratch) ? 1 : 0;
  adjoint(d, w.u, w.uAdjoint);
  return pointer;
}

/** out = (1 - c L0)⁻¹ x */
export function precondition(w: NoJump, c: f64, x: usize, out: usize): void {
  const s = changetype<Superoperator>(w.superoperator);
  const generator = changetype<Generator>(s.data);
  const d = generator.d;
  const scratch = generator.scratch;
  for (let copy = 0; copy < s.copies; copy++) {
    const shift = (<usize>(copy * s.length)) << 3;
    multiply(d, w.uAdjoint, x + shift, w.p, scratch, false);
    multiply(d, w.p, w.u, w.q, scratch, false);
    sylvester(d, 1 / c, w.t, w.q);
    multiply(d, w.u, w.q, w.p, scratch, false);
    multiply(d, w.p, w.uAdjoint, w.q, scratch, false);
    // Hermitian also in rounding.
    addAdjoint(d, w.q, out + shift);
    scale(out + shift, 0.5 / c, s.length);
  }
}

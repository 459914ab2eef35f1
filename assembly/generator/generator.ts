/**
 * The GKLS generator in Hermitian matrix form. With G = -iH - ½ sum L†L,
 *   L[rho] = G rho + rho G† + sum L rho L† = X + X†,   X = G rho + ½ sum L rho L†   (rho Hermitian).
 * What moves rho along its diagonals (jumps on one diagonal; the diagonal of G) enters X row by row while the row is in cache,
 * on and above the diagonal only: X + X† supplies the rest. Any other jump takes two products from the left: T = L rho, then
 * L T† = L rho L†, of which a dense L, too, adds the half on and above the diagonal only.
 */
import { scratchBytes } from "../complex/gemm";
import { addAdjoint, adjoint } from "../complex/hermitian";
import { matrixBytes } from "../complex/layout";
import { LEFT_CSR } from "../constants";
import { arenaAllocate } from "../memory";
import { addUpperLeft, applyLeft, applyLeftRow, LeftOperator } from "./left";
import { addTermRow, ShiftTerm } from "./shift";


@unmanaged
export class Generator {
  d: i32;
  shiftCount: i32;
  leftCount: i32;
  /** G. */
  drift: usize;
  /** Array of ShiftTerm. */
  shifts: usize;
  /** Array of LeftOperator: the remaining jumps; those in CSR already divided by sqrt(2) for the ½ in X. */
  lefts: usize;
  x: usize;
  t: usize;
  tAdjoint: usize;
  /** For packed blocks of dense products. */
  scratch: usize;
  /** A Picture, when the energies are left to it; 0 when there is none. */
  picture: usize;
  /** G as a dense matrix, when an implicit method needs it; 0 otherwise. */
  noJump: usize;
}

/** A generator on d levels with room for its jumps; 0 when memory does not suffice. */
export function createGenerator(d: i32, shiftCount: i32, leftCount: i32): usize {
  const pointer = arenaAllocate(offsetof<Generator>());
  if (pointer == 0) return 0;
  const generator = changetype<Generator>(pointer);
  generator.d = d;
  generator.shiftCount = shiftCount;
  generator.leftCount = leftCount;
  generator.drift = arenaAllocate(offsetof<LeftOperator>());
  generator.shifts = arenaAllocate(<usize>shiftCount * offsetof<ShiftTerm>() + 8);
  generator.lefts = arenaAllocate(<usize>leftCount * offsetof<LeftOperator>() + 8);
  generator.scratch = arenaAllocate(scratchBytes(d));
  generator.x = arenaAllocate(matrixBytes(d));
  const general = leftCount > 0 ? matrixBytes(d) : 8;
  generator.t = arenaAllocate(general);
  generator.tAdjoint = arenaAllocate(general);
  const all =
    generator.drift != 0 &&
    generator.shifts != 0 &&
    generator.lefts != 0 &&
    generator.scratch != 0 &&
    generator.x != 0 &&
    generator.t != 0 &&
    generator.tAdjoint != 0;
  return all ? pointer : 0;
}

export function setLeft(left: LeftOperator, kind: i32, matrix: usize, columns: usize, values: usize): void {
  left.kind = kind;
  left.matrix = matrix;
  left.columns = columns;
  left.values = values;
}

/** out = L[rho] for Hermitian rho. */
export function applyGenerator(generator: Generator, rho: usize, out: usize): void {
  formHalf(generator, rho);
  addAdjoint(generator.d, generator.x, out);
}

/** X of L[rho] = X + X†, into `generator.x`. */
export function formHalf(generator: Generator, rho: usize): void {
  const d = generator.d;
  const x = generator.x;
  const drift = changetype<LeftOperator>(generator.drift);
  const shiftCount = generator.shiftCount;
  const shifts = generator.shifts;
  const sparse = drift.kind == LEFT_CSR;
  if (!sparse) applyLeft(d, drift, rho, x, generator.scratch, false);
  if (sparse || shiftCount > 0) {
    for (let row = 0; row < d; row++) {
      if (sparse) applyLeftRow(d, row, drift, rho, x, false);
      for (let k = 0; k < shiftCount; k++) {
        addTermRow(d, row, changetype<ShiftTerm>(shifts + <usize>k * offsetof<ShiftTerm>()), rho, x);
      }
    }
  }
  for (let k = 0; k < generator.leftCount; k++) {
    const jump = changetype<LeftOperator>(generator.lefts + <usize>k * offsetof<LeftOperator>());
    applyLeft(d, jump, rho, generator.t, generator.scratch, false);
    adjoint(d, generator.t, generator.tAdjoint);
    if (jump.kind == LEFT_CSR) applyLeft(d, jump, generator.tAdjoint, x, generator.scratch, true);
    else addUpperLeft(d, jump, generator.tAdjoint, x, generator.scratch);
  }
}

/**
 * The stage equation of a diagonally implicit method, (1 - c L) x = r with c = h gamma. In coordinates by LU factors, made again only when
 * the step changes; in matrix form by GMRES.
 */
import { FORM_COORDINATES } from "../constants";
import { realMatrixBytes, realStride } from "../linalg/expm";
import { factorise, solveFactorised } from "../linalg/lu";
import { arenaAllocate } from "../memory";
import { applyCoordinates, Coordinates } from "../superoperator/coordinates";
import { Superoperator } from "../superoperator/superoperator";
import { Gmres, gmres, gmresBytes, prepareGmres } from "./gmres";
import { NoJump, noJumpBytes, prepareNoJump } from "./nojump";
import { Run } from "./run";

/** Residual of a stage in units of the error allowed to the step: far enough below it not to be seen by the error estimate. */
const SHARE: f64 = 0.001;


@unmanaged
export class Implicit {
  /** In coordinates: L, the factors of 1 - c L, their pivots, their c. */
  matrix: usize;
  factors: usize;
  pivots: usize;
  c: f64;
  /** In matrix form. */
  gmres: usize;
  noJump: usize;
}

/** Bytes that `prepareImplicit` allocates at most, for a superoperator of length `n`; `direct`: in coordinates. */
export function implicitBytes(n: f64, copies: i32, direct: bool): f64 {
  if (direct) return 2 * n * (n + 8) * 8 + 16 * n + 4096;
  return gmresBytes(n * <f64>copies) + noJumpBytes(n) + 4096;
}

/** Prepares the solution of stage equations; 0 when memory does not suffice. */
export function prepareImplicit(run: Run): usize {
  const s = changetype<Superoperator>(run.superoperator);
  const pointer = arenaAllocate(offsetof<Implicit>());
  if (pointer == 0) return 0;
  const w = changetype<Implicit>(pointer);
  if (s.form != FORM_COORDINATES) {
    w.gmres = prepareGmres(run.length);
    w.noJump = w.gmres == 0 ? 0 : prepareNoJump(s);
    return w.noJump == 0 ? 0 : pointer;
  }
  const n = s.length;
  w.matrix = arenaAllocate(realMatrixBytes(n));
  w.factors = arenaAllocate(realMatrixBytes(n));
  w.pivots = arenaAllocate((<usize>n) << 2);
  const unit = arenaAllocate((<usize>n) << 3);
  if (w.matrix == 0 || w.factors == 0 || w.pivots == 0 || unit == 0) return 0;
  const stride = (<usize>realStride(n)) << 3;
  // Columns of L, written as rows and turned: `factors` is free.
  for (let j = 0; j < n; j++) {
    store<f64>(unit + ((<usize>j) << 3), 1);
    applyCoordinates(changetype<Coordinates>(s.data), unit, w.factors);
    store<f64>(unit + ((<usize>j) << 3), 0);
    for (let i = 0; i < n; i++) {
      store<f64>(w.matrix + <usize>i * stride + ((<usize>j) << 3), load<f64>(w.factors + ((<usize>i) << 3)));
    }
  }
  run.rhsEvaluations += <f64>n;
  return pointer;
}

/** Whether a new step length is dear. */
export function keepsStep(w: Implicit): bool {
  return w.factors != 0;
}

/** x = (1 - c L)⁻¹ r; x holds a guess at first. False when it was not found. */
export function solveStage(run: Run, w: Implicit, c: f64, r: usize, x: usize): bool {
  const s = changetype<Superoperator>(run.superoperator);
  if (s.form != FORM_COORDINATES) {
    const noJump = changetype<NoJump>(w.noJump);
    const tolerance = SHARE * (run.atol + run.rtol * run.norm);
    return noJump.ready != 0 && gmres(run, changetype<Gmres>(w.gmres), noJump, c, r, x, tolerance);
  }
  const n = s.length;
  // Steps differ by the rounding of the time they lead to; factors do not see that.
  if (!(Math.abs(c - w.c) <= 4 * f64.EPSILON * Math.max(c, Math.abs(run.t))) && !factorStage(n, w, c)) return false;
  memory.copy(x, r, (<usize>run.length) << 3);
  for (let copy = 0; copy < s.copies; copy++) {
    solveFactorised(n, w.factors, w.pivots, x + ((<usize>(copy * n)) << 3));
  }
  return true;
}

function factorStage(n: i32, w: Implicit, c: f64): bool {
  const stride = (<usize>realStride(n)) << 3;
  for (let i = 0; i < n; i++) {
    const row = <usize>i * stride;
    for (let j: usize = 0; j < (<usize>n) << 3; j += 8) {
      store<f64>(w.factors + row + j, -c * load<f64>(w.matrix + row + j));
    }
    const diagonal = w.factors + row + ((<usize>i) << 3);
    store<f64>(diagonal, 1 + load<f64>(diagonal));
  }
  w.c = c;
  if (factorise(n, w.factors, w.pivots)) return true;
  w.c = 0;
  return false;
}

/**
 * The stage equation of a diagonally implicit method, (1 - c L) x = r with c = h gamma. In coordinates by LU factors, made again only when
 * the step changes; in matrix form by GMRES.
 */
import { axpy } from "../complex/vector";
import { FORM_COORDINATES } from "../constants";
import { realMatrixBytes, realStride } from "../linalg/expm";
import { factorise, solveFactorised } from "../linalg/lu";
import { arenaAllocate } from "../memory";
import { applyCoordinates, Coordinates } from "../superoperator/coordinates";
import { isConstant, Superoperator } from "../superoperator/superoperator";
import { Gmres, gmres, gmresBytes, prepareGmres } from "./gmres";
import { Generator } from "../generator/generator";
import { NoJump, noJumpBytes, prepareNoJump } from "../generator/nojump";
import { derivative, Run, stateNorm, stepTolerance } from "./run";

/** Residual of a stage in units of the error allowed to the step: far enough below it not to be seen by the error estimate. */
const SHARE: f64 = 0.001;
/** The same where one more iteration with factors that are there costs next to nothing. */
const ITERATED_SHARE: f64 = 1e-5;
/** Relative difference of steps that are one to the factors: they differ by the rounding of the time they lead to. */
const SAME: f64 = 1e-12;
/** Where L changes: the same, for factors that only have to be near; iterations, and by how much each must shrink the residual. */
const NEAR: f64 = 0.2;
const ITERATIONS: i32 = 16;
const CONTRACTION: f64 = 0.3;
/** What rounding leaves of a residual. */
const ROUNDING: f64 = 8 * f64.EPSILON;


@unmanaged
export class Implicit {
  /** Whether L changes: the factors are then those of a time near by, and equations are solved by iterating with them. */
  changing: i32;
  residual: usize;
  slope: usize;
  /** In coordinates: L, the factors of 1 - c L, their pivots, their c. */
  matrix: usize;
  factors: usize;
  pivots: usize;
  unit: usize;
  c: f64;
  /** In matrix form. */
  gmres: usize;
  noJump: usize;
}

/** Bytes that `prepareImplicit` allocates at most, for a superoperator of length `n`; `direct`: in coordinates. */
export function implicitBytes(n: f64, copies: i32, direct: bool): f64 {
  if (direct) return 2 * n * (n + 8) * 8 + 16 * n + 16 * n * <f64>copies + 4096;
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
    const generator = changetype<Generator>(s.data);
    assert(generator.noJump != 0, "prepareImplicit: G is not set");
    w.noJump = w.gmres == 0 ? 0 : prepareNoJump(generator.d, generator.noJump, generator.scratch);
    return w.noJump == 0 ? 0 : pointer;
  }
  const n = s.length;
  w.changing = isConstant(s) ? 0 : 1;
  if (w.changing != 0) {
    w.residual = arenaAllocate((<usize>run.length) << 3);
    w.slope = arenaAllocate((<usize>run.length) << 3);
    if (w.residual == 0 || w.slope == 0) return 0;
  }
  w.matrix = arenaAllocate(realMatrixBytes(n));
  w.factors = arenaAllocate(realMatrixBytes(n));
  w.pivots = arenaAllocate((<usize>n) << 2);
  w.unit = arenaAllocate((<usize>n) << 3);
  if (w.matrix == 0 || w.factors == 0 || w.pivots == 0 || w.unit == 0) return 0;
  if (w.changing == 0) formMatrix(run, w);
  return pointer;
}

/** L as it is at the present time, as a matrix. */
function formMatrix(run: Run, w: Implicit): void {
  const s = changetype<Superoperator>(run.superoperator);
  const n = s.length;
  const unit = w.unit;
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
    const tolerance = SHARE * stepTolerance(run, run.lastStep, run.norm);
    return noJump.ready != 0 && gmres(run, changetype<Gmres>(w.gmres), noJump, c, r, x, tolerance);
  }
  if (w.changing != 0) return iterate(run, w, c, r, x);
  const n = s.length;
  if (!(Math.abs(c - w.c) <= SAME * c) && !factorStage(n, w, c)) return false;
  memory.copy(x, r, (<usize>run.length) << 3);
  solveAll(run, w, x);
  return true;
}

function solveAll(run: Run, w: Implicit, x: usize): void {
  const s = changetype<Superoperator>(run.superoperator);
  const n = s.length;
  for (let copy = 0; copy < s.copies; copy++) {
    solveFactorised(n, w.factors, w.pivots, x + ((<usize>(copy * n)) << 3));
  }
}

/**
 * The same where L changes: x gains (1 - c L')⁻¹ times what is left of the equation, L' that of the factors. They are made anew, once, when
 * that does not shrink fast enough.
 */
function iterate(run: Run, w: Implicit, c: f64, r: usize, x: usize): bool {
  const n = changetype<Superoperator>(run.superoperator).length;
  const tolerance = ITERATED_SHARE * stepTolerance(run, run.lastStep, run.norm);
  let fresh = false;
  let before: f64 = Infinity;
  for (let k = 0; k < ITERATIONS; k++) {
    derivative(run, x, w.slope);
    memory.copy(w.residual, r, (<usize>run.length) << 3);
    axpy(w.residual, -1, x, run.length);
    axpy(w.residual, c, w.slope, run.length);
    const left = stateNorm(run, w.residual);
    if (left <= tolerance || left <= ROUNDING * run.norm) return true;
    if (!(w.c == c || Math.abs(c - w.c) <= NEAR * c) || !(left <= CONTRACTION * before)) {
      if (fresh) return false;
      formMatrix(run, w);
      if (!factorStage(n, w, c)) return false;
      fresh = true;
      before = Infinity;
    } else {
      before = left;
    }
    solveAll(run, w, w.residual);
    axpy(x, 1, w.residual, run.length);
  }
  return false;
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

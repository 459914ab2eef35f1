/**
 * Restarted GMRES (Saad and Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856) for the stage equation (1 - c L) x = r, preconditioned from
 * the right by its no-jump part (1 - c L0)⁻¹. What is left, 1 - c J (1 - c L0)⁻¹, counts jumps: each application is one more of them.
 * Vectors are real with real inner products, and Hermitian in matrix form.
 */
import { axpy, dot, scale } from "../complex/vector";
import { NoJump, solveNoJump } from "../generator/nojump";
import { arenaAllocate } from "../memory";
import { Superoperator } from "../superoperator/superoperator";
import { derivative, Run, stateNorm } from "./run";

/** Vectors of one cycle, and cycles before the equation is given up. */
const CYCLE: i32 = 16;
const CYCLES: i32 = 8;
/** What rounding leaves of a residual, in units of eps times the norm of what was subtracted. */
const ROUNDING: f64 = 8 * f64.EPSILON;


@unmanaged
export class Gmres {
  /** CYCLE + 1 vectors v, CYCLE vectors z = M⁻¹ v; one more for L. */
  basis: usize;
  images: usize;
  derivative: usize;
  /** Upper triangle (CYCLE columns of CYCLE + 1 numbers), rotations, right-hand side. */
  h: usize;
  cosines: usize;
  sines: usize;
  g: usize;
}

/** Bytes that `prepareGmres` allocates at most. */
export function gmresBytes(length: f64): f64 {
  return <f64>(2 * CYCLE + 2) * (length * 8 + 64) + 16384;
}

/** Prepares the vectors; 0 when memory does not suffice. */
export function prepareGmres(length: i32): usize {
  const pointer = arenaAllocate(offsetof<Gmres>());
  if (pointer == 0) return 0;
  const w = changetype<Gmres>(pointer);
  const bytes = (<usize>length) << 3;
  w.basis = allocateVectors(CYCLE + 1, bytes);
  w.images = allocateVectors(CYCLE, bytes);
  w.derivative = arenaAllocate(bytes);
  w.h = arenaAllocate((<usize>(CYCLE * (CYCLE + 1))) << 3);
  w.cosines = arenaAllocate((<usize>CYCLE) << 3);
  w.sines = arenaAllocate((<usize>CYCLE) << 3);
  w.g = arenaAllocate((<usize>(CYCLE + 1)) << 3);
  if (w.basis == 0 || w.images == 0 || w.derivative == 0 || w.h == 0) return 0;
  return w.cosines != 0 && w.sines != 0 && w.g != 0 ? pointer : 0;
}

/** Pointers to `count` vectors; 0 when memory does not suffice. */
function allocateVectors(count: i32, bytes: usize): usize {
  const pointers = arenaAllocate((<usize>count) << alignof<usize>());
  if (pointers == 0) return 0;
  for (let k = 0; k < count; k++) {
    const vector = arenaAllocate(bytes);
    if (vector == 0) return 0;
    store<usize>(pointers + ((<usize>k) << alignof<usize>()), vector);
  }
  return pointers;
}

// @ts-ignore: decorator
@inline
function at(pointers: usize, k: i32): usize {
  return load<usize>(pointers + ((<usize>k) << alignof<usize>()));
}

// @ts-ignore: decorator
@inline
function entry(numbers: usize, k: i32): usize {
  return numbers + ((<usize>k) << 3);
}

/**
 * Solves (1 - c L) x = r; x holds a guess at first.
 * @param tolerance norm of the residual at which it stops
 * @returns false when that was not reached
 */
export function gmres(run: Run, w: Gmres, noJump: NoJump, c: f64, r: usize, x: usize, tolerance: f64): bool {
  const n = run.length;
  const v0 = at(w.basis, 0);
  /** Largest |L z|/|z| met: what rounding of L may amount to. */
  let radius: f64 = 0;
  for (let cycle = 0; cycle <= CYCLES; cycle++) {
    derivative(run, x, w.derivative);
    memory.copy(v0, r, (<usize>n) << 3);
    axpy(v0, -1, x, n);
    axpy(v0, c, w.derivative, n);
    const beta = stateNorm(run, v0);
    if (!isFinite(beta)) return false;
    const size = stateNorm(run, x);
    const reachable = ROUNDING * (1 + c * radius) * Math.max(size, stateNorm(run, r));
    if (beta <= Math.max(tolerance, reachable)) return true;
    if (cycle == CYCLES) break;
    scale(v0, 1 / beta, n);
    store<f64>(w.g, beta);
    const columns = buildBasis(run, w, noJump, c, tolerance);
    if (columns == 0) return false;
    for (let j = columns - 1; j >= 0; j--) {
      // Back-substitution; the solution replaces g.
      let sum = load<f64>(entry(w.g, j));
      for (let k = j + 1; k < columns; k++) {
        sum -= load<f64>(entry(w.h, k * (CYCLE + 1) + j)) * load<f64>(entry(w.g, k));
      }
      store<f64>(entry(w.g, j), sum / load<f64>(entry(w.h, j * (CYCLE + 1) + j)));
    }
    for (let j = 0; j < columns; j++) axpy(x, load<f64>(entry(w.g, j)), at(w.images, j), n);
    const image = at(w.images, columns - 1);
    // The last derivative is that of the last image.
    radius = Math.max(radius, stateNorm(run, w.derivative) / stateNorm(run, image));
  }
  return false;
}

/** out = (1 - c L0)⁻¹ x for every matrix side by side. */
function precondition(run: Run, noJump: NoJump, c: f64, x: usize, out: usize): void {
  const s = changetype<Superoperator>(run.superoperator);
  for (let copy = 0; copy < s.copies; copy++) {
    const shift = (<usize>(copy * s.length)) << 3;
    solveNoJump(noJump, 1 / c, x + shift, out + shift);
  }
  scale(out, 1 / c, run.length);
}

/** Arnoldi's method with modified Gram-Schmidt; the least-squares problem is kept triangular by rotations. Returns the columns built. */
function buildBasis(run: Run, w: Gmres, noJump: NoJump, c: f64, tolerance: f64): i32 {
  const n = run.length;
  for (let j = 0; j < CYCLE; j++) {
    const z = at(w.images, j);
    const v = at(w.basis, j + 1);
    precondition(run, noJump, c, at(w.basis, j), z);
    derivative(run, z, w.derivative);
    memory.copy(v, z, (<usize>n) << 3);
    axpy(v, -c, w.derivative, n);
    const column = entry(w.h, j * (CYCLE + 1));
    for (let k = 0; k <= j; k++) {
      const overlap = dot(v, at(w.basis, k), n);
      store<f64>(entry(column, k), overlap);
      axpy(v, -overlap, at(w.basis, k), n);
    }
    const size = stateNorm(run, v);
    if (!isFinite(size)) return 0;
    for (let k = 0; k < j; k++) {
      const cosine = load<f64>(entry(w.cosines, k));
      const sine = load<f64>(entry(w.sines, k));
      const p = load<f64>(entry(column, k));
      const q = load<f64>(entry(column, k + 1));
      store<f64>(entry(column, k), cosine * p + sine * q);
      store<f64>(entry(column, k + 1), cosine * q - sine * p);
    }
    const head = load<f64>(entry(column, j));
    const length = Math.hypot(head, size);
    // The image of a vector vanishes: there is nothing to be had from this preconditioner.
    if (length == 0) return j;
    const cosine = head / length;
    const sine = size / length;
    store<f64>(entry(w.cosines, j), cosine);
    store<f64>(entry(w.sines, j), sine);
    store<f64>(entry(column, j), length);
    const residual = load<f64>(entry(w.g, j));
    store<f64>(entry(w.g, j), cosine * residual);
    store<f64>(entry(w.g, j + 1), -sine * residual);
    // Half of what is allowed: the true residual is looked at again.
    if (Math.abs(sine * residual) <= 0.5 * tolerance || size == 0) return j + 1;
    scale(v, 1 / size, n);
  }
  return CYCLE;
}

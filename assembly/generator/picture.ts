/**
 * The interaction picture: rho_I = U rho U†, U = exp(i E t), E the diagonal of H, which is then missing from the generator. What is left of
 * it becomes L_I(t): every operator turned, U G U† and U L U†. Those are phases on elements of operators, so no pass over rho is added.
 * Time is counted from the start of a step, where both pictures are one.
 */
import { matrixBytes, paddedColumns, planeBytes, rowStride } from "../complex/layout";
import { madd, nmadd } from "../complex/simd";
import { cosine, sine, turn } from "../complex/turn";
import { LEFT_DENSE } from "../constants";
import { arenaAllocate } from "../memory";
import { Generator } from "./generator";
import { LeftOperator } from "./left";
import { ShiftTerm } from "./shift";


@unmanaged
export class Picture {
  /** E, d doubles. */
  energies: usize;
  /** exp(i E t): real parts, then imaginary parts, padded with zeros like a row of a matrix. */
  phases: usize;
  /** Pointers to the operators as they are at t = 0: G, the general jumps, the terms along diagonals. */
  bases: usize;
}

/** Gives a generator, complete but for the energies, its picture; false when memory does not suffice. */
export function createPicture(generator: Generator, energies: usize): bool {
  const d = generator.d;
  const pointer = arenaAllocate(offsetof<Picture>());
  if (pointer == 0) return false;
  const picture = changetype<Picture>(pointer);
  const count = 1 + generator.leftCount + generator.shiftCount;
  picture.energies = energies;
  picture.phases = arenaAllocate((<usize>paddedColumns(d)) << 4);
  picture.bases = arenaAllocate((<usize>count) << alignof<usize>());
  if (picture.phases == 0 || picture.bases == 0) return false;
  for (let k = 0; k < count; k++) {
    let source: usize = 0;
    let bytes: usize = 0;
    if (k <= generator.leftCount) {
      const left = leftAt(generator, k);
      source = left.kind == LEFT_DENSE ? left.matrix : left.values;
      bytes = left.kind == LEFT_DENSE ? matrixBytes(d) : (<usize>load<i32>(left.matrix + ((<usize>d) << 2))) << 4;
    } else {
      const term = termAt(generator, k);
      // A term that moves nothing has no phase.
      if (term.shift == 0) continue;
      term.real = 0;
      source = term.matrix != 0 ? term.matrix : term.diagonal;
      bytes = term.matrix != 0 ? matrixBytes(d) : term.plane << 1;
    }
    const turned = arenaAllocate(bytes + 8);
    if (turned == 0) return false;
    memory.copy(turned, source, bytes);
    // What was given stays as it is, for a drive to change.
    store<usize>(picture.bases + ((<usize>k) << alignof<usize>()), source);
    if (k <= generator.leftCount) {
      const left = leftAt(generator, k);
      if (left.kind == LEFT_DENSE) left.matrix = turned;
      else left.values = turned;
    } else {
      const term = termAt(generator, k);
      if (term.matrix != 0) term.matrix = turned;
      else term.diagonal = turned;
    }
  }
  generator.picture = pointer;
  return true;
}

// @ts-ignore: decorator
@inline
function leftAt(generator: Generator, k: i32): LeftOperator {
  const left = k == 0 ? generator.drift : generator.lefts + <usize>(k - 1) * offsetof<LeftOperator>();
  return changetype<LeftOperator>(left);
}

// @ts-ignore: decorator
@inline
function termAt(generator: Generator, k: i32): ShiftTerm {
  return changetype<ShiftTerm>(generator.shifts + <usize>(k - 1 - generator.leftCount) * offsetof<ShiftTerm>());
}

/** From now on the generator is L_I(t). */
export function turnGenerator(generator: Generator, t: f64): void {
  const d = generator.d;
  const picture = changetype<Picture>(generator.picture);
  const count = 1 + generator.leftCount + generator.shiftCount;
  setPhases(picture, d, t);
  for (let k = 0; k < count; k++) {
    const base = load<usize>(picture.bases + ((<usize>k) << alignof<usize>()));
    if (base == 0) continue;
    if (k <= generator.leftCount) {
      const left = leftAt(generator, k);
      if (left.kind == LEFT_DENSE) turnMatrix(d, picture.phases, 0, 1, base, left.matrix);
      else turnSparse(d, picture.phases, left, base);
      continue;
    }
    const term = termAt(generator, k);
    if (term.matrix != 0) turnMatrix(d, picture.phases, term.shift, 1, base, term.matrix);
    else turnDiagonal(d, picture.phases, term, base);
  }
}

/** X = U† X U, for the matrix X of the picture at time t. */
export function leavePicture(generator: Generator, t: f64, x: usize): void {
  const picture = changetype<Picture>(generator.picture);
  setPhases(picture, generator.d, t);
  turnMatrix(generator.d, picture.phases, 0, -1, x, x);
}

function setPhases(picture: Picture, d: i32, t: f64): void {
  const plane = (<usize>paddedColumns(d)) << 3;
  for (let i: usize = 0; i < (<usize>d) << 3; i += 8) {
    turn(load<f64>(picture.energies + i) * t);
    store<f64>(picture.phases + i, cosine);
    store<f64>(picture.phases + plane + i, sine);
  }
}

/**
 * out_ij = x_ij u_i conj(u_j) with u_i = exp(i E_i t) or, for `sign` -1, its conjugate; for a matrix c of a term with a shift, u_i is
 * divided by u_(i + shift).
 */
function turnMatrix(d: i32, phases: usize, shift: i32, sign: f64, x: usize, out: usize): void {
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const imaginary = (<usize>paddedColumns(d)) << 3;
  if (shift != 0) {
    turnShifted(d, phases, shift, x, out);
    return;
  }
  for (let i = 0; i < d; i++) {
    const row = (<usize>i) << 3;
    const ur = f64x2.splat(load<f64>(phases + row));
    const ui = f64x2.splat(load<f64>(phases + imaginary + row));
    const vs = f64x2.splat(sign);
    let u = phases;
    let at = <usize>i * stride;
    const stop = at + imaginary;
    do {
      const cr = v128.load(u);
      const ci = v128.load(u + imaginary);
      const pr = madd(ui, ci, f64x2.mul(ur, cr));
      const pi = f64x2.mul(vs, nmadd(ur, ci, f64x2.mul(ui, cr)));
      const xr = v128.load(x + at);
      const xi = v128.load(x + at + plane);
      v128.store(out + at, nmadd(pi, xi, f64x2.mul(pr, xr)));
      v128.store(out + at + plane, madd(pi, xr, f64x2.mul(pr, xi)));
      u += 16;
      at += 16;
    } while (at != stop);
  }
}

/** exp(i (E_i - E_k) t) of two levels. */
// @ts-ignore: decorator
@inline
function phaseRe(phases: usize, plane: usize, i: i32, k: i32): f64 {
  const p = phases + ((<usize>i) << 3);
  const q = phases + ((<usize>k) << 3);
  return load<f64>(p) * load<f64>(q) + load<f64>(p + plane) * load<f64>(q + plane);
}

// @ts-ignore: decorator
@inline
function phaseIm(phases: usize, plane: usize, i: i32, k: i32): f64 {
  const p = phases + ((<usize>i) << 3);
  const q = phases + ((<usize>k) << 3);
  return load<f64>(p + plane) * load<f64>(q) - load<f64>(p) * load<f64>(q + plane);
}

function turnShifted(d: i32, phases: usize, shift: i32, x: usize, out: usize): void {
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const imaginary = (<usize>paddedColumns(d)) << 3;
  const first = max(0, -shift);
  const stop = d - max(0, shift);
  for (let i = first; i < stop; i++) {
    const ar = phaseRe(phases, imaginary, i, i + shift);
    const ai = phaseIm(phases, imaginary, i, i + shift);
    for (let j = first; j < stop; j++) {
      const br = phaseRe(phases, imaginary, j, j + shift);
      const bi = phaseIm(phases, imaginary, j, j + shift);
      const pr = ar * br + ai * bi;
      const pi = ai * br - ar * bi;
      const at = <usize>i * stride + ((<usize>j) << 3);
      const xr = load<f64>(x + at);
      const xi = load<f64>(x + at + plane);
      store<f64>(out + at, pr * xr - pi * xi);
      store<f64>(out + at + plane, pr * xi + pi * xr);
    }
  }
}

function turnDiagonal(d: i32, phases: usize, term: ShiftTerm, base: usize): void {
  const shift = term.shift;
  const imaginary = (<usize>paddedColumns(d)) << 3;
  const stop = d - max(0, shift);
  for (let i = max(0, -shift); i < stop; i++) {
    const pr = phaseRe(phases, imaginary, i, i + shift);
    const pi = phaseIm(phases, imaginary, i, i + shift);
    const at = (<usize>i) << 3;
    const xr = load<f64>(base + at);
    const xi = load<f64>(base + at + term.plane);
    store<f64>(term.diagonal + at, pr * xr - pi * xi);
    store<f64>(term.diagonal + at + term.plane, pr * xi + pi * xr);
  }
}

function turnSparse(d: i32, phases: usize, left: LeftOperator, base: usize): void {
  const imaginary = (<usize>paddedColumns(d)) << 3;
  for (let i = 0; i < d; i++) {
    const end = load<i32>(left.matrix + ((<usize>i) << 2), 4);
    for (let k = load<i32>(left.matrix + ((<usize>i) << 2)); k < end; k++) {
      const j = load<i32>(left.columns + ((<usize>k) << 2));
      const at = (<usize>k) << 4;
      if (j == i) {
        // Without a phase: purely real elements stay real, which is cheaper.
        v128.store(left.values + at, v128.load(base + at));
        continue;
      }
      const pr = phaseRe(phases, imaginary, i, j);
      const pi = phaseIm(phases, imaginary, i, j);
      const xr = load<f64>(base + at);
      const xi = load<f64>(base + at, 8);
      store<f64>(left.values + at, pr * xr - pi * xi);
      store<f64>(left.values + at, pr * xi + pi * xr, 8);
    }
  }
}

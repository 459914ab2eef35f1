/**
 * What an integrator sees of a generator: a linear map on vectors of doubles, whatever form it has.
 */
import { addAdjoint, addAdjointStage, addAdjointSum } from "../complex/hermitian";
import { matrixBytes, planeBytes, rowStride } from "../complex/layout";
import { addStage, addSum, fillRandom } from "../complex/vector";
import { FORM_COORDINATES, FORM_MATRIX, FORM_TRIANGLE } from "../constants";
import { applyGenerator, formHalf, Generator } from "../generator/generator";
import { leavePicture, turnGenerator } from "../generator/picture";
import { Drive, driveTo } from "../drive/drive";
import { arenaAllocate } from "../memory";
import { applyCoordinates, Coordinates } from "./coordinates";
import { applyTriangle, randomTriangle, Triangle } from "./triangle";


@unmanaged
export class Superoperator {
  /** FORM_MATRIX (`data` is a Generator), FORM_COORDINATES (a Coordinates) or FORM_TRIANGLE (a Triangle). */
  form: i32;
  /** Doubles of one Hermitian operator; a multiple of eight. */
  length: i32;
  /**
   * Hermitian operators evolved side by side: one, or two when the operator is not Hermitian, X = P + iQ with P and Q Hermitian.
   * They lie one after the other.
   */
  copies: i32;
  data: usize;
  /** A Drive, when the superoperator depends on time; 0 otherwise. */
  drive: usize;
}

/** A superoperator in the form whose data lie at `data`; 0 when memory does not suffice. */
export function createSuperoperator(form: i32, copies: i32, data: usize): usize {
  assert(copies > 0, "createSuperoperator: nothing to evolve");
  const pointer = arenaAllocate(offsetof<Superoperator>());
  if (pointer == 0) return 0;
  const s = changetype<Superoperator>(pointer);
  s.form = form;
  s.copies = copies;
  s.data = data;
  if (form == FORM_MATRIX) {
    s.length = <i32>(matrixBytes(changetype<Generator>(data).d) >>> 3);
  } else if (form == FORM_COORDINATES) {
    s.length = changetype<Coordinates>(data).slices << 2;
  } else {
    assert(form == FORM_TRIANGLE, "createSuperoperator: unknown form");
    s.length = changetype<Triangle>(data).length;
  }
  assert((s.length & 7) == 0, "createSuperoperator: length is not a multiple of eight doubles");
  return pointer;
}

/** Doubles of a state vector: all copies. */
export function vectorLength(s: Superoperator): i32 {
  return s.length * s.copies;
}

/** out = L[x] for every copy. */
export function apply(s: Superoperator, x: usize, out: usize): void {
  const bytes = (<usize>s.length) << 3;
  for (let copy = 0; copy < s.copies; copy++) {
    const shift = <usize>copy * bytes;
    if (s.form == FORM_MATRIX) applyGenerator(changetype<Generator>(s.data), x + shift, out + shift);
    else applyPlain(s, x + shift, out + shift);
  }
}

/** out = L[x] for one copy in a form that has no passes of its own. */
// @ts-ignore: decorator
@inline
function applyPlain(s: Superoperator, x: usize, out: usize): void {
  if (s.form == FORM_COORDINATES) applyCoordinates(changetype<Coordinates>(s.data), x, out);
  else applyTriangle(changetype<Triangle>(s.data), x, out);
}

/**
 * With k = L[x]: sum = from + b·k, stage = y + a·k; `stage` may be x. In matrix form `sum` is complete on and above the diagonal only,
 * and k is never stored; in other forms it is left in `k`.
 */
export function applyStage(
  s: Superoperator,
  x: usize,
  y: usize,
  a: f64,
  stage: usize,
  from: usize,
  b: f64,
  sum: usize,
  k: usize,
): void {
  for (let copy = 0; copy < s.copies; copy++) {
    const shift = (<usize>(copy * s.length)) << 3;
    if (s.form == FORM_MATRIX) {
      const generator = changetype<Generator>(s.data);
      formHalf(generator, x + shift);
      addAdjointStage(generator.d, generator.x, y + shift, a, stage + shift, from + shift, b, sum + shift);
    } else {
      applyPlain(s, x + shift, k + shift);
      addStage(s.length, k + shift, y + shift, a, stage + shift, from + shift, b, sum + shift);
    }
  }
}

/** out = from + b·L[x], where `applyStage` has written `from`; may be `out`. Returns the norm of the vector. */
export function applySum(s: Superoperator, x: usize, from: usize, b: f64, out: usize, k: usize): f64 {
  let square: f64 = 0;
  for (let copy = 0; copy < s.copies; copy++) {
    const shift = (<usize>(copy * s.length)) << 3;
    if (s.form == FORM_MATRIX) {
      const generator = changetype<Generator>(s.data);
      formHalf(generator, x + shift);
      square += addAdjointSum(generator.d, generator.x, from + shift, b, out + shift);
    } else {
      applyPlain(s, x + shift, k + shift);
      square += addSum(s.length, k + shift, from + shift, b, out + shift);
    }
  }
  return Math.sqrt(square);
}

/** Whether the superoperator depends on time. */
// @ts-ignore: decorator
@inline
export function isConstant(s: Superoperator): bool {
  return s.drive == 0 && !hasPicture(s);
}

/** Whether the superoperator is one of the interaction picture: L_I(t), t from the start of a step. */
// @ts-ignore: decorator
@inline
export function hasPicture(s: Superoperator): bool {
  return s.form == FORM_MATRIX && changetype<Generator>(s.data).picture != 0;
}

/** From now on the superoperator is that of the time `start` + t, in the interaction picture that of a step from `start`. */
export function setSuperoperatorTime(s: Superoperator, start: f64, t: f64): void {
  if (s.drive != 0) driveTo(changetype<Drive>(s.drive), start + t);
  if (hasPicture(s)) turnGenerator(changetype<Generator>(s.data), t);
}

/** A state of the interaction picture at time t becomes what it is in Schrödinger's. */
export function toSchrodinger(s: Superoperator, t: f64, x: usize): void {
  for (let copy = 0; copy < s.copies; copy++) {
    leavePicture(changetype<Generator>(s.data), t, x + ((<usize>(copy * s.length)) << 3));
  }
}

/** A vector with no symmetry of its own, from a fixed sequence: Hermitian in every copy. */
export function randomState(s: Superoperator, out: usize): void {
  // Knuth's multiplicative sequence; its quality does not matter here.
  let seed: u64 = 0x9e3779b97f4a7c15;
  for (let copy = 0; copy < s.copies; copy++) {
    const target = out + ((<usize>(copy * s.length)) << 3);
    if (s.form == FORM_COORDINATES) {
      seed = fillRandom(target, s.length, seed);
      continue;
    }
    if (s.form == FORM_TRIANGLE) {
      seed = randomTriangle(changetype<Triangle>(s.data), target, seed);
      continue;
    }
    const generator = changetype<Generator>(s.data);
    const d = generator.d;
    const stride = (<usize>rowStride(d)) << 3;
    const plane = planeBytes(d);
    memory.fill(generator.x, 0, plane << 1);
    for (let row = 0; row < d; row++) {
      seed = fillRandom(generator.x + <usize>row * stride, d, seed);
      seed = fillRandom(generator.x + plane + <usize>row * stride, d, seed);
    }
    addAdjoint(d, generator.x, target);
  }
}

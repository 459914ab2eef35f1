/**
 * What a run writes at its output times: functionals of the state (expectation values), and states.
 * A linear functional of an interpolated state is the same interpolation of functionals: inside a step each output time costs a
 * few multiplications, whatever the dimension. Quadratic ones need the state itself.
 */
import { FUNCTIONALS_LINEAR, FUNCTIONALS_QUADRATIC } from "../constants";
import { Superoperator } from "../superoperator/superoperator";

/**
 * Functionals Tr[O_f X], f = 0 … count - 1, as sums over the doubles of a state vector: functional f has the terms
 * starts[f] … starts[f + 1], each a byte offset into the vector and a complex coefficient. Quadratic ones have two offsets a term.
 */
@unmanaged
export class Functionals {
  count: i32;
  /** A FUNCTIONALS constant. */
  kind: i32;
  /** i32, count + 1 of them. */
  starts: usize;
  /** u32 byte offsets. */
  offsets: usize;
  /** Doubles, re and im interleaved. */
  coefficients: usize;
}

/** Writes Tr[O_f X] for every f to `out`, re and im interleaved. */
export function evaluate(functionals: Functionals, s: Superoperator, x: usize, out: usize): void {
  const bytes = (<usize>s.length) << 3;
  if (functionals.kind == FUNCTIONALS_QUADRATIC) {
    evaluateQuadratic(functionals, bytes, x, out);
    return;
  }
  if (functionals.kind == FUNCTIONALS_LINEAR) {
    evaluateHermitian(functionals, bytes * <usize>s.copies, x, out, false);
    return;
  }
  evaluateHermitian(functionals, bytes, x, out, false);
  // X = P + iQ
  if (s.copies == 2) evaluateHermitian(functionals, bytes, x + bytes, out, true);
}

function evaluateHermitian(functionals: Functionals, bytes: usize, x: usize, out: usize, imaginary: bool): void {
  const count = functionals.count;
  const starts = functionals.starts;
  const offsets = functionals.offsets;
  const coefficients = functionals.coefficients;
  for (let f = 0; f < count; f++) {
    const end = load<i32>(starts + ((<usize>f) << 2), 4);
    let re: f64 = 0;
    let im: f64 = 0;
    for (let k = load<i32>(starts + ((<usize>f) << 2)); k < end; k++) {
      const offset = <usize>load<u32>(offsets + ((<usize>k) << 2));
      assert(offset < bytes, "evaluate: an element lies outside the state");
      const value = load<f64>(x + offset);
      re += load<f64>(coefficients + ((<usize>k) << 4)) * value;
      im += load<f64>(coefficients + ((<usize>k) << 4), 8) * value;
    }
    const at = out + ((<usize>f) << 4);
    if (imaginary) {
      store<f64>(at, load<f64>(at) - im);
      store<f64>(at, load<f64>(at, 8) + re, 8);
    } else {
      store<f64>(at, re);
      store<f64>(at, im, 8);
    }
  }
}

function evaluateQuadratic(functionals: Functionals, bytes: usize, x: usize, out: usize): void {
  const starts = functionals.starts;
  for (let f = 0; f < functionals.count; f++) {
    const start = <usize>load<i32>(starts + ((<usize>f) << 2));
    const stop = functionals.coefficients + ((<usize>load<i32>(starts + ((<usize>f) << 2), 4)) << 4);
    let at = functionals.offsets + (start << 3);
    let sum = f64x2.splat(0);
    for (let c = functionals.coefficients + (start << 4); c != stop; c += 16, at += 8) {
      const a = <usize>load<u32>(at);
      const b = <usize>load<u32>(at, 4);
      assert(a < bytes && b < bytes, "evaluate: an element lies outside the state");
      sum = f64x2.add(sum, f64x2.mul(v128.load(c), f64x2.splat(load<f64>(x + a) * load<f64>(x + b))));
    }
    v128.store(out + ((<usize>f) << 4), sum);
  }
}

/**
 * Functionals of sum_i weights[i]·v_i from those of the v_i.
 * @param traces those of v_0, v_1, …, one after another
 */
export function combineTraces(count: i32, traces: usize, weights: usize, terms: i32, out: usize): void {
  const bytes = outputBytes(count);
  for (let f: usize = 0; f < bytes; f += 16) {
    let sum = f64x2.splat(0);
    let at = traces + f;
    for (let i = 0; i < terms; i++) {
      sum = f64x2.add(sum, f64x2.mul(v128.load_splat<f64>(weights + ((<usize>i) << 3)), v128.load(at)));
      at += bytes;
    }
    v128.store(out + f, sum);
  }
}

/** Bytes one output of functionals takes. */
export function outputBytes(count: i32): usize {
  return (<usize>count) << 4;
}

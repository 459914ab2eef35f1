/**
 * What a run writes at its output times: linear functionals of the state (expectation values), and states.
 * A functional of an interpolated state is the same interpolation of functionals: inside a step each output time costs a
 * few multiplications, whatever the dimension.
 */
import { matrixBytes } from "../complex/layout";

/**
 * Functionals Tr[O_f X], f = 0 … count - 1, as lists of elements: functional f has the elements starts[f] … starts[f + 1],
 * each a byte offset into X's real plane and a complex coefficient.
 */
@unmanaged
export class Functionals {
  count: i32;
  /** i32, count + 1 of them. */
  starts: usize;
  /** u32 byte offsets. */
  offsets: usize;
  /** Doubles, re and im interleaved. */
  coefficients: usize;
}

/** Writes Tr[O_f X] for every f to `out`, re and im interleaved. */
export function evaluate(functionals: Functionals, x: usize, plane: usize, out: usize): void {
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
      assert(offset < plane, "evaluate: an element lies outside the matrix");
      const at = x + offset;
      const xr = load<f64>(at);
      const xi = load<f64>(at + plane);
      const cr = load<f64>(coefficients + ((<usize>k) << 4));
      const ci = load<f64>(coefficients + ((<usize>k) << 4), 8);
      re += cr * xr - ci * xi;
      im += cr * xi + ci * xr;
    }
    store<f64>(out + ((<usize>f) << 4), re);
    store<f64>(out + ((<usize>f) << 4), im, 8);
  }
}

/** Bytes one output of functionals takes. */
export function outputBytes(count: i32): usize {
  return (<usize>count) << 4;
}

/** Where the state of output `index` is written. */
export function stateAt(states: usize, index: i32, d: i32): usize {
  return states + <usize>index * matrixBytes(d);
}

/**
 * The slowest eigenvalues of L on many coordinates, as the largest ones of exp(L t), which wants no more of L than its products with vectors.
 * @module
 */
import { FORM_COORDINATES } from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { putSlices } from "../plan/representation.ts";
import { byLength, type RealRows, rowsTimes, slices } from "../plan/rows.ts";
import { type Found, nearestToZero } from "./arnoldi.ts";

/** ‖L‖ times the time of the exponential, and of one of the steps that it is made of, in which the largest term of the Taylor series is 5 times the first. */
const SPAN = 60;
const STEP = 3;
/** Of the sum, what a term of the series is when it is the last one; terms at most. */
const NEGLIGIBLE = 1e-17;
const TERMS = 60;

/**
 * The `wanted` eigenvalues with the largest real parts (see {@link nearestToZero}); where imaginary parts are so large that the exponential does not tell them, a Rayleigh quotient does.
 * @param norm of L, largest sum of a row
 * @throws {@link ConvergenceError}, {@link TooLargeError}
 */
export function slowestOf(matrix: RealRows, norm: number, wanted: number, where: string): Found[] {
  const steps = Math.ceil(SPAN / STEP);
  const time = (steps * STEP) / norm;
  return getKernel().frame((kernel) => {
    const solve = propagator(kernel, matrix, STEP / norm, steps, where);
    const count = matrix.pointers.length - 1;
    const found = nearestToZero(kernel, { count, solve, deflate: () => undefined }, wanted, where);
    return found.map(({ value, vector }) => {
      // value = exp(-lambda t)
      const re = -Math.log(Math.hypot(value.re, value.im)) / time;
      const phase = -Math.atan2(value.im, value.re);
      const turns = Math.round((rayleigh(matrix, vector) * time - phase) / (2 * Math.PI));
      return { value: { re, im: value.im === 0 && turns === 0 ? 0 : (phase + 2 * Math.PI * turns) / time }, vector };
    });
  });
}

/** x -> exp(L h)^steps x, in the open frame. */
function propagator(kernel: Kernel, matrix: RealRows, h: number, steps: number, where: string) {
  const { functions } = kernel;
  const count = matrix.pointers.length - 1;
  const used = byLength([matrix], new Uint8Array(count).fill(1));
  const position = new Int32Array(count);
  used.forEach((row, k) => {
    position[row] = k;
  });
  const plan = slices({ ...matrix, values: matrix.values.map((x) => h * x) }, used, position);
  const { length } = plan;
  const L = functions.createSuperoperator(FORM_COORDINATES, 1, putSlices(kernel, plan, where)) >>> 0;
  const put = () => kernel.allocate(8 * length, where);
  const sum = put();
  let [term, next] = [put(), put()];
  return (x: Float64Array) => {
    used.forEach((row, k) => {
      kernel.doubles[sum / 8 + k] = x[row]!;
    });
    for (let step = 0; step < steps; step++) {
      kernel.doubles.copyWithin(term / 8, sum / 8, sum / 8 + length);
      let factor = 1;
      for (let k = 1; k <= TERMS; k++) {
        functions.rightHandSide(L, term, next);
        [term, next] = [next, term];
        factor /= k;
        functions.addVector(sum, factor, term, length);
        if (factor * functions.norm(term, length) <= NEGLIGIBLE * functions.norm(sum, length)) break;
      }
    }
    const out = new Float64Array(count);
    used.forEach((row, k) => {
      out[row] = kernel.doubles[sum / 8 + k]!;
    });
    return out;
  };
}

/** Im of x† L x, x of unit length, re and im interleaved. */
function rayleigh(matrix: RealRows, x: Float64Array): number {
  const n = x.length / 2;
  const [re, im] = ([0, 1] as const).map((which) => Float64Array.from({ length: n }, (_, k) => x[2 * k + which]!)) as [
    Float64Array,
    Float64Array,
  ];
  const [imageRe, imageIm] = [new Float64Array(n), new Float64Array(n)];
  rowsTimes(matrix, re, imageRe);
  rowsTimes(matrix, im, imageIm);
  let sum = 0;
  for (let k = 0; k < n; k++) sum += re[k]! * imageIm[k]! - im[k]! * imageRe[k]!;
  return sum;
}

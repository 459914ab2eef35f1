/**
 * Sine and cosine of any angle up to 1e306. AssemblyScript's own (0.28) reduce angles from 2^20 pi/2 to 2^22 by what stands before their table in memory: signs are
 * wrong there, in whichever kernel that is not zero. Such angles are first brought below by multiples of 2^19 pi (Cody and Waite, Software Manual for the Elementary Functions, chapter 8).
 */

/** 2^19 pi in two parts: three times the first, of 32 bits, is exact. */
const PERIOD: f64 = 1647099.3291015625;
const PERIOD_REST: f64 = 6.372301740710237e-5;
/** The angles concerned, and some more. */
const FROM: f64 = 1.6e6;
const TO: f64 = 4194304;

/** Of the last angle. */
export let sine: f64 = 0;
export let cosine: f64 = 1;

export function turn(angle: f64): void {
  const size = Math.abs(angle);
  if (size < FROM || size >= TO) {
    NativeMath.sincos(angle);
    sine = NativeMath.sincos_sin;
    cosine = NativeMath.sincos_cos;
    return;
  }
  const count = Math.round(size / PERIOD);
  // Exact: both are multiples of 2^-32.
  const far = size - count * PERIOD;
  const rest = count * PERIOD_REST;
  const near = far - rest;
  const part = near - far;
  const left = far - (near - part) - (rest + part);
  NativeMath.sincos(near);
  const s = NativeMath.sincos_sin;
  const c = NativeMath.sincos_cos;
  sine = angle < 0 ? -(s + left * c) : s + left * c;
  cosine = c - left * s;
}

export function sin(angle: f64): f64 {
  turn(angle);
  return sine;
}

export function cos(angle: f64): f64 {
  turn(angle);
  return cosine;
}

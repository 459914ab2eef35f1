/**
 * Discrete Fourier transforms of any length.
 * @module
 */
import type { ComplexSeries } from "../solvers/solution.ts";

/**
 * X_k = sum_j x_j exp(-2 pi i j k / n). A power of two: Cooley and Tukey, Math. Comp. 19 (1965) 297; any other n as a convolution with a chirp (Bluestein, IEEE Trans. Audio
 * Electroacoust. 18 (1970) 451), so that the frequencies are those of the samples and nothing is padded.
 */
export function discreteFourier({ re, im }: ComplexSeries): ComplexSeries {
  const n = re.length;
  const out = { re: Float64Array.from(re), im: Float64Array.from(im) };
  if ((n & (n - 1)) === 0) {
    powerOfTwo(out);
    return out;
  }
  // jk = (j² + k² - (k - j)²)/2
  const chirp = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    // k² modulo 2n, exact: sines of large angles are not.
    const angle = (Math.PI * ((k * k) % (2 * n))) / n;
    chirp.re[k] = Math.cos(angle);
    chirp.im[k] = Math.sin(angle);
  }
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const a = { re: new Float64Array(size), im: new Float64Array(size) };
  const b = { re: new Float64Array(size), im: new Float64Array(size) };
  for (let k = 0; k < n; k++) {
    const [c, s] = [chirp.re[k]!, chirp.im[k]!];
    a.re[k] = re[k]! * c + im[k]! * s;
    a.im[k] = im[k]! * c - re[k]! * s;
    const mirrored = (size - k) % size;
    b.re[k] = c;
    b.im[k] = s;
    b.re[mirrored] = c;
    b.im[mirrored] = s;
  }
  powerOfTwo(a);
  powerOfTwo(b);
  // The inverse is the transform with real and imaginary parts exchanged.
  const product = { re: new Float64Array(size), im: new Float64Array(size) };
  for (let k = 0; k < size; k++) {
    product.im[k] = (a.re[k]! * b.re[k]! - a.im[k]! * b.im[k]!) / size;
    product.re[k] = (a.re[k]! * b.im[k]! + a.im[k]! * b.re[k]!) / size;
  }
  powerOfTwo(product);
  for (let k = 0; k < n; k++) {
    const [x, y, c, s] = [product.im[k]!, product.re[k]!, chirp.re[k]!, chirp.im[k]!];
    out.re[k] = x * c + y * s;
    out.im[k] = y * c - x * s;
  }
  return out;
}

/** In place. */
function powerOfTwo({ re, im }: ComplexSeries): void {
  const n = re.length;
  for (let k = 1, mirrored = 0; k < n; k++) {
    let bit = n >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (k >= mirrored) continue;
    [re[k], re[mirrored]] = [re[mirrored]!, re[k]!];
    [im[k], im[mirrored]] = [im[mirrored]!, im[k]!];
  }
  const cosines = Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const sines = Float64Array.from({ length: n / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / n));
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [c, s] = [cosines[k * stride]!, sines[k * stride]!];
        const [p, q] = [start + k, start + k + half];
        const [x, y] = [re[q]! * c + im[q]! * s, im[q]! * c - re[q]! * s];
        re[q] = re[p]! - x;
        im[q] = im[p]! - y;
        re[p]! += x;
        im[p]! += y;
      }
    }
  }
}

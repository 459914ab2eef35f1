/**
 * What the eigenvalues and eigenvectors of a state of two parts tell: entropies and what flows through them, heat by the change of
 * populations, entanglement. Matrices here are compact, as the eigensolver takes them: d x d real parts, then d x d imaginary parts.
 */
import { SPECTRAL_FIXED } from "../constants";
import { eigenHermitian } from "../linalg/hermitian";
import { commutatorNorm, correlations, effective } from "./spectral-correlations";
import { addScaled, at, plus, put } from "./doubles";
import { Bath, bathAt, componentAt, Spectral } from "./spectral-data";

/** Difference of two populations below which the basis between them is one's choice: their eigenvectors are known to rounding over it. */
const DEGENERATE: f64 = 1e-10;
/** Populations below this many roundings a dimension are zero. */
const ROUNDINGS: f64 = 16;

/**
 * Rows of results for `count` states. Of every row: S, S_A, S_B, purity, ‖chi‖, negativity, ‖[Ĥ_A + Ĥ_B, V]‖, ‖[H_A + H_B, V]‖,
 * the entropy-based heat Q_S'; then of every bath -Tr[D_x[rho] ln rho], +Infinity where it fills an empty level.
 * A number whose eigenproblem does not converge is NaN.
 * @param states row-major, interleaved
 * @param coefficients of the components, for every state
 */
export function spectral(pointer: usize, count: i32, states: usize, coefficients: usize, out: usize): void {
  const s = changetype<Spectral>(pointer);
  const d = s.dA * s.dB;
  const stride = (<usize>(SPECTRAL_FIXED + s.baths)) << 3;
  for (let n = 0; n < count; n++) {
    const plane = d * d;
    for (let k = 0; k < plane; k++) {
      put(s.rho, k, at(states, 2 * k));
      put(s.rho, plane + k, at(states, 2 * k + 1));
    }
    if (n == 0 || s.components > 1) hamiltonians(s, coefficients + ((<usize>(n * s.components)) << 3));
    reduce(s);
    spectrum(s, out);
    correlations(s, out);
    if (n > 0 && s.components == 1) store<f64>(out, load<f64>(out - stride, 56), 56);
    else store<f64>(out, commutatorNorm(s, s.HA, s.HB), 56);
    effective(s);
    store<f64>(out, commutatorNorm(s, s.effectiveA, s.effectiveB), 48);
    states += (<usize>plane) << 4;
    out += stride;
  }
}

/** H_A, H_B, V and H by their coefficients. */
/** H_A, H_B, V and H by their coefficients. */
function hamiltonians(s: Spectral, coefficients: usize): void {
  const dA = s.dA;
  const dB = s.dB;
  const d = dA * dB;
  memory.fill(s.HA, 0, (<usize>(dA * dA)) << 4);
  memory.fill(s.HB, 0, (<usize>(dB * dB)) << 4);
  memory.fill(s.V, 0, (<usize>(d * d)) << 4);
  for (let k = 0; k < s.components; k++) {
    const c = componentAt(s, k);
    const a = at(coefficients, k);
    if (c.HA != 0) addScaled(2 * dA * dA, a, c.HA, s.HA);
    if (c.HB != 0) addScaled(2 * dB * dB, a, c.HB, s.HB);
    if (c.V != 0) addScaled(2 * d * d, a, c.V, s.V);
  }
  memory.copy(s.H, s.V, (<usize>(d * d)) << 4);
  for (let plane = 0; plane < 2; plane++) {
    const H = s.H + ((<usize>(plane * d * d)) << 3);
    for (let i = 0; i < dA; i++) {
      for (let j = 0; j < dA; j++) {
        const h = at(s.HA, (plane * dA + i) * dA + j);
        for (let b = 0; b < dB; b++) plus(H, (i * dB + b) * d + j * dB + b, h);
      }
      for (let b = 0; b < dB; b++) {
        for (let c = 0; c < dB; c++) plus(H, (i * dB + b) * d + i * dB + c, at(s.HB, (plane * dB + b) * dB + c));
      }
    }
  }
}

/** rho_A and rho_B. */
function reduce(s: Spectral): void {
  const dA = s.dA;
  const dB = s.dB;
  const d = dA * dB;
  memory.fill(s.rhoA, 0, (<usize>(dA * dA)) << 4);
  memory.fill(s.rhoB, 0, (<usize>(dB * dB)) << 4);
  for (let plane = 0; plane < 2; plane++) {
    const rho = s.rho + ((<usize>(plane * d * d)) << 3);
    for (let i = 0; i < dA; i++) {
      for (let j = 0; j < dA; j++) {
        for (let b = 0; b < dB; b++) {
          plus(s.rhoA, (plane * dA + i) * dA + j, at(rho, (i * dB + b) * d + j * dB + b));
        }
      }
      for (let b = 0; b < dB; b++) {
        for (let c = 0; c < dB; c++) {
          plus(s.rhoB, (plane * dB + b) * dB + c, at(rho, (i * dB + b) * d + i * dB + c));
        }
      }
    }
  }
}

/** -sum p ln p; what is not above zero counts as zero. */
function entropyOf(n: i32, p: usize): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < n; k++) {
    const value = at(p, k);
    if (value > 0) sum -= value * Math.log(value);
  }
  return sum;
}

/** Entropies, entropy flows and entropy-based heat: what follows from the eigenvectors of rho. */
function spectrum(s: Spectral, out: usize): void {
  const d = s.dA * s.dB;
  const bytes = (<usize>(d * d)) << 4;
  memory.copy(s.work, s.rho, bytes);
  const failed = eigenHermitian(d, s.work, s.p, s.vectors, s.scratch) != 0;
  store<f64>(out, failed ? NaN : entropyOf(d, s.p));
  memory.fill(s.rates, 0, (<usize>d) << 3);
  memory.fill(s.gains, 0, bytes);
  for (let k = 0; k < s.baths; k++) {
    const bath = bathAt(s, k);
    memory.fill(s.gain, 0, bytes);
    if (bath.entries > 0) mappedGain(s, bath);
    else gainOf(s, bath);
    addScaled(2 * d * d, 1, s.gain, s.gains);
    put(out, SPECTRAL_FIXED + k, failed ? NaN : entropyFlow(s, bath));
  }
  store<f64>(out, failed ? NaN : entropicHeat(s), 64);
  store<f64>(out, entropyOfPart(s.dA, s.rhoA, s), 8);
  store<f64>(out, entropyOfPart(s.dB, s.rhoB, s), 16);
}

function entropyOfPart(n: i32, rho: usize, s: Spectral): f64 {
  memory.copy(s.work, rho, (<usize>(n * n)) << 4);
  return eigenHermitian(n, s.work, s.values, 0, s.scratch) != 0 ? NaN : entropyOf(n, s.values);
}

/** gain = sum L rho L† of a bath: (L rho)_a = sum of rows of rho, one row a of L after another. */
function gainOf(s: Spectral, bath: Bath): void {
  const d = s.dA * s.dB;
  const plane = d * d;
  for (let j = 0; j < bath.jumps; j++) {
    const start = load<i32>(bath.starts + ((<usize>j) << 2));
    const stop = load<i32>(bath.starts + ((<usize>j) << 2), 4);
    for (let k = start; k < stop;) {
      const row = load<i32>(bath.places + ((<usize>k) << 3));
      memory.fill(s.x, 0, (<usize>d) << 4);
      for (; k < stop && load<i32>(bath.places + ((<usize>k) << 3)) == row; k++) {
        const from = load<i32>(bath.places + ((<usize>k) << 3), 4) * d;
        const re = at(bath.values, 2 * k);
        const im = at(bath.values, 2 * k + 1);
        for (let c = 0; c < d; c++) {
          const u = at(s.rho, from + c);
          const w = at(s.rho, plane + from + c);
          plus(s.x, c, re * u - im * w);
          plus(s.x, d + c, re * w + im * u);
        }
      }
      for (let l = start; l < stop; l++) {
        const to = row * d + load<i32>(bath.places + ((<usize>l) << 3));
        const column = load<i32>(bath.places + ((<usize>l) << 3), 4);
        const re = at(bath.values, 2 * l);
        const im = at(bath.values, 2 * l + 1);
        const u = at(s.x, column);
        const w = at(s.x, d + column);
        plus(s.gain, to, u * re + w * im);
        plus(s.gain, plane + to, w * re - u * im);
      }
    }
  }
}

/** The same by the map of one part. */
function mappedGain(s: Spectral, bath: Bath): void {
  const d = s.dA * s.dB;
  const plane = d * d;
  // Distance of neighbouring levels of this part and of the other one.
  const own = bath.onA ? s.dB : 1;
  const step = bath.onA ? 1 : s.dB;
  const others = bath.onA ? s.dB : s.dA;
  for (let k = 0; k < bath.entries; k++) {
    const place = bath.places + ((<usize>k) << 4);
    const to = own * (load<i32>(place) * d + load<i32>(place, 4));
    const from = own * (load<i32>(place, 8) * d + load<i32>(place, 12));
    const re = at(bath.values, 2 * k);
    const im = at(bath.values, 2 * k + 1);
    for (let b = 0; b < others; b++) {
      for (let c = 0; c < others; c++) {
        const shift = step * (b * d + c);
        const u = at(s.rho, from + shift);
        const w = at(s.rho, plane + from + shift);
        plus(s.gain, to + shift, re * u - im * w);
        plus(s.gain, plane + to + shift, re * w + im * u);
      }
    }
  }
}

/** y = M u; u and y as 2n numbers, u's imaginary parts `plane` bytes after its real ones. */
function applyTo(n: i32, M: usize, u: usize, plane: usize, y: usize): void {
  const imaginary = M + ((<usize>(n * n)) << 3);
  for (let i = 0; i < n; i++) {
    let re: f64 = 0;
    let im: f64 = 0;
    for (let j = 0; j < n; j++) {
      const a = at(M, i * n + j);
      const b = at(imaginary, i * n + j);
      const c = at(u, j);
      const e = at(u + plane, j);
      re += a * c - b * e;
      im += a * e + b * c;
    }
    put(y, i, re);
    put(y, n + i, im);
  }
}

/** Re <u|M|u> */
function mean(n: i32, M: usize, u: usize, plane: usize, y: usize): f64 {
  applyTo(n, M, u, plane, y);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += at(u, i) * at(y, i) + at(u + plane, i) * at(y, n + i);
  return sum;
}

// @ts-ignore: decorator
@inline
function eigenvector(s: Spectral, k: i32): usize {
  return s.vectors + ((<usize>(k * s.dA * s.dB)) << 3);
}

/** -Tr[D[rho] ln rho] of a bath; adds p_k' = <k|D[rho]|k> to the rates. */
function entropyFlow(s: Spectral, bath: Bath): f64 {
  const d = s.dA * s.dB;
  const plane = (<usize>(d * d)) << 3;
  const zero = ROUNDINGS * <f64>d * f64.EPSILON;
  let flow: f64 = 0;
  for (let k = 0; k < d; k++) {
    const p = at(s.p, k);
    const u = eigenvector(s, k);
    const into = mean(d, s.gain, u, plane, s.x);
    const rate = into - p * mean(d, bath.decay, u, plane, s.x);
    plus(s.rates, k, rate);
    if (p > zero) flow -= Math.log(p) * rate;
    // Into an empty level. One that is negative by what a run is exact to is filled when more comes than that would explain.
    else if (into > (zero + Math.abs(p)) * <f64>d * bath.rate) flow = Infinity;
  }
  return flow;
}

/** Q_S' = sum p_k' <k|H|k>, with the basis inside a degenerate eigenspace in which rho' is diagonal there. */
function entropicHeat(s: Spectral): f64 {
  const d = s.dA * s.dB;
  const plane = (<usize>(d * d)) << 3;
  let heat: f64 = 0;
  for (let k = 0; k < d;) {
    let stop = k + 1;
    while (stop < d && at(s.p, stop) - at(s.p, stop - 1) <= DEGENERATE) stop++;
    heat +=
      stop - k == 1 ? at(s.rates, k) * mean(d, s.H, eigenvector(s, k), plane, s.x) : heatOfEigenspace(s, k, stop - k);
    k = stop;
  }
  return heat;
}

/** The share of eigenvectors first … first + m - 1. */
function heatOfEigenspace(s: Spectral, first: i32, m: i32): f64 {
  const d = s.dA * s.dB;
  const plane = (<usize>(d * d)) << 3;
  const small = (<usize>(m * m)) << 3;
  // rho' there is <k|gain|l> - ½(p_k + p_l)<k|decay|l>: the Hamiltonian's part of it vanishes.
  for (let l = 0; l < m; l++) {
    const u = eigenvector(s, first + l);
    applyTo(d, s.gains, u, plane, s.x);
    applyTo(d, s.decay, u, plane, s.y);
    for (let k = 0; k < m; k++) {
      const w = eigenvector(s, first + k);
      const half = 0.5 * (at(s.p, first + k) + at(s.p, first + l));
      let re: f64 = 0;
      let im: f64 = 0;
      for (let i = 0; i < d; i++) {
        const a = at(s.x, i) - half * at(s.y, i);
        const b = at(s.x, d + i) - half * at(s.y, d + i);
        const c = at(w, i);
        const e = at(w + plane, i);
        re += c * a + e * b;
        im += c * b - e * a;
      }
      put(s.work, k * m + l, re);
      put(s.work + small, k * m + l, im);
    }
  }
  if (eigenHermitian(m, s.work, s.values, s.block, s.scratch) != 0) return NaN;
  let heat: f64 = 0;
  for (let k = 0; k < m; k++) {
    memory.fill(s.y, 0, (<usize>d) << 4);
    for (let l = 0; l < m; l++) {
      const a = at(s.block, k * m + l);
      const b = at(s.block + small, k * m + l);
      const u = eigenvector(s, first + l);
      for (let i = 0; i < d; i++) {
        const c = at(u, i);
        const e = at(u + plane, i);
        plus(s.y, i, a * c - b * e);
        plus(s.y, d + i, a * e + b * c);
      }
    }
    heat += at(s.values, k) * mean(d, s.H, s.y, (<usize>d) << 3, s.x);
  }
  return heat;
}

/**
 * What the eigenvalues and eigenvectors of a state of two parts tell: entropies and what flows through them, heat by the change of
 * populations, entanglement. Matrices here are compact, as the eigensolver takes them: d x d real parts, then d x d imaginary parts.
 */
import { SPECTRAL_CONDITIONS, SPECTRAL_FIXED, SPECTRAL_FLOWS, SPECTRAL_REDUCED, SPECTRAL_STATE } from "../constants";
import { eigenHermitian } from "../linalg/hermitian";
import { commutatorNorm, correlations, effective } from "./spectral-correlations";
import { addScaled, at, plus, put } from "./doubles";
import { Bath, bathAt, componentAt, Spectral } from "./spectral-data";

/** Difference of two populations below which the basis between them is one's choice: their eigenvectors are known to rounding over it. */
const DEGENERATE: f64 = 1e-10;
/** What is below this many roundings a dimension, of what it is the sum of, cannot be told from zero. */
const ROUNDINGS: f64 = 16;

/**
 * Rows of results for `count` states. Of every row: S, S_A, S_B, purity, ‖chi‖, negativity, ‖[Ĥ_A + Ĥ_B, V]‖, ‖[H_A + H_B, V]‖,
 * the entropy-based heat Q_S'; then of every bath -Tr[D_x[rho] ln rho], +Infinity where it fills a level that is empty at the start.
 * A number whose eigenproblem does not converge is NaN; one that is not wanted is left as it is.
 * @param wanted sum of SPECTRAL_STATE and the like
 * @param states row-major, interleaved
 * @param elapsed time of every state since the start of the run
 * @param coefficients of the components, for every state
 * @param fastest the norm of the generator, or more
 * @param spectra 0, or where the eigenvalues of every state go: those of rho, of rho_A, of rho_B, increasing
 */
export function spectral(
  pointer: usize,
  wanted: i32,
  count: i32,
  states: usize,
  elapsed: usize,
  coefficients: usize,
  fastest: f64,
  out: usize,
  spectra: usize,
): void {
  const s = changetype<Spectral>(pointer);
  const d = s.dA * s.dB;
  const stride = (<usize>(SPECTRAL_FIXED + s.baths)) << 3;
  s.fastest = fastest;
  for (let k = 0; k < s.baths; k++) {
    const bath = bathAt(s, k);
    bath.rate = 0;
    for (let i = 0; i < d; i++) bath.rate = max(bath.rate, at(bath.decay, i * (d + 1)));
  }
  for (let n = 0; n < count; n++) {
    const plane = d * d;
    for (let k = 0; k < plane; k++) {
      put(s.rho, k, at(states, 2 * k));
      put(s.rho, plane + k, at(states, 2 * k + 1));
    }
    if (n == 0 || s.components > 1) hamiltonians(s, coefficients + ((<usize>(n * s.components)) << 3));
    reduce(s);
    spectrum(s, wanted, at(elapsed, n), out, spectra);
    correlations(s, wanted, out);
    if ((wanted & SPECTRAL_CONDITIONS) != 0) conditions(s, n > 0, stride, out);
    states += (<usize>plane) << 4;
    out += stride;
    if (spectra != 0) spectra += (<usize>(d + s.dA + s.dB)) << 3;
  }
}

/** Norms of commutators; that of the bare Hamiltonians is the one of the state before where nothing drives them. */
function conditions(s: Spectral, follows: bool, stride: usize, out: usize): void {
  const bare = follows && s.components == 1 ? load<f64>(out - stride, 56) : commutatorNorm(s, s.HA, s.HB);
  store<f64>(out, bare, 56);
  effective(s);
  store<f64>(out, commutatorNorm(s, s.effectiveA, s.effectiveB), 48);
}

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
function spectrum(s: Spectral, wanted: i32, elapsed: f64, out: usize, spectra: usize): void {
  const d = s.dA * s.dB;
  if ((wanted & (SPECTRAL_STATE | SPECTRAL_FLOWS)) != 0) {
    const flows = (wanted & SPECTRAL_FLOWS) != 0;
    memory.copy(s.work, s.rho, (<usize>(d * d)) << 4);
    const failed = eigenHermitian(d, s.work, s.p, flows ? s.vectors : 0, s.scratch) != 0;
    store<f64>(out, failed ? NaN : entropyOf(d, s.p));
    if (spectra != 0) copyOf(d, s.p, failed, spectra);
    if (flows) entropyFlows(s, failed, elapsed, out);
  }
  if ((wanted & SPECTRAL_REDUCED) == 0) return;
  store<f64>(out, entropyOfPart(s.dA, s.rhoA, s, spectra == 0 ? 0 : spectra + ((<usize>d) << 3)), 8);
  store<f64>(out, entropyOfPart(s.dB, s.rhoB, s, spectra == 0 ? 0 : spectra + ((<usize>(d + s.dA)) << 3)), 16);
}

function entropyFlows(s: Spectral, failed: bool, elapsed: f64, out: usize): void {
  const d = s.dA * s.dB;
  const bytes = (<usize>(d * d)) << 4;
  memory.fill(s.rates, 0, (<usize>d) << 3);
  memory.fill(s.gains, 0, bytes);
  for (let k = 0; k < s.baths; k++) {
    const bath = bathAt(s, k);
    memory.fill(s.gain, 0, bytes);
    if (bath.entries > 0) mappedGain(s, bath);
    else gainOf(s, bath);
    addScaled(2 * d * d, 1, s.gain, s.gains);
    if (!failed) ratesOf(s, bath, s.bathRates + ((<usize>(k * d)) << 3));
  }
  if (!failed) logarithms(s, elapsed);
  for (let k = 0; k < s.baths; k++) {
    put(out, SPECTRAL_FIXED + k, failed ? NaN : entropyFlow(d, s.bathRates + ((<usize>(k * d)) << 3), s.logs));
  }
  store<f64>(out, failed ? NaN : entropicHeat(s), 64);
}

function copyOf(n: i32, values: usize, failed: bool, to: usize): void {
  for (let k = 0; k < n; k++) put(to, k, failed ? NaN : at(values, k));
}

function entropyOfPart(n: i32, rho: usize, s: Spectral, spectrum: usize): f64 {
  memory.copy(s.work, rho, (<usize>(n * n)) << 4);
  const failed = eigenHermitian(n, s.work, s.values, 0, s.scratch) != 0;
  if (spectrum != 0) copyOf(n, s.values, failed, spectrum);
  return failed ? NaN : entropyOf(n, s.values);
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
  const bytes = (<usize>n) << 3;
  const imaginary = bytes * <usize>n;
  const pairs = bytes & ~15;
  for (let i = 0; i < n; i++, M += bytes) {
    let real = f64x2.splat(0);
    let rest = f64x2.splat(0);
    for (let j: usize = 0; j < pairs; j += 16) {
      const a = v128.load(M + j);
      const b = v128.load(M + imaginary + j);
      const c = v128.load(u + j);
      const e = v128.load(u + plane + j);
      real = f64x2.add(real, f64x2.sub(f64x2.mul(a, c), f64x2.mul(b, e)));
      rest = f64x2.add(rest, f64x2.add(f64x2.mul(a, e), f64x2.mul(b, c)));
    }
    let re = f64x2.extract_lane(real, 0) + f64x2.extract_lane(real, 1);
    let im = f64x2.extract_lane(rest, 0) + f64x2.extract_lane(rest, 1);
    if (pairs < bytes) {
      const a = load<f64>(M + pairs);
      const b = load<f64>(M + imaginary + pairs);
      const c = load<f64>(u + pairs);
      const e = load<f64>(u + plane + pairs);
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

/** sum |u_i| |M_ij| |u_j|: what <u|M|u> is the sum of. */
function sizeOf(n: i32, M: usize, u: usize, plane: usize): f64 {
  const imaginary = M + ((<usize>(n * n)) << 3);
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    let row: f64 = 0;
    for (let j = 0; j < n; j++) {
      const element = Math.abs(at(M, i * n + j)) + Math.abs(at(imaginary, i * n + j));
      row += element * (Math.abs(at(u, j)) + Math.abs(at(u + plane, j)));
    }
    sum += row * (Math.abs(at(u, i)) + Math.abs(at(u + plane, i)));
  }
  return sum;
}

/** p_k' = <k|D[rho]|k> by a bath, also added to those of all baths; as its share `rates` what cannot be told from zero is zero. */
function ratesOf(s: Spectral, bath: Bath, rates: usize): void {
  const d = s.dA * s.dB;
  const plane = (<usize>(d * d)) << 3;
  const zero = ROUNDINGS * <f64>d * f64.EPSILON;
  for (let k = 0; k < d; k++) {
    const p = at(s.p, k);
    const u = eigenvector(s, k);
    const into = mean(d, s.gain, u, plane, s.x);
    const rate = into - p * mean(d, bath.decay, u, plane, s.x);
    plus(s.rates, k, rate);
    // Into a level that is negative, by what a run is exact to, that much may come by the same error.
    const empty = p <= zero && into <= zero * sizeOf(d, s.gain, u, plane) + max(-p, 0) * <f64>d * bath.rate;
    put(rates, k, empty ? 0 : rate);
  }
}

/**
 * ln p_k. A level that is as good as empty has <k|rho|k> for its p: where the elements are small that is known to the last digit, however small.
 *
 * Where it is not known, something is: <k|rho|k> has not been negative since the start, a time t ago; its slope now is r = p_k', and turns by
 * Lambda² at most, Lambda the norm of the generator. So p_k >= max over s <= t of r s - ½ Lambda² s² >= ½ r min(t, r/Lambda²). That is
 * taken where p_k comes out smaller. At the start it is zero.
 */
function logarithms(s: Spectral, elapsed: f64): void {
  const d = s.dA * s.dB;
  const plane = (<usize>(d * d)) << 3;
  const zero = ROUNDINGS * <f64>d * f64.EPSILON;
  for (let k = 0; k < d; k++) {
    let p = at(s.p, k);
    if (p <= zero) {
      const u = eigenvector(s, k);
      p = mean(d, s.rho, u, plane, s.x);
      if (elapsed <= 0 && p <= zero * sizeOf(d, s.rho, u, plane)) p = 0;
    }
    let rate: f64 = 0;
    for (let b = 0; b < s.baths; b++) rate += at(s.bathRates, b * d + k);
    if (rate > 0) p = max(p, 0.5 * rate * min(elapsed, rate / (s.fastest * s.fastest)));
    put(s.logs, k, p > 0 ? Math.log(p) : -Infinity);
  }
}

/** -Tr[D[rho] ln rho] = -sum p_k' ln p_k of a bath. Nothing comes into or goes out of an empty level but what fills it. */
function entropyFlow(d: i32, rates: usize, logs: usize): f64 {
  let flow: f64 = 0;
  for (let k = 0; k < d; k++) {
    const rate = at(rates, k);
    if (rate > 0 || (rate < 0 && at(logs, k) > -Infinity)) flow -= at(logs, k) * rate;
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

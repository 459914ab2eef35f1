/**
 * What the eigenvalues and eigenvectors of a state of two parts tell: entropies and what flows through them, heat by the change of
 * populations, entanglement. Matrices here are compact, as the eigensolver takes them: d x d real parts, then d x d imaginary parts.
 */
import { SPECTRAL_FIXED } from "../constants";
import { eigenHermitian } from "../linalg/hermitian";
import { arenaAllocate } from "../memory";

/** Difference of two populations below which the basis between them is one's choice: their eigenvectors are known to rounding over it. */
const DEGENERATE: f64 = 1e-10;
/** Populations below this many roundings a dimension are zero. */
const ROUNDINGS: f64 = 16;

/** A part of H that is multiplied with one coefficient, each of the three may be missing (0). */
@unmanaged
class Component {
  HA: usize;
  HB: usize;
  V: usize;
}

/**
 * Jumps of a bath one after another, each by its elements that are not zero, row by row. Or, for a bath that acts on one part, sum L X L† as
 * a map of the operators X of that part: `entries` numbers g with (sum L X L†)_ij += g X_mn.
 */
@unmanaged
class Bath {
  /** 0, or that of the map: then `places` has i, j, m, n of every entry. */
  entries: i32;
  onA: bool;
  jumps: i32;
  /** jumps + 1 numbers: where the elements of each begin. */
  starts: usize;
  /** Row and column of every element; re and im. */
  places: usize;
  values: usize;
  /** sum L†L */
  decay: usize;
  /** Largest element of it. */
  rate: f64;
}


@unmanaged
export class Spectral {
  dA: i32;
  dB: i32;
  components: i32;
  baths: i32;
  component: usize;
  bath: usize;
  /** sum L†L of all baths. */
  decay: usize;
  /** H_A, H_B, V and H at the time of the state. */
  HA: usize;
  HB: usize;
  V: usize;
  H: usize;
  rho: usize;
  rhoA: usize;
  rhoB: usize;
  /** Ĥ_A and Ĥ_B. */
  effectiveA: usize;
  effectiveB: usize;
  /** sum L rho L† of one bath, and of all. */
  gain: usize;
  gains: usize;
  /** Eigenvectors of rho as rows; those of a part of it, and what the eigensolver destroys. */
  vectors: usize;
  block: usize;
  work: usize;
  /** d numbers each: populations, their rates, means of H; eigenvalues of something else; a vector, re then im; one more. */
  p: usize;
  rates: usize;
  values: usize;
  x: usize;
  y: usize;
  scratch: usize;
}

function matrix(n: i32): usize {
  return arenaAllocate((<usize>n * <usize>n) << 4);
}

// @ts-ignore: decorator
@inline
function componentAt(s: Spectral, k: i32): Component {
  return changetype<Component>(s.component + <usize>k * offsetof<Component>());
}

// @ts-ignore: decorator
@inline
function bathAt(s: Spectral, k: i32): Bath {
  return changetype<Bath>(s.bath + <usize>k * offsetof<Bath>());
}

/** 0 when memory does not suffice: the last block would be missing first. */
export function createSpectral(dA: i32, dB: i32, components: i32, baths: i32, decay: usize): usize {
  const pointer = arenaAllocate(offsetof<Spectral>());
  if (pointer == 0) return 0;
  const s = changetype<Spectral>(pointer);
  const d = dA * dB;
  s.dA = dA;
  s.dB = dB;
  s.components = components;
  s.baths = baths;
  s.decay = decay;
  s.component = arenaAllocate(<usize>components * offsetof<Component>());
  s.bath = arenaAllocate(<usize>(baths + 1) * offsetof<Bath>());
  s.HA = matrix(dA);
  s.rhoA = matrix(dA);
  s.effectiveA = matrix(dA);
  s.HB = matrix(dB);
  s.rhoB = matrix(dB);
  s.effectiveB = matrix(dB);
  s.p = arenaAllocate((<usize>d) << 3);
  s.rates = arenaAllocate((<usize>d) << 3);
  s.values = arenaAllocate((<usize>d) << 3);
  s.x = arenaAllocate((<usize>d) << 4);
  s.y = arenaAllocate((<usize>d) << 4);
  s.scratch = arenaAllocate(<usize>d * 48);
  s.V = matrix(d);
  s.H = matrix(d);
  s.rho = matrix(d);
  s.gain = matrix(d);
  s.gains = matrix(d);
  s.vectors = matrix(d);
  s.block = matrix(d);
  s.work = matrix(d);
  return s.work == 0 ? 0 : pointer;
}

export function setSpectralComponent(pointer: usize, index: i32, HA: usize, HB: usize, V: usize): void {
  const c = componentAt(changetype<Spectral>(pointer), index);
  c.HA = HA;
  c.HB = HB;
  c.V = V;
}

export function setSpectralBath(
  pointer: usize,
  index: i32,
  jumps: i32,
  starts: usize,
  places: usize,
  values: usize,
  decay: usize,
): void {
  const s = changetype<Spectral>(pointer);
  const b = bathAt(s, index);
  b.entries = 0;
  b.jumps = jumps;
  b.starts = starts;
  b.places = places;
  b.values = values;
  b.decay = decay;
  b.rate = 0;
  const d = s.dA * s.dB;
  for (let i = 0; i < d; i++) b.rate = max(b.rate, at(decay, i * (d + 1)));
}

/** Gives a bath, after `setSpectralBath`, its map instead of jumps. */
export function setSpectralMap(
  pointer: usize,
  index: i32,
  onA: bool,
  entries: i32,
  places: usize,
  values: usize,
): void {
  const b = bathAt(changetype<Spectral>(pointer), index);
  b.entries = entries;
  b.onA = onA;
  b.places = places;
  b.values = values;
}

// @ts-ignore: decorator
@inline
function at(x: usize, k: i32): f64 {
  return load<f64>(x + ((<usize>k) << 3));
}

// @ts-ignore: decorator
@inline
function put(x: usize, k: i32, value: f64): void {
  store<f64>(x + ((<usize>k) << 3), value);
}

// @ts-ignore: decorator
@inline
function plus(x: usize, k: i32, value: f64): void {
  put(x, k, at(x, k) + value);
}

function addScaled(count: i32, a: f64, x: usize, y: usize): void {
  for (let k = 0; k < count; k++) plus(y, k, a * at(x, k));
}

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

/** Purity, ‖chi‖, and the negativity: the sum of what is negative in the spectrum of the partial transpose. */
function correlations(s: Spectral, out: usize): void {
  const dA = s.dA;
  const dB = s.dB;
  const d = dA * dB;
  const plane = d * d;
  let purity: f64 = 0;
  let chi: f64 = 0;
  for (let i = 0; i < dA; i++) {
    for (let b = 0; b < dB; b++) {
      for (let j = 0; j < dA; j++) {
        const aRe = at(s.rhoA, i * dA + j);
        const aIm = at(s.rhoA, (dA + i) * dA + j);
        for (let c = 0; c < dB; c++) {
          const k = (i * dB + b) * d + j * dB + c;
          const re = at(s.rho, k);
          const im = at(s.rho, plane + k);
          const bRe = at(s.rhoB, b * dB + c);
          const bIm = at(s.rhoB, (dB + b) * dB + c);
          const x = re - aRe * bRe + aIm * bIm;
          const y = im - aRe * bIm - aIm * bRe;
          purity += re * re + im * im;
          chi += x * x + y * y;
          const to = (j * dB + b) * d + i * dB + c;
          put(s.work, to, re);
          put(s.work, plane + to, im);
        }
      }
    }
  }
  store<f64>(out, purity, 24);
  store<f64>(out, Math.sqrt(chi), 32);
  let negative: f64 = eigenHermitian(d, s.work, s.values, 0, s.scratch) != 0 ? NaN : 0;
  for (let k = 0; k < d; k++) negative += max(-at(s.values, k), 0);
  store<f64>(out, negative, 40);
}

/** Ĥ_A and Ĥ_B but for multiples of 1, with which everything commutes. */
function effective(s: Spectral): void {
  const dA = s.dA;
  const dB = s.dB;
  const d = dA * dB;
  memory.copy(s.effectiveA, s.HA, (<usize>(dA * dA)) << 4);
  memory.copy(s.effectiveB, s.HB, (<usize>(dB * dB)) << 4);
  for (let i = 0; i < dA; i++) {
    for (let b = 0; b < dB; b++) {
      for (let j = 0; j < dA; j++) {
        for (let c = 0; c < dB; c++) {
          const k = (i * dB + b) * d + j * dB + c;
          const re = at(s.V, k);
          const im = at(s.V, d * d + k);
          // Tr_B[V (1 ⊗ rho_B)] and Tr_A[V (rho_A ⊗ 1)]
          const bRe = at(s.rhoB, c * dB + b);
          const bIm = at(s.rhoB, (dB + c) * dB + b);
          plus(s.effectiveA, i * dA + j, re * bRe - im * bIm);
          plus(s.effectiveA, (dA + i) * dA + j, re * bIm + im * bRe);
          const aRe = at(s.rhoA, j * dA + i);
          const aIm = at(s.rhoA, (dA + j) * dA + i);
          plus(s.effectiveB, b * dB + c, re * aRe - im * aIm);
          plus(s.effectiveB, (dB + b) * dB + c, re * aIm + im * aRe);
        }
      }
    }
  }
}

/** ‖[X ⊗ 1 + 1 ⊗ Y, V]‖ */
function commutatorNorm(s: Spectral, X: usize, Y: usize): f64 {
  const dA = s.dA;
  const dB = s.dB;
  const d = dA * dB;
  const C = s.work;
  memory.fill(C, 0, (<usize>(d * d)) << 4);
  for (let row = 0; row < d; row++) {
    const i = row / dB;
    const b = row - i * dB;
    for (let m = 0; m < dA; m++) {
      addRow(s, C, row, m * dB + b, at(X, i * dA + m), at(X, (dA + i) * dA + m));
    }
    for (let n = 0; n < dB; n++) {
      addRow(s, C, row, i * dB + n, at(Y, b * dB + n), at(Y, (dB + b) * dB + n));
    }
  }
  // [M, V] = C - C†, C = M V
  let sum: f64 = 0;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const re = at(C, i * d + j) - at(C, j * d + i);
      const im = at(C, (d + i) * d + j) + at(C, (d + j) * d + i);
      sum += re * re + im * im;
    }
  }
  return Math.sqrt(sum);
}

/** Row `to` of C += (re + i im) times row `from` of V. */
function addRow(s: Spectral, C: usize, to: i32, from: i32, re: f64, im: f64): void {
  if (re == 0 && im == 0) return;
  const d = s.dA * s.dB;
  for (let k = 0; k < d; k++) {
    const u = at(s.V, from * d + k);
    const w = at(s.V, (d + from) * d + k);
    plus(C, to * d + k, re * u - im * w);
    plus(C, (d + to) * d + k, re * w + im * u);
  }
}

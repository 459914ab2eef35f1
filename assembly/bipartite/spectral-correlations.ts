/**
 * What a state's own elements tell of its correlation: purity, ‖chi‖, negativity, and commutators with the interaction.
 */
import { SPECTRAL_ELEMENTS, SPECTRAL_TRANSPOSE } from "../constants";
import { eigenHermitian } from "../linalg/hermitian";
import { at, plus, put } from "./doubles";
import { Spectral } from "./spectral-data";

/** Purity, ‖chi‖, and the negativity: the sum of what is negative in the spectrum of the partial transpose. */
export function correlations(s: Spectral, wanted: i32, out: usize): void {
  if ((wanted & (SPECTRAL_ELEMENTS | SPECTRAL_TRANSPOSE)) == 0) return;
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
  if ((wanted & SPECTRAL_TRANSPOSE) == 0) return;
  let negative: f64 = eigenHermitian(d, s.work, s.values, 0, s.scratch) != 0 ? NaN : 0;
  for (let k = 0; k < d; k++) negative += max(-at(s.values, k), 0);
  store<f64>(out, negative, 40);
}

/** Ĥ_A and Ĥ_B but for multiples of 1, with which everything commutes. */
export function effective(s: Spectral): void {
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
export function commutatorNorm(s: Spectral, X: usize, Y: usize): f64 {
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

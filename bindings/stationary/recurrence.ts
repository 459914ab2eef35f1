/**
 * How far out a state can live: beyond that everything drifts back.
 * @module
 */
import type { Couplings } from "../plan/coordinates.ts";

/**
 * Levels at which F, a function of the level, may grow: L†[F] is negative on all others, so that nothing stays there, not for long either (Foster's criterion: Meyn and Tweedie, Markov Chains and
 * Stochastic Stability, chapter 11; for quantum semigroups Fagnola and Rebolledo, J. Math. Phys. 42 (2001) 1296). By Gershgorin's bound of each row of
 *   L†[F]_ab = i H_ab (F_b - F_a) + sum_kc conj(L_ca) L_cb (F_c - (F_a + F_b)/2).
 */
export function growingLevels({ d, G, jumps, columns }: Couplings, F: Float64Array): Uint8Array {
  // G = -iH - ½ sum L†L, of which the second part goes by (F_a + F_b)/2 of both sides already: i H = -(G - G†)/2.
  const bounds = new Float64Array(d);
  const row = new Float64Array(2 * d);
  const touched: number[] = [];
  const add = (b: number, re: number, im: number) => {
    if (row[2 * b] === 0 && row[2 * b + 1] === 0) touched.push(b);
    row[2 * b]! += re;
    row[2 * b + 1]! += im;
  };
  for (let a = 0; a < d; a++) {
    touched.length = 0;
    for (let k = G.pointers[a]!; k < G.pointers[a + 1]!; k++) {
      const b = G.indices[k]!;
      const weight = -0.5 * (F[b]! - F[a]!);
      add(b, weight * G.re[k]!, weight * G.im[k]!);
    }
    const down = columns.G;
    for (let k = down.pointers[a]!; k < down.pointers[a + 1]!; k++) {
      // conj(G_ba)
      const b = down.indices[k]!;
      const weight = 0.5 * (F[b]! - F[a]!);
      add(b, weight * down.re[k]!, -weight * down.im[k]!);
    }
    jumps.forEach((L, which) => {
      const from = columns.jumps[which]!;
      for (let at = from.pointers[a]!; at < from.pointers[a + 1]!; at++) {
        const [c, re, im] = [from.indices[at]!, from.re[at]!, from.im[at]!];
        for (let k = L.pointers[c]!; k < L.pointers[c + 1]!; k++) {
          const b = L.indices[k]!;
          const weight = F[c]! - 0.5 * (F[a]! + F[b]!);
          add(b, weight * (re * L.re[k]! + im * L.im[k]!), weight * (re * L.im[k]! - im * L.re[k]!));
        }
      }
    });
    for (const b of touched) {
      bounds[a]! += b === a ? row[2 * b]! : Math.hypot(row[2 * b]!, row[2 * b + 1]!);
      row[2 * b] = row[2 * b + 1] = 0;
    }
  }
  return Uint8Array.from(bounds, (bound) => (bound < 0 ? 0 : 1));
}

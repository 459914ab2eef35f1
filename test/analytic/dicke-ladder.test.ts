/**
 * Superradiance, L = sqrt(G) J_-: on the states |J, M> a chain of decays with the rates G (J + M)(J - M + 1), whose populations are the exponential of the matrix of rates.
 */
import { it } from "vitest";
import { fock, jmat, ket2dm } from "../../bindings/index.ts";
import { expectLaw, TIGHT, uniformTimes } from "../support/law.ts";

/**
 * Populations of a chain of decays, from level 0 on: sum over n of exp(-qt) (qt)^n/n! (1 + R/q)^n p(0), q the largest rate, where nothing cancels
 * (Jensen, Skand. Aktuarietidskr. 36 (1953) 87).
 */
function populations(rates: readonly number[], t: number): number[] {
  const q = Math.max(...rates);
  let p = rates.map((_, k) => Number(k === 0));
  let weight = Math.exp(-q * t);
  const sum = p.map((x) => weight * x);
  // Terms far beyond the mean qt are nothing.
  for (let n = 1; n < q * t + 12 * Math.sqrt(q * t) + 40; n++) {
    p = p.map((x, k) => x * (1 - rates[k]! / q) + (k > 0 ? (p[k - 1]! * rates[k - 1]!) / q : 0));
    weight *= (q * t) / n;
    p.forEach((x, k) => {
      sum[k]! += weight * x;
    });
  }
  return sum;
}

it.each([0.5, 1, 2.5, 5, 10])("J = %f, from the top", (J) => {
  const G = 0.8;
  const levels = 2 * J + 1;
  const places = Array.from({ length: levels }, (_, k) => k);
  const rates = places.map((k) => {
    const M = J - k;
    return G * (J + M) * (J - M + 1);
  });
  // The burst and what follows it; qt <= 550, so that exp(-qt) does not vanish.
  const times = uniformTimes(5 / G, 21);
  expectLaw(
    {
      H: jmat(J, "z").scale(1.3),
      rho0: fock(levels, 0),
      times,
      options: {
        cOps: [{ op: jmat(J, "-"), rate: G }],
        eOps: Object.fromEntries(places.map((k) => [`p${k}`, ket2dm(fock(levels, k))])),
        ...TIGHT,
      },
    },
    (t) => Object.fromEntries(populations(rates, t).map((p, k) => [`p${k}`, p])),
    9e-13,
  );
});

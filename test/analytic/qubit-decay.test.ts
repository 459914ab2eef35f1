/**
 * Decay of a qubit into a bath of occupation n, L = sqrt(G(n+1)) s, sqrt(Gn) s†, H = (w/2) sigma_z: with R = G(2n+1),
 * p_e = p_ss + (p_0 - p_ss) exp(-Rt), p_ss = n/(2n+1), and the coherence turns and decays as exp(-iwt - Rt/2).
 */
import { expect, it } from "vitest";
import { basis, ket2dm, Operator, sigmam, sigmap, sigmaz } from "../../bindings/index.ts";
import { expectLaw, uniformTimes } from "../support/law.ts";

it.each([0, 0.4])("qubit decay, n = %d", (n) => {
  const [G, w] = [0.6, 2.3];
  const R = G * (2 * n + 1);
  const steady = n / (2 * n + 1);
  const psi = basis(2, 0)
    .scale(0.8)
    .add(basis(2, 1).scale({ re: 0, im: 0.6 }));
  const rho = ket2dm(psi);
  const coherence = rho.get(0, 1);
  expect(Math.hypot(coherence.re, coherence.im)).toBeCloseTo(0.48, 14);
  expectLaw(
    {
      H: sigmaz().scale(w / 2),
      rho0: rho,
      times: uniformTimes(6, 31),
      options: {
        cOps: [
          { op: sigmam(), rate: G * (n + 1) },
          { op: sigmap(), rate: G * n },
        ],
        // Tr[|1><0| rho] = rho_01
        eOps: { excited: ket2dm(basis(2, 0)), coherence: Operator.fromTriplets(2, [[1, 0, 1, 0]]) },
      },
    },
    (t) => {
      const decay = Math.exp((-R * t) / 2);
      const [c, s] = [Math.cos(w * t), -Math.sin(w * t)];
      return {
        excited: steady + (0.64 - steady) * Math.exp(-R * t),
        coherence: {
          re: decay * (coherence.re * c - coherence.im * s),
          im: decay * (coherence.re * s + coherence.im * c),
        },
      };
    },
  );
});

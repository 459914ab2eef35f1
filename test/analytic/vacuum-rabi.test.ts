/**
 * Damped vacuum Rabi oscillation (one excitation, Jaynes-Cummings), H = g (a†s + a s†), losses k of the cavity and G of the
 * atom: W = sqrt(g² - ((k - G)/4)²), p_e = exp(-(k+G)t/2) [cos Wt + ((k - G)/4W) sin Wt]²,
 * <n> = (g/W)² exp(-(k+G)t/2) sin² Wt.
 */
import { expect, it } from "vitest";
import { destroy, fock, ket2dm, num, qeye, sigmam, tensor } from "../../bindings/index.ts";
import { expectLaw, uniformTimes } from "../support/law.ts";

it("damped vacuum Rabi oscillation", () => {
  const [g, k, G, N] = [1.1, 0.5, 0.2, 3];
  const a = tensor(destroy(N), qeye(2));
  const s = tensor(qeye(N), sigmam());
  const W = Math.sqrt(g * g - ((k - G) / 4) ** 2);
  expect(W).toBeGreaterThan(1);
  expectLaw(
    {
      H: a.dag().mul(s).add(a.mul(s.dag())).scale(g),
      rho0: tensor(fock(N, 0), fock(2, 0)),
      times: uniformTimes(8, 41),
      options: {
        cOps: [
          { op: a, rate: k },
          { op: s, rate: G },
        ],
        eOps: { excited: tensor(qeye(N), ket2dm(fock(2, 0))), n: tensor(num(N), qeye(2)) },
      },
    },
    (t) => {
      const decay = Math.exp((-(k + G) * t) / 2);
      return {
        excited: decay * (Math.cos(W * t) + ((k - G) / (4 * W)) * Math.sin(W * t)) ** 2,
        n: (g / W) ** 2 * decay * Math.sin(W * t) ** 2,
      };
    },
  );
});

/**
 * Resonance fluorescence, H = (O/2) sigma_x, L = sqrt(G) sigma_minus, from the ground state: with O' = sqrt(O² - G²/16),
 * p_e = O²/(G² + 2O²) [1 - exp(-3Gt/4)(cos O't + (3G/4O') sin O't)].
 */
import { expect, it } from "vitest";
import { basis, ket2dm, sigmam, sigmax } from "../../bindings/index.ts";
import { expectLaw, TIGHT, uniformTimes } from "../support/law.ts";

it("resonance fluorescence", () => {
  const [O, G] = [2.5, 0.9];
  const shifted = Math.sqrt(O * O - (G * G) / 16);
  expect(shifted).toBeGreaterThan(0);
  expectLaw(
    {
      H: sigmax().scale(O / 2),
      rho0: basis(2, 1),
      times: uniformTimes(10, 51),
      options: { cOps: [{ op: sigmam(), rate: G }], eOps: { excited: ket2dm(basis(2, 0)) }, ...TIGHT },
    },
    (t) => ({
      excited:
        (O ** 2 / (G ** 2 + 2 * O ** 2)) *
        (1 - Math.exp((-3 * G * t) / 4) * (Math.cos(shifted * t) + ((3 * G) / (4 * shifted)) * Math.sin(shifted * t))),
    }),
    4e-14,
  );
});

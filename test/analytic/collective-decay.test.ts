/**
 * Two qubits that decay together, L = sqrt(G) (s1 + s2). From |ee>: P_ee = exp(-2Gt), P_T0 = 2Gt exp(-2Gt), T0 the symmetric state of one excitation. From |eg>: the singlet keeps its half, P_T0 = exp(-2Gt)/2.
 */
import { it } from "vitest";
import { basis, ket2dm, qeye, sigmam } from "../../bindings/index.ts";
import { expectLaw, TIGHT, uniformTimes } from "../support/law.ts";

const G = 0.7;
const collective = sigmam().kron(qeye(2)).add(qeye(2).kron(sigmam()));
const [ee, eg, ge] = [basis([2, 2], [0, 0]), basis([2, 2], [0, 1]), basis([2, 2], [1, 0])];
const triplet = eg.add(ge).scale(Math.SQRT1_2);
const singlet = eg.add(ge.scale(-1)).scale(Math.SQRT1_2);
const eOps = { ee: ket2dm(ee), triplet: ket2dm(triplet), singlet: ket2dm(singlet) };
const problem = {
  H: qeye([2, 2]).scale(0),
  times: uniformTimes(8, 41),
  options: { cOps: [{ op: collective, rate: G }], eOps, ...TIGHT },
};

it("from both excited", () => {
  expectLaw(
    { ...problem, rho0: ee },
    (t) => ({ ee: Math.exp(-2 * G * t), triplet: 2 * G * t * Math.exp(-2 * G * t), singlet: 0 }),
    3e-16,
  );
});

it("from one excited: half of it is dark", () => {
  expectLaw(
    { ...problem, rho0: eg },
    (t) => ({ ee: 0, triplet: Math.exp(-2 * G * t) / 2, singlet: 0.5 }),
    // What stays is rounded at every one of the times, by half a unit of 2^-53.
    problem.times.length * 2 ** -54,
  );
});

/**
 * The paper's example: closed form to 1e-10, local states standing still, the corrected range of c.
 */
import { describe, expect, it } from "vitest";
import {
  InvalidArgumentError,
  NotDensityMatrixError,
  OutOfRangeError,
  qeye,
  sigmax,
  sigmaz,
  tensor,
  thermalState,
  twoQubitExample,
} from "../../bindings/index.ts";
import { maxDifference } from "../support/random.ts";

const parameters = { omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2 };
const times = Array.from({ length: 201 }, (_, k) => k / 40);

describe("two qubits", () => {
  it.each([0.05, -0.04, 0.1148459901, -0.0422494786])("c = %d follows the closed form", (c) => {
    const example = twoQubitExample({ ...parameters, c });
    const { energy, reduced } = example.system.evolve(example.rho0, times, { rtol: 1e-12, atol: 1e-14 });
    times.forEach((t, k) => {
      const exact = example.closedForm(t);
      for (const name of ["U", "UA", "UB", "Ulocal", "Uchi"] as const) {
        expect(Math.abs(energy[name][k]! - exact[name])).toBeLessThan(1e-10);
      }
      expect(Math.abs(energy.Uchi[k]! - energy.Uchi[0]! - exact.deltaUchi)).toBeLessThan(1e-10);
    });
    const piA = thermalState(example.system.HA, parameters.betaA);
    const piB = thermalState(example.system.HB, parameters.betaB);
    for (const k of [0, 100, 200]) {
      expect(maxDifference(reduced.A[k]!, piA)).toBeLessThan(1e-12);
      expect(maxDifference(reduced.B[k]!, piB)).toBeLessThan(1e-12);
    }
  });

  it("loses 4gc through correlation alone, however the interaction energy is shared", () => {
    const example = twoQubitExample({ ...parameters, c: 0.05 });
    const { energy } = example.system.evolve(example.rho0, [0, 50], { rtol: 1e-12, atol: 1e-14 });
    expect(energy.Uchi[1]! - energy.Uchi[0]!).toBeCloseTo(-4 * 0.3 * 0.05, 12);
    expect(energy.Ulocal[1]! - energy.Ulocal[0]!).toBeCloseTo(0, 12);
  });

  it("knows the range of c", () => {
    const { cRange } = twoQubitExample({ ...parameters, c: 0 });
    expect(4 * parameters.g * cRange.max).toBeCloseTo(0.1378151882, 10);
    expect(4 * parameters.g * cRange.min).toBeCloseTo(-0.0506993744, 10);
    for (const c of [cRange.min, cRange.max]) {
      const { rho0, system } = twoQubitExample({ ...parameters, c });
      expect(system.evolve(rho0, [0, 0.1]).stats.minEigenvalue).toBeGreaterThan(-1e-8);
    }
  });

  it("refuses a c outside it, naming the range", () => {
    const attempt = () => twoQubitExample({ ...parameters, c: 0.2 });
    expect(attempt).toThrow(OutOfRangeError);
    expect(attempt).toThrow(/twoQubitExample: c = 0\.2 is outside \[-0\.0422\d+, 0\.1148\d+\]/);
    // The range the paper prints lacks 1/(Z_A Z_B); its upper end would be accepted there.
    expect(() => twoQubitExample({ ...parameters, c: Math.exp(-0.34) })).toThrow(OutOfRangeError);
  });

  it("erratum 4: a correlation outside the subspace moves the local states", () => {
    const example = twoQubitExample({ ...parameters, c: 0 });
    const rho0 = example.stateWith(tensor(sigmax(), sigmaz()).scale(0.02));
    const { reduced } = example.system.evolve(rho0, [0, 0.3], { rtol: 1e-11, atol: 1e-13 });
    const piA = thermalState(example.system.HA, parameters.betaA);
    expect(reduced.A[0]!.sub(piA).norm()).toBeLessThan(1e-15);
    expect(reduced.A[1]!.sub(piA).norm()).toBeCloseTo(0.0049, 4);
  });

  it("takes other correlations, but no other local states and no negative ones", () => {
    const example = twoQubitExample({ ...parameters, c: 0.05 });
    const zz = tensor(sigmaz(), sigmaz());
    expect(maxDifference(example.stateWith(zz.scale(0.05)), example.rho0)).toBe(0);
    expect(() => example.stateWith(tensor(sigmaz(), qeye(2)).scale(0.01))).toThrow(InvalidArgumentError);
    expect(() => example.stateWith(zz.scale(0.2))).toThrow(NotDensityMatrixError);
    expect(() => example.stateWith(zz.scale(0.2))).toThrow(/smallest eigenvalue is -/);
  });
});

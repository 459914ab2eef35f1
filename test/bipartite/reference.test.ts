/**
 * Energies, effective Hamiltonians and rates against the thermodynamic reference series.
 */
import { describe, expect, it } from "vitest";
import { bipartite, Operator, thermalBath } from "../../bindings/index.ts";
import { maxDifference } from "../support/random.ts";
import { matrix, REFERENCE_TOLERANCE, readReference, referenceNames, type Thermo } from "../support/reference.ts";
import { systemOf } from "./thermo.ts";

const names = referenceNames("thermo_");

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (x, k) => Math.abs(x - b[k]!)));
}

describe("bipartite reproduces the reference series", () => {
  it("finds them all", () => {
    expect(names).toEqual([
      "thermo_global_davies",
      "thermo_p1_0",
      "thermo_p1_1",
      "thermo_qubit_qutrit",
      "thermo_qutrit_qutrit",
      "thermo_xx_entangled",
      "thermo_xx_product",
    ]);
  });

  it.each(names)("%s", (name) => {
    const reference = readReference<Thermo>(name);
    const { dims, series } = reference;
    const system = systemOf(reference);
    const rho0 = Operator.dense(dims, reference.rho0);
    const run = system.evolve(rho0, reference.t, { rtol: 1e-12, atol: 1e-14, storeStates: true });
    expect(largest(run.energy.U, series.U!)).toBeLessThan(REFERENCE_TOLERANCE);
    expect(largest(run.energy.UA, series.U_A!)).toBeLessThan(REFERENCE_TOLERANCE);
    expect(largest(run.energy.UB, series.U_B!)).toBeLessThan(REFERENCE_TOLERANCE);
    expect(largest(run.energy.Ulocal, series.U_prod!)).toBeLessThan(REFERENCE_TOLERANCE);
    expect(largest(run.energy.Uchi, series.U_chi!)).toBeLessThan(REFERENCE_TOLERANCE);
    reference.rho_index.forEach((index, k) => {
      const exact = Operator.dense(dims, reference.rho[k]!);
      expect(maxDifference(run.states![index]!, exact)).toBeLessThan(REFERENCE_TOLERANCE);
    });

    const effective = system.effectiveHamiltonians(rho0);
    const { HA_eff, HB_eff, V_hat, chi } = reference.at_t0;
    expect(maxDifference(effective.HA, Operator.dense([dims[0]], HA_eff))).toBeLessThan(1e-14);
    expect(maxDifference(effective.HB, Operator.dense([dims[1]], HB_eff))).toBeLessThan(1e-14);
    expect(maxDifference(effective.V, Operator.dense(dims, V_hat))).toBeLessThan(1e-14);
    expect(maxDifference(system.correlation(rho0), Operator.dense(dims, chi))).toBeLessThan(1e-15);

    const rates = run.states!.map((rho) => system.rates(rho));
    expect(
      largest(
        rates.map((r) => r.U),
        series.dU!,
      ),
    ).toBeLessThan(10 * REFERENCE_TOLERANCE);
    expect(
      largest(
        rates.map((r) => r.Ulocal),
        series.dU_prod!,
      ),
    ).toBeLessThan(10 * REFERENCE_TOLERANCE);
    expect(
      largest(
        rates.map((r) => r.Uchi),
        series.dU_chi!,
      ),
    ).toBeLessThan(10 * REFERENCE_TOLERANCE);
  });

  it.each([
    ["thermo_p1_0", "symmetric", 1, 1],
    ["thermo_p1_1", "symmetric", 1, 1],
    ["thermo_qubit_qutrit", "symmetric", 0.15, 0.1],
    ["thermo_qutrit_qutrit", "symmetric", 0.1, 0.1],
    // Rates gamma (n + 1) and gamma n in the file, without the frequency 0.7.
    ["thermo_xx_product", "ohmic", 0.2, 0.3 / 0.7],
  ] as const)("%s: thermalBath makes the file's own dissipators", (name, rates, GammaA, GammaB) => {
    const reference = readReference<Thermo>(name);
    const { dims, series } = reference;
    const Gamma = { A: GammaA, B: GammaB };
    const system = bipartite({
      HA: matrix([dims[0]], reference.H_A),
      HB: matrix([dims[1]], reference.H_B),
      V: matrix(dims, reference.V),
      alphaA: reference.alpha_A,
      baths: reference.baths.map(({ site, beta }) =>
        thermalBath(site as "A" | "B", { beta, rates, Gamma: Gamma[site as "A" | "B"] }),
      ),
    });
    const { energy } = system.evolve(Operator.dense(dims, reference.rho0), reference.t, { rtol: 1e-12, atol: 1e-14 });
    expect(largest(energy.U, series.U!)).toBeLessThan(REFERENCE_TOLERANCE);
    expect(largest(energy.UA, series.U_A!)).toBeLessThan(REFERENCE_TOLERANCE);
    expect(largest(energy.Uchi, series.U_chi!)).toBeLessThan(REFERENCE_TOLERANCE);
  });
});

/**
 * Equations of the paper that no other test states by themselves: [4], the split of H [5, 6], U_⊗ whatever alpha_A [9], A2; and the first erratum.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { adjointDissipator } from "../../bindings/bipartite/adjoint.ts";
import { bipartite, customBath, qeye, thermalState, twoQubitExample } from "../../bindings/index.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { ptrace } from "../../bindings/operators/tensor.ts";
import { applyGenerator } from "../../bindings/solvers/apply.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const RUNS = { numRuns: 25, seed: 20262 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const dimension = fc.integer({ min: 2, max: 4 });
const share = fc.double({ min: -1, max: 2, noNaN: true });

/** A dense complex system with a bath on each part, and a state. */
function randomProblem(seed: number, dA: number, dB: number, alphaA: number) {
  const random = generator(seed);
  const weak = (d: number) => randomOperator(random, [d]).scale(0.3);
  const system = bipartite({
    HA: randomHermitian(random, [dA]),
    HB: randomHermitian(random, [dB]),
    V: randomHermitian(random, [dA, dB]),
    alphaA,
    baths: [customBath("A", { jumps: [weak(dA), weak(dA)] }), customBath("B", { jumps: [weak(dB)] })],
  });
  return { system, rho: randomState(random, [dA, dB]) };
}

describe("for random systems and states", () => {
  // Sums of d² products of numbers below 10.
  const rounding = (dA: number, dB: number) => 1e-13 * dA * dB;

  test.prop([seeds, dimension, dimension, share], RUNS)("[4] the reduced dynamics", (seed, dA, dB, alphaA) => {
    const { system, rho } = randomProblem(seed, dA, dB, alphaA);
    const reduced = system.reduced(rho);
    const effective = system.effectiveHamiltonians(rho);
    const chi = system.correlation(rho);
    // Tr_B and Tr_A of -i[V, chi]
    const exchanged = applyGenerator(system.V, [], chi);
    for (const [part, side, H] of [
      [0, "A", effective.HA],
      [1, "B", effective.HB],
    ] as const) {
      const { ownJumps } = system.baths[part]!;
      const local = applyGenerator(H.hermitianPart(), ownJumps, reduced[side]);
      const expected = local.add(ptrace(exchanged, part));
      expect(maxDifference(ptrace(system.derivative(rho), part), expected)).toBeLessThan(rounding(dA, dB));
    }
  });

  test.prop([seeds, dimension, dimension, share], RUNS)("[5, 6] H = Ĥ_A + Ĥ_B + V̂", (seed, dA, dB, alphaA) => {
    const { system, rho } = randomProblem(seed, dA, dB, alphaA);
    const { HA, HB, V } = system.effectiveHamiltonians(rho);
    const sum = HA.kron(qeye(dB)).add(qeye(dA).kron(HB)).add(V);
    expect(maxDifference(sum, system.H)).toBeLessThan(rounding(dA, dB));
  });

  test.prop([seeds, dimension, dimension, share], RUNS)(
    "[7-10] U_⊗ = Tr[rho_A ⊗ rho_B H], whatever alpha_A; U_chi = Tr[chi V]",
    (seed, dA, dB, alphaA) => {
      const { system, rho } = randomProblem(seed, dA, dB, alphaA);
      const { A, B } = system.reduced(rho);
      const { HA, HB } = system.effectiveHamiltonians(rho);
      const found = system.energies(rho);
      const limit = rounding(dA, dB);
      expect(Math.abs(found.U - traceOfProduct(system.H, rho).re)).toBeLessThan(limit);
      expect(Math.abs(found.UA - traceOfProduct(HA, A).re)).toBeLessThan(limit);
      expect(Math.abs(found.UB - traceOfProduct(HB, B).re)).toBeLessThan(limit);
      expect(Math.abs(found.Ulocal - traceOfProduct(system.H, A.kron(B)).re)).toBeLessThan(limit);
      expect(Math.abs(found.Uchi - traceOfProduct(system.V, system.correlation(rho)).re)).toBeLessThan(limit);
    },
  );

  test.prop([seeds, dimension, dimension, share], RUNS)(
    "[A2] what a bath gives to the parts and to chi",
    (seed, dA, dB, alphaA) => {
      const { system, rho } = randomProblem(seed, dA, dB, alphaA);
      const { A, B } = system.reduced(rho);
      const flows = system.flows(rho);
      for (const { name, jumps } of system.baths) {
        const image = adjointDissipator(jumps, system.H.dims)(system.H);
        const flow = flows[name]!;
        const limit = rounding(dA, dB);
        expect(Math.abs(flow.A + flow.B - traceOfProduct(image, A.kron(B)).re)).toBeLessThan(limit);
        expect(Math.abs(flow.chi - traceOfProduct(image, system.correlation(rho)).re)).toBeLessThan(limit);
      }
    },
  );
});

describe("erratum 1", () => {
  it("pi_A with beta_B, as printed, is not steady; with beta_A it is", () => {
    const [omegaA, omegaB, betaA, betaB] = [1, 0.7, 0.5, 1.2];
    const { system } = twoQubitExample({ omegaA, omegaB, g: 0.3, betaA, betaB, c: 0 });
    const piB = thermalState(system.HB, betaB);
    const residual = (beta: number) => system.derivative(thermalState(system.HA, beta).kron(piB)).norm();
    const upper = (beta: number) => 1 / (1 + Math.exp(2 * beta * omegaA));
    const rate = 2 * Math.cosh(betaA * omegaA);
    const printed = Math.SQRT2 * rate * (upper(betaA) - upper(betaB)) * piB.norm();
    expect(residual(betaA)).toBeLessThan(1e-14);
    expect(residual(betaB)).toBeCloseTo(printed, 13);
    expect(residual(betaB)).toBeCloseTo(0.508, 4);
  });
});

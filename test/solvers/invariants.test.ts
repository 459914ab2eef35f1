/**
 * What every Lindblad evolution keeps, as properties over random generators: trace, Hermiticity, positivity, contraction of
 * the trace distance; and in two parts: energies add up, H = Ĥ_A + Ĥ_B + V̂, rates are the slopes of the energies.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { bipartite, customBath, expect as expectation, mesolve, type Operator, qeye } from "../../bindings/index.ts";
import { eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const RUNS = { numRuns: 40, seed: 20211 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const rtol = 1e-9;
const atol = 1e-11;
/** Local errors of at most rtol + atol a step; these runs take fewer than 1000 steps, and a Lindblad flow does not amplify them. */
const errorBound = 1000 * (rtol + atol);

const traceNorm = (rho: Operator) => eigenvaluesHermitian(rho).reduce((sum, x) => sum + Math.abs(x), 0);

describe("a random Lindblad evolution", () => {
  test.prop([seeds, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom(0.2, 1)], RUNS)(
    "keeps trace, Hermiticity and positivity, and contracts the trace distance",
    (seed, d, jumps, density) => {
      const random = generator(seed);
      const H = randomHermitian(random, [d], density);
      const cOps = Array.from({ length: jumps }, () => randomOperator(random, [d], density));
      const times = [0, 0.3, 1, 2.5];
      const [first, second] = [randomState(random, [d]), randomState(random, [d])].map((rho) => {
        const result = mesolve(H, rho, times, { cOps, rtol, atol, storeStates: true });
        expect(result.stats.steps).toBeLessThan(1000);
        for (const state of result.states!) {
          const { re, im } = state.tr();
          // G rho + h.c. loses the trace only by rounding: d terms a stage, 7 stages a step.
          expect(Math.hypot(re - 1, im)).toBeLessThan(1000 * 7 * d * Number.EPSILON);
          expect(state.hermiticityDefect().deviation).toBeLessThan(1e-15);
          expect(eigenvaluesHermitian(state)[0]!).toBeGreaterThan(-errorBound);
        }
        return [...result.states!] as Operator[];
      }) as [Operator[], Operator[]];
      const distances = first.map((state, k) => traceNorm(state.sub(second[k]!)));
      for (let k = 1; k < times.length; k++) {
        expect(distances[k]!).toBeLessThan(distances[k - 1]! + 2 * Math.sqrt(d) * errorBound);
      }
    },
  );
});

describe("a random bipartite system", () => {
  test.prop(
    [seeds, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.double({ min: 0, max: 1, noNaN: true })],
    RUNS,
  )("adds up: energies, effective Hamiltonians, rates", (seed, dA, dB, alphaA) => {
    const random = generator(seed);
    const system = bipartite({
      HA: randomHermitian(random, [dA]),
      HB: randomHermitian(random, [dB]),
      V: randomHermitian(random, [dA, dB]),
      alphaA,
      baths: [
        customBath("A", { jumps: [randomOperator(random, [dA])] }),
        customBath("B", { jumps: [randomOperator(random, [dB])] }),
        customBath("global", { jumps: [randomOperator(random, [dA, dB])] }),
      ],
    });
    const rho0 = randomState(random, [dA, dB]);
    const { energy, states } = system.evolve(rho0, [0, 0.5, 1], { rtol, atol, storeStates: true });
    const rounding = 1e-13 * (1 + system.H.norm());
    states!.forEach((rho, k) => {
      expect(Math.abs(energy.U[k]! - energy.Ulocal[k]! - energy.Uchi[k]!)).toBeLessThan(rounding);
      expect(Math.abs(energy.Ulocal[k]! - energy.UA[k]! - energy.UB[k]!)).toBeLessThan(rounding);
      const atState = system.energies(rho);
      expect(Math.abs(atState.UA - energy.UA[k]!)).toBeLessThan(rounding);
      expect(Math.abs(atState.Uchi - energy.Uchi[k]!)).toBeLessThan(rounding);

      const { HA, HB, V } = system.effectiveHamiltonians(rho);
      const sum = HA.kron(qeye(dB)).add(qeye(dA).kron(HB)).add(V);
      expect(maxDifference(sum, system.H)).toBeLessThan(rounding);

      const rates = system.rates(rho);
      expect(Math.abs(rates.U - rates.Ulocal - rates.Uchi)).toBeLessThan(20 * rounding);
      expect(Math.abs(rates.Ulocal - rates.UA - rates.UB)).toBeLessThan(20 * rounding);
      const change = system.reduced(system.derivative(rho));
      expect(Math.abs(rates.inflowA - (expectation(HA, change.A) as number))).toBeLessThan(20 * rounding);
      expect(Math.abs(rates.inflowB - (expectation(HB, change.B) as number))).toBeLessThan(20 * rounding);
    });
  });

  test.prop([seeds], { ...RUNS, numRuns: 10 })("has the slopes of its energies as rates", (seed) => {
    const random = generator(seed);
    const system = bipartite({
      HA: randomHermitian(random, [2]),
      HB: randomHermitian(random, [3]),
      V: randomHermitian(random, [2, 3]),
      alphaA: 0.3,
      baths: [customBath("global", { jumps: [randomOperator(random, [2, 3])] })],
    });
    const h = 1 / 128;
    const times = [0, 1 - 2 * h, 1 - h, 1, 1 + h, 1 + 2 * h];
    const run = system.evolve(randomState(random, [2, 3]), times, { rtol: 1e-13, atol: 1e-15, storeStates: true });
    const rates = system.rates(run.states![3]!);
    for (const name of ["U", "UA", "UB", "Ulocal", "Uchi"] as const) {
      const [, m2, m1, , p1, p2] = run.energy[name] as unknown as [number, number, number, number, number, number];
      const slope = (8 * (p1 - m1) - (p2 - m2)) / (12 * h);
      // The five-point stencil errs by h⁴/30 times a fifth derivative; ‖L‖ < 12 here, and the energies are below 4.
      expect(Math.abs(slope - rates[name])).toBeLessThan((h ** 4 / 30) * 12 ** 5 * 4);
    }
  });
});

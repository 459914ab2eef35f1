/**
 * What a run has: where it ends early, what of it is there only when asked for, and what it says of itself.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  bipartite,
  Operator,
  pulse,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";

const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3);
const warm = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];
const rho = thermalState(sigmaz(), 0.5).kron(thermalState(sigmaz(), 1.2));
const tight = { rtol: 1e-10, atol: 1e-12 };

describe("a run that ends before a quench", () => {
  const quenched = (...ends: [number, number]) =>
    bipartite({
      HA: [sigmaz(), [sigmax(), pulse.square({ from: ends[0], to: ends[1] })]],
      HB: sigmaz(),
      V: exchange,
      baths: warm,
    });
  const times = [0, 0.5, 1, 2, 4, 6];

  it.each([1, 2, 3])("at output %i, has the work of those before it", (stop) => {
    const system = quenched(0.7, 5);
    const run = system.evolve(rho, times, { ...tight, until: ({ index }) => index === stop });
    const until = system.evolve(rho, times.slice(0, stop + 1), tight);
    expect(run.times.length).toBe(stop + 1);
    for (let k = 0; k <= stop; k++) {
      // Two runs to the same tolerance.
      expect(Math.abs(run.work.integrated[k]! - until.work.integrated[k]!)).toBeLessThan(1e-8);
      expect(Math.abs(run.ledger.work!.A[k]! - until.ledger.work!.A[k]!)).toBeLessThan(1e-8);
    }
    expect(run.ledgerDefect).toBeLessThan(1e-8);
    expect(run.laws.firstLaw).toBeLessThan(1e-8);
    expect(run.warnings).toEqual([]);
  });

  it("at its first time has none of what is before it or after it", () => {
    const system = quenched(-1, 9);
    const run = system.evolve(rho, [0, 1], tight);
    expect(run.work.integrated[0]).toBe(0);
    expect(Math.abs(run.work.integrated[1]!)).toBeLessThan(1e-12);
  });
});

describe("what is there", () => {
  it("are reduced states and conditions among its keys, integrals of entropy-based heat where they are asked for", () => {
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: exchange, baths: warm });
    const run = system.evolve(rho, [0, 1]);
    expect(Object.keys(run)).toEqual(expect.arrayContaining(["reduced", "conditions", "ledger", "entropy"]));
    expect(run.heat.entropic.integrated).toBeUndefined();
    expect(run.work.entropic.integrated).toBeUndefined();
    const asked = system.evolve(rho, [0, 1], { entropicHeat: "integrated" });
    expect(asked.heat.entropic.integrated).toHaveLength(2);
    const without = system.evolve(rho, [0, 1], { measures: false });
    expect(without.entropy).toBeUndefined();
    expect(without.warnings).toEqual([]);
  });

  it("says that it is classical where it is", () => {
    const of = (V: Operator) => bipartite({ HA: sigmaz(), HB: sigmaz(), V, baths: warm }).evolve(rho, [0, 1]);
    expect(of(tensor(sigmaz(), sigmaz())).stats.reasons.join()).toContain("classical: ");
    expect(of(exchange).stats.reasons.join()).not.toContain("classical: ");
  });

  it("are entropies, of up to 64 levels unless measures say otherwise", () => {
    const level = (d: number) =>
      Operator.fromTriplets(
        [d],
        Array.from({ length: d }, (_, k) => [k, k, k, 0] as const),
      );
    const of = (dA: number, dB: number) =>
      bipartite({ HA: level(dA), HB: level(dB), V: tensor(level(dA), level(dB)).scale(0.1) });
    const start = (dA: number, dB: number) => qeye([dA, dB]).scale(1 / (dA * dB));
    const { entropy, warnings } = of(8, 8).evolve(start(8, 8), [0, 1]);
    expect(entropy.S[1]).toBeCloseTo(Math.log(64), 10);
    expect(warnings).toEqual([]);
    const more = of(5, 13).evolve(start(5, 13), [0, 1]);
    expect(more.entropy).toBeUndefined();
    expect(more.warnings.join()).toMatch(/the second law was not checked.*65 levels/);
    const pure = tensor(basis(5, 0), basis(13, 0));
    expect(of(5, 13).evolve(pure, [0, 1], { measures: true }).entropy.S[1]).toBeCloseTo(0, 10);
  });
});

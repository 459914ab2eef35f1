/**
 * What happens between the nodes of a quadrature: narrow pulses, first layers, stroboscopic outputs, edges. What flowed must be what the energies gained, part by part, at every output.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  bipartite,
  callable,
  customBath,
  pulse,
  sigmam,
  sigmap,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";

const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap()));
const ising = tensor(sigmaz(), sigmaz()).scale(0.1);
const start = tensor(basis(2, 0), basis(2, 1));
const thermal = tensor(thermalState(sigmaz(), 1), thermalState(sigmaz(), 1));
const grid = (steps: number, end: number) => Array.from({ length: steps + 1 }, (_, k) => (end * k) / steps);

/** Largest difference of what flowed into A from what U_A gained: resonant exchange has no other channel. */
function missed({ energy, ledger }: ReturnType<ReturnType<typeof bipartite>["evolve"]>, channel: string): number {
  const { UA } = energy;
  return ledger[channel]!.A.reduce((most, flowed, k) => Math.max(most, Math.abs(flowed - (UA[k]! - UA[0]!))), 0);
}

describe("a narrow pulse of exchange", () => {
  it.each(
    [1e-2, 1e-4, 1e-6].flatMap((sigma) =>
      [[0, 10], [0, 5.2, 10], grid(3, 10), grid(10, 10)].map((times) => [sigma, times] as const),
    ),
  )("of width %f, outputs %j", (sigma, times) => {
    const f = pulse.gaussian({ center: 5.2, sigma }).mul(Math.PI / 4 / (sigma * Math.sqrt(2 * Math.PI)));
    const run = bipartite({ HA: sigmaz(), HB: sigmaz(), V: [[exchange, f]] }).evolve(start, times);
    expect(run.energy.UA.at(-1)! - run.energy.UA[0]!).toBeCloseTo(-1, 5);
    // The tolerance of the run, rtol 1e-6, a few times over.
    expect(missed(run, "hamiltonian")).toBeLessThan(2e-5);
    expect(run.warnings).toEqual([]);
  });

  it("as a function with a scale", () => {
    const s = 1e-3;
    const height = Math.PI / 4 / (s * Math.sqrt(2 * Math.PI));
    const f = callable((t) => height * Math.exp(-(((t - 5.2) / s) ** 2) / 2), { scale: s });
    const run = bipartite({ HA: sigmaz(), HB: sigmaz(), V: [[exchange, f]] }).evolve(start, [0, 10]);
    expect(run.energy.UA.at(-1)! - run.energy.UA[0]!).toBeCloseTo(-1, 5);
    expect(missed(run, "hamiltonian")).toBeLessThan(2e-5);
  });
});

describe("a first layer", () => {
  it.each([
    [1e4, [0, 4, 8]],
    [1e5, [0, 8]],
    [5e3, grid(80, 8)],
  ])("of a global bath of rate %f, outputs %j", (rate, times) => {
    const jumps = [tensor(sigmam(), sigmap()).scale(Math.sqrt(rate))];
    const system = bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V: ising,
      baths: [customBath("global", { name: "g", jumps })],
    });
    const run = system.evolve(start, times);
    expect(run.ledger.g!.A.at(-1)).toBeCloseTo(-2, 5);
    expect(run.warnings).toEqual([]);
  });

  it.each([2e3, 1e5])("of a thermal bath, Gamma %f: heat, and the entropy that is produced", (Gamma) => {
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: ising, baths: [thermalBath("A", { beta: 1, Gamma })] });
    const run = system.evolve(tensor(basis(2, 0), basis(2, 0)), [0, 8]);
    expect(run.heat.integrated.at(-1)).toBeCloseTo(-1.9377535716, 5);
    const S = run.entropy.S.at(-1)! - run.entropy.S[0]!;
    expect(run.entropyProduction.integrated!.at(-1)).toBeCloseTo(S - run.heat.bath.A!.integratedLocal.at(-1)!, 6);
    expect(run.warnings).toEqual([]);
  });
});

describe("outputs at the beat of a drive", () => {
  it.each([
    [20 * Math.PI, grid(100, 10)],
    [62.8, grid(30, 3)],
    [40 * Math.PI, grid(50, 5)],
  ])("of frequency %f", (omega, times) => {
    const part = sigmaz().scale(0.1);
    const run = bipartite({ HA: part, HB: part, V: [[exchange, pulse.sine({ omega })]] }).evolve(start, times);
    expect(missed(run, "hamiltonian")).toBeLessThan(2e-6);
    expect(run.warnings).toEqual([]);
  });

  it("of a part: no work over whole periods", () => {
    const HA = [sigmaz().scale(1e-3), [sigmaz(), pulse.cosine({ omega: 200 * Math.PI })] as const];
    const run = bipartite({ HA, HB: sigmaz(), V: ising }).evolve(start, grid(100, 1));
    for (const W of run.work.integrated) expect(Math.abs(W)).toBeLessThan(1e-5);
    expect(run.warnings).toEqual([]);
  });
});

describe("edges of a square wave", () => {
  it.each([
    [0.13, 1],
    [0.1, 3],
    [0.01, 10],
    [0.07, 2],
    [0.3, 2.7],
  ])("of period %f, until %f: work is what its values say", (period, end) => {
    const wave = pulse.squareWave({ period });
    const run = bipartite({ HA: sigmaz(), HB: [sigmaz(), [sigmaz(), wave]], V: ising }).evolve(thermal, [
      0,
      end / 2,
      end,
    ]);
    // Populations stand still: work is the energy at the end minus that at the beginning.
    const values = [0, end / 2, end].map((t) => wave.at(t).re);
    const mean = thermalState(sigmaz(), 1).get(0, 0).re - thermalState(sigmaz(), 1).get(1, 1).re;
    run.work.integrated.forEach((W, k) => {
      expect(W).toBeCloseTo((values[k]! - values[0]!) * mean, 10);
    });
    expect(run.warnings).toEqual([]);
  });

  it("are where its stretches end", () => {
    for (const [period, start, duty] of [
      [0.13, 0, 0.5],
      [0.1, 0.03, 0.25],
      [1 / 3, -0.7, 0.6],
    ] as const) {
      const wave = pulse.squareWave({ period, start, duty });
      for (let k = 0; k < 200; k++) {
        const [up, down] = [start + k * period, start + (k + duty) * period];
        const shortlyBefore = (t: number) => t - Math.abs(t) * Number.EPSILON;
        expect([up, shortlyBefore(down), down].map((t) => wave.at(t).re)).toEqual([1, 1, 0]);
        if (up > 0) expect(wave.at(shortlyBefore(up)).re).toBe(0);
      }
    }
  });
});

describe("a narrow pulse that no energy shows", () => {
  // [sigma_z, rho_A] = 0: the pulse adds d(f <sigma_z>)/dt to U, nothing in the end; work and heat are what the bath does to <sigma_z> meanwhile.
  const Gamma = 0.05;
  const relaxation = 2 * Gamma * Math.cosh(1);
  const zEnd = -Math.tanh(1);
  it.each(
    [5e-3, 1e-3, 1e-4].flatMap((sigma) =>
      [[0, 10], grid(10, 10), grid(100, 10)].map((times) => [sigma, times] as const),
    ),
  )("of width %f", (sigma, times) => {
    const center = 7.1;
    const f = pulse.gaussian({ center, sigma }).mul(1 / (sigma * Math.sqrt(2 * Math.PI)));
    const run = bipartite({
      HA: [sigmaz(), [sigmaz(), f]],
      HB: sigmaz().scale(0.7),
      V: ising,
      baths: [thermalBath("A", { beta: 1, Gamma })],
    }).evolve(start, times);
    // W = -∫ f d<sigma_z>/dt dt
    const work = relaxation * (1 - zEnd) * Math.exp(-relaxation * center);
    expect(Math.abs(run.work.integrated.at(-1)! - work)).toBeLessThan(2e-5);
    expect(run.warnings).toEqual([]);
  });

  it("of both parts at once, closed: what flows is not lost", () => {
    const s = 1e-3;
    const f = pulse.gaussian({ center: 3.337, sigma: s }).mul(1 / (s * Math.sqrt(2 * Math.PI)));
    const part = [sigmaz(), [sigmaz(), f]] as const;
    const run = bipartite({ HA: part, HB: part, V: exchange.scale(0.3) }).evolve(start, [0, 10]);
    // Exchange alone makes <sigma_z> of A cos(2 g t), g = 0.3, and that of B the opposite; W_A = -∫ f d<sigma_z>/dt dt.
    const work = 0.6 * Math.sin(0.6 * 3.337);
    expect(run.ledger.work!.A.at(-1)).toBeCloseTo(work, 4);
    expect(run.ledger.work!.B.at(-1)).toBeCloseTo(-work, 4);
  });
});

it("a breakpoint whose value at that time is the one before leaves nothing that is not a number", () => {
  const late = callable((t) => (t <= 1 ? 0 : 1), { breakpoints: [1] });
  const run = bipartite({ HA: [sigmaz(), [sigmaz(), late]], HB: sigmaz(), V: ising }).evolve(start, [0, 2]);
  expect(run.work.integrated.at(-1)).toBeCloseTo(1, 10);
  expect(run.ledger.work!.A.at(-1)).not.toBeNaN();
  expect(run.ledgerDefect).not.toBeNaN();
});

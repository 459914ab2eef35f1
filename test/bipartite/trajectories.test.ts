/**
 * Energies and heat along single trajectories: their means are the ensemble's and its ledger's.
 */
import { describe, expect, it } from "vitest";
import {
  type BipartiteSystem,
  basis,
  bipartite,
  customBath,
  InvalidArgumentError,
  ket2dm,
  num,
  piecewise,
  pulse,
  sigmam,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  UnknownOptionError,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";
import { generator, randomHermitian } from "../support/random.ts";

const TIMES = uniformTimes(2, 5);
const qubits = (V = tensor(sigmax(), sigmax()).scale(0.4)) =>
  bipartite({
    HA: sigmaz().scale(0.5),
    HB: sigmaz().scale(0.8),
    V,
    baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 2 })],
  });

/** Largest deviation of means from those of the ensemble, in standard errors. */
function worst(system: BipartiteSystem, state: Parameters<BipartiteSystem["trajectories"]>[0], ntraj: number): number {
  const run = system.trajectories(state, TIMES, { ntraj, seed: 4 });
  const rho = Array.isArray(state)
    ? state.map(([psi, p]) => ket2dm(psi).scale(p)).reduce((a, b) => a.add(b).hermitianPart())
    : state;
  const exact = system.evolve(rho as Parameters<BipartiteSystem["evolve"]>[0], TIMES);
  let most = 0;
  const compare = (mean: Float64Array, error: Float64Array, reference: Float64Array) => {
    mean.forEach((value, k) => {
      const difference = Math.abs(value - reference[k]!);
      if (difference > 1e-7) most = Math.max(most, difference / error[k]!);
    });
  };
  for (const name of ["U", "UA", "UB", "Uchi"] as const)
    compare(run.energy[name], run.stdError[name], exact.energy[name]);
  for (const [name, { mean, stdError }] of Object.entries(run.heat)) {
    compare(mean, stdError, exact.heat.bath[name]!.integratedLocal);
  }
  for (const { energy } of run.runs) {
    energy.U.forEach((u, k) => {
      expect(Math.abs(u - energy.UA[k]! - energy.UB[k]! - energy.Uchi[k]!)).toBeLessThan(1e-12);
    });
  }
  return most;
}

describe("means over trajectories", () => {
  it("of two qubits are the energies and the heat of the ensemble", () => {
    expect(worst(qubits(), tensor(basis(2, 0), basis(2, 1)), 3000)).toBeLessThan(5);
  });

  it("from an entangled mixture, with parts of two and three levels", () => {
    const random = generator(8);
    const system = bipartite({
      HA: sigmaz().scale(0.6),
      HB: num(3).scale(0.7),
      V: randomHermitian(random, [2, 3]).scale(0.3).hermitianPart(),
      baths: [
        thermalBath("A", { beta: 1 }),
        thermalBath("B", { beta: 0.4 }),
        thermalBath("B", { beta: 2, name: "cold" }),
      ],
    });
    const bell = tensor(basis(2, 0), basis(3, 0))
      .add(tensor(basis(2, 1), basis(3, 2)))
      .scale(Math.SQRT1_2);
    expect(
      worst(
        system,
        [
          [bell, 0.7],
          [tensor(basis(2, 1), basis(3, 1)), 0.3],
        ],
        2000,
      ),
    ).toBeLessThan(5);
  });
});

it.each([
  ["in a pulse", pulse.gaussian({ center: 0.8, sigma: 0.3 })],
  ["at a stroke", piecewise([0, 0.7, 1.2, 2], [0, 1, -0.5])],
  ["as a function says", (t: number) => Math.sin(2 * t)],
])("means follow the ensemble where the interaction is switched on %s", (_, coefficient) => {
  const system = bipartite({
    HA: sigmaz().scale(0.5),
    HB: sigmaz().scale(0.8),
    V: [tensor(sigmaz(), sigmaz()).scale(0.2), [tensor(sigmax(), sigmax()), coefficient]],
    baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 2 })],
  });
  expect(worst(system, tensor(basis(2, 0), basis(2, 1)), 2000)).toBeLessThan(5);
});

it("heat comes in quanta, and the histogram counts all of it", () => {
  const run = qubits().trajectories(tensor(basis(2, 0), basis(2, 1)), TIMES, { ntraj: 200 });
  for (const { heat } of run.runs) {
    // Quanta of A are 1, of B 1.6.
    heat.A!.forEach((q) => {
      expect(Math.abs(q - Math.round(q))).toBeLessThan(1e-9);
    });
    heat.B!.forEach((q) => {
      expect(Math.abs(q / 1.6 - Math.round(q / 1.6))).toBeLessThan(1e-9);
    });
    expect(heat.A![0]).toBe(0);
  }
  const { edges, shares } = run.histogram({ bath: "A" }, { bins: 7 });
  expect(edges).toHaveLength(8);
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  const mean = run.runs.reduce((sum, { heat }) => sum + heat.A!.at(-1)!, 0) / 200;
  expect(run.heat.A!.mean.at(-1)!).toBeCloseTo(mean, 12);
  expect(run.histogram("Uchi", { index: 2 }).shares).toHaveLength(30);
  // At the start all have one energy: a part of width 1 around it.
  const start = run.histogram("U", { index: 0, bins: 3 });
  const U = run.runs[0]!.energy.U[0]!;
  [-1 / 2, -1 / 6, 1 / 6, 1 / 2].forEach((x, k) => {
    expect(start.edges[k]).toBeCloseTo(U + x, 12);
  });
  expect(start.shares[0]! + start.shares[2]!).toBe(0);
  expect(start.shares[1]).toBeCloseTo(1, 12);
});

it("a histogram has equal parts from the least to the most, and in each the share of trajectories that end there", () => {
  const run = qubits().trajectories(tensor(basis(2, 0), basis(2, 1)), TIMES, { ntraj: 100 });
  const values = run.runs.map(({ energy }) => energy.UB.at(-1)!);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  expect(most - least).toBeGreaterThan(0.1);
  const { edges, shares } = run.histogram("UB", { bins: 5 });
  const width = (most - least) / 5;
  edges.forEach((edge, k) => {
    expect(edge).toBeCloseTo(least + k * width, 12);
  });
  // Rounding may move the greatest beyond the last edge.
  const inside = (value: number, k: number) => value >= edges[k]! && (k === 4 || value < edges[k + 1]!);
  shares.forEach((share, k) => {
    expect(share).toBeCloseTo(values.filter((value) => inside(value, k)).length / 100, 12);
  });
});

it("a bath without definite quanta is left out, and said to be", () => {
  const system = bipartite({
    HA: sigmaz(),
    HB: sigmaz(),
    V: tensor(sigmaz(), sigmaz()),
    baths: [customBath("A", { jumps: [sigmax()] }), thermalBath("B", { beta: 1 })],
  });
  const run = system.trajectories(tensor(basis(2, 0), basis(2, 1)), TIMES, { ntraj: 5 });
  expect(Object.keys(run.heat)).toEqual(["B"]);
  expect(run.warnings.join()).toContain('no heat of bath "A"');
});

it("more of them are what as many at once are; their jumps bring the heat", () => {
  const state = tensor(basis(2, 0), basis(2, 1));
  const few = qubits().trajectories(state, TIMES, { ntraj: 20, seed: 3, first: 5 });
  const more = few.more(3).more(17);
  const all = qubits().trajectories(state, TIMES, { ntraj: 40, seed: 3, first: 5 });
  for (const name of ["times", "energy", "stdError", "heat", "runs"] as const) expect(more[name]).toEqual(all[name]);
  expect(few.runs).toHaveLength(20);
  expect(() => few.more(0)).toThrow(InvalidArgumentError);
  // those of bath A come first; one brings a quantum of 1, from |1> to |0>, the other takes it
  const quanta = qubits().baths[0]!.jumps.map((jump) => {
    // the other qubit's index is 0
    const { re, im } = jump.toArrays();
    return Math.hypot(re[0]![2]!, im[0]![2]!) > 0.1 ? 1 : -1;
  });
  expect([...quanta].sort()).toEqual([-1, 1]);
  for (const { jumps, heat } of all.runs) {
    const brought = jumps.channels.reduce((sum, channel) => sum + (quanta[channel] ?? 0), 0);
    expect(heat.A!.at(-1)).toBeCloseTo(brought, 9);
    expect(jumps.times).toHaveLength(jumps.channels.length);
  }
});

it("is the same in any block", () => {
  const all = qubits().trajectories(tensor(basis(2, 0), basis(2, 1)), TIMES, { ntraj: 20, seed: 3 });
  const one = qubits().trajectories(tensor(basis(2, 0), basis(2, 1)), TIMES, { ntraj: 1, first: 17, seed: 3 });
  expect(one.runs[0]).toEqual(all.runs[17]);
});

it("refuses what is wrong before it computes", () => {
  const state = tensor(basis(2, 0), basis(2, 1));
  expect(() => qubits().trajectories(state, TIMES, { eOps: {} } as object)).toThrow(UnknownOptionError);
  const driven = bipartite({
    HA: [sigmaz(), [sigmax(), pulse.sine({ omega: 1 })]],
    HB: sigmaz(),
    V: tensor(sigmaz(), sigmaz()),
    baths: [customBath("A", { jumps: [sigmam()] })],
  });
  expect(() => driven.trajectories(state, TIMES)).toThrow(/H_A and H_B/);
  const run = qubits().trajectories(state, TIMES, { ntraj: 2 });
  expect(() => run.histogram("V" as "U")).toThrow(/one of "U"/);
  expect(() => run.histogram({ bath: "C" })).toThrow(/bath: "A"/);
  expect(() => run.histogram("U", { bins: 0 })).toThrow(/bins/);
  expect(() => run.histogram("U", { index: 5 })).toThrow(/index/);
  for (const index of [-1, 0.5])
    expect(() => run.histogram("U", { index })).toThrow(/index.*an integer from 0 to \d+,/);
  for (const nothing of [undefined, null, 1]) {
    expect(() => run.histogram(nothing as never)).toThrow(InvalidArgumentError);
  }
});

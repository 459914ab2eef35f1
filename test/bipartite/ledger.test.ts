/**
 * The energy ledger: flows against their definition, integrals against the reference and closed forms, and that it closes.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  type BipartiteSystem,
  bipartite,
  customBath,
  InvalidArgumentError,
  Operator,
  permute,
  pulse,
  qeye,
  samples,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
  twoQubitExample,
} from "../../bindings/index.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { ptrace } from "../../bindings/operators/tensor.ts";
import { applyGenerator } from "../../bindings/solvers/apply.ts";
import { referenceSystem, type Thermo } from "../support/bipartite.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";
import { REFERENCE_TOLERANCE, readReference } from "../support/reference.ts";

const RUNS = { numRuns: 25, seed: 20261 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const dimension = fc.integer({ min: 2, max: 4 });

/** A system with a bath on each part and one on both, all of it dense and complex. */
function randomSystem(random: () => number, dA: number, dB: number, alphaA: number): BipartiteSystem {
  const weak = (dims: readonly number[]) => randomOperator(random, dims).scale(0.3);
  return bipartite({
    HA: randomHermitian(random, [dA]),
    HB: randomHermitian(random, [dB]),
    V: randomHermitian(random, [dA, dB]),
    alphaA,
    baths: [
      customBath("A", { name: "left", jumps: [weak([dA]), weak([dA])] }),
      customBath("B", { name: "right", jumps: [weak([dB])] }),
      customBath("global", { name: "both", jumps: [weak([dA, dB])] }),
    ],
  });
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (x, k) => Math.abs(x - b[k]!)).reduce((x, y) => Math.max(x, y), 0);

describe("flows", () => {
  test.prop([seeds, dimension, dimension, fc.double({ min: -1, max: 2, noNaN: true })], RUNS)(
    "are what the equations say, for every channel",
    (seed, dA, dB, alphaA) => {
      const random = generator(seed);
      const system = randomSystem(random, dA, dB, alphaA);
      const rho = randomState(random, [dA, dB]);
      const effective = system.effectiveHamiltonians(rho);
      const flows = system.flows(rho);
      const nothing = Operator.fromTriplets([dA, dB], []);
      const changes: [string, Operator][] = [
        ["hamiltonian", applyGenerator(system.H, [], rho)],
        ...system.baths.map(({ name, jumps }): [string, Operator] => [name, applyGenerator(nothing, jumps, rho)]),
      ];
      expect(Object.keys(flows)).toEqual(changes.map(([name]) => name));
      for (const [name, change] of changes) {
        const A = traceOfProduct(effective.HA, ptrace(change, 0)).re;
        const B = traceOfProduct(effective.HB, ptrace(change, 1)).re;
        const all = traceOfProduct(system.H, change).re;
        // Sums of d² products of numbers below 10.
        const rounding = 1e-13 * dA * dB;
        expect(Math.abs(flows[name]!.A - A)).toBeLessThan(rounding);
        expect(Math.abs(flows[name]!.B - B)).toBeLessThan(rounding);
        expect(Math.abs(flows[name]!.chi - (all - A - B))).toBeLessThan(rounding);
      }
      const { A, B, chi } = flows.hamiltonian!;
      expect(Math.abs(A + B + chi)).toBeLessThan(1e-13 * dA * dB);
    },
  );

  test.prop([seeds, dimension, dimension], RUNS)(
    "do not depend on how the mean interaction is shared",
    (seed, dA, dB) => {
      const [one, other] = [0.5, -0.7].map((alphaA) =>
        randomSystem(generator(seed), dA, dB, alphaA).flows(randomState(generator(seed + 1), [dA, dB])),
      );
      for (const [name, { A, B, chi }] of Object.entries(one!)) {
        expect(Math.abs(A - other![name]!.A)).toBeLessThan(1e-13);
        expect(Math.abs(B - other![name]!.B)).toBeLessThan(1e-13);
        expect(Math.abs(chi - other![name]!.chi)).toBeLessThan(1e-13);
      }
    },
  );

  test.prop([seeds, dimension, dimension], RUNS)("change places with A and B", (seed, dA, dB) => {
    const random = generator(seed);
    const system = randomSystem(random, dA, dB, 0.3);
    const rho = randomState(random, [dA, dB]);
    const swap = (X: Operator) => permute(X, [1, 0]);
    const swapped = bipartite({
      HA: system.HB,
      HB: system.HA,
      V: swap(system.V),
      alphaA: 0.7,
      baths: system.baths.map(({ name, site, ownJumps }) =>
        site === "global"
          ? customBath("global", { name, jumps: ownJumps.map(swap) })
          : customBath(site === "A" ? "B" : "A", { name, jumps: ownJumps }),
      ),
    });
    const there = swapped.flows(swap(rho));
    for (const [name, { A, B, chi }] of Object.entries(system.flows(rho))) {
      expect(Math.abs(A - there[name]!.B)).toBeLessThan(1e-13 * dA * dB);
      expect(Math.abs(B - there[name]!.A)).toBeLessThan(1e-13 * dA * dB);
      expect(Math.abs(chi - there[name]!.chi)).toBeLessThan(1e-13 * dA * dB);
    }
  });
});

describe("the ledger closes", () => {
  const names = [
    "thermo_p1_0",
    "thermo_p1_1",
    "thermo_qubit_qutrit",
    "thermo_qutrit_qutrit",
    "thermo_xx_entangled",
    "thermo_xx_product",
    "thermo_global_davies",
    "driven_thermo",
  ];

  it.each(names)("%s: integrals of the reference", (name) => {
    const reference = readReference<Thermo>(name);
    const system = referenceSystem(reference);
    const run = system.evolve(Operator.dense(reference.dims, reference.rho0), reference.t, {
      rtol: 1e-12,
      atol: 1e-14,
    });
    const { series } = reference;
    const close = (mine: ArrayLike<number>, exact: ArrayLike<number>) =>
      expect(largest(mine, exact)).toBeLessThan(10 * REFERENCE_TOLERANCE);
    const flows = Object.values(run.ledger);
    const into = (of: "A" | "B" | "chi") =>
      reference.t.map((_, k) => flows.reduce((sum, flow) => sum + flow[of][k]!, 0));
    const [A, B] = [into("A"), into("B")];
    close(
      A.map((x, k) => x + B[k]!),
      series.int_dU_prod!,
    );
    close(into("chi"), series.int_dU_chi!);
    close(run.heat.rate, series.heat_rate!);
    close(run.heat.integrated, series.Q!);
    close(run.work.rate, series.work_rate!);
    close(run.work.integrated, series.W!);
    close(run.rate.U, series.dU!);
    close(run.rate.Ulocal, series.dU_prod!);
    close(run.rate.Uchi, series.dU_chi!);
    for (const bath of ["A", "B"]) {
      close(run.heat.bath[bath]!.global, series[`J_${bath}`]!);
      close(run.heat.bath[bath]!.local, series[`J0_${bath}`]!);
      close(run.heat.bath[bath]!.integratedGlobal, series[`Q_${bath}`]!);
    }
    expect(run.ledgerDefect).toBeLessThan(1e-11);
    expect(run.warnings).toEqual([]);
  });

  it("in the paper's example each bath takes its share of 4gc(1 - exp(-lambda t)) out of chi, and nothing else flows", () => {
    const [betaA, betaB, omegaB] = [0.5, 1.2, 0.7];
    const example = twoQubitExample({ omegaA: 1, omegaB, g: 0.3, betaA, betaB, c: 0.05 });
    const times = [0, 0.1, 0.5, 1, 7];
    const { ledger } = example.system.evolve(example.rho0, times, { rtol: 1e-10, atol: 1e-12 });
    const share = { A: (2 * Math.cosh(betaA)) / example.lambda, B: (2 * Math.cosh(betaB * omegaB)) / example.lambda };
    times.forEach((t, k) => {
      const { deltaUchi } = example.closedForm(t);
      for (const bath of ["A", "B"] as const) {
        expect(Math.abs(ledger[bath]!.chi[k]! - share[bath] * deltaUchi)).toBeLessThan(1e-10);
        expect(Math.abs(ledger[bath]!.A[k]!)).toBeLessThan(1e-10);
        expect(Math.abs(ledger[bath]!.B[k]!)).toBeLessThan(1e-10);
      }
      expect(Math.abs(ledger.hamiltonian!.chi[k]!)).toBeLessThan(1e-10);
    });
  });

  test.prop(
    [seeds, fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 3 }), fc.constantFrom(1e-4, 1e-6, 1e-9)],
    RUNS,
  )("to the tolerance, whatever the output times", (seed, dA, dB, rtol) => {
    const random = generator(seed);
    const system = randomSystem(random, dA, dB, 0.5);
    const rho = randomState(random, [dA, dB]);
    const options = { rtol, atol: rtol / 100 };
    const sparse = system.evolve(rho, [0, 0.01, 20], options);
    const dense = system.evolve(
      rho,
      Array.from({ length: 201 }, (_, k) => k / 10),
      options,
    );
    // Energies are sums of products of elements of rho with those of H, norms of both below 10.
    const bound = 20 * rtol * (1 + system.H.norm());
    expect(sparse.ledgerDefect).toBeLessThan(bound);
    expect(dense.ledgerDefect).toBeLessThan(bound);
    expect(sparse.warnings).toEqual([]);
    for (const [name, { A, B, chi }] of Object.entries(dense.ledger)) {
      const other = sparse.ledger[name]!;
      expect(Math.abs(A[200]! - other.A[2]!)).toBeLessThan(bound);
      expect(Math.abs(B[200]! - other.B[2]!)).toBeLessThan(bound);
      expect(Math.abs(chi[200]! - other.chi[2]!)).toBeLessThan(bound);
    }
  });

  it("without dividing what is rounding, where there is hardly any energy", () => {
    const times = Float64Array.from({ length: 101 }, (_, k) => k / 20);
    for (const betaA of [0, 1e-9, 1e-6]) {
      const system = bipartite({
        HA: sigmaz(),
        HB: sigmaz(),
        V: tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3),
        baths: [thermalBath("A", { beta: betaA }), thermalBath("B", { beta: 0 })],
      });
      const rho = thermalState(sigmaz(), betaA).kron(thermalState(sigmaz(), 0));
      const run = system.evolve(rho, times, { rtol: 1e-10, atol: 1e-12 });
      expect(run.warnings).toEqual([]);
      expect(run.ledgerDefect).toBeLessThan(1e-14);
    }
  });

  it("over a thousand turns between two output times", () => {
    const V = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(10);
    const baths = [thermalBath("A", { beta: 0.5, Gamma: 0.01 }), thermalBath("B", { beta: 1.2, Gamma: 0.01 })];
    const system = bipartite({ HA: sigmaz(), HB: sigmaz().scale(1.3), V, baths });
    const rho = thermalState(sigmaz(), 3).kron(thermalState(sigmaz(), 0));
    const run = system.evolve(rho, [0, 300], { rtol: 1e-8, atol: 1e-10 });
    expect(run.ledgerDefect).toBeLessThan(1e-6);
    expect(run.warnings).toEqual([]);
  });
});

describe("driven parts", () => {
  const V = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3);
  const baths = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];
  const rho = thermalState(sigmaz(), 0.5).kron(thermalState(sigmaz(), 1.2));
  const tight = { rtol: 1e-10, atol: 1e-12 };

  it("work is a channel of its own: pulses, tables, functions, sudden changes, on every part", () => {
    const t = Array.from({ length: 31 }, (_, k) => k / 10);
    const drives = [
      pulse.gaussian({ center: 1, sigma: 0.2 }),
      pulse.sine({ omega: 3 }).mul(pulse.ramp({ from: 0.5, to: 2 })),
      pulse.square({ from: 0.7, to: 2.1 }),
      pulse.chirp({ omega: 1, rate: 0.7, start: 0.3 }).add(pulse.exponential({ rate: -1 })),
      samples(
        t,
        t.map((x) => Math.sin(2 * x)),
        { order: 1 },
      ),
      samples(
        t,
        t.map((x) => Math.sin(2 * x)),
      ),
      (x: number) => (x < 1.234 ? 0.5 * Math.cos(2 * x) : Math.cos(x) ** 2),
    ];
    for (const drive of drives) {
      const system = bipartite({
        HA: [sigmaz(), [sigmax(), drive]],
        HB: [sigmaz(), [sigmaz(), drive]],
        V: [V, [V, drive]],
        baths,
      });
      const run = system.evolve(rho, [0, 0.7, 2, 3], tight);
      expect(run.ledgerDefect).toBeLessThan(1e-7);
      expect(
        Math.abs(run.energy.U[3]! - run.energy.U[0]! - run.heat.integrated[3]! - run.work.integrated[3]!),
      ).toBeLessThan(1e-7);
      const { work } = run.ledger;
      expect(Math.abs(work!.A[3]! + work!.B[3]! + work!.chi[3]! - run.work.integrated[3]!)).toBeLessThan(1e-12);
    }
  });

  it("a quench does the work Tr[rho (H' - H)] at once, also at the last output time", () => {
    const closed = { HA: [sigmaz(), [sigmax(), pulse.square({ from: 1, to: 5 })]], HB: sigmaz(), V } as const;
    const system = bipartite({ ...closed, HA: [...closed.HA] });
    const { work, states, energy } = system.evolve(rho, [0, 0.5, 1, 2, 5], { ...tight, storeStates: true });
    const jump = traceOfProduct(tensor(sigmax(), qeye(2)), states![2]!).re;
    const back = -traceOfProduct(tensor(sigmax(), qeye(2)), states![4]!).re;
    expect(work.integrated[1]).toBe(0);
    expect(Math.abs(work.integrated[2]! - jump)).toBeLessThan(1e-9);
    expect(Math.abs(work.integrated[3]! - jump)).toBeLessThan(1e-9);
    expect(Math.abs(work.integrated[4]! - jump - back)).toBeLessThan(1e-9);
    expect(Math.abs(energy.U[4]! - energy.U[0]! - jump - back)).toBeLessThan(1e-9);
  });

  it("what is asked of one state needs the time", () => {
    const omega = 2;
    const system = bipartite({ HA: [sigmaz(), [sigmax(), pulse.sine({ omega })]], HB: sigmaz(), V, baths });
    expect(system.driven).toBe(true);
    for (const ask of [
      () => system.energies(rho),
      () => system.flows(rho),
      () => system.rates(rho),
      () => system.derivative(rho),
      () => system.effectiveHamiltonians(rho),
    ])
      expect(ask).toThrow(InvalidArgumentError);
    const t = 0.4;
    const there = system.at(t);
    expect(there.driven).toBe(false);
    expect(there.HA.get(0, 1).re).toBeCloseTo(Math.sin(omega * t), 14);
    expect(system.energies(rho, t)).toEqual(there.energies(rho));
    const sum = Object.values(system.flows(rho, t)).reduce((total, { A, B, chi }) => total + A + B + chi, 0);
    const { U } = system.rates(rho, t);
    expect(sum).toBeCloseTo(U, 13);
    const power = omega * Math.cos(omega * t) * traceOfProduct(sigmax(), ptrace(rho, 0)).re;
    expect(U - there.rates(rho).U).toBeCloseTo(power, 13);
  });

  it("no bath may have the name of another channel", () => {
    for (const name of ["hamiltonian", "work"])
      expect(() => bipartite({ HA: sigmaz(), HB: sigmaz(), V, baths: [thermalBath("A", { beta: 1, name })] })).toThrow(
        /none of them "hamiltonian" or "work"/,
      );
  });
});

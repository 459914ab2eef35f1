/**
 * What the energies of a run are computed from: means of a few operators, adjoint dissipators, integrals between output times, reduced states.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { adjointDissipator } from "../../bindings/bipartite/adjoint.ts";
import { ledgerDefects } from "../../bindings/bipartite/flows.ts";
import { type Means, meansOf } from "../../bindings/bipartite/means.ts";
import { cut, integrate, panelsOf } from "../../bindings/bipartite/quadrature.ts";
import {
  bipartite,
  customBath,
  destroy,
  num,
  Operator,
  pulse,
  qeye,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
} from "../../bindings/index.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { ptrace } from "../../bindings/operators/tensor.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const RUNS = { numRuns: 25, seed: 20281 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const dimension = fc.integer({ min: 2, max: 5 });

/** sum_pq K_pq G_p ⊗ G_q of a component. */
function interactionOf({ A, B, couplings }: Means, component: number, dims: readonly number[]): Operator {
  const { rowPointers, columns, values } = couplings[component]!;
  let sum = Operator.fromTriplets(dims, []);
  A.operators.forEach((G, p) => {
    for (let k = rowPointers[p]!; k < rowPointers[p + 1]!; k++)
      sum = sum.add(G.kron(B.operators[columns[k]!]!).scale(values[k]!));
  });
  return sum;
}

describe("means", () => {
  test.prop([seeds, dimension, dimension, fc.integer({ min: 1, max: 30 })], RUNS)(
    "of the factors of V are as many as it has, and make up H",
    (seed, dA, dB, terms) => {
      const random = generator(seed);
      const [HA, HB] = [randomHermitian(random, [dA]), randomHermitian(random, [dB])];
      const products = Array.from({ length: terms }, () =>
        randomHermitian(random, [dA]).kron(randomHermitian(random, [dB])),
      );
      const V = products.reduce((sum, product) => sum.add(product));
      const found = meansOf([{ HA, HB, V }], [dA], [dB]);
      // Elements of V are sums of `terms` products of numbers of order 1.
      expect(interactionOf(found, 0, [dA, dB]).sub(V).maxAbs()).toBeLessThan(1e-14 * terms * dA * dB);
      const rank = Math.min(terms, dA ** 2, dB ** 2);
      expect(found.A.operators.length).toBe(Math.min(1 + rank, dA ** 2));
      expect(found.B.operators.length).toBe(Math.min(1 + rank, dB ** 2));
      const sum = (energies: Float64Array, operators: readonly Operator[], H: Operator) =>
        operators.reduce((rest, G, p) => rest.sub(G.scale(energies[p]!)), H).maxAbs();
      expect(sum(found.A.energies[0]!, found.A.operators, HA)).toBeLessThan(1e-14);
      expect(sum(found.B.energies[0]!, found.B.operators, HB)).toBeLessThan(1e-14);
    },
  );

  it("of several components share nothing but the state", () => {
    const random = generator(7);
    const [first, second] = [randomHermitian(random, [2, 3]), tensor(sigmaz(), randomHermitian(random, [3]))];
    const found = meansOf([{ V: first }, { V: second }], [2], [3]);
    expect(interactionOf(found, 0, [2, 3]).sub(first).maxAbs()).toBeLessThan(1e-14);
    expect(interactionOf(found, 1, [2, 3]).sub(second).maxAbs()).toBeLessThan(1e-14);
  });

  it("are as many in any units of energy", () => {
    const random = generator(11);
    const V = tensor(randomHermitian(random, [3]), randomHermitian(random, [4])).add(tensor(num(3), num(4)));
    // Powers of two: the same digits.
    for (const unit of [2 ** -60, 1, 2 ** 60]) {
      const found = meansOf([{ V: V.scale(unit) }], [3], [4]);
      expect([found.A.operators.length, found.B.operators.length]).toEqual([2, 2]);
      const rest = interactionOf(found, 0, [3, 4]).sub(V.scale(unit));
      expect(rest.maxAbs()).toBeLessThan(1e-14 * unit);
    }
  });

  it("are no more for what has no interaction", () => {
    const random = generator(12);
    const [HA, HB, later] = [randomHermitian(random, [3]), randomHermitian(random, [3]), randomHermitian(random, [3])];
    const V = tensor(num(3), num(3));
    const found = meansOf([{ HA, HB, V }, { HA: later }, { V: V.scale(0) }], [3], [3]);
    // H_A, what drives it, and the factor of V; H_B and the other factor.
    expect([found.A.operators.length, found.B.operators.length]).toEqual([3, 2]);
    expect(found.A.energies.map((energies) => energies && [...energies])).toEqual([[1, 0, 0], [0, 1, 0], undefined]);
    expect(found.B.energies.map((energies) => energies && [...energies])).toEqual([[1, 0], undefined, undefined]);
    expect(found.couplings.slice(1)).toEqual([undefined, undefined]);
  });

  it("are the elements of the states where factors of V would take too long to be found", () => {
    const d = 18;
    const random = generator(13);
    const V = randomHermitian(random, [d, d]);
    const [rhoA, rhoB] = [randomState(random, [d]), randomState(random, [d])];
    // Beside a component without interaction.
    const found = meansOf([{ V }, { HA: num(d) }], [d], [d]);
    expect([found.A.operators.length, found.B.operators.length]).toEqual([d ** 2, d ** 2]);
    const [a, b] = [found.A.operators, found.B.operators].map((operators, k) =>
      operators.map((G) => traceOfProduct(G, k === 0 ? rhoA : rhoB).re),
    ) as [number[], number[]];
    const { rowPointers, columns, values } = found.couplings[0]!;
    let mean = 0;
    a.forEach((x, p) => {
      for (let k = rowPointers[p]!; k < rowPointers[p + 1]!; k++) mean += x * values[k]! * b[columns[k]!]!;
    });
    // d⁴ products of numbers of order 1 and of elements of states.
    expect(Math.abs(mean - traceOfProduct(V, rhoA.kron(rhoB)).re)).toBeLessThan(1e-13 * d);
    const levels = found.A.energies[1]!.reduce((sum, energy, p) => sum + energy * a[p]!, 0);
    expect(levels).toBeCloseTo(traceOfProduct(num(d), rhoA).re, 12);
  });
});

describe("adjoint dissipators", () => {
  test.prop([seeds, fc.integer({ min: 1, max: 6 })], RUNS)(
    "are L†OL - ½{L†L, O}, of jumps of any rank and of any O",
    (seed, d) => {
      const random = generator(seed);
      const column = randomOperator(random, [d]).mul(Operator.fromTriplets([d], [[0, 0, 1, 0]]));
      const jumps = [
        randomOperator(random, [d]),
        // |u><w|, an element, nothing
        column.mul(randomOperator(random, [d])),
        Operator.fromTriplets([d], [[d - 1, 0, 0.3, -1]]),
        Operator.fromTriplets([d], []),
      ];
      const O = randomOperator(random, [d]);
      const expected = jumps.reduce(
        (sum, L) => {
          const decay = L.dag().mul(L).scale(-0.5);
          return sum.add(L.dag().mul(O).mul(L)).add(decay.mul(O)).add(O.mul(decay));
        },
        Operator.fromTriplets([d], []),
      );
      const size = jumps.reduce((sum, L) => sum + L.norm() ** 2, 0) * O.norm();
      expect(adjointDissipator(jumps, [d])(O).sub(expected).maxAbs()).toBeLessThan(1e-14 * d * size);
    },
  );

  it("of jumps in any units, those that are products of vectors and those that are nearly so", () => {
    const d = 4;
    const random = generator(21);
    const product = randomOperator(random, [d])
      .mul(Operator.fromTriplets([d], [[1, 1, 1, 0]]))
      .mul(randomOperator(random, [d]));
    const nearly = product.add(Operator.fromTriplets([d], [[3, 2, 1e-3, 0]]));
    const O = randomOperator(random, [d]);
    for (const L of [product, nearly]) {
      const decay = L.dag().mul(L).scale(-0.5);
      const exact = L.dag().mul(O).mul(L).add(decay.mul(O)).add(O.mul(decay));
      for (const unit of [1e-9, 1, 1e9]) {
        const found = adjointDissipator([L.scale(unit)], [d])(O).scale(1 / unit ** 2);
        expect(found.sub(exact).maxAbs()).toBeLessThan(1e-13);
      }
    }
  });

  it("of an oscillator of few and of many levels: gain and loss of its quanta", () => {
    for (const d of [3, 64, 65, 80]) {
      const [a, n, loss, gain] = [destroy(d), num(d), 0.3, 0.2];
      const of = adjointDissipator([a.scale(Math.sqrt(loss)), a.dag().scale(Math.sqrt(gain))], [d]);
      // D#[a]n = -n, D#[a†]n = n + 1, but for the highest level, which gains nothing.
      const levels = Array.from(
        { length: d },
        (_, k) => [k, k, gain * (k === d - 1 ? 0 : k + 1) - loss * k, 0] as const,
      );
      const exact = Operator.fromTriplets([d], levels);
      expect(of(n).sub(exact).maxAbs()).toBeLessThan(1e-15 * d ** 2);
      expect(of(qeye(d)).maxAbs()).toBeLessThan(1e-15 * d);
      const decay = adjointDissipator([a.scale(Math.sqrt(loss))], [d]);
      expect(
        decay(a)
          .add(a.scale(loss / 2))
          .maxAbs(),
      ).toBeLessThan(1e-15 * d ** 2);
    }
  });
});

describe("integrals", () => {
  it("between output times inside a panel are those of polynomials up to the rule's nodes", () => {
    for (const [rate, degree] of [
      [0.01, 6],
      [0.5, 10],
    ] as const) {
      const times = Float64Array.of(0, 0.1, 0.35, 0.5, 0.8123, 1);
      const panels = panelsOf(times, [], rate, 1e-6);
      expect(panels.count).toBe(1);
      expect([...panels.ends]).toEqual([...times.slice(1)]);
      for (let n = 0; n <= degree; n++) {
        const table = panels.nodes.map((t) => t ** n);
        const { values } = integrate(panels, 1, [...panels.nodes.keys()], { table, columns: 1, first: 0, count: 1 });
        values.forEach((value, k) => {
          const exact = (times[k + 1]! ** (n + 1) - times[k]! ** (n + 1)) / (n + 1);
          // Weights add up to 2 in absolute value, but for a factor of a few.
          expect(Math.abs(value - exact)).toBeLessThan(1e-14);
        });
      }
    }
  });

  it("estimate an error that is not smaller than it is, and of what is smooth next to nothing", () => {
    const panels = cut([{ from: -1, to: 1, parts: 1 }], Float64Array.of(-1, 1));
    const error = (f: (t: number) => number, exact: number) => {
      const table = panels.nodes.map(f);
      const samples = { table, columns: 1, first: 0, count: 1 };
      const { values, errors } = integrate(panels, 1, [...panels.nodes.keys()], samples);
      return { true: Math.abs(values[0]! - exact), estimated: errors[0]! };
    };
    const kink = error((t) => Math.abs(t - 0.1), (1.1 ** 2 + 0.9 ** 2) / 2);
    expect(kink.estimated).toBeGreaterThan(kink.true);
    // Gauss's rule with 5 nodes is wrong by 2^11 (5!)^4 / (11 (10!)^3) = 8e-10 times the tenth derivative, which is near 1: (200·8e-10)^1.5.
    expect(error(Math.exp, Math.E - 1 / Math.E).estimated).toBeLessThan(1e-10);
  });
});

it("the defect of a ledger is the largest gap between an energy and what flowed into it, system by system", () => {
  const series = (...values: number[]) => Float64Array.from(values);
  // Two systems at three times: of the first U_⊗ is 0.25 short of its flows at the second, of the second U_chi gains 0.5 from nowhere by the third.
  const energies = { Ulocal: series(1, 2, 1.25, 2, 1.75, 1), Uchi: series(0, 4, 0, 3, 0, 3.25) };
  const flowed = {
    A: series(0, 0, 0.25, 0.5, 0.5, -0.5),
    B: series(0, 0, 0.25, -0.5, 0.25, -0.5),
    chi: series(0, 0, 0, -1, 0, -1.25),
  };
  expect(Array.from(ledgerDefects(energies, flowed, 2))).toEqual([0.25, 0.5]);
});

describe("runs", () => {
  const system = bipartite({
    HA: sigmaz(),
    HB: sigmaz().scale(0.7),
    V: tensor(sigmax(), sigmax()).scale(0.3),
    baths: [thermalBath("A", { beta: 0.5, Gamma: 0.1 }), customBath("B", { name: "B", jumps: [sigmax().scale(0.1)] })],
  });
  const rho = thermalState(sigmaz(), 2).kron(thermalState(sigmaz(), -1));
  const times = Array.from({ length: 101 }, (_, k) => k / 20);

  it("that end within a panel have a ledger that closes up to there", () => {
    const options = { rtol: 1e-9, atol: 1e-11 };
    for (const stop of [1, 2, 7, 50]) {
      const run = system.evolve(rho, times, { ...options, until: ({ index }) => index === stop });
      expect(run.times.length).toBe(stop + 1);
      expect(run.ledgerDefect).toBeLessThan(1e-8);
      expect(run.warnings).toEqual([]);
      const whole = system.evolve(rho, times, options);
      const ends = [run, whole].map(({ ledger }) => ledger.A!.A[stop]!);
      expect(Math.abs(ends[0]! - ends[1]!)).toBeLessThan(1e-8);
    }
  });

  it("need no node of their own for more output times", () => {
    const steps = (count: number) => {
      const outputs = Array.from({ length: count }, (_, k) => (5 * k) / (count - 1));
      return system.evolve(rho, outputs, { method: "expm" }).stats.steps;
    };
    // One step a time: as many nodes whatever the outputs, but for those that coincide or fill a last panel.
    expect(steps(1001) - steps(501)).toBeLessThan(600);
  });

  it("have the reduced states of their states, when these are asked for", () => {
    const driven = bipartite({ HA: [sigmaz(), [sigmax(), pulse.sine({ omega: 2 })]], HB: qeye(2), V: system.V });
    for (const one of [system, driven]) {
      const { reduced, states } = one.evolve(rho, [0, 0.3, 1], { storeStates: true, rtol: 1e-10, atol: 1e-12 });
      states!.forEach((state, k) => {
        expect(reduced.A[k]!.sub(ptrace(state, 0)).maxAbs()).toBeLessThan(1e-9);
        expect(reduced.B[k]!.sub(ptrace(state, 1)).maxAbs()).toBeLessThan(1e-9);
      });
    }
    const first = randomState(generator(3), [2, 2]);
    expect(system.evolve(first, [0, 1]).reduced.A[0]!.sub(ptrace(first, 0)).maxAbs()).toBeLessThan(1e-15);
  });

  test.prop([seeds, dimension, dimension], RUNS)("have them whatever the dimensions", (seed, dA, dB) => {
    const random = generator(seed);
    const [HA, HB] = [randomHermitian(random, [dA]), randomHermitian(random, [dB])];
    const whole = randomState(random, [dA, dB]);
    const run = bipartite({ HA, HB, V: randomHermitian(random, [dA, dB]) }).evolve(whole, [0, 0.2], {
      storeStates: true,
      rtol: 1e-10,
      atol: 1e-12,
    });
    run.states!.forEach((state, k) => {
      expect(run.reduced.A[k]!.sub(ptrace(state, 0)).maxAbs()).toBeLessThan(1e-9);
      expect(run.reduced.B[k]!.sub(ptrace(state, 1)).maxAbs()).toBeLessThan(1e-9);
    });
  });
});

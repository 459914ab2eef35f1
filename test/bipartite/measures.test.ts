/**
 * Measures that a run is asked for by name: at every output those of the state, by the functions of states.
 */
import { describe, expect, it } from "vitest";
import { MEASURE_NAMES } from "../../bindings/bipartite/measures.ts";
import {
  type BipartiteSystem,
  basis,
  bipartite,
  coherenceL1,
  coherenceRelativeEntropy,
  concurrence,
  customBath,
  daviesBath,
  effectiveBeta,
  ergotropy,
  fidelity,
  freeEnergy,
  ket2dm,
  logarithmicNegativity,
  type MeasureName,
  maximallyMixedDm,
  negativity,
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
  tracedist,
} from "../../bindings/index.ts";
import { generator, randomHermitian, randomState } from "../support/random.ts";

const times = [0, 0.1, 0.5, 2, 9];
const without = (...names: MeasureName[]) => MEASURE_NAMES.filter((name) => !names.includes(name));
const exchange = tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(0.3);

/** What the functions of states say at one time. */
function expected(system: BipartiteSystem, rho: Operator, reference: Operator, time: number) {
  const { HA, HB, H } = system.driven ? system.at(time) : system;
  const { A, B } = system.reduced(rho);
  const bodies = { A: [A, HA], B: [B, HB], global: [rho, H] } as const;
  const product = A.kron(B);
  return {
    negativity: negativity(rho, 0),
    logarithmicNegativity: logarithmicNegativity(rho, 0),
    ergotropy: ergotropy(rho, H),
    ergotropyA: ergotropy(A, HA),
    ergotropyB: ergotropy(B, HB),
    effectiveBetaA: effectiveBeta(A, HA),
    effectiveBetaB: effectiveBeta(B, HB),
    ...(HA.size === 2 && HB.size === 2 ? { concurrence: concurrence(rho) } : {}),
    coherenceL1: coherenceL1(rho),
    coherenceRelativeEntropy: coherenceRelativeEntropy(rho),
    tracedist: tracedist(rho, reference),
    fidelity: fidelity(rho, reference),
    tracedistProduct: tracedist(rho, product),
    fidelityProduct: fidelity(rho, product),
    freeEnergy: Object.fromEntries(
      system.baths
        .filter(({ beta }) => beta !== undefined && beta > 0)
        .map(({ name, site, beta }) => [name, freeEnergy(bodies[site][0], bodies[site][1], beta!)]),
    ),
  };
}

const random = generator(77);
const qutrit = {
  HA: randomHermitian(random, [2]),
  HB: randomHermitian(random, [3]),
  V: randomHermitian(random, [2, 3]),
};
const warm = [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })];

type Case = [string, BipartiteSystem, Operator, Operator | undefined];
const cases: Case[] = [
  [
    "two qubits from a product",
    bipartite({ HA: sigmaz(), HB: sigmaz().scale(0.7), V: exchange, baths: warm }),
    thermalState(sigmaz(), -0.8).kron(thermalState(sigmax(), 2)),
    undefined,
  ],
  [
    "two qubits from a Bell pair, at zero and at infinite temperature",
    bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V: exchange,
      baths: [thermalBath("A", { beta: Number.POSITIVE_INFINITY, rates: "ohmic" }), thermalBath("B", { beta: 0 })],
    }),
    ket2dm(
      basis([2, 2], [0, 0])
        .add(basis([2, 2], [1, 1]))
        .unit(),
    ),
    maximallyMixedDm([2, 2]),
  ],
  [
    "a qubit and a qutrit",
    bipartite({
      ...qutrit,
      baths: [...warm, daviesBath("all", { couplings: randomHermitian(random, [2, 3]), beta: 0.9 })],
    }),
    randomState(random, [2, 3]),
    randomState(random, [2, 3]),
  ],
  [
    "driven qubits",
    bipartite({
      HA: [sigmaz(), [sigmax(), pulse.sine({ omega: 2 })]],
      HB: sigmaz(),
      V: [exchange, [tensor(sigmax(), sigmax()), pulse.gaussian({ center: 1, sigma: 0.5 })]],
      baths: [...warm, customBath("global", { name: "noise", jumps: [tensor(sigmaz(), sigmaz()).scale(0.2)] })],
    }),
    ket2dm(basis([2, 2], [0, 1])),
    undefined,
  ],
  ...(["HA", "HB"] as const).map(
    (part): Case => [
      `nothing but ${part} driven`,
      bipartite({
        HA: sigmaz(),
        HB: sigmaz().scale(0.7),
        V: exchange,
        baths: warm,
        [part]: [sigmaz(), [sigmax(), pulse.sine({ omega: 2 })]],
      }),
      ket2dm(basis([2, 2], [0, 1])),
      undefined,
    ],
  ),
];

describe("along a run they are those of its states", () => {
  it.each(cases)("%s", (_name, system, rho0, reference) => {
    const names = system.H.size === 4 ? MEASURE_NAMES : without("concurrence");
    const options = { rtol: 1e-10, atol: 1e-12, measures: names, storeStates: true, ...(reference && { reference }) };
    for (const entropicHeat of ["rate", "integrated"] as const) {
      const { measures, states, warnings } = system.evolve(rho0, times, { ...options, entropicHeat });
      expect(warnings).toEqual([]);
      expect(Object.keys(measures).sort()).toEqual(
        ["purity", "chiNorm", "negativity", "logarithmicNegativity", ...names].sort(),
      );
      times.forEach((time, k) => {
        const exact = expected(system, states![k]!, reference ?? states![0]!, time);
        expect(Object.keys(measures.freeEnergy!)).toEqual(Object.keys(exact.freeEnergy));
        for (const [name, value] of Object.entries(exact)) {
          const series = measures[name as MeasureName]!;
          const pairs =
            typeof value === "number"
              ? [[(series as Float64Array)[k]!, value] as const]
              : Object.entries(value).map(
                  ([bath, one]) => [(series as Record<string, Float64Array>)[bath]![k]!, one] as const,
                );
          for (const [mine, one] of pairs)
            if (Number.isFinite(one))
              expect(Math.abs(mine - one), name).toBeLessThan(1e-11 * Math.max(1, Math.abs(one)));
            else expect(mine, name).toBe(one);
        }
      });
    }
  });

  it("free energies fall: F_A of a part on its own with its bath, and stays where it is thermal", () => {
    const system = bipartite({ HA: sigmaz(), HB: sigmaz(), V: Operator.fromTriplets([2, 2], []), baths: warm });
    const rho0 = thermalState(sigmax(), 2).kron(thermalState(sigmaz(), 1.2));
    const { A, B } = system.evolve(rho0, times, { measures: ["freeEnergy"] }).measures.freeEnergy!;
    for (let k = 1; k < times.length; k++) expect(A![k]!).toBeLessThan(A![k - 1]!);
    expect(A!.at(-1)!).toBeCloseTo(-Math.log(2 * Math.cosh(0.5)) / 0.5, 6);
    B!.forEach((F) => {
      expect(F).toBeCloseTo(-Math.log(2 * Math.cosh(1.2)) / 1.2, 9);
    });
  });
});

it("effective temperatures of equal levels are none, of the ground state infinite", () => {
  const system = bipartite({ HA: qeye(2), HB: sigmaz(), V: exchange.scale(0), baths: [] });
  const { measures } = system.evolve(basis([2, 2], [0, 1]), [0, 1], { measures: ["effectiveBetaA", "effectiveBetaB"] });
  expect(Array.from(measures.effectiveBetaA!)).toEqual([Number.NaN, Number.NaN]);
  expect(Array.from(measures.effectiveBetaB!)).toEqual([Infinity, Infinity]);
});

describe("what is asked is checked", () => {
  const { HA, HB, V } = qutrit;
  const system = bipartite({ HA, HB, V, baths: [customBath("A", { jumps: [sigmam()] })] });
  const rho0 = maximallyMixedDm([2, 3]);
  it.each<[string, object, RegExp]>([
    ["names", { measures: ["purity", "ergotropie"] }, /measures\[0\]: expected one of ergotropy, .*got "purity"/],
    ["twice", { measures: ["fidelity", "fidelity"] }, /measures\[1\]: expected each name once/],
    [
      "dimensions",
      { measures: ["concurrence"] },
      /measures: concurrence: expected two qubits, 2 x 2 levels, got 2 x 3/,
    ],
    ["where", { measures: [3] }, /^evolve: measures\[0\]/],
    ["temperatures", { measures: ["freeEnergy"] }, /need no bath with a temperature/],
    ["a reference for nothing", { measures: ["ergotropy"], reference: rho0 }, /tracedist, fidelity with a reference/],
    ["a reference that is no state", { measures: ["fidelity"], reference: sigmaz() }, /reference/],
    ["a reference elsewhere", { measures: ["fidelity"], reference: maximallyMixedDm([3, 2]) }, /reference.*\[2,3\]/],
    ["a text", { measures: "ergotropy" }, /measures: expected true, false or a list of names/],
  ])("%s", (_name, options, message) => {
    expect(() => system.evolve(rho0, [0, 1], options)).toThrow(message);
  });

  it("parts of three and two levels have no concurrence, and an infinite temperature no free energy", () => {
    const other = bipartite({
      HA: HB,
      HB: HA,
      V: Operator.fromTriplets([3, 2], []),
      baths: [thermalBath("A", { beta: 0 })],
    });
    const start = maximallyMixedDm([3, 2]);
    expect(() => other.evolve(start, [0, 1], { measures: ["concurrence"] })).toThrow(/2 x 2 levels, got 3 x 2/);
    expect(() => other.evolve(start, [0, 1], { measures: ["freeEnergy"] })).toThrow(/need no bath with a temperature/);
  });
});

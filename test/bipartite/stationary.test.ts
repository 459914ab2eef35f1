/**
 * Stationary energetics: flows that balance, heat and its noise against closed forms, conduction.
 */
import { describe, expect, it } from "vitest";
import type { ResolvedBath } from "../../bindings/bipartite/baths.ts";
import { energyChange } from "../../bindings/bipartite/stationary.ts";
import {
  bipartite,
  customBath,
  daviesBath,
  InvalidArgumentError,
  Operator,
  pulse,
  qeye,
  rectification,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
  thermalBath,
  thermalConductance,
  thermalState,
} from "../../bindings/index.ts";
import { generator, randomHermitian } from "../support/random.ts";

/** Two resonant qubits that exchange excitations, each with a bath of its own. */
const exchange = (TA: number, TB: number, g = 0.05, w = 1) =>
  bipartite({
    HA: sigmaz().scale(w / 2),
    HB: sigmaz().scale(w / 2),
    V: tensor(sigmap(), sigmam()).add(tensor(sigmam(), sigmap())).scale(g),
    baths: [
      thermalBath("A", { beta: 1 / TA, rates: "ohmic", Gamma: 0.02 }),
      thermalBath("B", { beta: 1 / TB, rates: "ohmic", Gamma: 0.02 }),
    ],
  });

describe("two resonant qubits", () => {
  it("carry the current of the closed form", () => {
    const [TA, TB, g, w, Gamma] = [1.5, 0.6, 0.05, 1, 0.02];
    const { heat, imbalance, entropyProduction, flows, kernelDimension } = exchange(TA, TB, g, w).steady();
    // Equations of n_A, n_B and Im<s+ s->, linear: excitations go from A to B at the rate 4 g² (n_A - n_B)/(r_A + r_B), r the relaxation of each.
    const [nA, nB] = [1 / Math.expm1(w / TA), 1 / Math.expm1(w / TB)];
    const [rA, rB] = [Gamma * w * (2 * nA + 1), Gamma * w * (2 * nB + 1)];
    const [pA, pB] = [nA / (2 * nA + 1), nB / (2 * nB + 1)];
    const k = (4 * g ** 2) / (rA + rB);
    const current = (w * k * (pA - pB)) / (1 + k / rA + k / rB);
    expect(heat.A!.local).toBeCloseTo(current, 13);
    expect(heat.B!.local).toBeCloseTo(-current, 13);
    expect(heat.A!.global + heat.B!.global).toBeCloseTo(0, 13);
    expect(imbalance).toBeLessThan(1e-14);
    expect(entropyProduction).toBeCloseTo(current * (1 / TB - 1 / TA), 13);
    expect(flows.hamiltonian!.A).toBeCloseTo(-flows.A!.A - flows.B!.A, 13);
    expect(kernelDimension).toBe(1);
  });

  it("heat statistics: the mean is the local current; at equal temperatures noise is 2 T² times the conductance", () => {
    const system = exchange(1.3, 0.7);
    const { heat, heatStatistics } = system.steady();
    expect(heatStatistics("A").current).toBeCloseTo(heat.A!.local, 13);
    expect(heatStatistics("B").current).toBeCloseTo(heat.B!.local, 13);
    expect(heatStatistics("A").noise).toBeGreaterThan(0);
    // Energy does not pile up: both baths see the same long-time fluctuations of what they exchange through the coupling.
    expect(heatStatistics("A").noise! / heatStatistics("B").noise!).toBeCloseTo(1, 10);
    const T = 0.9;
    const { conductance, error, offset } = thermalConductance(({ A, B }) => exchange(A, B), T);
    expect(error).toBeLessThan(1e-9);
    expect(Math.abs(offset)).toBeLessThan(1e-15);
    const noise = exchange(T, T).steady().heatStatistics("A").noise!;
    // Johnson and Nyquist: S = 2 T² dJ/dT.
    expect(noise / (2 * T ** 2 * conductance)).toBeCloseTo(1, 6);
  });

  it("noise is 2 T² times the conductance with Davies baths, too, whatever the coupling", () => {
    const T = 0.9;
    const make = ({ A, B }: { A: number; B: number }) =>
      bipartite({
        HA: sigmaz().scale(0.5),
        HB: sigmaz().scale(0.8),
        V: tensor(sigmax(), sigmax()).scale(0.4),
        baths: [
          daviesBath("A", { couplings: sigmax(), on: "A", beta: 1 / A }),
          daviesBath("B", { couplings: sigmax(), on: "B", beta: 1 / B }),
        ],
      });
    const { conductance, error, offset } = thermalConductance(make, T);
    expect(Math.abs(offset)).toBeLessThan(1e-14);
    for (const bath of ["A", "B"]) {
      const noise = make({ A: T, B: T }).steady().heatStatistics(bath).noise!;
      expect(Math.abs(noise / (2 * T ** 2) - conductance)).toBeLessThan(error);
    }
  });

  it.each([0.5, 1, 7])("without a coupling there is nothing to rectify, H times %f", (scale) => {
    const apart = rectification(
      ({ A, B }) =>
        bipartite({
          HA: randomHermitian(generator(1), [3]).scale(scale),
          HB: randomHermitian(generator(2), [2]).scale(scale),
          V: qeye([3, 2]).scale(0),
          baths: [thermalBath("A", { beta: 1 / A }), thermalBath("B", { beta: 1 / B })],
        }),
      2,
      0.5,
    );
    expect(apart.rectification).toBeNaN();
    expect(Math.abs(apart.forward)).toBeLessThan(1e-13 * scale);
  });

  it("a system that conducts in one direction only is a perfect diode", () => {
    const one = (TA: number, TB: number, opens: boolean) => exchange(TA, TB, opens ? 0.05 : 0);
    const forward = rectification(({ A, B }) => one(A, B, A > B), 2, 0.5);
    expect(forward.forward).toBeGreaterThan(1e-4);
    expect(Math.abs(forward.backward)).toBeLessThan(1e-15);
    expect(forward.rectification).toBeCloseTo(1, 12);
    const backward = rectification(({ A, B }) => one(A, B, A < B), 2, 0.5);
    expect(backward.backward).toBeLessThan(-1e-4);
    expect(backward.rectification).toBeCloseTo(1, 12);
  });

  it.each([0.1, 1, 20])("conducts as the derivative of the closed form says, T = %f", (T) => {
    const [g, w, Gamma] = [0.05, 1, 0.02];
    const { conductance, error } = thermalConductance(({ A, B }) => exchange(A, B, g, w), T);
    // The current above with n_A = n_B: what of it depends on T_A - T_B is n_A - n_B alone, p = n/(2n + 1) = 1/(exp(w/T) + 1).
    const r = Gamma * w * (2 / Math.expm1(w / T) + 1);
    const k = (2 * g ** 2) / r;
    const slope = (w / T ** 2) * (Math.exp(w / T) / (Math.exp(w / T) + 1) ** 2);
    const exact = (w * k * slope) / (1 + (2 * k) / r);
    expect(Math.abs(conductance / exact - 1)).toBeLessThan(1e-5);
    expect(error).toBeLessThan(1e-3 * exact);
  });

  it("a weak coupling is enough", () => {
    const { rectification: value, forward } = rectification(
      ({ A, B }) =>
        bipartite({
          HA: sigmaz(),
          HB: sigmaz(),
          V: tensor(sigmax(), sigmax()).scale(1e-5),
          baths: [thermalBath("A", { beta: 1 / A }), thermalBath("B", { beta: 1 / B })],
        }),
      2,
      0.5,
    );
    // g² = 1e-10 times rates of order one
    expect(forward).toBeGreaterThan(1e-12);
    expect(value).toBeLessThan(1e-3);
  });

  it("rectify when they are not alike, and do not when they are", () => {
    const symmetric = rectification(({ A, B }) => exchange(A, B), 2, 0.5);
    expect(symmetric.rectification).toBeLessThan(1e-12);
    expect(symmetric.forward).toBeGreaterThan(0);
    const diode = rectification(
      ({ A, B }) =>
        bipartite({
          HA: sigmaz().scale(0.5),
          HB: sigmaz().scale(0.8),
          V: tensor(sigmaz(), sigmax()).scale(0.4),
          baths: [
            daviesBath("A", { couplings: sigmax(), on: "A", beta: 1 / A, rates: "ohmic", Gamma: 0.01 }),
            daviesBath("B", { couplings: sigmax(), on: "B", beta: 1 / B, rates: "ohmic", Gamma: 0.01 }),
          ],
        }),
      3,
      0.3,
    );
    expect(diode.forward).toBeGreaterThan(0);
    expect(diode.backward).toBeLessThan(0);
    expect(diode.rectification).toBeGreaterThan(0.05);
    const larger = Math.max(diode.forward, -diode.backward);
    expect(diode.rectification).toBeCloseTo(Math.abs(diode.forward + diode.backward) / larger, 12);
  });
});

describe("any system", () => {
  it.each([1, 2, 3, 4, 5, 6])("number %i: columns of flows add up to zero, entropy is produced", (seed) => {
    const random = generator(seed);
    const [dA, dB] = [2 + (seed % 2), 2 + (seed % 3)];
    const system = bipartite({
      HA: randomHermitian(random, [dA]),
      HB: randomHermitian(random, [dB]),
      V: randomHermitian(random, [dA, dB]).scale(0.5),
      baths: [thermalBath("A", { beta: 0.3 + random() }), thermalBath("B", { beta: 0.3 + random() })],
    });
    const { rho, flows, heat, imbalance, entropyProduction, energy, heatStatistics, residual } = system.steady();
    expect(imbalance).toBeLessThan(1e-12);
    const rates = system.rates(rho);
    for (const name of ["U", "Ulocal", "Uchi"] as const) expect(Math.abs(rates[name])).toBeLessThan(1e-12);
    expect(entropyProduction).toBeGreaterThan(-1e-12);
    expect(energy.U).toBeCloseTo(energy.Ulocal + energy.Uchi, 12);
    for (const name of ["A", "B"]) {
      const { A, B, chi } = flows[name]!;
      expect(heat[name]!.global).toBeCloseTo(A + B + chi, 13);
      expect(heatStatistics(name).current).toBeCloseTo(heat[name]!.local, 11);
    }
    expect(residual).toBeLessThan(1e-13);
  });

  it("one temperature and global baths: the Gibbs state, and no current", () => {
    const beta = 0.8;
    const system = bipartite({
      HA: sigmaz(),
      HB: sigmaz().scale(0.7),
      V: tensor(sigmax(), sigmay()).scale(0.3),
      baths: [
        daviesBath("left", { couplings: sigmax(), on: "A", beta }),
        daviesBath("right", { couplings: sigmax(), on: "B", beta }),
      ],
    });
    const { heat, entropyProduction, heatStatistics } = system.steady();
    expect(Math.abs(heat.left!.global)).toBeLessThan(1e-13);
    expect(Math.abs(entropyProduction!)).toBeLessThan(1e-13);
    expect(heatStatistics("left", 1).noise).toBeUndefined();
  });

  it("names what it cannot do", () => {
    const closed = bipartite({ HA: sigmaz(), HB: sigmaz(), V: qeye([2, 2]).scale(0) });
    expect(() => closed.steady()).toThrow(/not unique/);
    const odd = bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V: tensor(sigmaz(), sigmaz()),
      baths: [customBath("A", { jumps: [sigmam().add(sigmap().scale(0.5))] }), thermalBath("B", { beta: 1 })],
    }).steady();
    expect(odd.entropyProduction).toBeUndefined();
    expect(() => odd.heatStatistics("A")).toThrow(/jump 0 of bath "A".*definite amount/);
    expect(() => odd.heatStatistics("C")).toThrow(/one of A, B/);
    for (const hot of [1, 2]) expect(() => rectification(({ A, B }) => exchange(A, B), hot, 2)).toThrow(/hot/);
    expect(() => rectification(({ A, B }) => exchange(A, B), 1, 0)).toThrow(/cold/);
    expect(() => thermalConductance(({ A, B }) => exchange(A, B), 0)).toThrow(/T/);
    expect(() => thermalConductance(({ A, B }) => exchange(A, B), -1)).toThrow(/T/);
    expect(() => thermalConductance(({ A, B }) => exchange(A, B), 1, "C")).toThrow(/bath/);
    for (const make of [undefined, null, exchange(1, 1), () => undefined, () => ({ heat: 1 })]) {
      for (const go of [() => thermalConductance(make as never, 1), () => rectification(make as never, 2, 1)]) {
        expect(go).toThrow(InvalidArgumentError);
        expect(go).toThrow(/make/);
      }
    }
    expect(() => thermalConductance(({ A, B }) => exchange(A, B), 1, "toString")).toThrow(/one of A, B/);
    const driven = bipartite({
      HA: [[sigmaz(), pulse.cosine({ omega: 1 })]],
      HB: sigmaz(),
      V: tensor(sigmaz(), sigmaz()),
    });
    expect(() => driven.steady()).toThrow(/depends on time/);
    expect(() => exchange(1, 1).steady({ all: true } as never)).toThrow(/"all"/);
  });

  it("takes the options of a steady state", () => {
    const rho0 = thermalState(sigmaz(), 1).kron(thermalState(sigmaz(), -1));
    for (const method of ["dense", "direct", "evolution"] as const) {
      const tol = method === "evolution" ? 1e-8 : 1e-10;
      const found = exchange(1.3, 0.7).steady(method === "evolution" ? { method, tol, rho0 } : { method, tol });
      expect(found.method).toBe(method);
      expect(found.heat.A!.global + found.heat.B!.global).toBeCloseTo(0, 8);
    }
  });

  it("entropy is produced by baths that act: at zero temperature, too, where nothing flows", () => {
    const make = (...jumps: Operator[]) =>
      bipartite({
        HA: sigmaz(),
        HB: sigmaz(),
        V: tensor(sigmax(), sigmax()).scale(0.3),
        baths: [thermalBath("A", { beta: 1 }), thermalBath("B", { beta: 2 }), customBath("A", { name: "idle", jumps })],
      }).steady();
    const nothing = Operator.fromTriplets([2], []);
    const { entropyProduction, heat } = make();
    expect(entropyProduction).toBeCloseTo(-heat.A!.local - 2 * heat.B!.local, 13);
    expect(make(nothing).entropyProduction).toBe(entropyProduction);
    expect(make(nothing).heatStatistics("idle").current).toBe(0);
    expect(make(nothing, sigmaz().scale(0.1)).entropyProduction).toBeUndefined();
    const cold = { beta: Number.POSITIVE_INFINITY, rates: "ohmic" } as const;
    const apart = { HA: sigmaz(), HB: sigmaz().scale(0.7), V: Operator.fromTriplets([2, 2], []) };
    const still = bipartite({ ...apart, baths: [thermalBath("A", cold), thermalBath("B", cold)] }).steady();
    expect(still.entropyProduction).toBe(0);
  });

  it("quanta are definite or not in any units of energy and of rates", () => {
    for (const energy of [1e-8, 1, 1e8])
      for (const root of [1e-8, 1, 1e8]) {
        const hamiltonian = sigmaz().scale(energy).asHermitian();
        const change = (of: number) =>
          energyChange({ hamiltonian } as ResolvedBath, sigmam().add(sigmap().scale(of)).scale(root), "here");
        // sigma_z is 1 and -1.
        expect(change(1e-13)).toBeCloseTo(-2 * energy, 10 - Math.log10(energy));
        expect(() => change(1e-4)).toThrow(InvalidArgumentError);
      }
    const nothing = Operator.fromTriplets([2], []);
    expect(energyChange({ hamiltonian: sigmaz() } as ResolvedBath, nothing, "here")).toBe(0);
  });

  it("two temperatures on one diagonal: operators without a name of their own", () => {
    const jump = Operator.fromTriplets([2], [[1, 0, 0.3, 0]]);
    const { heat } = bipartite({
      HA: sigmaz(),
      HB: sigmaz(),
      V: tensor(sigmax(), sigmax()).scale(0.2),
      baths: [customBath("A", { jumps: [jump] }), thermalBath("B", { beta: 1 })],
    }).steady();
    expect(heat.A!.global).toBeLessThan(0);
  });
});

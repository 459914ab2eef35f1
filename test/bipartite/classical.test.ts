/**
 * The classical case: found by itself, d numbers instead of d², the same results as with coherences, and sizes that only this reaches.
 */
import { describe, expect, it } from "vitest";
import {
  type BipartiteSystem,
  bipartite,
  customBath,
  Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
  thermalBath,
  thermalState,
  twoQubitExample,
} from "../../bindings/index.ts";
import { generator, maxDifference } from "../support/random.ts";

const diagonal = (dims: readonly number[], values: (state: number) => number): Operator =>
  Operator.fromTriplets(
    dims,
    Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, s): [number, number, number, number] => [
      s,
      s,
      values(s),
      0,
    ]),
  );

/** +1 or -1: spin k of N, the first one slowest. */
const spin = (state: number, k: number, N: number) => 1 - 2 * ((state >> (N - 1 - k)) & 1);

/** A ring of 2n Ising spins, one half A, the other B, each with heat-bath (Glauber) flips that see the bonds within. */
function isingRing(n: number, J: number, betas: { A: number; B: number }): BipartiteSystem {
  const dims = Array<number>(n).fill(2);
  const chain = (s: number) =>
    Array.from({ length: n - 1 }, (_, k) => -spin(s, k, n) * spin(s, k + 1, n)).reduce((a, b) => a + b, 0);
  const flips = (beta: number) =>
    dims.map((_, k) =>
      Operator.fromTriplets(
        dims,
        Array.from({ length: 2 ** n }, (_, s): [number, number, number, number] => {
          const to = s ^ (1 << (n - 1 - k));
          return [to, s, Math.sqrt(1 / (1 + Math.exp(beta * (chain(to) - chain(s))))), 0];
        }),
      ),
    );
  const bond = (s: number, k: number, l: number) => -J * spin(s, k, 2 * n) * spin(s, l, 2 * n);
  return bipartite({
    HA: diagonal(dims, chain),
    HB: diagonal(dims, chain),
    V: diagonal([...dims, ...dims], (s) => bond(s, n - 1, n) + bond(s, 0, 2 * n - 1)),
    baths: (["A", "B"] as const).map((site) => customBath(site, { jumps: flips(betas[site]), beta: betas[site] })),
  });
}

const tight = { rtol: 1e-11, atol: 1e-13 };
const ENERGIES = ["U", "UA", "UB", "Ulocal", "Uchi"] as const;

describe("the classical case", () => {
  it("is found in the paper's example: d coordinates, and the run says so", () => {
    const { system, rho0 } = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0.05 });
    expect(system.classical(rho0)).toMatchObject({ applies: true, reasons: [] });
    const run = system.evolve(rho0, [0, 1]);
    expect(run.classical).toBe(true);
    expect(run.stats.form).toMatch(/on 4 of 16 coordinates/);
    expect(run.stats.reasons.join()).toMatch(/classical: /);
  });

  it("has the rates of the populations' master equation", () => {
    const random = generator(31);
    const system = bipartite({
      HA: diagonal([2], () => random()),
      HB: diagonal([3], () => random()),
      V: diagonal([2, 3], () => random()),
      baths: [
        thermalBath("A", { beta: 0.4 }),
        thermalBath("B", { beta: 1.1 }),
        customBath("global", {
          jumps: [
            Operator.fromTriplets(
              [2, 3],
              [
                [4, 0, 0.3, 0.2],
                [1, 5, 0, 0.7],
                [2, 2, 1, 0],
              ],
            ),
          ],
        }),
      ],
    });
    const { generator: W, rates } = system.classical();
    const p = Array.from({ length: 6 }, () => random());
    const change = system.derivative(diagonal([2, 3], (s) => p[s]!));
    const expected = diagonal([2, 3], (m) => p.reduce((sum, x, n) => sum + W![6 * m + n]! * x, 0));
    expect(maxDifference(change, expected)).toBeLessThan(1e-14);
    expect(rates![6 * 4 + 0]).toBeCloseTo(0.13, 14);
    for (let n = 0; n < 6; n++) {
      expect(rates![7 * n]).toBe(0);
      expect(Math.abs(Array.from({ length: 6 }, (_, m) => W![6 * m + n]!).reduce((a, b) => a + b))).toBeLessThan(1e-15);
    }
  });

  it("gives the same as with coherences, and in a basis where it is not seen", () => {
    const system = isingRing(2, 0.4, { A: 0.3, B: 1.5 });
    const dims = system.H.dims;
    const rho0 = diagonal(dims, (s) => (s === 0 ? 0.75 : s === 5 ? 0.25 : 0));
    const times = [0, 0.3, 1, 4];
    const run = system.evolve(rho0, times, tight);
    expect(run.classical).toBe(true);
    expect(run.stats.form).toMatch(/on 16 of 256 coordinates/);
    // An element that is not 0 has to be followed, however small.
    const touched = system.evolve(
      rho0.add(
        Operator.fromTriplets(dims, [
          [0, 5, 1e-20, 0],
          [5, 0, 1e-20, 0],
        ]),
      ),
      times,
      tight,
    );
    expect(touched.classical).toBe(false);
    expect(touched.stats.form).not.toBe(run.stats.form);
    // (sigma_x + sigma_z)/√2 on every spin.
    const hadamard = sigmax().add(sigmaz()).scale(Math.SQRT1_2);
    const whole = tensor(hadamard, hadamard, hadamard, hadamard);
    const part = tensor(hadamard, hadamard);
    const turn = (u: Operator, X: Operator) => u.mul(X).mul(u);
    const turned = bipartite({
      HA: turn(part, system.HA),
      HB: turn(part, system.HB),
      V: turn(whole, system.V),
      baths: system.baths.map(({ name, ownJumps }) =>
        customBath(name as "A" | "B", { jumps: ownJumps.map((L) => turn(part, L)) }),
      ),
    });
    const other = turned.evolve(turn(whole, rho0), times, tight);
    expect(other.classical).toBe(false);
    for (const name of ENERGIES) {
      times.forEach((_, k) => {
        expect(Math.abs(run.energy[name][k]! - touched.energy[name][k]!)).toBeLessThan(1e-10);
        expect(Math.abs(run.energy[name][k]! - other.energy[name][k]!)).toBeLessThan(1e-10);
        expect(Math.abs(run.ledger.A!.A[k]! - other.ledger.A!.A[k]!)).toBeLessThan(1e-9);
      });
    }
    expect(maxDifference(run.finalState, touched.finalState)).toBeLessThan(1e-11);
  });

  it("says why not", () => {
    const make = (V: Operator, jumps: Operator[]) =>
      bipartite({ HA: sigmaz(), HB: sigmaz(), V, baths: [customBath("A", { jumps })] });
    const zz = tensor(sigmaz(), sigmaz());
    const reasons = (system: BipartiteSystem, rho?: Operator) => system.classical(rho).reasons.join("; ");
    expect(reasons(make(tensor(sigmax(), sigmax()), []))).toMatch(/^V is not diagonal in the product basis/);
    expect(reasons(make(zz, [sigmam().add(sigmaz())]))).toBe("jump 0 takes a basis state to a superposition");
    // |0>(<0| + <1|)
    const both = Operator.fromTriplets(
      [2],
      [
        [0, 0, 1, 0],
        [0, 1, 1, 0],
      ],
    );
    expect(reasons(make(zz, [both]))).toMatch(/the sum of L†L is not diagonal/);
    expect(make(zz, [both]).classical()).toMatchObject({ applies: false, rates: undefined, generator: undefined });
    // Two of them cancel.
    const minus = Operator.fromTriplets(
      [2],
      [
        [0, 0, 1, 0],
        [0, 1, -1, 0],
      ],
    );
    expect(reasons(make(zz, [both, minus]))).toBe("");
    expect(reasons(make(zz, [sigmax(), sigmay(), sigmap()]))).toBe("");
    const plus = qeye(2).add(sigmax()).scale(0.5);
    expect(reasons(make(zz, []), plus.kron(plus))).toMatch(/^the state is not diagonal/);
    const driven = bipartite({ HA: [sigmaz(), [sigmax(), (t: number) => Math.sin(t)]], HB: sigmaz(), V: zz });
    expect(reasons(driven)).toMatch(/^H_A is not diagonal/);
  });

  it("a driven one is classical too", () => {
    const V = tensor(sigmaz(), sigmaz());
    const system = bipartite({
      HA: [sigmaz(), [sigmaz(), (t: number) => Math.sin(t)]],
      HB: sigmaz(),
      V,
      baths: [customBath("A", { jumps: [sigmam()] })],
    });
    const run = system.evolve(qeye([2, 2]).scale(0.25), [0, 1]);
    expect(run.classical).toBe(true);
    expect(run.stats.form).toMatch(/4 of 16 coordinates/);
  });

  it("10 spins: 1024 numbers instead of a million, and equal temperatures make the parts thermal where they do not interact", () => {
    const system = isingRing(5, 0, { A: 0.4, B: 0.4 });
    const coupled = isingRing(5, 0.5, { A: 0.3, B: 1 });
    const up = Operator.fromTriplets(system.H.dims, [[0, 0, 1, 0]]);
    const run = coupled.evolve(up, [0, 0.5, 1]);
    expect(run.classical).toBe(true);
    expect(run.stats.form).toMatch(/on 1024 of 1048576 coordinates/);
    expect(run.energy.U[0]).toBe(-9);
    expect(run.energy.U[2]! - run.energy.U[0]!).toBeGreaterThan(1);
    expect(run.ledgerDefect).toBeLessThan(1e-6);
    const { finalState, energy } = system.evolve(up, [0, 80]);
    const pi = thermalState(system.HA, 0.4);
    expect(maxDifference(system.reduced(finalState).A, pi)).toBeLessThan(1e-6);
    // Open chains of 5: -4 tanh(beta).
    expect(energy.UA[1]).toBeCloseTo(-4 * Math.tanh(0.4), 5);
  });
});

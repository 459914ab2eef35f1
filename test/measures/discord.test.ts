/**
 * Quantum discord of two qubits: Luo's closed form, the Koashi-Winter relation, measurements written out as projectors, what it proves.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  basis,
  bellState,
  coherenceL1,
  concurrence,
  DimensionMismatchError,
  entanglementEntropy,
  entanglementOfFormation,
  entropyVn,
  InvalidArgumentError,
  ket2dm,
  maximallyMixedDm,
  mutualInformation,
  NotDensityMatrixError,
  Operator,
  permute,
  ptrace,
  qeye,
  quantumDiscord,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import {
  conjugated,
  generator,
  randomKet,
  randomKraus,
  randomLocalUnitary,
  randomState,
  randomStateOfRank,
  throughKraus,
} from "../support/random.ts";

/** Ten entropies, each rounded; a minimum is flat, so that its direction matters in second order only. */
const ROUNDING = 1e-12;
/** Of a minimum where the surviving qubit is nearly pure (an infinite slope of x ln x), and of formation. */
const ROOT_OF_ROUNDING = 1e-7;
const RUNS = { seed: 20261129, numRuns: 40 };
const PAULIS = [sigmax(), sigmay(), sigmaz()];

const close = (value: number, expected: number, tolerance = ROUNDING) =>
  expect(Math.abs(value - expected)).toBeLessThan(tolerance);

/** (1 + sum c_k sigma_k ⊗ sigma_k)/4 */
const bellDiagonal = (c: readonly number[]) =>
  c
    .map((x, k) => PAULIS[k]!.kron(PAULIS[k]!).scale(x))
    .reduce((a, b) => a.add(b), qeye([2, 2]))
    .scale(0.25);

/** S(other) - sum p S(other | outcome), with projectors. */
function gained(rho: Operator, measured: 0 | 1, n: readonly number[]): number {
  const spin = PAULIS.map((sigma, k) => sigma.scale(n[k]!)).reduce((a, b) => a.add(b));
  let sum = entropyVn(ptrace(rho, 1 - measured));
  for (const sign of [1, -1]) {
    const P = qeye(2).add(spin.scale(sign)).scale(0.5);
    const whole = measured === 0 ? P.kron(qeye(2)) : qeye(2).kron(P);
    const after = ptrace(conjugated(whole, rho), 1 - measured);
    const p = after.tr().re;
    if (p > 1e-12) sum -= p * entropyVn(after.scale(1 / p).hermitianPart());
  }
  return sum;
}

function randomDirection(random: () => number): number[] {
  const [z, phi] = [2 * random() - 1, 2 * Math.PI * random()];
  return [Math.sqrt(1 - z * z) * Math.cos(phi), Math.sqrt(1 - z * z) * Math.sin(phi), z];
}

describe("closed forms", () => {
  // Luo, Phys. Rev. A 77 (2008) 042303, eqs. (10) and (11); corners of the tetrahedron and Werner states are among them.
  it.each([
    [0.3, -0.2, 0.4],
    [0.1, 0.5, -0.3],
    [-0.5, 0.1, 0.2],
    [1, -1, 1],
    [-0.3, -0.3, -0.3],
    [-1, -1, -1],
    [0.6, 0, 0],
    [0, 0, 0],
  ])("Bell-diagonal states, c = %d, %d, %d", (...c) => {
    const rho = bellDiagonal(c);
    const largest = Math.max(...c.map(Math.abs));
    const term = (x: number) => (x > 0 ? x * Math.log(x) : 0);
    const J = 0.5 * (term(1 - largest) + term(1 + largest));
    for (const measured of [0, 1] as const) {
      const found = quantumDiscord(rho, measured);
      close(found.classicalCorrelation, J);
      close(found.discord, 2 * Math.LN2 - entropyVn(rho) - J);
    }
  });

  it("pure states: both the discord and the classical correlation are the entanglement entropy", () => {
    for (let seed = 1; seed < 9; seed++) {
      const psi = randomKet(generator(seed), [2, 2]);
      const { discord, classicalCorrelation, uncertainty } = quantumDiscord(psi, 0);
      close(discord, entanglementEntropy(psi, 1), 1e-11);
      close(classicalCorrelation, entanglementEntropy(psi, 1), 1e-11);
      // f = 0, and it is nowhere negative: nothing is left open.
      expect(uncertainty).toBeLessThan(1e-11);
    }
    close(quantumDiscord(bellState("10"), 1).discord, Math.LN2);
  });

  it("states that are classical on one side have none there, and some on the other", () => {
    const plus = ket2dm(basis(2, 0).add(basis(2, 1)).unit());
    const [up, down] = [ket2dm(basis(2, 0)), ket2dm(basis(2, 1))];
    const rho = up.kron(up).add(down.kron(plus)).scale(0.5);
    close(quantumDiscord(rho, 0).discord, 0);
    expect(Math.abs(quantumDiscord(rho, 0).direction[2])).toBeCloseTo(1, 6);
    // The two kets of qubit 1 are best told apart half way, with outcomes wrong by (1 - 1/√2)/2 (Levitin, 1995).
    const wrong = (1 - Math.SQRT1_2) / 2;
    const entropy = (x: number) => -x * Math.log(x) - (1 - x) * Math.log(1 - x);
    close(quantumDiscord(rho, 1).classicalCorrelation, Math.LN2 - entropy(wrong));
    const product = tensor(randomState(generator(1), [2]), randomState(generator(2), [2]));
    close(quantumDiscord(product, 1).discord, 0);
    close(quantumDiscord(maximallyMixedDm([2, 2]), 0).discord, 0);
  });
});

describe("random states", () => {
  test.prop([fc.nat()], RUNS)(
    "of rank two: S(B) - S(AB) + the entanglement of A with what purifies (Koashi, Winter)",
    (seed) => {
      const psi = randomKet(generator(seed), [2, 2, 2]);
      const [rho, AC] = [ptrace(psi, [0, 1]), ptrace(psi, [0, 2])];
      const expected = entropyVn(ptrace(psi, 1)) - entropyVn(rho) + entanglementOfFormation(AC);
      close(quantumDiscord(rho, 1).discord, expected, ROOT_OF_ROUNDING);
    },
  );

  test.prop([fc.nat(), fc.integer({ min: 1, max: 4 }), fc.constantFrom<0 | 1>(0, 1)], RUNS)(
    "no measurement tells more, the one returned tells as much, local unitaries turn it, a channel on the other qubit takes away",
    (seed, rank, measured) => {
      const random = generator(seed);
      const rho = randomStateOfRank(random, [2, 2], rank);
      const { discord, classicalCorrelation: J, direction, uncertainty } = quantumDiscord(rho, measured);
      close(gained(rho, measured, direction), J, 1e-10);
      close(Math.hypot(...direction), 1);
      for (let k = 0; k < 60; k++) expect(gained(rho, measured, randomDirection(random))).toBeLessThan(J + 1e-10);
      // Near the best as well.
      for (const size of [1e-1, 1e-2, 1e-3]) {
        const near = direction.map((x) => x + size * (random() - 0.5));
        const length = Math.hypot(...near);
        const n = near.map((x) => x / length);
        expect(gained(rho, measured, n)).toBeLessThan(J + 1e-10);
      }
      expect(uncertainty).toBeGreaterThanOrEqual(0);
      // 4096 patches, each 1.6e-3 of the half sphere, if all of them are open.
      expect(uncertainty).toBeLessThan(5e-3);
      close(discord + J, mutualInformation(rho, 0));
      expect(discord).toBeGreaterThanOrEqual(0);
      expect(discord).toBeLessThanOrEqual(entropyVn(ptrace(rho, measured)) + ROUNDING);
      const turned = quantumDiscord(conjugated(randomLocalUnitary(random, [2, 2]), rho), measured);
      close(turned.discord, discord, 1e-9);
      close(quantumDiscord(permute(rho, [1, 0]), measured === 0 ? 1 : 0).discord, discord, 1e-9);
      const kraus = randomKraus(random, 2, 2).map((K) => (measured === 0 ? qeye(2).kron(K) : K.kron(qeye(2))));
      expect(quantumDiscord(throughKraus(kraus, rho), measured).classicalCorrelation).toBeLessThan(J + ROUNDING);
    },
  );

  test.prop([fc.nat()], RUNS)("X states, whose best direction is on an axis or in between", (seed) => {
    const random = generator(seed);
    const p = Array.from({ length: 4 }, random);
    const total = p.reduce((a, b) => a + b);
    const [a, b, c, d] = p.map((x) => x / total) as [number, number, number, number];
    const [w, z] = [Math.sqrt(a * d) * random(), Math.sqrt(b * c) * random()];
    const rho = Operator.fromArrays({
      dims: [2, 2],
      re: [
        [a, 0, 0, w],
        [0, b, z, 0],
        [0, z, c, 0],
        [w, 0, 0, d],
      ],
    });
    // Real and positive off the diagonal: the best direction lies in the plane of x and z. Its angle on a fine grid.
    const J = quantumDiscord(rho, 1).classicalCorrelation;
    let most = 0;
    for (let k = 0; k < 200; k++) {
      const angle = (Math.PI * k) / 200;
      most = Math.max(most, gained(rho, 1, [Math.sin(angle), 0, Math.cos(angle)]));
    }
    expect(J).toBeGreaterThan(most - ROUNDING);
    // What is missed between points of the grid: half a step squared times the curvature, at most of order one.
    expect(J).toBeLessThan(most + (Math.PI / 400) ** 2 * 10);
    expect(concurrence(rho)).toBeLessThanOrEqual(coherenceL1(rho) + ROUNDING);
  });
});

describe("bad input", () => {
  it("is refused", () => {
    const rho = maximallyMixedDm([2, 2]);
    expect(() => quantumDiscord(rho, 2 as 0)).toThrow(InvalidArgumentError);
    expect(() => quantumDiscord(maximallyMixedDm([2, 3]), 0)).toThrow(DimensionMismatchError);
    expect(() => quantumDiscord(rho.scale(2), 0)).toThrow(NotDensityMatrixError);
  });
});

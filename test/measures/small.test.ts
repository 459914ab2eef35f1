/**
 * Small numbers keep their digits: cold thermal states, whose populations are far below rounding, states that are near to each other, jumps that hardly
 * ever happen.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  basis,
  buresAngle,
  buresDist,
  DimensionMismatchError,
  effectiveBeta,
  fidelity,
  freeEnergy,
  ghzState,
  hellingerDist,
  Ket,
  ket2dm,
  linearEntropy,
  logarithmicNegativity,
  maximallyMixedDm,
  negativity,
  num,
  Operator,
  participationRatio,
  propagator,
  purity,
  quantumFisherInformation,
  relativeEntropy,
  renyiEntropy,
  sigmam,
  sigmaz,
  thermalDm,
  thermalState,
  toKraus,
  toSuper,
  tracedist,
  tsallisEntropy,
  wState,
} from "../../bindings/index.ts";
import {
  conjugated,
  evolution,
  generator,
  maxDifference,
  randomHermitian,
  randomKet,
  randomState,
  randomStateOfRank,
  randomUnitary,
} from "../support/random.ts";

const RUNS = { seed: 20261129, numRuns: 30 };
/** Sums of a few tens of numbers of order one, each rounded. */
const ROUNDING = 1e-13;

const close = (value: number, expected: number, tolerance = ROUNDING) =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(tolerance);
const diagonal = (...p: number[]) =>
  Operator.fromTriplets(
    p.length,
    p.map((x, k) => [k, k, x, 0] as const),
  );

describe("diagonal states: eigenvalues are elements, however small", () => {
  it("relative entropy to a cold thermal state is beta times the free energy above it", () => {
    const rho = thermalState(num(3), 0.7);
    for (const beta of [1, 30, 50, 300]) {
      const cold = thermalState(num(3), beta);
      const above = freeEnergy(rho, num(3), beta) - freeEnergy(cold, num(3), beta);
      close(relativeEntropy(rho, cold), beta * above);
    }
    // -½ ln(1e-300) - ln 2
    close(relativeEntropy(maximallyMixedDm(2), diagonal(1, 1e-300)), 150 * Math.LN10 - Math.LN2);
    expect(relativeEntropy(maximallyMixedDm(2), diagonal(1, 0))).toBe(Number.POSITIVE_INFINITY);
    expect(relativeEntropy(diagonal(1, 1e-300), diagonal(1, 0))).toBe(Number.POSITIVE_INFINITY);
    expect(relativeEntropy(diagonal(1, 0), diagonal(1, 0))).toBe(0);
  });

  it("entropies of small order count every level", () => {
    // p_n = 2^-(n+1), renormalised to 400 levels by nothing that a double can hold.
    const rho = thermalDm(400, 1);
    for (const order of [0, 0.1, 0.5]) {
      const sum = Array.from({ length: 400 }, (_, n) => 2 ** (-order * (n + 1))).reduce((a, b) => a + b);
      close(renyiEntropy(rho, order), Math.log(sum) / (1 - order), 1e-12);
      close(tsallisEntropy(rho, order), (sum - 1) / (1 - order), 1e-12);
    }
  });

  it.each([0.1, 5, 36, 40, 700, -40, -700])("the effective beta of a thermal state, beta = %d", (beta) => {
    close(effectiveBeta(thermalState(num(4), beta), num(4)), beta);
    expect(effectiveBeta(basis(4, 0), num(4))).toBe(Number.POSITIVE_INFINITY);
    expect(effectiveBeta(basis(4, 3), num(4))).toBe(Number.NEGATIVE_INFINITY);
  });

  it("fidelity is as small as it is", () => {
    close(fidelity(diagonal(1, 1e-20), basis(2, 1)), 1e-10);
    close(fidelity(diagonal(1, 1e-30, 0), diagonal(0, 1, 1e-300)), 1e-15);
  });
});

describe("kets", () => {
  test.prop([fc.nat()], RUNS)("have the distances and purities of their projectors", (seed) => {
    const random = generator(seed);
    const [psi, phi, rho] = [randomKet(random, [2, 3]), randomKet(random, [2, 3]), randomState(random, [2, 3])];
    for (const of of [fidelity, tracedist, buresDist, buresAngle, hellingerDist]) {
      for (const other of [phi, rho]) {
        const expected = of(ket2dm(psi), other instanceof Ket ? ket2dm(other) : other);
        expect(Math.abs(of(psi, other) - expected)).toBeLessThan(ROUNDING);
        expect(Math.abs(of(other, psi) - expected)).toBeLessThan(ROUNDING);
      }
    }
    for (const parts of [[0], [1], [0, 1]]) {
      expect(Math.abs(negativity(psi, parts) - negativity(ket2dm(psi), parts))).toBeLessThan(ROUNDING);
    }
    for (const of of [purity, linearEntropy, participationRatio]) {
      expect(Math.abs(of(psi) - of(ket2dm(psi)))).toBeLessThan(ROUNDING);
    }
  });

  it("need no density matrix: fourteen qubits, whose would take 4 GB", () => {
    const [a, b] = [ghzState(14), wState(14)];
    const mixed = a.add(b).unit();
    // <GHZ|W> = 0
    close(fidelity(a, mixed), Math.SQRT1_2);
    close(tracedist(a, mixed), Math.SQRT1_2);
    close(buresAngle(a, mixed), Math.PI / 4);
    close(purity(mixed), 1);
    close(negativity(a, [3, 0, 9, 12, 5, 6, 7]), 0.5);
    // W of n qubits, m on one side: sqrt(m (n - m))/n.
    close(logarithmicNegativity(b, [2, 4, 6, 8, 10]), Math.log1p((2 * Math.sqrt(5 * 9)) / 14));
    expect(() => fidelity(a, b.scale(2))).toThrow(/fidelity: sigma is not a density matrix: its trace is 4/);
    expect(() => tracedist(a, ghzState(13))).toThrow(DimensionMismatchError);
  });
});

describe("states that are near to each other", () => {
  it.each([1, 1e-3, 1e-6, 1e-9, 1e-12])("kets at an angle of %d", (angle) => {
    const U = randomUnitary(generator(5), [3]);
    const [psi, phi] = [basis(3, 0), new Ket(3, [Math.cos(angle), 0, 0, Math.sin(angle), 0, 0])].map((ket) =>
      U.apply(ket),
    ) as [Ket, Ket];
    // Amplitudes of order one, each rounded: the angle is known to a few roundings.
    const rounding = 1e-15 / angle + 1e-14;
    close(buresAngle(psi, phi), angle, rounding);
    close(buresDist(psi, phi), 2 * Math.sin(angle / 2), rounding);
    close(tracedist(psi, phi), Math.sin(angle), rounding);
  });

  test.prop([fc.nat(), fc.integer({ min: 2, max: 5 })], RUNS)(
    "the Bures distance of a state to what turns it is dθ sqrt(F)/2, F its quantum Fisher information",
    (seed, d) => {
      const random = generator(seed);
      const rho = randomState(random, [d]).add(maximallyMixedDm(d)).scale(0.5);
      const G = randomHermitian(random, [d]);
      const step = 1e-6;
      const turned = conjugated(evolution(G, step), rho);
      const F = quantumFisherInformation(rho, G);
      // dθ² ‖G‖² beside 1, and roundings of the state, 1e-15, beside dθ.
      close(buresDist(rho, turned), (step * Math.sqrt(F)) / 2, 1e-7 / Math.min(1, Math.sqrt(F)));
      expect(buresDist(rho, rho)).toBeLessThan(1e-14);
      expect(buresAngle(rho, rho)).toBeLessThan(1e-14);
    },
  );

  test.prop([fc.nat(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })], RUNS)(
    "of any ranks: sqrt(2 - 2F) and arccos F, a distance, the same after a unitary",
    (seed, first, second) => {
      const random = generator(seed);
      const [a, b] = [first, second].map((rank) => randomStateOfRank(random, [4], rank)) as [Operator, Operator];
      const F = fidelity(a, b);
      // Both sides are roots of numbers known to rounding.
      expect(Math.abs(buresDist(a, b) ** 2 - (2 - 2 * F))).toBeLessThan(ROUNDING);
      expect(Math.abs(Math.cos(buresAngle(a, b)) - F)).toBeLessThan(ROUNDING);
      const psi = randomKet(random, [4]);
      expect(buresDist(a, psi) + buresDist(psi, b)).toBeGreaterThan(buresDist(a, b));
      expect(buresAngle(a, psi) + buresAngle(psi, b)).toBeGreaterThan(buresAngle(a, b));
      const U = randomUnitary(random, [4]);
      expect(Math.abs(buresDist(conjugated(U, a), conjugated(U, b)) - buresDist(a, b))).toBeLessThan(1e-7);
    },
  );
});

it.each([1e-3, 1e-9, 1e-13])("a jump of probability %d is a Kraus operator", (gamma) => {
  const damped = [diagonal(Math.sqrt(1 - gamma), 1), sigmam().scale(Math.sqrt(gamma))];
  const evolved = propagator(sigmaz(), 1, { cOps: [{ op: sigmam(), rate: gamma }] });
  for (const process of [damped, evolved]) {
    const kraus = toKraus(process);
    expect(kraus).toHaveLength(2);
    expect(maxDifference(toSuper(kraus), toSuper(process))).toBeLessThan(1e-14);
  }
  // However small the whole map is.
  expect(toKraus(toSuper(damped).scale(1e-20))).toHaveLength(2);
});

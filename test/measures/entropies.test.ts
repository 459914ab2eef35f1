/**
 * Entropies, what parts know of each other, distances and the entanglement of kets: closed forms, limits, inequalities over random states.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  basis,
  bellState,
  buresAngle,
  buresDist,
  coherentInformation,
  conditionalEntropy,
  entanglementEntropy,
  entanglementOfFormation,
  entropyVn,
  fidelity,
  ghzState,
  hellingerDist,
  hilbertSchmidtDist,
  InvalidArgumentError,
  jensenShannonDivergence,
  Ket,
  ket2dm,
  linearEntropy,
  maximallyMixedDm,
  mutualInformation,
  NotNormalisedError,
  negativity,
  Operator,
  overlap,
  participationRatio,
  permute,
  ptrace,
  purity,
  qeye,
  relativeEntropy,
  renyiEntropy,
  schmidtDecomposition,
  tensor,
  thermalDm,
  totalCorrelation,
  tracedist,
  tsallisEntropy,
  wState,
} from "../../bindings/index.ts";
import {
  conjugated,
  generator,
  randomKet,
  randomKraus,
  randomLocalUnitary,
  randomState,
  randomStateOfRank,
  randomUnitary,
  throughKraus,
} from "../support/random.ts";

const SEED = 20261129;
/** Sums of a few tens of numbers of order one, each rounded. */
const ROUNDING = 1e-12;
/** A function with an infinite slope at 0, of what is 0 but for rounding. */
const ROOT_OF_ROUNDING = 1e-7;
const RUNS = { seed: SEED, numRuns: 40 };

const close = (value: number, expected: number, tolerance = ROUNDING) =>
  expect(Math.abs(value - expected)).toBeLessThan(tolerance);
const atMost = (value: number, bound: number, tolerance = ROUNDING) =>
  expect(value).toBeLessThanOrEqual(bound + tolerance);

const diagonal = (p: readonly number[]) =>
  Operator.fromTriplets(
    p.length,
    p.map((x, k) => [k, k, x, 0] as const),
  );
const binary = (x: number) => entropyVn(diagonal([x, 1 - x]));
/** f |Phi+><Phi+| + (1 - f) (1 - |Phi+><Phi+|)/(d² - 1) */
function isotropic(d: number, f: number): Operator {
  const pairs = Array.from({ length: d }, (_, k) => basis([d, d], [k, k])).reduce((a, b) => a.add(b));
  const P = ket2dm(pairs.unit());
  return P.scale(f).add(
    qeye([d, d])
      .sub(P)
      .scale((1 - f) / (d * d - 1)),
  );
}

describe("entropies of one state", () => {
  const p = [0.5, 0.3, 0.2];

  it.each([0, 0.3, 0.999, 1, 1.001, 2, 7, 2000, Number.POSITIVE_INFINITY])("closed forms, order %d", (order) => {
    const uniform = maximallyMixedDm([2, 3]);
    close(renyiEntropy(uniform, order), Math.log(6));
    const q = order;
    const tsallis = q === 1 ? Math.log(6) : q === Number.POSITIVE_INFINITY ? 0 : (1 - 6 ** (1 - q)) / (q - 1);
    // The closed form itself loses what 1 - 6^(1-q) cancels.
    close(tsallisEntropy(uniform, q), tsallis, ROUNDING + (q === 1 ? 0 : 1e-15 / Math.abs(q - 1)));
    for (const pure of [basis(5, 2), bellState(), ket2dm(wState(3)), basis(1)]) {
      close(renyiEntropy(pure, order), 0);
      close(tsallisEntropy(pure, order), 0);
    }
    const zeros = diagonal([...p, 0, 0]);
    close(renyiEntropy(zeros, order), renyiEntropy(diagonal(p), order));
    close(tsallisEntropy(zeros, order), tsallisEntropy(diagonal(p), order));
  });

  it("limits", () => {
    const rho = diagonal(p);
    close(renyiEntropy(rho, 0), Math.log(3));
    close(tsallisEntropy(rho, 0), 2);
    close(renyiEntropy(rho, Number.POSITIVE_INFINITY), Math.LN2);
    close(renyiEntropy(rho, 2), -Math.log(0.38));
    close(tsallisEntropy(rho, 2), linearEntropy(rho));
    close(renyiEntropy(rho, 0.5), 2 * Math.log(p.reduce((sum, x) => sum + Math.sqrt(x), 0)));
    // First order in the distance to 1: the slope is half the variance of ln p.
    for (const away of [1e-12, 1e-9, -1e-9]) {
      close(renyiEntropy(rho, 1 + away), entropyVn(rho), ROUNDING + Math.abs(away));
      close(tsallisEntropy(rho, 1 + away), entropyVn(rho), ROUNDING + Math.abs(away));
    }
    close(linearEntropy(rho), 0.62);
    close(participationRatio(rho), 1 / 0.38);
    close(participationRatio(maximallyMixedDm(7)), 7);
    expect(linearEntropy(basis(3, 1))).toBe(0);
    // Bose occupation: S = (n + 1) ln(n + 1) - n ln n; the tail beyond 400 levels is (1/2)^400.
    close(entropyVn(thermalDm(400, 1)), 2 * Math.LN2);
    // p_n = 2^-(n+1): sum p_n² = 1/3.
    close(renyiEntropy(thermalDm(400, 1), 2), Math.log(3));
  });

  test.prop([fc.nat(), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })], RUNS)(
    "bounds, invariance, order in α, additivity",
    (seed, d, rank) => {
      const random = generator(seed);
      const rho = randomStateOfRank(random, [d], Math.min(d, rank));
      const sigma = randomState(random, [3]);
      const turned = conjugated(randomUnitary(random, [d]), rho);
      const orders = [0.25, 0.5, 1, 1.5, 2, 5, 40, Number.POSITIVE_INFINITY];
      let before = Math.log(d);
      for (const order of orders) {
        const S = renyiEntropy(rho, order);
        atMost(S, before);
        before = S;
        expect(S).toBeGreaterThanOrEqual(0);

        close(renyiEntropy(turned, order), S, 1e-10);
        close(renyiEntropy(tensor(rho, sigma), order), S + renyiEntropy(sigma, order), 1e-10);
        // S_q(A ⊗ B) = S_q(A) + S_q(B) + (1 - q) S_q(A) S_q(B)
        if (order !== Number.POSITIVE_INFINITY) {
          const [a, b] = [tsallisEntropy(rho, order), tsallisEntropy(sigma, order)];
          close(tsallisEntropy(tensor(rho, sigma), order), a + b + (1 - order) * a * b, 1e-10);
        }
      }
      atMost(1, participationRatio(rho));
      atMost(participationRatio(rho), Math.min(d, rank));
      close(linearEntropy(rho), 1 - purity(rho));
    },
  );
});

describe("parts", () => {
  it("closed forms", () => {
    close(conditionalEntropy(bellState(), 0), -Math.LN2);
    close(coherentInformation(bellState(), 0), Math.LN2);
    close(conditionalEntropy(maximallyMixedDm([2, 3]), 1), Math.log(3));
    close(conditionalEntropy(ghzState(3), 0, 1), 0);
    close(totalCorrelation(ghzState(4)), 4 * Math.LN2);
    close(totalCorrelation(wState(3)), 3 * binary(1 / 3));
    close(totalCorrelation(tensor(diagonal([0.5, 0.5]), diagonal([0.2, 0.8]), diagonal([0.1, 0.2, 0.7]))), 0);
    expect(totalCorrelation(basis(3, 1))).toBe(0);
  });

  test.prop([fc.nat(), fc.integer({ min: 1, max: 12 })], RUNS)(
    "strong subadditivity, chain rules, duality, what local channels and partial traces take away",
    (seed, rank) => {
      const random = generator(seed);
      const rho = randomStateOfRank(random, [2, 3, 2], rank);
      const S = (...parts: number[]) => entropyVn(ptrace(rho, parts));
      atMost(S(0, 1, 2) + S(1), S(0, 1) + S(1, 2));
      atMost(conditionalEntropy(rho, 0), conditionalEntropy(rho, 0, 1));
      atMost(mutualInformation(rho, 0, 1), mutualInformation(rho, 0));
      close(conditionalEntropy(rho, [2, 0]), S(0, 1, 2) - S(1));
      close(coherentInformation(rho, 0, [2, 1]), -conditionalEntropy(rho, 0));
      close(totalCorrelation(rho), mutualInformation(rho, 0) + mutualInformation(rho, 1, 2));
      expect(Math.abs(conditionalEntropy(rho, 0))).toBeLessThanOrEqual(Math.LN2 + ROUNDING);
      // S(A|B) = -S(A|C) where the whole is pure.
      const psi = randomKet(random, [2, 3, 2]);
      close(conditionalEntropy(psi, 0, 1), -conditionalEntropy(psi, 0, 2));
      // The same with a channel on part 2.
      const K = randomKraus(random, 2, 2).map((op) => qeye([2, 3]).kron(op));
      const after = throughKraus(K, rho);
      atMost(totalCorrelation(after), totalCorrelation(rho));
      atMost(coherentInformation(after, 0), coherentInformation(rho, 0));
      const U = randomLocalUnitary(random, [2, 3, 2]);
      close(totalCorrelation(conjugated(U, rho)), totalCorrelation(rho));
      close(conditionalEntropy(conjugated(U, rho), [0, 1]), conditionalEntropy(rho, [0, 1]));
      close(conditionalEntropy(permute(rho, [1, 2, 0]), 2), conditionalEntropy(rho, 0));
      close(
        totalCorrelation(rho),
        relativeEntropy(rho, tensor(...[0, 1, 2].map((k) => ptrace(rho, k)))),
        // Weight outside a support that is not full is rounding times the ln of rounding.
        1e-11,
      );
    },
  );
});

describe("kets", () => {
  test.prop([fc.nat()], RUNS)("give what their density matrices give, without forming these", (seed) => {
    const psi = randomKet(generator(seed), [2, 3, 2, 2]);
    const rho = ket2dm(psi);
    for (const [A, B] of [
      [[0], [1, 3]],
      [[1, 2], undefined],
      [[3, 0, 2], [1]],
    ] as const) {
      for (const of of [mutualInformation, conditionalEntropy, coherentInformation])
        close(of(psi, A, B), of(rho, A, B));
    }
    close(totalCorrelation(psi), totalCorrelation(rho));
  });

  it("of 16 qubits, of which no density matrix would fit", () => {
    const psi = randomKet(generator(4), new Array<number>(16).fill(2));
    close(mutualInformation(psi, [0, 1, 2]), 2 * entanglementEntropy(psi, [0, 1, 2]));
    close(mutualInformation(ghzState(16), [3, 8], 5), Math.LN2);
    close(totalCorrelation(ghzState(16)), 16 * Math.LN2);
  });
});

describe("distances", () => {
  it("closed forms", () => {
    const [a, b] = [diagonal([0.5, 0.3, 0.2]), diagonal([0.2, 0.2, 0.6])];
    const F = Math.sqrt(0.1) + Math.sqrt(0.06) + Math.sqrt(0.12);
    close(buresDist(a, b), Math.sqrt(2 - 2 * F));
    close(buresAngle(a, b), Math.acos(F));
    close(hilbertSchmidtDist(a, b), Math.sqrt(0.09 + 0.01 + 0.16));
    // States that commute.
    close(hellingerDist(a, b), Math.sqrt(2 - 2 * F));
    const half = (x: number, y: number) => (x + y) / 2;
    const mean = diagonal([half(0.5, 0.2), half(0.3, 0.2), half(0.2, 0.6)]);
    close(jensenShannonDivergence(a, b), half(relativeEntropy(a, mean), relativeEntropy(b, mean)));
    const [up, down] = [basis(2, 0), basis(2, 1)];
    close(buresDist(up, down), Math.SQRT2);
    close(buresAngle(up, down), Math.PI / 2);
    close(hilbertSchmidtDist(up, down), Math.SQRT2);
    close(hellingerDist(up, down), Math.SQRT2);
    close(jensenShannonDivergence(up, down), Math.LN2);
    // Kets at an angle: |<a|b>| = cos θ, sqrt(rho) = rho.
    const tilted = up.scale(Math.cos(0.3)).add(down.scale({ re: 0, im: Math.sin(0.3) }));
    close(buresAngle(up, tilted), 0.3);
    close(hellingerDist(up, tilted), Math.SQRT2 * Math.sin(0.3));
    close(jensenShannonDivergence(up, tilted), binary((1 + Math.cos(0.3)) / 2));
  });

  test.prop([fc.nat(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })], RUNS)(
    "metrics that channels bring closer, and the order of them, of any rank",
    (seed, first, second) => {
      const random = generator(seed);
      const [a, b] = [randomStateOfRank(random, [2, 2], first), randomStateOfRank(random, [2, 2], second)];
      const c = randomState(random, [2, 2]);
      const kraus = randomKraus(random, 4, 3).map((K) => Operator.dense([2, 2], K.toDense()));
      const U = randomUnitary(random, [2, 2]);
      const rootOfJsd = (x: Operator, y: Operator) => Math.sqrt(jensenShannonDivergence(x, y));
      for (const of of [tracedist, buresDist, buresAngle, hellingerDist, rootOfJsd]) {
        close(of(a, b), of(b, a), 1e-11);
        close(of(a, a), 0, ROOT_OF_ROUNDING);
        atMost(of(a, b), of(a, c) + of(c, b), ROOT_OF_ROUNDING);
        close(of(conjugated(U, a), conjugated(U, b)), of(a, b), ROOT_OF_ROUNDING);
        atMost(of(throughKraus(kraus, a), throughKraus(kraus, b)), of(a, b), ROOT_OF_ROUNDING);
        atMost(of(ptrace(a, 1), ptrace(b, 1)), of(a, b), ROOT_OF_ROUNDING);
      }
      const [F, T, D] = [fidelity(a, b), tracedist(a, b), buresDist(a, b)];
      atMost(D, hellingerDist(a, b), ROOT_OF_ROUNDING);
      atMost(hellingerDist(a, b), Math.SQRT2 * D, ROOT_OF_ROUNDING);
      atMost(D ** 2 / 2, T);
      close(Math.cos(buresAngle(a, b)), Math.min(1, F));
      atMost(jensenShannonDivergence(a, b), Math.LN2 * T);
      atMost(hilbertSchmidtDist(a, b), 2 * T);
      atMost(2 * T ** 2, relativeEntropy(a, b));
    },
  );

  test.prop([fc.nat(), fc.double({ min: 0, max: 1, noNaN: true })], RUNS)(
    "joint convexity, Klein's inequality, supports",
    (seed, weight) => {
      const random = generator(seed);
      const [a, b, c, d] = Array.from({ length: 4 }, () => randomState(random, [3])) as [
        Operator,
        Operator,
        Operator,
        Operator,
      ];
      const mix = (x: Operator, y: Operator) => x.scale(weight).add(y.scale(1 - weight));
      for (const of of [relativeEntropy, tracedist, jensenShannonDivergence]) {
        atMost(of(mix(a, c), mix(b, d)), weight * of(a, b) + (1 - weight) * of(c, d));
      }
      expect(relativeEntropy(a, b)).toBeGreaterThan(0);
      const low = randomStateOfRank(random, [3], 2);
      expect(relativeEntropy(a, low)).toBe(Number.POSITIVE_INFINITY);
      expect(relativeEntropy(randomKet(random, [3]), low)).toBe(Number.POSITIVE_INFINITY);
      expect(relativeEntropy(low, a)).toBeLessThan(Number.POSITIVE_INFINITY);
    },
  );
});

describe("entanglement", () => {
  it.each([0, 0.2, 1 / 3, 0.5, 0.8, 1])("formation of a Werner state, p = %d", (weight) => {
    const rho = ket2dm(bellState())
      .scale(weight)
      .add(maximallyMixedDm([2, 2]).scale(1 - weight));
    const C = Math.max(0, (3 * weight - 1) / 2);
    close(entanglementOfFormation(rho), binary((1 + Math.sqrt(1 - C * C)) / 2), ROOT_OF_ROUNDING);
  });

  it.each([
    [2, 0.3],
    [2, 0.9],
    [3, 0.2],
    [3, 0.6],
    [4, 1],
  ])("negativity of isotropic states, d = %i, F = %d", (d, f) => {
    close(negativity(isotropic(d, f), 0), Math.max(0, (f * d - 1) / 2));
    // Rényi-2 of it in closed form.
    close(renyiEntropy(isotropic(d, f), 2), -Math.log(f * f + (1 - f) ** 2 / (d * d - 1)));
  });

  it("of W and GHZ states", () => {
    close(entanglementEntropy(wState(5), [1, 3]), binary(2 / 5));
    close(entanglementEntropy(ghzState(6), [5, 0, 2]), Math.LN2);
    close(entanglementEntropy(ghzState(12), [0, 1, 2, 3, 4, 5, 6, 7, 8]), Math.LN2);
    expect(
      schmidtDecomposition(tensor(randomKet(generator(3), [3]), randomKet(generator(4), [4])), 1).coefficients,
    ).toHaveLength(1);
    close(schmidtDecomposition(basis([1, 3], [0, 1]), 0).coefficients[0]!, 1);
    expect(schmidtDecomposition(ghzState(3), 1).coefficients).toHaveLength(2);
  });

  test.prop([fc.nat(), fc.constantFrom<number[]>([0], [1], [2], [2, 0], [1, 2])], RUNS)(
    "Schmidt vectors are orthonormal and add up to the ket; both groups have its entropy",
    (seed, parts) => {
      const random = generator(seed);
      const dims = [2, 3, 4];
      const psi = randomKet(random, dims);
      const { coefficients, vectorsA, vectorsB } = schmidtDecomposition(psi, parts);
      const others = [0, 1, 2].filter((k) => !parts.includes(k));
      const order = [...parts, ...others];
      const sum = Array.from(coefficients, (s, k) => vectorsA[k]!.kron(vectorsB[k]!).scale(s)).reduce((a, b) =>
        a.add(b),
      );
      const back = permute(
        sum,
        [0, 1, 2].map((k) => order.indexOf(k)),
      );
      expect(back.add(psi.scale(-1)).norm()).toBeLessThan(ROUNDING);
      for (const vectors of [vectorsA, vectorsB]) {
        vectors.forEach((v, i) => {
          vectors.forEach((w, j) => {
            const { re, im } = overlap(v, w);
            // Rounding over the smallest coefficient.
            expect(Math.hypot(re - (i === j ? 1 : 0), im)).toBeLessThan(ROUNDING / coefficients.at(-1)!);
          });
        });
      }
      const S = entropyVn(diagonal(Array.from(coefficients, (s) => s * s)));
      close(entanglementEntropy(psi, parts), S);
      close(entanglementEntropy(psi, others), S);
      close(mutualInformation(psi, parts), 2 * S);
      // Of a ket: N = ((sum s)² - 1)/2.
      close(negativity(psi, parts), (coefficients.reduce((a, s) => a + s, 0) ** 2 - 1) / 2);
      const pair = randomKet(random, [2, 2]);
      close(entanglementOfFormation(pair), entanglementEntropy(pair, 0), ROOT_OF_ROUNDING);
    },
  );

  test.prop([fc.nat()], RUNS)(
    "formation is convex, no channel on a part raises it, nor exceeds it S(A) or falls below I(A⟩B)",
    (seed) => {
      const random = generator(seed);
      const [a, b] = [randomStateOfRank(random, [2, 2], 2), randomStateOfRank(random, [2, 2], 1)];
      const E = entanglementOfFormation;
      atMost(E(a.add(b).scale(0.5)), (E(a) + E(b)) / 2);
      const K = randomKraus(random, 2, 2).map((op) => op.kron(qeye(2)));
      atMost(E(throughKraus(K, a)), E(a));
      atMost(E(a), entropyVn(ptrace(a, 0)));
      atMost(coherentInformation(a, 0), E(a));
    },
  );
});

describe("bad input", () => {
  it("is refused", () => {
    const rho = maximallyMixedDm([2, 2]);
    expect(() => renyiEntropy(rho, -1)).toThrow(/renyiEntropy: alpha: expected a number >= 0, got -1/);
    expect(() => tsallisEntropy(rho, Number.NaN)).toThrow(InvalidArgumentError);
    expect(() => renyiEntropy(rho, "2" as unknown as number)).toThrow(InvalidArgumentError);
    expect(() => conditionalEntropy(rho, [0, 1])).toThrow(/conditionalEntropy: partsB/);
    expect(() => coherentInformation(rho, 0, 0)).toThrow(/parts that are not in partsA/);
    expect(() => schmidtDecomposition(bellState(), [0, 1])).toThrow(/parts that leave at least one out/);
    expect(() => entanglementEntropy(bellState(), 2)).toThrow(/entanglementEntropy: parts/);
    expect(() => entanglementEntropy(bellState().scale(2), 0)).toThrow(NotNormalisedError);
    expect(() => entanglementEntropy(rho as unknown as Ket, 0)).toThrow(InvalidArgumentError);
    expect(() => entanglementOfFormation(maximallyMixedDm([4]))).toThrow(/two qubits/);
    for (const of of [buresDist, buresAngle, hilbertSchmidtDist, hellingerDist, jensenShannonDivergence]) {
      expect(() => of(rho, maximallyMixedDm(4))).toThrow(new RegExp(`${of.name}: sigma: expected dims`));
      expect(() => of(rho, rho.scale(3))).toThrow(/its trace is 3/);
    }
    expect(() => totalCorrelation(new Ket(2, [1, 0, 1, 0]))).toThrow(/its trace is 2/);
  });
});

/**
 * Bloch vectors, populations, Fisher information, squeezing: closed forms and properties of random states.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  basis,
  bellState,
  blochState,
  blochVector,
  buresAngle,
  catState,
  coherent,
  collectiveSpin,
  DimensionMismatchError,
  fidelity,
  gellMannMatrices,
  ghzState,
  InvalidArgumentError,
  jmat,
  ket2dm,
  maximallyMixedDm,
  expect as mean,
  momentum,
  NotDensityMatrixError,
  NotHermitianError,
  num,
  Operator,
  parity,
  populations,
  position,
  purity,
  quadratureSqueezing,
  quantumFisherInformation,
  sigmam,
  sigmax,
  sigmay,
  sigmaz,
  spinCoherent,
  spinSqueezing,
  squeezedVacuum,
  tensor,
  thermalDm,
  variance,
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

/** Sums of a few tens of numbers of order one, each rounded. */
const ROUNDING = 1e-12;
const RUNS = { seed: 20261129, numRuns: 30 };

const close = (value: number, expected: number, tolerance = ROUNDING) =>
  expect(Math.abs(value - expected)).toBeLessThan(tolerance);

/** On more levels, the added ones empty. */
function embedded(rho: Operator, levels: number): Operator {
  const elements: [number, number, number, number][] = [];
  rho.forEachNonzero((...element) => elements.push(element));
  return Operator.fromTriplets(levels, elements);
}

describe("Bloch vectors and populations", () => {
  it("closed forms", () => {
    expect(Array.from(blochVector(basis(2, 0)))).toEqual([0, 0, 1]);
    const plusY = basis(2, 0)
      .add(basis(2, 1).scale({ re: 0, im: 1 }))
      .unit();
    close(blochVector(plusY)[1]!, 1);
    [sigmax(), sigmay(), sigmaz()].forEach((sigma, k) => {
      expect(maxDifference(gellMannMatrices(2)[k]!, sigma)).toBe(0);
    });
    // λ_4, λ_5 couple levels 0 and 2; λ_8 = diag(1, 1, -2)/√3.
    const lambda = gellMannMatrices(3);
    expect(lambda[3]!.get(0, 2)).toEqual({ re: 1, im: 0 });
    expect(lambda[4]!.get(0, 2)).toEqual({ re: 0, im: -1 });
    close(lambda[7]!.get(2, 2).re, -2 / Math.sqrt(3));
    expect(gellMannMatrices(1)).toEqual([]);
    expect(blochState([]).get(0, 0).re).toBe(1);
    expect(Array.from(blochVector(basis(1)))).toEqual([]);
    // Poisson and Bose distributions.
    const poisson = populations(coherent(40, 1.5, { method: "analytic" }).unit());
    let p = Math.exp(-2.25);
    for (let n = 0; n < 20; n++) {
      close(poisson[n]!, p);
      p *= 2.25 / (n + 1);
    }
    const bose = populations(tensor(ket2dm(basis(3, 1)), thermalDm(60, 0.5)), 1);
    // p_n = (2/3) 3^-n
    for (let n = 0; n < 20; n++) close(bose[n]!, (2 / 3) * 3 ** -n);
  });

  test.prop([fc.nat(), fc.integer({ min: 1, max: 6 })], RUNS)("there and back; lengths and angles", (seed, d) => {
    const random = generator(seed);
    const [rho, sigma] = [randomState(random, [d]), randomStateOfRank(random, [d], 1)];
    const [a, b] = [blochVector(rho), blochVector(sigma)];
    expect(a).toHaveLength(d * d - 1);
    expect(maxDifference(blochState(a), rho)).toBeLessThan(ROUNDING);
    close(
      a.reduce((sum, x) => sum + x * x, 0),
      2 * (purity(rho) - 1 / d),
    );
    // Tr[rho sigma] = 1/d + a·b/2
    close(
      a.reduce((sum, x, k) => sum + x * b[k]!, 0),
      2 * (fidelity(rho, sigma) ** 2 - 1 / d),
    );
    close(
      populations(rho).reduce((sum, x) => sum + x, 0),
      1,
    );
    const matrices = gellMannMatrices(d);
    matrices.forEach((x, i) => {
      matrices.forEach((y, j) => {
        close(x.mul(y).tr().re, i === j ? 2 : 0);
      });
    });
  });
});

describe("quantum Fisher information", () => {
  it("closed forms: GHZ N², coherent spins N, Werner states, what commutes", () => {
    close(quantumFisherInformation(ghzState(5), collectiveSpin(5, "z")), 25);
    close(quantumFisherInformation(spinCoherent(4, Math.PI / 2, 0.3), jmat(4, "z")), 8);
    close(quantumFisherInformation(thermalDm(8, 0.7), num(8)), 0);
    expect(quantumFisherInformation(maximallyMixedDm([2, 2]), collectiveSpin(2, "x"))).toBe(0);
    // p |Phi+><Phi+| + (1 - p)/4 and J_z: only |Phi+> and |Phi->, of weights p + (1-p)/4 and (1-p)/4, are coupled, by 1.
    const p = 0.6;
    const werner = ket2dm(bellState())
      .scale(p)
      .add(maximallyMixedDm([2, 2]).scale(1 - p));
    close(quantumFisherInformation(werner, collectiveSpin(2, "z")), (4 * p * p) / (p + (1 - p) / 2));
    // A phase of a coherent state: 4 |alpha|².
    close(quantumFisherInformation(coherent(60, 2), num(60)), 16, 1e-9);
  });

  test.prop([fc.nat(), fc.integer({ min: 1, max: 4 })], RUNS)(
    "4 Var of kets and at most that, convex, additive, invariant, less after a channel that commutes; the curvature of the Bures angle",
    (seed, rank) => {
      const random = generator(seed);
      const [rho, sigma] = [randomStateOfRank(random, [4], rank), randomState(random, [4])];
      const G = randomHermitian(random, [4]);
      const F = quantumFisherInformation;
      const psi = randomKet(random, [4]);
      close(F(psi, G), 4 * (variance(G.asHermitian(), psi) as number), 1e-11);
      expect(F(rho, G)).toBeLessThanOrEqual(4 * (variance(G.asHermitian(), rho.hermitianPart()) as number) + 1e-11);
      expect(F(rho.add(sigma).scale(0.5), G)).toBeLessThanOrEqual((F(rho, G) + F(sigma, G)) / 2 + 1e-11);
      const U = randomUnitary(random, [4]);
      close(F(conjugated(U, rho), conjugated(U, G)), F(rho, G), 1e-9);
      const both = G.kron(maximallyMixedDm(4).scale(4)).add(maximallyMixedDm(4).scale(4).kron(G));
      close(F(rho.kron(sigma), both), F(rho, G) + F(sigma, G), 1e-9);
      // Dephasing in the eigenbasis of a diagonal generator.
      const D = num(4);
      const dephased = rho.scale(0.7).add(conjugated(parity(4), rho).scale(0.3));
      expect(F(dephased, D)).toBeLessThanOrEqual(F(rho, D) + 1e-11);
      // The angle is dθ sqrt(F)/2 to a relative dθ² ‖G‖².
      const step = 1e-2;
      const angle = buresAngle(sigma, conjugated(evolution(G, step), sigma));
      expect(Math.abs((4 * angle ** 2) / step ** 2 - F(sigma, G))).toBeLessThan(
        step ** 2 * 4 * G.norm() ** 2 * F(sigma, G) + 1e-5,
      );
    },
  );
});

describe("squeezing", () => {
  it("of spins: coherent states 1, one-axis twisting", () => {
    for (const state of [spinCoherent(5, 0.7, 2), basis([2, 2, 2]), basis([2, 3, 4])]) {
      const { kitagawaUeda, wineland } = spinSqueezing(state);
      close(kitagawaUeda, 1);
      close(wineland, 1);
    }
    // Kitagawa and Ueda, eq. (3): 1 + (N - 1)/4 (A - sqrt(A² + B²)), A = 1 - cos^(N-2) μ, B = 4 sin(μ/2) cos^(N-2)(μ/2).
    const [N, mu] = [12, 0.3];
    const Jz = jmat(N / 2, "z");
    const start = spinCoherent(N / 2, Math.PI / 2, 0);
    const twisted = evolution(Jz.mul(Jz), mu / 2).apply(start);
    const A = 1 - Math.cos(mu) ** (N - 2);
    const B = 4 * Math.sin(mu / 2) * Math.cos(mu / 2) ** (N - 2);
    const expected = 1 + ((N - 1) / 4) * (A - Math.hypot(A, B));
    const found = spinSqueezing(twisted);
    close(found.kitagawaUeda, expected, 1e-10);
    // <J_x> = (N/2) cos^(N-1)(μ/2)
    close(found.mean[0], (N / 2) * Math.cos(mu / 2) ** (N - 1), 1e-10);
    close(found.wineland, expected / Math.cos(mu / 2) ** (2 * N - 2), 1e-10);
    const along = (["x", "y", "z"] as const)
      .map((c, k) => jmat(N / 2, c).scale(found.direction[k]!))
      .reduce((a, b) => a.add(b));
    close((4 * (variance(along, twisted) as number)) / N, expected, 1e-10);
  });

  it("of modes", () => {
    for (const alpha of [0, { re: 0.5, im: -1.2 }]) {
      const { min, max } = quadratureSqueezing(coherent(60, alpha));
      close(min, 0.5, 1e-10);
      close(max, 0.5, 1e-10);
    }
    const { min, max, angle } = quadratureSqueezing(
      squeezedVacuum(120, { re: 0.5 * Math.cos(0.8), im: 0.5 * Math.sin(0.8) }),
    );
    close(min, Math.exp(-1) / 2, 1e-10);
    close(max, Math.exp(1) / 2, 1e-10);
    // S(r exp(iθ)) squeezes the quadrature at θ/2.
    close(angle, 0.4, 1e-10);
    close(quadratureSqueezing(thermalDm(200, 0.5)).min, 1);
    close(quadratureSqueezing(basis(5, 3)).max, 3.5);
    // An even cat: <a²> = alpha², <n> = alpha² tanh alpha².
    const cat = quadratureSqueezing(catState(50, 1.2));
    close(cat.x - cat.p, 2 * 1.44, 1e-9);
    close(cat.p, 0.5 + 1.44 * (Math.tanh(1.44) - 1), 1e-9);
    close(quadratureSqueezing(tensor(basis(2, 1), squeezedVacuum(90, 0.3)), 1).min, Math.exp(-0.6) / 2, 1e-10);
  });

  test.prop([fc.nat()], RUNS)("the smallest of all directions, no less than uncertainty allows", (seed) => {
    const random = generator(seed);
    // Weight below the cut alone: position and momentum have their exact variances.
    const small = randomState(random, [5]);
    const rho = embedded(small, 8);
    const { min, max, angle, x, p } = quadratureSqueezing(rho);
    const along = (t: number) =>
      position(8)
        .scale(Math.cos(t))
        .add(momentum(8).scale(Math.sin(t)));
    const of = (t: number) => variance(along(t), rho) as number;
    close(of(angle), min);
    close(of(angle + Math.PI / 2), max);
    close(of(0), x);
    close(of(Math.PI / 2), p);
    for (let k = 0; k < 10; k++) expect(of(random() * Math.PI)).toBeGreaterThan(min - ROUNDING);
    expect(min * max).toBeGreaterThanOrEqual(0.25 - ROUNDING);
    const psi = randomKet(random, [2, 3]);
    const [ofKet, ofMatrix] = [spinSqueezing(psi), spinSqueezing(ket2dm(psi))];
    close(ofKet.kitagawaUeda, ofMatrix.kitagawaUeda);
    close(ofKet.wineland / ofMatrix.wineland, 1, 1e-10);
    const G = randomHermitian(random, [2, 3]);
    close(quantumFisherInformation(psi, G), quantumFisherInformation(ket2dm(psi), G), 1e-11);
    const spins = randomState(random, [2, 2, 2]);
    const found = spinSqueezing(spins);
    const J = (["x", "y", "z"] as const).map((c) => collectiveSpin(3, c));
    J.forEach((c, k) => {
      close(mean(c, spins) as number, found.mean[k]!);
    });
    const best = J.map((c, k) => c.scale(found.direction[k]!)).reduce((a, b) => a.add(b));
    close((4 / 3) * (variance(best, spins) as number), found.kitagawaUeda);
    // xi_R² >= N/F with F of the direction in which the spin turns (Pezzè, Smerzi, Phys. Rev. Lett. 102 (2009) 100401).
    const [m, n] = [found.mean, found.direction];
    const length = Math.hypot(...m);
    const turning = [0, 1, 2].map(
      (k) => (m[(k + 1) % 3]! * n[(k + 2) % 3]! - m[(k + 2) % 3]! * n[(k + 1) % 3]!) / length,
    );
    const axis = J.map((c, k) => c.scale(turning[k]!)).reduce((a, b) => a.add(b));
    expect(found.wineland).toBeGreaterThanOrEqual(3 / quantumFisherInformation(spins, axis) - ROUNDING);
  });
});

describe("bad input", () => {
  it("is refused", () => {
    expect(() => blochState([0, 0])).toThrow(/blochState: vector: expected d² - 1 numbers for some d, got 2/);
    expect(() => blochState([0, 0, 1.1])).toThrow(NotDensityMatrixError);
    expect(() => blochState([0, 0, 1], [2, 2])).toThrow(DimensionMismatchError);
    expect(() => blochState("abc" as never)).toThrow(InvalidArgumentError);
    expect(() => gellMannMatrices(0)).toThrow(InvalidArgumentError);
    expect(() => populations(basis(2), 1)).toThrow(/populations: parts/);
    expect(() => quantumFisherInformation(basis(2), sigmam())).toThrow(NotHermitianError);
    expect(() => quantumFisherInformation(basis(2), num(3))).toThrow(
      /quantumFisherInformation: G: expected dims \[2\]/,
    );
    expect(() => spinSqueezing(basis(2).scale(2))).toThrow(NotDensityMatrixError);
    expect(() => spinSqueezing(maximallyMixedDm([2, 2]))).toThrow(/a state with a mean spin/);
    expect(() => quadratureSqueezing(basis([2, 5]))).toThrow(DimensionMismatchError);
    expect(() => quadratureSqueezing(basis(5), 1)).toThrow(InvalidArgumentError);
  });
});

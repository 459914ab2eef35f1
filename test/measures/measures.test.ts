/**
 * Measures of states: closed forms, QuTiP's numbers, the thermodynamic reference series, properties over random states, bad input.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  bellState,
  buresAngle,
  buresDist,
  coherenceL1,
  coherenceRelativeEntropy,
  concurrence,
  conditionalEntropy,
  DimensionMismatchError,
  effectiveBeta,
  eigenenergies,
  entropyVn,
  ergotropy,
  fidelity,
  freeEnergy,
  ghzState,
  hellingerDist,
  hilbertSchmidtDist,
  InvalidArgumentError,
  type Ket,
  ket2dm,
  linearEntropy,
  logarithmicNegativity,
  maximallyMixedDm,
  mutualInformation,
  NotDensityMatrixError,
  NotHermitianError,
  negativity,
  num,
  Operator,
  operatorToVector,
  partialTranspose,
  participationRatio,
  permute,
  ptrace,
  purity,
  qeye,
  relativeEntropy,
  sigmam,
  sigmax,
  sigmaz,
  singletState,
  sprepost,
  tensor,
  thermalState,
  tracedist,
  vectorToOperator,
  wState,
} from "../../bindings/index.ts";
import { eigenHermitian } from "../../bindings/kernel/dense.ts";
import { referenceSystem } from "../support/bipartite.ts";
import {
  conjugated,
  generator,
  maxDifference,
  randomHermitian,
  randomLocalUnitary,
  randomState,
} from "../support/random.ts";
import { matrix, REFERENCE_TOLERANCE, readReference, referenceNames, type Thermo } from "../support/reference.ts";

/** Sums of a few numbers of order one, each rounded. */
const ROUNDING = 1e-13;
/** A function with an infinite slope at 0 (p ln p, roots) at an eigenvalue that is zero but for rounding. */
const ROOT_OF_ROUNDING = 1e-7;

const close = (value: number, expected: number, tolerance = ROUNDING) =>
  expect(Math.abs(value - expected)).toBeLessThan(tolerance);

function diagonal(dims: number | number[], p: readonly number[]): Operator {
  return Operator.fromTriplets(
    dims,
    p.map((x, k) => [k, k, x, 0] as const),
  );
}

/** p |Phi+><Phi+| + (1 - p) 1/4 */
const werner = (p: number) =>
  ket2dm(bellState())
    .scale(p)
    .add(maximallyMixedDm([2, 2]).scale(1 - p));

describe("closed forms", () => {
  const p = [0.5, 0.3, 0.2];
  const H3 = p.reduce((sum, x) => sum - x * Math.log(x), 0);

  it("entropies", () => {
    expect(entropyVn(basis(3, 1))).toBe(0);
    close(entropyVn(diagonal(3, p)), H3);
    close(entropyVn(maximallyMixedDm([2, 3])), Math.log(6));
    close(mutualInformation(bellState(), 0), 2 * Math.LN2);
    close(mutualInformation(ghzState(3), 0, 1), Math.LN2);
    close(mutualInformation(ghzState(3), [0, 1], [2]), 2 * Math.LN2);
    close(mutualInformation(tensor(diagonal(3, p), diagonal(2, [0.9, 0.1])), 0), 0);
  });

  it("relative entropy", () => {
    const [a, b] = [diagonal(3, p), diagonal(3, [0.2, 0.2, 0.6])];
    close(relativeEntropy(a, b), 0.5 * Math.log(2.5) + 0.3 * Math.log(1.5) + 0.2 * Math.log(1 / 3));
    close(relativeEntropy(a, maximallyMixedDm(3)), Math.log(3) - H3);
    expect(relativeEntropy(a, basis(3, 0))).toBe(Number.POSITIVE_INFINITY);
    close(relativeEntropy(basis(3, 0), a), Math.LN2);
    close(relativeEntropy(basis(3, 0), basis(3, 0)), 0);
  });

  it("distance", () => {
    close(purity(diagonal(3, p)), 0.38);
    close(purity(bellState()), 1);
    close(tracedist(diagonal(3, p), diagonal(3, [0.2, 0.2, 0.6])), 0.4);
    close(tracedist(basis(2, 0), basis(2, 1)), 1);
    close(fidelity(diagonal(3, p), diagonal(3, [0.2, 0.2, 0.6])), Math.sqrt(0.1) + Math.sqrt(0.06) + Math.sqrt(0.12));
    close(fidelity(basis(2, 0), basis(2, 1)), 0);
    // sqrt(<psi|rho|psi>)
    close(fidelity(basis(3, 1), diagonal(3, p)), Math.sqrt(0.3));
  });

  it.each([0, 0.2, 1 / 3, 0.5, 0.8, 1])("a Werner state, p = %d", (weight) => {
    const rho = werner(weight);
    const excess = Math.max(0, (3 * weight - 1) / 2);
    close(concurrence(rho), excess);
    close(negativity(rho, 0), excess / 2);
    close(negativity(rho, 1), excess / 2);
    close(logarithmicNegativity(rho, 0), Math.log1p(excess));
    close(purity(rho), (1 + 3 * weight ** 2) / 4);
    close(fidelity(rho, bellState()), Math.sqrt((1 + 3 * weight) / 4));
  });

  it("entanglement of pure states: concurrence sin 2θ, negativity half of it", () => {
    for (const theta of [0, 0.1, 0.5, Math.PI / 4]) {
      const psi = basis([2, 2], [0, 0])
        .scale(Math.cos(theta))
        .add(basis([2, 2], [1, 1]).scale({ re: 0, im: Math.sin(theta) }));
      close(concurrence(psi), Math.sin(2 * theta));
      close(negativity(psi, 0), Math.sin(2 * theta) / 2);
    }
    close(concurrence(singletState()), 1);
    // Two of three qubits in the W state: concurrence 2/3.
    close(concurrence(ptrace(wState(3), [0, 1])), 2 / 3);
    close(negativity(ghzState(4), [0, 2]), 0.5);
  });

  it("coherence", () => {
    const plus = basis(2, 0).add(basis(2, 1)).unit();
    close(coherenceL1(plus), 1);
    close(coherenceRelativeEntropy(plus), Math.LN2);
    expect(coherenceL1(diagonal(3, p))).toBe(0);
    close(coherenceRelativeEntropy(diagonal(3, p)), 0);
  });

  it("eigenenergies: in order, as often as they occur", () => {
    const H = sigmaz().kron(qeye(2)).add(qeye(2).kron(sigmax()));
    [-2, 0, 0, 2].forEach((energy, k) => {
      close(eigenenergies(H)[k]!, energy);
    });
    expect(Array.from(eigenenergies(num(3).scale(-2)))).toEqual([-4, -2, 0].map((x) => expect.closeTo(x, 12)));
    expect(() => eigenenergies(sigmam())).toThrow(NotHermitianError);
    expect(() => eigenenergies(3 as never)).toThrow(InvalidArgumentError);
  });

  it("ergotropy", () => {
    // Inverted qubit: all of the energy difference of the populations.
    close(ergotropy(diagonal(2, [0.8, 0.2]), sigmaz()), 1.2);
    expect(ergotropy(diagonal(2, [0.2, 0.8]), sigmaz())).toBe(0);
    close(ergotropy(basis(2, 0).add(basis(2, 1)).unit(), sigmaz()), 1);
    // A Bell pair: locally mixed, nothing for a local unitary; globally pure, down to the ground state.
    const H = sigmaz().kron(qeye(2)).add(qeye(2).kron(sigmaz()));
    close(ergotropy(bellState(), H), 2);
    close(ergotropy(bellState(), sigmaz(), 0), 0);
    expect(ergotropy(thermalState(num(5), 0.7), num(5))).toBeLessThan(ROUNDING);
  });

  it.each([0.01, 0.7, 5, 40, -0.3, -20])("free energy and effective beta of the thermal state, beta = %d", (beta) => {
    const H = randomHermitian(generator(4), [4]).scale(0.4);
    const rho = thermalState(H, beta);
    const levels = eigenHermitian(H).values;
    const Z = levels.reduce((sum, E) => sum + Math.exp(-beta * E), 0);
    close(freeEnergy(rho, H, beta), -Math.log(Z) / beta, 1e-12 / Math.min(1, Math.abs(beta)));
    // dE/d(beta) = -Var H: what rounding of the energy does to beta.
    const mean = rho.mul(H).tr().re;
    const variance = rho.mul(H).mul(H).tr().re - mean ** 2;
    close(effectiveBeta(rho, H), beta, 1e-15 / Math.max(variance, 1e-15) + 1e-10);
  });

  it("effective beta at the ends, in the middle and far out", () => {
    expect(effectiveBeta(basis(3, 0), num(3))).toBe(Number.POSITIVE_INFINITY);
    expect(effectiveBeta(basis(3, 2), num(3))).toBe(Number.NEGATIVE_INFINITY);
    expect(Math.abs(effectiveBeta(maximallyMixedDm(3), num(3)))).toBeLessThan(ROUNDING);
    expect(effectiveBeta(diagonal(2, [1 - 1e-10, 1e-10]), num(2).scale(1e-3))).toBeCloseTo(1e3 * Math.log(1e10), 2);
    close(freeEnergy(basis(3, 2), num(3), Number.POSITIVE_INFINITY), 2);
  });
});

interface QutipCase {
  dims: number[];
  rho: number[];
  sigma: number[];
  values: Record<string, number>;
  partialTranspose?: number[];
}

describe("beside QuTiP 5.3.1", () => {
  const { cases } = readReference<{ cases: QutipCase[] }>("qutip_measures");

  it.each(cases.map((one, k) => [k, `dims [${one.dims}]`, one] as const))("case %i, %s", (_k, _name, one) => {
    const [rho, sigma] = [Operator.dense(one.dims, one.rho), Operator.dense(one.dims, one.sigma)];
    const found: Record<string, number> = {
      entropyVn: entropyVn(rho),
      purity: purity(rho),
      linearEntropy: linearEntropy(rho),
      participationRatio: participationRatio(rho),
      tracedist: tracedist(rho, sigma),
      buresDist: buresDist(rho, sigma),
      buresAngle: buresAngle(rho, sigma),
      hilbertSchmidtDist: hilbertSchmidtDist(rho, sigma),
      hellingerDist: hellingerDist(rho, sigma),
      fidelity: fidelity(rho, sigma),
      relativeEntropy: relativeEntropy(rho, sigma),
      ...(one.partialTranspose && {
        negativity: negativity(rho, 0),
        logarithmicNegativity: logarithmicNegativity(rho, 0),
        mutualInformation: mutualInformation(rho, 0),
        conditionalEntropy: conditionalEntropy(rho, 0),
      }),
      ...(`${one.dims}` === "2,2" && { concurrence: concurrence(rho) }),
    };
    expect(Object.keys(found).sort()).toEqual(Object.keys(one.values).sort());
    for (const [name, value] of Object.entries(one.values)) {
      // QuTiP takes roots of eigenvalues that are zero but for rounding.
      const rooted = ["fidelity", "buresDist", "buresAngle", "hellingerDist", "concurrence"].includes(name);
      close(found[name]!, value, rooted ? ROOT_OF_ROUNDING : 1e-12);
    }
    if (one.partialTranspose) {
      expect(maxDifference(partialTranspose(rho, 0), Operator.dense(one.dims, one.partialTranspose))).toBe(0);
    }
  });
});

describe("the thermodynamic reference series", () => {
  it.each(referenceNames("thermo_"))("%s", (name) => {
    const reference = readReference<Thermo>(name);
    const { dims, series } = reference;
    const [HA, HB] = [matrix([dims[0]], reference.H_A), matrix([dims[1]], reference.H_B)];
    const H = HA.kron(qeye(dims[1])).add(qeye(dims[0]).kron(HB)).add(matrix(dims, reference.V));
    const system = referenceSystem(reference);
    reference.rho_index.forEach((index, k) => {
      const rho = Operator.dense(dims, reference.rho[k]!);
      const effective = system.effectiveHamiltonians(rho);
      const pairs: Record<string, number> = {
        S: entropyVn(rho),
        S_A: entropyVn(ptrace(rho, 0)),
        I: mutualInformation(rho, 0),
        purity: purity(rho),
        negativity: negativity(rho, 0),
        ...(series.concurrence && { concurrence: concurrence(rho) }),
        ergotropy: ergotropy(rho, H),
        ergotropy_A: ergotropy(rho, HA, 0),
        ergotropy_B: ergotropy(rho, HB, 1),
        ergotropy_A_eff: ergotropy(rho, effective.HA, 0),
        ergotropy_B_eff: ergotropy(rho, effective.HB, 1),
      };
      for (const [of, value] of Object.entries(pairs)) close(value, series[of]![index]!, REFERENCE_TOLERANCE);
    });
  });
});

describe("properties over random states", () => {
  const seeds = Array.from({ length: 12 }, (_, k) => k + 1);

  it.each(seeds)("local unitaries change nothing, nor does exchanging the parts, seed %i", (seed) => {
    const random = generator(seed);
    const dims = [2, 2 + (seed % 3)];
    const [rho, sigma] = [randomState(random, dims), randomState(random, dims)];
    const U = randomLocalUnitary(random, dims);
    const [turned, turnedSigma] = [conjugated(U, rho), conjugated(U, sigma)];
    const swapped = permute(rho, [1, 0]);
    close(negativity(turned, 0), negativity(rho, 0));
    close(negativity(swapped, 0), negativity(rho, 0));
    close(negativity(rho, 1), negativity(rho, 0));
    close(mutualInformation(turned, 0), mutualInformation(rho, 0));
    close(mutualInformation(swapped, 1, 0), mutualInformation(rho, 0));
    close(entropyVn(turned), entropyVn(rho));
    close(fidelity(turned, turnedSigma), fidelity(rho, sigma));
    close(tracedist(turned, turnedSigma), tracedist(rho, sigma));
    close(relativeEntropy(turned, turnedSigma), relativeEntropy(rho, sigma), 1e-11);
    if (dims[1] === 2) {
      close(concurrence(turned), concurrence(rho));
      close(concurrence(swapped), concurrence(rho));
    }
    expect(maxDifference(partialTranspose(partialTranspose(rho, 0), 1), rho.trans())).toBe(0);
  });

  it.each(seeds)("bounds and orders, seed %i", (seed) => {
    const random = generator(100 + seed);
    const [rho, sigma] = [randomState(random, [2, 3]), randomState(random, [2, 3])];
    const [A, B] = [ptrace(rho, 0), ptrace(rho, 1)];
    // I(A:B) is the relative entropy to the product of the parts; Araki-Lieb; Fuchs-van de Graaf; Pinsker.
    close(mutualInformation(rho, 0), relativeEntropy(rho, A.kron(B)), 1e-12);
    expect(entropyVn(rho)).toBeGreaterThan(Math.abs(entropyVn(A) - entropyVn(B)));
    const [F, T] = [fidelity(rho, sigma), tracedist(rho, sigma)];
    expect(T).toBeGreaterThan(1 - F);
    expect(T).toBeLessThan(Math.sqrt(1 - F ** 2));
    expect(relativeEntropy(rho, sigma)).toBeGreaterThan(2 * T ** 2);
    close(fidelity(sigma, rho), F);
    close(fidelity(rho, rho), 1);
    expect(coherenceRelativeEntropy(rho)).toBeLessThan(coherenceL1(rho));
    // Ergotropy beyond that of each part; no more than what lies above the thermal state of the same entropy.
    const [HA, HB] = [randomHermitian(random, [2]), randomHermitian(random, [3])];
    const H = HA.kron(qeye(3)).add(qeye(2).kron(HB));
    expect(ergotropy(rho, H)).toBeGreaterThanOrEqual(ergotropy(rho, HA, 0) + ergotropy(rho, HB, 1));
    const beta = effectiveBeta(rho, H);
    close(thermalState(H, beta).mul(H).tr().re, rho.mul(H).tr().re, 1e-12);
    // S(rho ‖ tau) = beta (F(rho) - F(tau))
    const tau = thermalState(H, 0.8);
    close(relativeEntropy(rho, tau), 0.8 * (freeEnergy(rho, H, 0.8) - freeEnergy(tau, H, 0.8)), 1e-12);
  });

  it.each(seeds)("channels bring states closer, seed %i", (seed) => {
    const random = generator(200 + seed);
    const [rho, sigma] = [randomState(random, [2, 2]), randomState(random, [2, 2])];
    const damped = (state: Operator) => {
      const K = [diagonal(2, [Math.sqrt(0.6), 1]), sigmam().scale(Math.sqrt(0.4))].map((op) => op.kron(qeye(2)));
      const channel = K.map((op) => sprepost(op, op.dag())).reduce((a, b) => a.add(b));
      return vectorToOperator(channel.apply(operatorToVector(state))).asHermitian();
    };
    const [a, b] = [damped(rho), damped(sigma)];
    expect(tracedist(a, b)).toBeLessThan(tracedist(rho, sigma));
    expect(fidelity(a, b)).toBeGreaterThan(fidelity(rho, sigma));
    expect(relativeEntropy(a, b)).toBeLessThan(relativeEntropy(rho, sigma));
    expect(negativity(a, 0)).toBeLessThanOrEqual(negativity(rho, 0));
    expect(concurrence(a)).toBeLessThanOrEqual(concurrence(rho));
    expect(mutualInformation(a, 0)).toBeLessThan(mutualInformation(rho, 0));
  });

  it("three parts: partial transposes and mutual information of any grouping", () => {
    const rho = randomState(generator(9), [2, 3, 2]);
    const reordered = permute(rho, [1, 2, 0]);
    close(negativity(rho, [0, 2]), negativity(rho, 1));
    close(negativity(reordered, 0), negativity(rho, 1));
    close(mutualInformation(rho, [0], [2]), mutualInformation(ptrace(rho, [0, 2]), 0));
    close(mutualInformation(rho, 1, [2, 0]), mutualInformation(rho, 1));
  });
});

describe("bad input", () => {
  const rho = maximallyMixedDm([2, 2]);

  it("is no state", () => {
    const double = rho.scale(2);
    const negative = diagonal(2, [1.1, -0.1]);
    const skew = Operator.fromArrays({
      dims: [2],
      re: [
        [0.5, 0.1],
        [0, 0.5],
      ],
    });
    for (const of of [entropyVn, purity, coherenceL1, coherenceRelativeEntropy]) {
      expect(() => of(double)).toThrow(NotDensityMatrixError);
      expect(() => of(negative)).toThrow(/smallest eigenvalue is -1\.000e-1/);
      expect(() => of(skew)).toThrow(/not Hermitian/);
      expect(() => of([1, 0] as unknown as Ket)).toThrow(InvalidArgumentError);
    }
    expect(() => fidelity(rho, double)).toThrow(/fidelity: sigma is not a density matrix: its trace is 2/);
    expect(() => negativity(double, 0)).toThrow(NotDensityMatrixError);
  });

  it("does not fit", () => {
    expect(() => tracedist(rho, maximallyMixedDm(4))).toThrow(DimensionMismatchError);
    expect(() => concurrence(maximallyMixedDm([2, 3]))).toThrow(/concurrence: state: expected two qubits/);
    expect(() => concurrence(maximallyMixedDm(4))).toThrow(DimensionMismatchError);
    expect(() => ergotropy(rho, sigmaz())).toThrow(DimensionMismatchError);
    expect(() => ergotropy(rho, sigmaz(), 2)).toThrow(InvalidArgumentError);
    expect(() => negativity(rho, 2)).toThrow(/negativity: parts/);
    expect(() => mutualInformation(rho, [0, 1])).toThrow(/mutualInformation: partsB/);
    expect(() => mutualInformation(rho, 0, 0)).toThrow(/parts that are not in partsA/);
    expect(() => partialTranspose(rho, 5)).toThrow(InvalidArgumentError);
  });

  it("has no temperature, or no energy", () => {
    const qubit = maximallyMixedDm(2);
    expect(() => freeEnergy(qubit, sigmaz(), 0)).toThrow(InvalidArgumentError);
    expect(() => freeEnergy(qubit, sigmaz(), Number.NaN)).toThrow(InvalidArgumentError);
    expect(() => freeEnergy(qubit, sigmam(), 1)).toThrow(NotHermitianError);
    expect(() => effectiveBeta(qubit, qeye(2).scale(3))).toThrow(
      /effectiveBeta: H: expected levels that differ in energy/,
    );
    expect(() => effectiveBeta(qubit, Operator.fromTriplets(2, []))).toThrow(InvalidArgumentError);
  });
});

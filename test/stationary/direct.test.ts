/**
 * Steady states by factors where factors without exchanges of rows break down: coherences that do not decay, dissipation far weaker than H.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  destroy,
  type HermitianOperator,
  expect as mean,
  num,
  Operator,
  qeye,
  type SteadyState,
  SteadyStateNotUniqueError,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  steadystate,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian, randomOperator } from "../support/random.ts";

/** Residual, relative to ‖L‖, of a state that is as exact as doubles allow. */
const EXACT = 1e-14;

interface System {
  H: HermitianOperator;
  cOps: Operator[];
}

/** `operator` on one part of a system. */
function on(dims: readonly number[], part: number, operator: Operator): Operator {
  return dims.map((d, k) => (k === part ? operator : qeye(d))).reduce((a, b) => a.kron(b));
}

function sum(operators: readonly Operator[]): HermitianOperator {
  return operators.reduce((a, b) => a.add(b)).hermitianPart();
}

/** A chain of spins with couplings Jx, Jy, Jz between neighbours in fields along x and z. */
function chain(
  spins: number,
  [Jx, Jy, Jz, x, z]: readonly number[],
): { H: HermitianOperator; site: (k: number, operator: Operator) => Operator } {
  const dims = new Array<number>(spins).fill(2);
  const site = (k: number, operator: Operator) => on(dims, k, operator);
  const terms: Operator[] = [];
  for (let k = 0; k < spins; k++) {
    terms.push(site(k, sigmax()).scale(x!), site(k, sigmaz()).scale(z!));
    if (k === 0) continue;
    for (const [sigma, J] of [
      [sigmax(), Jx],
      [sigmay(), Jy],
      [sigmaz(), Jz],
    ] as const)
      terms.push(
        site(k - 1, sigma)
          .mul(site(k, sigma))
          .scale(J!),
      );
  }
  return { H: sum(terms), site };
}

describe("chains driven at both ends", () => {
  it.each([3, 4, 5, 6])("%i spins without interaction: occupations and current of free fermions", (spins) => {
    const [J, rate] = [0.25, 0.7];
    const { H, site } = chain(spins, [J, J, 0, 0, 0]);
    const cOps = [
      { op: site(0, sigmap()), rate },
      { op: site(spins - 1, sigmam()), rate },
    ];
    const found = steadystate(H, cOps, { method: "direct" });
    expect(found.method).toBe("direct");
    expect(found.relativeResidual).toBeLessThan(EXACT);
    // Jordan and Wigner: hopping t = 2J. <c_1† c_3> = 0, so that the equations of n_1 and <c_1† c_2> close, with n = 1/2 inside.
    const t = 2 * J;
    const first = (rate ** 2 + 2 * t ** 2) / (rate ** 2 + 4 * t ** 2);
    for (let k = 0; k < spins; k++) {
      const n = mean(site(k, sigmap().mul(sigmam())), found.rho) as number;
      expect(n).toBeCloseTo(k === 0 ? first : k === spins - 1 ? 1 - first : 0.5, 12);
    }
    for (let k = 0; k + 1 < spins; k++) {
      const hop = site(k, sigmap()).mul(site(k + 1, sigmam()));
      expect(2 * t * Math.abs((mean(hop, found.rho) as { im: number }).im)).toBeCloseTo(rate * (1 - first), 12);
    }
  });

  it.each([
    [3, 0.5, 0],
    [4, 0.125, 0],
    [5, 0.125, 0.1],
    [5, 0.5, 0.1],
  ])("%i spins with Jz = %f in a field of %f, as by the channel", (spins, Jz, z) => {
    const { H, site } = chain(spins, [0.25, 0.25, Jz, 0, z]);
    const cOps = [site(0, sigmap()), site(spins - 1, sigmam())];
    const found = steadystate(H, cOps, { method: "direct" });
    expect(found.method).toBe("direct");
    expect(found.warnings).toEqual([]);
    expect(found.relativeResidual).toBeLessThan(EXACT);
    const other = steadystate(H, cOps, { method: "channel" });
    expect(maxDifference(found.rho, other.rho)).toBeLessThan(1e-10);
  });
});

/** Systems with parts that do not decay, rates over three orders of magnitude, detunings that are zero or not. */
const FAMILIES: Record<string, (random: () => number) => System> = {
  chains(random) {
    const spins = 2 + Math.floor(3 * random());
    const J = some(random, 1, 0.25);
    const { H, site } = chain(
      spins,
      some<number[]>(
        random,
        [J, J, some(random, 0, 0.5 * J, J), 0, some(random, 0, 0.1)],
        [J, some(random, 0, 0.3 * J, J), 0, 0, some(random, 0, 0.3)],
        [0, 0, J, some(random, 1, 0.3), some(random, 0, 0.2)],
      ),
    );
    const ends = [site(0, sigmap()), site(spins - 1, sigmam())];
    const inside = Array.from({ length: spins }, (_, k) => site(k, sigmam()));
    const anywhere = site(Math.floor(spins * random()), some(random, sigmaz(), sigmam(), sigmap()));
    return {
      H,
      cOps: rated(random, some(random, ends, [...ends, anywhere], inside, [...inside, ends[0]!], [anywhere])),
    };
  },
  "Jaynes and Cummings"(random) {
    const dims = [2 + Math.floor(5 * random()), ...new Array<number>(some(random, 1, 2)).fill(2)];
    const a = on(dims, 0, destroy(dims[0]!));
    const terms = [
      a
        .dag()
        .mul(a)
        .scale(some(random, 0, 1, 3)),
      a.add(a.dag()).scale(some(random, 0, 0.1, 1)),
    ];
    const cOps = [a];
    dims.slice(1).forEach((_, k) => {
      const lower = on(dims, k + 1, sigmam());
      const exchange = a
        .dag()
        .mul(lower)
        .scale(some(random, 1, 0.4));
      terms.push(exchange, exchange.dag(), on(dims, k + 1, sigmaz()).scale(some(random, 0, 0.3)));
      if (random() < 0.5) cOps.push(lower);
      if (random() < 0.4) cOps.push(lower.dag());
    });
    return { H: sum(terms), cOps: rated(random, cOps) };
  },
  "Lambda systems and their like"(random) {
    const d = 3 + Math.floor(4 * random());
    const elements: [number, number, number, number][] = [];
    const cOps: Operator[] = [];
    for (let k = 0; k + 1 < d; k++) {
      const drive = some(random, 1, 0.5, 0.1);
      elements.push([d - 1, k, drive, 0], [k, d - 1, drive, 0], [k, k, some(random, 0, 0, random()), 0]);
      if (k === 0 || random() < 0.7) cOps.push(Operator.fromTriplets([d], [[k, d - 1, 1, 0]]));
    }
    return { H: Operator.fromTriplets([d], elements).hermitianPart(), cOps: rated(random, cOps) };
  },
  optomechanics(random) {
    const dims = [2 + Math.floor(3 * random()), 2 + Math.floor(3 * random())];
    const [light, motion] = [on(dims, 0, destroy(dims[0]!)), on(dims, 1, destroy(dims[1]!))];
    const photons = on(dims, 0, num(dims[0]!));
    const H = sum([
      photons.scale(some(random, 0, 1, -1)),
      on(dims, 1, num(dims[1]!)),
      photons.mul(motion.add(motion.dag())).scale(some(random, 0.2, 1)),
      light.add(light.dag()).scale(some(random, 0.1, 1)),
    ]);
    return { H, cOps: rated(random, some(random, [light, motion], [light], [light, motion, motion.dag()])) };
  },
  "hopping on trees"(random) {
    const d = 3 + Math.floor(8 * random());
    const elements = Array.from({ length: d - 1 }, (_, k): [number, number, number, number] => [
      k + 1,
      Math.floor((k + 1) * random()),
      some(random, 1, random()),
      some(random, 0, random()),
    ]);
    const hops = Operator.fromTriplets([d], elements);
    const anywhere = () => Math.floor(d * random());
    const cOps = Array.from({ length: 1 + Math.floor(3 * random()) }, () =>
      Operator.fromTriplets([d], [[anywhere(), anywhere(), 1, 0]]),
    );
    return { H: hops.add(hops.dag()).hermitianPart(), cOps: rated(random, cOps) };
  },
  "random matrices, weakly damped"(random) {
    const d = 2 + Math.floor(7 * random());
    const H = randomHermitian(random, [d], some(random, 0.3, 1)).hermitianPart();
    return { H, cOps: rated(random, [randomOperator(random, [d], 0.3), randomOperator(random, [d], 0.5)]) };
  },
};

function some<T>(random: () => number, ...choices: T[]): T {
  return choices[Math.floor(choices.length * random())]!;
}

function rated(random: () => number, operators: readonly Operator[]): Operator[] {
  return operators.map((L) => L.scale(Math.sqrt(some(random, 1, 1, 0.1, 0.01, 0.001, random()))));
}

describe("random systems with structure", () => {
  it.each(Object.entries(FAMILIES))("%s: factors find what both kernels of L say", (_name, build) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (seed) => {
        const { H, cOps } = build(generator(seed));
        const [found, exact] = (["direct", "dense"] as const).map((method) => attempt(H, cOps, method));
        if (typeof found === "number" || typeof exact === "number") {
          expect(found).toBe(exact);
          return;
        }
        expect(found!.method).toBe("direct");
        expect(found!.relativeResidual).toBeLessThan(1e-12);
        // What two residuals of rounding size make of states is that over the gap.
        const scale = found!.residual / found!.relativeResidual;
        const inverse = Math.max(1, scale / found!.gap!);
        if (Number.isFinite(inverse)) expect(maxDifference(found!.rho, exact!.rho)).toBeLessThan(1e-12 * inverse);
      }),
      { seed: 7, numRuns: 40 },
    );
  });
});

/** The state, or the dimension of the kernel. */
function attempt(H: Operator, cOps: Operator[], method: "direct" | "dense"): SteadyState | number {
  try {
    return steadystate(H, cOps, { method });
  } catch (error) {
    if (error instanceof SteadyStateNotUniqueError) return error.dimension;
    throw error;
  }
}

describe("a conserved quantity between sectors", () => {
  it("is found where an exceptional point blurs the eigenvalues that tell", () => {
    // sigma_x of the spin in the middle commutes with everything, and leads from even to odd numbers of excitations.
    const { H, site } = chain(3, [0.25, 0, 0, 0, 0]);
    const cOps = [site(0, sigmap()).scale(Math.SQRT1_2), site(2, sigmam())];
    expect(() => steadystate(H, cOps, { method: "direct" })).toThrow(/dimension 2;/);
  });
});

describe("another method than the one that was asked for", () => {
  it("is warned of", () => {
    // Nothing moves the second qubit, whose state is then not unique: with rho0, factors leave it to both kernels.
    const H = sigmax().kron(qeye(2));
    const cOps = [sigmam().kron(qeye(2))];
    const rho0 = Operator.fromTriplets(
      [2, 2],
      [
        [0, 0, 0.25, 0],
        [1, 1, 0.75, 0],
      ],
    );
    const found = steadystate(H, cOps, { method: "direct", rho0 });
    expect(found.method).toBe("dense");
    expect(found.warnings).toHaveLength(1);
    expect(found.warnings[0]).toMatch(/"direct" was asked for .*: "dense" did/);
  });
});

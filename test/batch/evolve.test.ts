import { describe, expect, it } from "vitest";
import { type BatchMethod, type BatchProblem, evolveBatch } from "../../bindings/batch/evolve.ts";
import { operatorsOf } from "../../bindings/batch/operators.ts";
import { mesolve, Operator } from "../../bindings/index.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

interface System {
  readonly H: Operator;
  readonly jumps: readonly Operator[];
  readonly rho0: Operator;
}

const diagonal = (random: () => number, d: number, sum?: number) => {
  const values = Array.from({ length: d }, random);
  const scale = sum === undefined ? 1 : sum / values.reduce((a, b) => a + b, 0);
  return Operator.fromTriplets(
    [d],
    values.map((value, k) => [k, k, scale * value, 0] as const),
  );
};

/** Systems whose operators have elements at random places, or nowhere off the diagonal. */
function systemsOf(seed: number, d: number, count: number, structure: "full" | "sparse" | "classical"): System[] {
  const random = generator(seed);
  const density = structure === "full" ? 1 : 1.5 / d;
  return Array.from({ length: count }, () => ({
    H: structure === "classical" ? diagonal(random, d) : randomHermitian(random, [d], density),
    jumps: Array.from({ length: 2 }, (_, k) =>
      structure === "classical"
        ? Operator.fromTriplets(
            [d],
            Array.from({ length: d }, (_, n) => [(n + k + 1) % d, n, random(), 0] as const),
          )
        : randomOperator(random, [d], density),
    ),
    rho0: structure === "classical" ? diagonal(random, d, 1) : randomState(random, [d]),
  }));
}

function problemOf(systems: readonly System[], functionals: readonly Operator[], times: Float64Array): BatchProblem {
  const { dims } = systems[0]!.H;
  return {
    dims,
    count: systems.length,
    H: operatorsOf(systems.map(({ H }) => H)),
    jumps: systems[0]!.jumps.map((_, j) => operatorsOf(systems.map(({ jumps }) => jumps[j]!))),
    rho0: operatorsOf(systems.map(({ rho0 }) => rho0)),
    functionals,
    times,
  };
}

/** The largest difference of the batch's functionals from those of the systems one by one. */
function deviation(
  systems: readonly System[],
  functionals: readonly Operator[],
  times: Float64Array,
  options: Partial<BatchProblem>,
  alone: Parameters<typeof mesolve>[3] = { method: "expm" },
): number {
  const { values, status } = evolveBatch({ ...problemOf(systems, functionals, times), ...options });
  const count = systems.length;
  expect(status).toEqual(new Int32Array(count).fill(1));
  let most = 0;
  systems.forEach(({ H, jumps, rho0 }, k) => {
    const eOps = Object.fromEntries(functionals.map((operator, f) => [`o${f}`, operator]));
    const { expect: exact } = mesolve(H, rho0, times, { cOps: jumps, eOps, ...alone });
    functionals.forEach((_, f) => {
      for (let t = 0; t < times.length; t++) {
        const at =
          options.order === "systems" ? (f * count + k) * times.length + t : (f * times.length + t) * count + k;
        most = Math.max(most, Math.abs(values[at]! - (exact[`o${f}`] as Float64Array)[t]!));
      }
    });
  });
  return most;
}

// Exponentials are exact to rounding, which grows with the number of applications and the norm.
const EXACT = 2e-13;
const uniform = Float64Array.from({ length: 31 }, (_, k) => k / 10);
const uneven = Float64Array.from([0, 0.1, 0.15, 0.9, 2, 2.5, 2.50001, 7]);

describe("a batch of systems evolves as each of them does alone", () => {
  for (const d of [2, 3, 4, 5, 8]) {
    for (const structure of ["full", "sparse", "classical"] as const) {
      for (const method of ["auto", "taylor", "expm"] as const) {
        it(`${d} levels, ${structure}, ${method}`, () => {
          const systems = systemsOf(17 * d, d, d > 5 ? 5 : 9, structure);
          const random = generator(d);
          const functionals = [...Array.from({ length: 2 }, () => randomHermitian(random, [d])), diagonal(random, d)];
          expect(deviation(systems, functionals, uniform, { method })).toBeLessThan(EXACT);
          expect(deviation(systems, functionals, uneven, { method, order: "systems" })).toBeLessThan(EXACT);
          expect(deviation(systems, functionals, uniform, { method, everything: true })).toBeLessThan(EXACT);
        });
      }
    }
  }

  it("by the classical Runge-Kutta method with the same steps", () => {
    const systems = systemsOf(5, 4, 6, "full");
    const functionals = [randomHermitian(generator(1), [4])];
    // The same polynomial in h L: the same numbers but for rounding.
    expect(
      deviation(systems, functionals, uniform, { method: "rk4", step: 0.03 }, { method: "rk4", dt: 0.03 }),
    ).toBeLessThan(EXACT);
  });

  it("by an adaptive method to its tolerance", () => {
    const systems = systemsOf(6, 4, 6, "full");
    const functionals = [randomHermitian(generator(1), [4])];
    const errors = [1e-5, 1e-7, 1e-9].map((rtol) =>
      deviation(systems, functionals, uneven, { method: "tsit5", rtol, atol: rtol }),
    );
    // Local errors are kept below it; some tens of them add up, in the norm of a functional of order 1.
    expect(errors[0]).toBeLessThan(1e-4);
    expect(errors[1]).toBeLessThan(1e-6);
    expect(errors[2]).toBeLessThan(1e-8);
    expect(errors[2]).toBeGreaterThan(1e-13);
  });

  it("with the same bits at any place among others, by methods that are exact", () => {
    // Norms of all sizes, so that many groups are not full.
    const systems = systemsOf(9, 3, 23, "full").map((system, k) => ({ ...system, H: system.H.scale(2 ** (k % 7)) }));
    const functionals = [randomHermitian(generator(2), [3]), diagonal(generator(3), 3)];
    const order = "systems";
    for (const method of ["auto", "expm", "taylor", "rk4"] as const) {
      for (const times of [uniform, uneven]) {
        const options = { method, order, step: 0.02 } as const;
        const all = evolveBatch({ ...problemOf(systems, functionals, times), ...options }).values;
        const some = [22, 3, 17, 4, 5].map((k) => systems[k]!);
        const few = evolveBatch({ ...problemOf(some, functionals, times), ...options }).values;
        const one = evolveBatch({ ...problemOf([systems[17]!], functionals, times), ...options }).values;
        const n = times.length;
        functionals.forEach((_, f) => {
          const alone = one.slice(f * n, (f + 1) * n);
          expect(few.slice((f * 5 + 2) * n, (f * 5 + 3) * n)).toEqual(alone);
          expect(all.slice((f * 23 + 17) * n, (f * 23 + 18) * n)).toEqual(alone);
        });
      }
    }
  });

  it("keeps populations alone where nothing else matters, and blocks where nothing couples", () => {
    const d = 4;
    const systems = systemsOf(3, d, 4, "classical");
    const seen = evolveBatch(problemOf(systems, [diagonal(generator(1), d)], uniform));
    expect(seen.plan.populations).toBe(true);
    expect(seen.plan.coordinates).toBe(d);
    const all = evolveBatch({ ...problemOf(systems, [diagonal(generator(1), d)], uniform), everything: true });
    expect(all.plan.coordinates).toBe(d * d);
    expect(all.plan.blocks.length).toBeGreaterThan(1);
  });

  it("does not begin a series that is too long", () => {
    const systems = systemsOf(3, 2, 5, "full");
    const problem = problemOf(systems, [randomHermitian(generator(2), [2])], uniform);
    problem.H.re.fill(1e200, 1, 2);
    const { status } = evolveBatch({ ...problem, method: "taylor" });
    expect([...status]).toEqual([1, 2, 1, 1, 1]);
  });

  it("says which systems came to nothing", () => {
    const systems = systemsOf(3, 2, 6, "full");
    const problem = problemOf(systems, [randomHermitian(generator(2), [2])], uniform);
    problem.H.re[2] = Number.POSITIVE_INFINITY;
    const methods: BatchMethod[] = ["expm", "taylor", "rk4", "tsit5", "auto"];
    for (const method of methods) {
      const { status, values } = evolveBatch({ ...problem, method, step: 0.1 });
      expect(status[2]).not.toBe(1);
      // The others know nothing of it, whichever group they are in.
      expect([...status].filter((value) => value !== 1)).toHaveLength(1);
      expect(values.subarray(values.length - 2).every(Number.isFinite)).toBe(true);
    }
  });
});

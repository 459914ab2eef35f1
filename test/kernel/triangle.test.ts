/**
 * The generator on one triangle: against its definition, what it writes and what it leaves alone, its norm, and runs through it.
 */
import { describe, expect, it } from "vitest";
import { destroy, fock, ket2dm, mesolve, num, Operator, qeye, sigmam, tensor } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { chooseRepresentation } from "../../bindings/plan/plan.ts";
import { type Representation, triangleRepresentation } from "../../bindings/plan/representation.ts";
import { planTriangle, type TrianglePlan } from "../../bindings/plan/triangle.ts";
import { definition } from "../support/definition.ts";
import { putEvolution, putVectors, represent } from "../support/forms.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

type Kind = "real" | "imaginary" | "complex";

const DIMENSIONS = [...Array.from({ length: 24 }, (_, k) => k + 1), 33, 50, 64, 65];

/** Elements |i><i + shift|, i = first … last, uniform in [-1, 1] (+ i[-1, 1]); `density` of them are not zero. */
function diagonal(random: () => number, d: number, shift: number, kind: Kind, density = 1): Operator {
  const elements: [number, number, number, number][] = [];
  for (let i = Math.max(0, -shift); i < d - Math.max(0, shift); i++) {
    if (random() >= density) continue;
    const [re, im] = [2 * random() - 1, 2 * random() - 1];
    elements.push([i, i + shift, kind === "imaginary" ? 0 : re, kind === "real" ? 0 : im]);
  }
  return Operator.fromTriplets([d], elements);
}

/** A Hermitian operator with the given pairs of diagonals. */
function banded(random: () => number, d: number, pairs: readonly (readonly [number, Kind])[]): Operator {
  return pairs.reduce(
    (sum, [shift, kind]) => {
      const side = diagonal(random, d, shift, kind);
      return sum.add(side.add(side.dag()));
    },
    diagonal(random, d, 0, "real"),
  );
}

/** Hamiltonians and jumps that take every branch of the kernel. */
const problems: Record<string, (random: () => number, d: number) => [Operator, Operator[]]> = {
  diagonal: (random, d) => [diagonal(random, d, 0, "real"), []],
  "diagonal with jumps": (random, d) => [
    diagonal(random, d, 0, "real"),
    [diagonal(random, d, 0, "complex"), diagonal(random, d, 1, "real"), diagonal(random, d, -2, "complex", 0.5)],
  ],
  "real couplings, no jump": (random, d) => [banded(random, d, [[1, "real"]]), []],
  "a cavity": (random, d) => [banded(random, d, [[1, "real"]]), [diagonal(random, d, 1, "real")]],
  "a cavity that is pumped": (random, d) => [
    banded(random, d, [[1, "real"]]),
    [diagonal(random, d, 1, "real"), diagonal(random, d, -1, "imaginary")],
  ],
  "a cavity that is dephased": (random, d) => [
    banded(random, d, [[1, "real"]]),
    [diagonal(random, d, 0, "real", 0.7), diagonal(random, d, 1, "real", 0.7)],
  ],
  "jumps of other shifts": (random, d) => [
    banded(random, d, [[1, "real"]]),
    [diagonal(random, d, 3, "real", 0.5), diagonal(random, d, -3, "real"), diagonal(random, d, -1, "complex")],
  ],
  "three real jumps": (random, d) => [
    banded(random, d, [[1, "real"]]),
    [diagonal(random, d, 2, "real"), diagonal(random, d, -1, "real", 0.5), diagonal(random, d, 1, "real")],
  ],
  "imaginary couplings": (random, d) => [banded(random, d, [[1, "imaginary"]]), [diagonal(random, d, -1, "real")]],
  "complex couplings": (random, d) => [banded(random, d, [[1, "complex"]]), [diagonal(random, d, 1, "complex", 0.5)]],
  "two pairs": (random, d) => [
    banded(random, d, [
      [1, "real"],
      [2, "imaginary"],
    ]),
    [diagonal(random, d, 2, "real"), diagonal(random, d, 1, "real")],
  ],
  "three pairs": (random, d) => [
    banded(random, d, [
      [1, "imaginary"],
      [2, "complex"],
      [3, "real"],
    ]),
    [diagonal(random, d, 1, "real")],
  ],
  "a pair far from the diagonal": (random, d) => [banded(random, d, [[3, "real"]]), [diagonal(random, d, 2, "real")]],
  "a jump across the matrix": (random, d) => [
    banded(random, d, [[1, "real"]]),
    [diagonal(random, d, d - 1, "real"), diagonal(random, d, 1 - d, "complex")],
  ],
};

function plan(H: Operator, jumps: readonly Operator[]): TrianglePlan {
  return planTriangle(noJumpOperator(H, jumps), jumps)!;
}

/**
 * What two ways to sum up the generator of a problem may differ by: seven diagonals of H on either side of rho, below sqrt(2) in modulus,
 * and three jumps with their squares, below 2; complex products take a few roundings more than sums.
 */
function rounding(rho: Operator): number {
  const [terms, sum] = [2 * 7 + 3 * 3, 2 * 7 * Math.SQRT2 + 3 * (2 + 2)];
  return 2 * (terms + 8) * sum * rho.maxAbs() * Number.EPSILON;
}

/** Whether everything but the upper triangle is what follows from it: mirror images, zeros. */
function expectConsistent({ d, band, rows, plane, length }: TrianglePlan, vector: Float64Array): void {
  const expected = new Float64Array(length);
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const at = rows[i]! + j;
      expected[at] = vector[at]!;
      expected[at + plane] = i === j ? 0 : vector[at + plane]!;
      if (i === j || j - i > band) continue;
      expected[rows[j]! + i] = vector[at]!;
      expected[rows[j]! + i + plane] = -vector[at + plane]!;
    }
  }
  // Zeros of either sign are zeros.
  expect(vector.map((x) => x + 0)).toEqual(expected.map((x) => x + 0));
}

/** Numbers in the open frame with a page of poison on either side. */
function poisoned(bytes: number): { at: number; check: () => void } {
  const kernel = getKernel();
  const page = 4096;
  const block = kernel.allocate(bytes + 2 * page, "test");
  const at = block + page;
  const around = () => {
    const { doubles } = kernel;
    return [doubles.subarray(block / 8, at / 8), doubles.subarray((at + bytes) / 8, (at + bytes + page) / 8)];
  };
  // What is read there spoils the result, what is written there shows.
  for (const page of around()) page.fill(Number.NaN);
  return { at, check: () => expect(around().every((page) => page.every(Number.isNaN))).toBe(true) };
}

describe("the generator on one triangle", () => {
  it.each(Object.keys(problems))("agrees with the definition: %s", (name) => {
    const kernel = getKernel();
    for (const d of DIMENSIONS) {
      const random = generator(7000 + d);
      const [H, jumps] = problems[name]!(random, d);
      const triangle = plan(H, jumps);
      const representation = triangleRepresentation(triangle);
      const state = randomState(random, [d]);
      // Hermitian to the last digit, so that every element comes back as it was.
      for (const rho of [state.add(state.dag()).scale(0.5), randomHermitian(random, [d]), ket2dm(fock(d, d - 1))]) {
        kernel.frame(() => {
          const bytes = 8 * representation.length(kernel);
          const superoperator = representation.put(kernel, 1, "test");
          const x = poisoned(bytes);
          const out = poisoned(bytes);
          representation.write(kernel, rho, x.at);
          kernel.functions.rightHandSide(superoperator, x.at, out.at);
          x.check();
          out.check();
          const vector = (at: number) => kernel.doubles.slice(at / 8, (at + bytes) / 8);
          expectConsistent(triangle, vector(x.at));
          expectConsistent(triangle, vector(out.at));
          const back = Operator.dense(d, representation.read(kernel, x.at, "test"));
          expect(maxDifference(back, rho)).toBe(0);
          const computed = Operator.dense(d, representation.read(kernel, out.at, "test"));
          expect(maxDifference(computed, definition(H, jumps, rho)), `d = ${d}`).toBeLessThan(rounding(rho));
          const norm = Math.hypot(...vector(x.at));
          const slack = 1 + 1e-14;
          expect(norm * slack).toBeGreaterThanOrEqual(Math.SQRT2 * rho.norm());
          expect(norm).toBeLessThanOrEqual(2 * rho.norm() * slack);
        });
      }
    }
  });

  it("writes functionals and rows of the matrix", () => {
    const kernel = getKernel();
    for (const d of [1, 2, 5, 8, 13]) {
      const random = generator(7100 + d);
      const representation = represent("triangle", ...problems["two pairs"]!(random, d), qeye(d));
      const rho = randomHermitian(random, [d]);
      const O = randomOperator(random, [d]);
      kernel.frame(() => {
        const { vector, read } = putVectors(kernel, representation);
        const values = read(vector(rho));
        let [re, im] = [0, 0];
        const { offsets, coefficients } = representation.terms(kernel, O);
        offsets.forEach((offset, k) => {
          re += coefficients[2 * k]! * values[offset / 8]!;
          im += coefficients[2 * k + 1]! * values[offset / 8]!;
        });
        const exact = O.mul(rho).tr();
        const bound = 8 * d * d * Number.EPSILON;
        expect(Math.hypot(re - exact.re, im - exact.im)).toBeLessThan(bound);
        for (let level = 0; level < d; level++) {
          const row = representation.row(kernel, level);
          const square = row.offsets.reduce((sum, at, k) => sum + row.squares[k]! * values[at / 8]! ** 2, 0);
          let expected = 0;
          rho.forEachNonzero((i, _j, x, y) => {
            if (i === level) expected += x * x + y * y;
          });
          expect(Math.abs(square - expected)).toBeLessThan(bound);
        }
      });
    }
  });

  it("evolves two operators side by side", () => {
    const kernel = getKernel();
    const random = generator(7200);
    const d = 13;
    const [H, jumps] = problems["two pairs"]!(random, d);
    const representation = triangleRepresentation(plan(H, jumps));
    const parts = [randomHermitian(random, [d]), randomHermitian(random, [d])];
    kernel.frame(() => {
      const bytes = 8 * representation.length(kernel);
      const superoperator = representation.put(kernel, 2, "test");
      const x = poisoned(2 * bytes);
      const out = poisoned(2 * bytes);
      parts.forEach((part, k) => {
        representation.write(kernel, part, x.at + k * bytes);
      });
      kernel.functions.rightHandSide(superoperator, x.at, out.at);
      out.check();
      parts.forEach((part, k) => {
        const computed = Operator.dense(d, representation.read(kernel, out.at + k * bytes, "test"));
        expect(maxDifference(computed, definition(H, jumps, part))).toBeLessThan(rounding(part));
      });
    });
  });

  it.each([
    ["faber", {}],
    ["tsit5", {}],
    ["dop853", {}],
    ["rk4", { step: 1 / 256 }],
  ] as const)("%s takes the same way as in matrix form", (method, options) => {
    const kernel = getKernel();
    const N = 64;
    const a = destroy(N);
    const H = num(N).scale(0.5).add(a.add(a.dag()).scale(0.8));
    const rho = ket2dm(fock(N, 2));
    const tolerance = method === "rk4" ? 0 : 1e-11;
    type Reached = { state: Operator; steps: number; evaluations: number };
    const [matrix, triangle] = (["matrix", "triangle"] as const).map((form) =>
      kernel.frame(() => {
        const representation: Representation = represent(form, H, [a], rho);
        const vectors = putVectors(kernel, representation);
        const run = putEvolution(kernel, vectors, method, vectors.vector(rho), [0, 0.5], {
          rtol: tolerance,
          atol: tolerance,
          ...options,
        });
        while (kernel.functions.evolutionAdvance(run, 2 ** 30) === 0);
        const [time, , steps, , evaluations] = kernel.statistics(run);
        expect(time).toBe(0.5);
        const end = kernel.functions.evolutionState(run) >>> 0;
        return {
          state: Operator.dense(N, representation.read(kernel, end, "test")),
          steps: steps!,
          evaluations: evaluations!,
        };
      }),
    ) as [Reached, Reached];
    // A step errs by the tolerance, absolute and relative to a norm of at most 2; every evaluation rounds, times a step no longer than
    // the inverse of the generator's norm.
    const error = 3 * tolerance * (matrix.steps + triangle.steps);
    const rounded = 64 * Number.EPSILON * (matrix.evaluations + triangle.evaluations);
    expect(maxDifference(matrix.state, triangle.state)).toBeLessThan(error + rounded);
  });
});

describe("what lies on one triangle", () => {
  const a = destroy(64);
  const drive = a.add(a.dag());

  it("is chosen for a cavity, for a pair of operators too, and for a cavity with an atom", () => {
    const H = num(64).add(drive);
    const full = randomState(generator(1), [64]);
    for (const states of [[full], [full, full]]) {
      const { representation } = chooseRepresentation(noJumpOperator(H, [a]), [a], states);
      expect(representation.description).toBe("one triangle of a Hermitian matrix: 3 diagonals, 1 jump");
    }
    const b = tensor(destroy(30), qeye(2));
    const minus = tensor(qeye(30), sigmam());
    const exchange = b.mul(minus.dag());
    const jumps = [b, minus];
    const G = noJumpOperator(exchange.add(exchange.dag()).add(b.add(b.dag())), jumps);
    const { representation } = chooseRepresentation(G, jumps, [randomState(generator(2), [30, 2])]);
    expect(representation.description).toBe("one triangle of a Hermitian matrix: 5 diagonals, 2 jumps");
  });

  it("is no wide band, no jump on two diagonals, nothing dense", () => {
    const wide = Operator.fromTriplets(
      [64],
      [
        [0, 9, 1, 0],
        [9, 0, 1, 0],
      ],
    );
    expect(planTriangle(noJumpOperator(drive.add(wide), []), [])).toBeUndefined();
    expect(planTriangle(noJumpOperator(drive, [drive]), [drive])).toBeUndefined();
    expect(planTriangle(noJumpOperator(drive, []), [drive])).toBeUndefined();
    expect(planTriangle(randomOperator(generator(3), [64]), [])).toBeUndefined();
    const fourth = a.mul(a).mul(a).mul(a);
    expect(planTriangle(noJumpOperator(drive.add(fourth.add(fourth.dag())), []), [])).toBeDefined();
  });

  it("is what mesolve runs on", () => {
    const H = num(64).scale(0.5).add(drive.scale(0.8));
    const rho = ket2dm(fock(64, 2));
    const times = [0, 0.25, 0.5];
    const eOps = { n: num(64), x: drive };
    const common = { cOps: [a], eOps, rtol: 1e-11, atol: 1e-13, storeStates: true };
    // A generator that is not banded takes another form: the same physics with levels in another order.
    const order = Array.from({ length: 64 }, (_, k) => (k * 27) % 64);
    const P = Operator.fromTriplets(
      [64],
      order.map((to, from) => [to, from, 1, 0]),
    );
    const turned = (A: Operator) => P.mul(A).mul(P.dag());
    for (const method of ["faber", "tsit5", "dop853"] as const) {
      const run = mesolve(H, rho, times, { ...common, method });
      expect(run.stats.form).toMatch(/^one triangle/);
      const other = mesolve(turned(H), turned(rho), times, {
        ...common,
        method,
        cOps: [turned(a)],
        eOps: { n: turned(eOps.n), x: turned(eOps.x) },
      });
      expect(other.stats.form).not.toMatch(/^one triangle/);
      // As above; 64 is the norm of n.
      const error = 3e-11 * (run.stats.steps + other.stats.steps);
      for (const [k, state] of run.states!.entries()) {
        expect(maxDifference(turned(state), other.states![k]!)).toBeLessThan(error);
        for (const key of ["n", "x"] as const) {
          const [p, q] = [run.expect[key] as Float64Array, other.expect[key] as Float64Array];
          expect(Math.abs(p[k]! - q[k]!)).toBeLessThan(64 * error);
        }
      }
    }
  });
});

/**
 * Coordinates of Hermitian operators of two parts, and the generator in them, part by part: against products of operators.
 */
import { describe, expect, it } from "vitest";
import { Coordinates } from "../../bindings/bipartite/coordinates.ts";
import { bipartite, customBath, Operator, ptrace, qeye, tensor } from "../../bindings/index.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { applyGenerator } from "../../bindings/solvers/apply.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";

const ROUNDING = 1e-13;

/** Two parts with jumps on each and on both, of sizes that differ; the interaction has a trace, and acts on single parts, too. */
function system(seed: number, dA: number, dB: number) {
  const random = generator(seed);
  const jump = (dims: readonly number[], size: number) => randomOperator(random, dims).scale(size);
  return bipartite({
    HA: randomHermitian(random, [dA]),
    HB: randomHermitian(random, [dB]).scale(3),
    V: randomHermitian(random, [dA, dB]).add(qeye([dA, dB]).scale(2)),
    baths: [
      customBath("A", { jumps: [jump([dA], 1), jump([dA], 1e-3)] }),
      customBath("B", { jumps: [jump([dB], 0.1)] }),
      customBath("global", {
        name: "both",
        jumps: [jump([dA, dB], 0.3), tensor(jump([dA], 1), qeye(dB)), jump([dA, dB], 1e-4)],
      }),
    ],
  });
}

const unit = (count: number, k: number) => Float64Array.from({ length: count }, (_, j) => (j === k ? 1 : 0));

describe.each([
  [2, 2],
  [2, 3],
  [3, 2],
  [1, 2],
])("coordinates on %i x %i levels", (dA, dB) => {
  const whole = system(10 * dA + dB, dA, dB);
  const { HA, HB, H, V } = whole;
  const coordinates = new Coordinates(whole);
  const { count, kernel } = coordinates;
  const basis = Array.from({ length: count }, (_, k) => coordinates.operator(unit(count, k)));
  const nothing = Operator.fromTriplets([dA, dB], []);
  const alone = HA.kron(qeye(dB)).add(qeye(dA).kron(HB));

  it("are as many as numbers of an operator, of an orthonormal basis of Hermitian ones", () => {
    expect(count).toBe((dA * dB) ** 2);
    expect(kernel).toBe((dA ** 2 - 1) * (dB ** 2 - 1));
    basis.forEach((G, k) => {
      expect(G.hermiticityDefect().deviation).toBe(0);
      coordinates.of(G).forEach((x, j) => {
        expect(Math.abs(x - (j === k ? 1 : 0))).toBeLessThan(ROUNDING);
      });
      basis.forEach((F, j) => {
        expect(Math.abs(traceOfProduct(F, G).re - (j === k ? 1 : 0))).toBeLessThan(ROUNDING);
      });
    });
  });

  it("have first those that no part sees, then those of A, those of B, and the identity", () => {
    basis.forEach((G, k) => {
      const ofA = k >= kernel && k < kernel + dA ** 2 - 1;
      const ofB = k >= kernel + dA ** 2 - 1 && k < count - 1;
      if (!ofA && k < count - 1) expect(ptrace(G, 0).maxAbs()).toBeLessThan(ROUNDING);
      if (!ofB && k < count - 1) expect(ptrace(G, 1).maxAbs()).toBeLessThan(ROUNDING);
      if (ofA) expect(ptrace(G, 0).norm()).toBeCloseTo(Math.sqrt(dB), 12);
      if (ofB) expect(ptrace(G, 1).norm()).toBeCloseTo(Math.sqrt(dA), 12);
    });
    const one = qeye([dA, dB]).scale(1 / Math.sqrt(dA * dB));
    expect(basis[count - 1]!.sub(one).maxAbs()).toBeLessThan(ROUNDING);
    // Those that are missing at the end are 0.
    expect(coordinates.operator(Float64Array.of(0.5)).sub(basis[0]!.scale(0.5)).maxAbs()).toBeLessThan(ROUNDING);
  });

  it("turn by pairs under the local Hamiltonians, at the differences of their levels", () => {
    basis.forEach((G, k) => {
      const { rate, partner } = coordinates.turn(k);
      const image = applyGenerator(alone, [], G);
      expect(image.sub(basis[partner]!.scale(rate)).maxAbs()).toBeLessThan(ROUNDING);
      expect(coordinates.turn(partner)).toMatchObject({ rate: rate === 0 ? 0 : -rate, partner: k });
    });
  });

  it("have the generator and its parts", () => {
    const parts = coordinates.generator();
    const [single, both] = [
      [0, 1, 2, 4],
      [3, 5],
    ].map((which) => which.map((k) => whole.jumps[k]!));
    const rest = tensor(ptrace(V, 0).scale(1 / dB), qeye(dB))
      .add(tensor(qeye(dA), ptrace(V, 1).scale(1 / dA)))
      .sub(qeye([dA, dB]).scale(V.tr().re / (dA * dB)));
    const expected: Record<keyof typeof parts, (G: Operator) => Operator> = {
      local: (G) => applyGenerator(nothing, dA === 1 ? whole.jumps : single!, G),
      shared: (G) => applyGenerator(nothing, dA === 1 ? [] : both!, G),
      coupling: (G) => applyGenerator(V, [], G),
      across: (G) => applyGenerator(V.sub(rest).hermitianPart(), [], G),
      whole: (G) => applyGenerator(H, whole.jumps, G),
    };
    for (const [name, of] of Object.entries(expected)) {
      const images = parts[name as keyof typeof parts];
      expect(images.length).toBe(count ** 2);
      basis.forEach((G, k) => {
        const found = coordinates.operator(images.subarray(count * k, count * (k + 1)));
        expect(found.sub(of(G)).maxAbs(), name).toBeLessThan(10 * ROUNDING);
      });
    }
  });
});

describe("what is rounding", () => {
  const count = 16;
  const parts = (change: Partial<Parameters<typeof bipartite>[0]>) => {
    const random = generator(7);
    const [HA, HB] = [randomHermitian(random, [2]), randomHermitian(random, [2])];
    const V = tensor(randomHermitian(random, [2]), qeye(2)).add(tensor(qeye(2), randomHermitian(random, [2])));
    return new Coordinates(bipartite({ HA, HB, V, ...change })).generator();
  };

  it("is left out: a V of single parts couples nothing, jumps of one part lead out of no correlation", () => {
    const random = generator(8);
    const { across, local, shared } = parts({ baths: [customBath("A", { jumps: [randomOperator(random, [2])] })] });
    expect(across.every((x) => x === 0)).toBe(true);
    expect(shared.every((x) => x === 0)).toBe(true);
    for (let k = 0; k < 9; k++) for (let j = 9; j < count; j++) expect(local[count * k + j]).toBe(0);
  });

  it("is that of jumps of a size: slow ones are not covered by fast ones", () => {
    const random = generator(9);
    const [fast, slow] = [randomOperator(random, [2]).scale(1e6), randomOperator(random, [2]).scale(1e-6)];
    const baths = (jumps: Operator[][]) =>
      jumps.map((own, k) => customBath(k === 0 ? "A" : "B", { name: `${k}`, jumps: own }));
    const together = parts({ baths: baths([[fast], [slow]]) }).local;
    const [first, second] = [parts({ baths: baths([[fast]]) }).local, parts({ baths: baths([[], [slow]]) }).local];
    second.forEach((x, k) => {
      if (first[k] === 0) expect(Math.abs(together[k]! - x)).toBeLessThan(1e-12 * 1e-12);
    });
    expect(second.some((x, k) => x !== 0 && first[k] === 0)).toBe(true);
  });

  it("is measured by the largest local energy, of either sign", () => {
    const diagonal = (...values: number[]) =>
      Operator.fromTriplets(
        [2],
        values.map((x, k) => [k, k, x, 0] as const),
      );
    for (const [A, B] of [
      [
        [-7, 1],
        [2, 3],
      ],
      [
        [1, 2],
        [7, 0],
      ],
      [
        [7, -1],
        [-3, -2],
      ],
    ] as const) {
      const V = Operator.fromTriplets([2, 2], []);
      expect(new Coordinates(bipartite({ HA: diagonal(...A), HB: diagonal(...B), V })).energy).toBeCloseTo(7, 13);
    }
  });
});

import { describe, expect, it } from "vitest";
import { Operator } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { prefersSparse } from "../../bindings/plan/cost.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { chooseMethod } from "../../bindings/plan/method.ts";
import { chooseRepresentation } from "../../bindings/plan/plan.ts";

const bench = (file: string) => import(new URL(`../../bench/${file}`, import.meta.url).href);
const { expectedOf } = await bench("support/expected.mjs");
const { FORMS } = await bench("support/products.mjs");
const { problem } = await bench("problems/index.mjs");
const { randomDense } = await bench("problems/random.mjs");

describe("the times that the cost model expects", () => {
  const choiceOf = (key: string) => {
    const { points, times } = problem(key);
    const { H, jumps, rho0 } = points[0];
    const { representation } = chooseRepresentation(noJumpOperator(H, jumps), jumps, [rho0]);
    const shape = {
      length: representation.length(getKernel()),
      outputs: times.length,
      functionals: 1,
      functionalTerms: 2,
      storeStates: false,
    };
    return chooseMethod(representation, times, shape);
  };

  it.each(["P1", "P3:5", "P3:3", "P4:5"])("are found in the words for %s, the chosen method's the least", (key) => {
    const choice = choiceOf(key);
    const { faber, expm } = expectedOf(choice);
    expect(Math.min(faber, expm)).toBeGreaterThan(0);
    expect(choice.method).toBe(faber < expm ? "faber" : "expm");
  });

  it("are none where methods were not compared", () => {
    expect(expectedOf(choiceOf("P2:40"))).toEqual({});
  });

  it("are not overlooked in other words", () => {
    expect(() => expectedOf({ method: "faber", reason: "12 µs are enough" })).toThrow("12 µs");
  });
});

describe("the products that are compared", () => {
  // (1 + 2i) (3 - i) and so on: small whole numbers, exact
  const a = Float64Array.of(1, 2, 0, 1, -1, 0, 2, 1);
  const b = Float64Array.of(3, -1, 1, 0, 0, 2, -1, 1);
  const results: Record<string, number[]> = {
    complex: [3, 5, 0, 1, -5, 5, -4, 1],
    real: [3, -1, 1, 0, -3, 5, -3, 2],
  };

  it.each(Object.keys(results))("%s in JavaScript is what it says", (name) => {
    const { prepare, plain } = FORMS.find((form: { name: string }) => form.name === name);
    const c = new Float64Array(8).fill(Number.NaN);
    plain(2, prepare(a), b, c, new Float64Array(8));
    expect(Array.from(c)).toEqual(results[name]);
  });
});

describe("the problem without structure", () => {
  it("is the same every time, with H Hermitian and everything dense", () => {
    const [{ H, jumps }] = randomDense(9).points;
    expect(H.isHermitian()).toBe(true);
    expect([H.nnz, jumps[0].nnz]).toEqual([81, 81]);
    expect(H.toDense()).toEqual(randomDense(9).points[0].H.toDense());
    expect(H.toDense()).not.toEqual(randomDense(9).points[0].jumps[0].toDense());
  });
});

describe("an operator that multiplies from the left", () => {
  it.each([
    // Break-even was measured at 0.55 to 0.6 of all elements for real ones, whose dense product takes half the work as well; 0.6 for complex ones.
    ["real", 1, false],
    ["real", 0.75, false],
    ["real", 0.4, true],
    ["imaginary", 1, false],
    ["imaginary", 0.4, true],
    ["complex", 1, false],
    ["complex", 0.75, false],
    ["complex", 0.4, true],
  ] as const)("that is %s, with %d of its elements: sparse %s", (kind, filled, sparse) => {
    for (const d of [16, 40, 128]) {
      const [re, im] = [kind === "imaginary" ? 0 : 1, kind === "real" ? 0 : 1];
      const elements = Array.from({ length: d * d }, (_, k) => k).filter((k) => (7 * k) % 20 < 20 * filled);
      const operator = Operator.fromTriplets(
        d,
        elements.map((k) => [Math.floor(k / d), k % d, re, im]),
      );
      expect(prefersSparse(operator)).toBe(sparse);
      // Phases make everything complex.
      expect(prefersSparse(operator, true)).toBe(sparse);
    }
  });
});

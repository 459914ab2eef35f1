/**
 * The kernel's products against the sums that define them, for every dimension around the register blocks and past the
 * depth of a packed panel.
 */
import { describe, expect, it } from "vitest";
import type { Operator } from "../../bindings/index.ts";
import { Operator as Op } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { noJumpOperator, planGenerator } from "../../bindings/plan/generator.ts";
import { matrixRepresentation } from "../../bindings/plan/representation.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

/** A·B by the definition. */
function product(a: Operator, b: Operator): Operator {
  const d = a.size;
  const x = a.toDense();
  const y = b.toDense();
  const out = new Float64Array(2 * d * d);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const [re, im] = [x[2 * (i * d + k)]!, x[2 * (i * d + k) + 1]!];
      for (let j = 0; j < d; j++) {
        const [u, v] = [y[2 * (k * d + j)]!, y[2 * (k * d + j) + 1]!];
        out[2 * (i * d + j)]! += re * u - im * v;
        out[2 * (i * d + j) + 1]! += re * v + im * u;
      }
    }
  }
  return Op.dense(a.dims, out);
}

/** Rounding of a sum of d products of numbers below sqrt(2) in modulus: 4 d eps, and room for two orders of summation. */
const bound = (d: number) => 16 * d * Number.EPSILON;

describe("complex matrix product", () => {
  // Every remainder by the register blocks, below and above the change of method, and past the depths of the packed blocks.
  const dimensions = [
    ...Array.from({ length: 72 }, (_, k) => k + 1),
    93,
    94,
    95,
    97,
    127,
    130,
    255,
    257,
    300,
    509,
    515,
  ];
  it.each(dimensions)("d = %i agrees with the definition", (d) => {
    const random = generator(d);
    const a = randomOperator(random, [d]);
    const b = randomOperator(random, [d]);
    expect(maxDifference(a.mul(b), product(a, b))).toBeLessThan(bound(d));
  });
});

describe("sparse times dense", () => {
  it.each([1, 2, 3, 5, 8, 17, 32, 33, 64])("d = %i agrees with the dense product", (d) => {
    const random = generator(1000 + d);
    // Rows with every mix of real, imaginary and complex elements, and empty ones.
    const mixed: [number, number, number, number][] = [];
    for (let row = 0; row < d; row++) {
      for (let column = 0; column < d; column++) {
        const kind = Math.floor(random() * 8);
        if (kind === 0) mixed.push([row, column, random() - 0.5, 0]);
        if (kind === 1) mixed.push([row, column, 0, random() - 0.5]);
        if (kind === 2) mixed.push([row, column, random() - 0.5, random() - 0.5]);
      }
    }
    const a = Op.fromTriplets(d, mixed);
    const x = randomOperator(random, [d]);
    const kernel = getKernel();
    kernel.frame(() => {
      const rowPointers = [0];
      const columns: number[] = [];
      const values: number[] = [];
      let rows = 0;
      a.forEachNonzero((row, column, re, im) => {
        while (rows < row) {
          rowPointers.push(columns.length);
          rows++;
        }
        columns.push(column);
        values.push(re, im);
      });
      while (rowPointers.length <= d) rowPointers.push(columns.length);
      const y = kernel.allocate(kernel.layout(d).bytes, "test");
      kernel.functions.multiplySparse(
        d,
        kernel.putIntegers(rowPointers, "test"),
        kernel.putIntegers(columns, "test"),
        kernel.putDoubles(values, "test"),
        kernel.putMatrix(x, "test"),
        y,
      );
      expect(maxDifference(Op.dense(d, kernel.getMatrix(y, d, "test")), product(a, x))).toBeLessThan(bound(d));
    });
  });
});

describe("right-hand side", () => {
  /** -i[H, rho] + sum_k L rho L† - ½{L†L, rho}, from the operators' algebra. */
  function definition(H: Operator, jumps: readonly Operator[], rho: Operator): Operator {
    let out = H.mul(rho).sub(rho.mul(H)).scale({ re: 0, im: -1 });
    for (const L of jumps) {
      const n = L.dag().mul(L);
      out = out.add(L.mul(rho).mul(L.dag())).sub(n.mul(rho).add(rho.mul(n)).scale(0.5));
    }
    return out;
  }

  function realPart(operator: Operator): Operator {
    return operator
      .add(
        Op.dense(
          operator.dims,
          operator.toDense().map((x, k) => (k % 2 === 0 ? x : -x)),
        ),
      )
      .scale(0.5);
  }

  function diagonal(random: () => number, d: number, shift: number, complex: boolean): Operator {
    const elements: [number, number, number, number][] = [];
    for (let row = Math.max(0, -shift); row < d - Math.max(0, shift); row++) {
      if (random() < 0.2) continue;
      elements.push([row, row + shift, random() - 0.5, complex ? random() - 0.5 : 0]);
    }
    return Op.fromTriplets(d, elements);
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 33, 48, 50, 53, 54, 55, 61, 63, 64, 69])(
    "d = %i agrees with the definition in every form",
    (d) => {
      const random = generator(2000 + d);
      const rho = randomState(random, [d]);
      const shifts = [0, 1, -1, 2, -(d - 1), d - 1].filter((s) => Math.abs(s) < d);
      const jumps = [
        ...shifts.map((s) => diagonal(random, d, s, false)),
        ...shifts.map((s) => diagonal(random, d, s, true)),
        diagonal(random, d, 1 % d, false).scale({ re: 0, im: 1 }),
        randomOperator(random, [d], 0.1),
        ...[1, { re: 0, im: 1 }].map((phase) => realPart(randomOperator(random, [d])).scale(phase)),
        randomOperator(random, [d]),
      ];
      const kernel = getKernel();
      // A real H makes G imaginary when there are no jumps, an imaginary one makes it real with or without real jumps.
      const real = realPart(randomHermitian(random, [d]));
      const mixed = randomHermitian(random, [d]);
      const imaginary = mixed.sub(realPart(mixed));
      for (const H of [randomHermitian(random, [d]), randomHermitian(random, [d], 0.1), real, imaginary]) {
        for (const some of [[], jumps, jumps.slice(0, 1), jumps.slice(-1), jumps.slice(-2, -1), jumps.slice(-3, -2)]) {
          kernel.frame(() => {
            const plan = planGenerator(noJumpOperator(H, some), some);
            const g = matrixRepresentation(plan).put(kernel, 1, "test");
            const out = kernel.allocate(kernel.layout(d).bytes, "test");
            kernel.functions.rightHandSide(g, kernel.putMatrix(rho, "test"), out);
            const computed = Op.dense(d, kernel.getMatrix(out, d, "test"));
            expect(maxDifference(computed, definition(H, some, rho))).toBeLessThan(bound(d) * (1 + some.length));
            expect(computed.hermiticityDefect().deviation).toBe(0);
          });
        }
      }
    },
  );

  it.each([4, 8, 32, 64])("d = %i: what lies before and behind a matrix is never looked at", (d) => {
    const random = generator(3000 + d);
    const rho = randomState(random, [d]);
    const H = randomHermitian(random, [d], 0.2);
    // Largest shifts reach for the corners; two of each are merged.
    const jumps = [1, -1, 1, -1, d - 1, 1 - d, 0, 0].map((s) => diagonal(random, d, s, true));
    const kernel = getKernel();
    const poison = () => {
      const at = kernel.allocate(256, "test") / 8;
      kernel.doubles.fill(Number.NaN, at, at + 32);
    };
    kernel.frame(() => {
      poison();
      const state = kernel.putMatrix(rho, "test");
      poison();
      const plan = planGenerator(noJumpOperator(H, jumps), jumps);
      const g = matrixRepresentation(plan).put(kernel, 1, "test");
      const out = kernel.allocate(kernel.layout(d).bytes, "test");
      kernel.functions.rightHandSide(g, state, out);
      const computed = Op.dense(d, kernel.getMatrix(out, d, "test"));
      expect(maxDifference(computed, definition(H, jumps, rho))).toBeLessThan(bound(d) * (1 + jumps.length));
    });
  });
});

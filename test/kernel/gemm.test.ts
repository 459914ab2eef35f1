/**
 * Every form of the dense product (whole, onto what is there, the upper half of a Hermitian one; a complex, a real, an imaginary left
 * factor) against the sums that define it, between walls: what lies around operands is not a number and must not be looked at,
 * what lies around the result and the scratch must be as it was, and so must the padding of the result.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../bindings/kernel/kernel.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { generator } from "../support/random.ts";

/** The real and imaginary parts of a d x d matrix, row by row. */
type Matrix = readonly [re: Float64Array, im: Float64Array];
type Factor = "complex" | "real" | "imaginary" | "complex, in wide tiles";

const FACTORS: readonly Factor[] = ["complex", "real", "imaginary", "complex, in wide tiles"];
/** Of a wall, in doubles. */
const WALL = 64;
/** Every remainder by every register block, and both sides of each change of method; then past the depths of packed blocks. */
const SMALL = Array.from({ length: 90 }, (_, k) => k + 1);
const LARGE = [127, 197, 199, 200, 201, 203, 205, 206, 207, 257, 515];

const isComplex = (kind: Factor) => kind !== "real" && kind !== "imaginary";

function randomPart(random: () => number, d: number): Float64Array {
  return Float64Array.from({ length: d * d }, () => 2 * random() - 1);
}

/** A factor of a kind: the parts it does not have are zero. */
function randomFactor(random: () => number, d: number, kind: Factor): Matrix {
  const zero = new Float64Array(d * d);
  return [kind === "imaginary" ? zero : randomPart(random, d), kind === "real" ? zero : randomPart(random, d)];
}

function adjointOf(d: number, [re, im]: Matrix): Matrix {
  const out: Matrix = [new Float64Array(d * d), new Float64Array(d * d)];
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      out[0][j * d + i] = re[i * d + j]!;
      out[1][j * d + i] = -im[i * d + j]!;
    }
  }
  return out;
}

/** A·B by the definition. */
function product(d: number, [ar, ai]: Matrix, [br, bi]: Matrix): Matrix {
  const out: Matrix = [new Float64Array(d * d), new Float64Array(d * d)];
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const [x, y] = [ar[i * d + k]!, ai[i * d + k]!];
      for (let j = 0; j < d; j++) {
        out[0][i * d + j]! += x * br[k * d + j]! - y * bi[k * d + j]!;
        out[1][i * d + j]! += x * bi[k * d + j]! + y * br[k * d + j]!;
      }
    }
  }
  return out;
}

/** Blocks of the arena between walls; the kernel pads none of its own, so that a wall begins where a block ends. */
function walled(kernel: Kernel) {
  const walls: number[] = [];
  const wall = () => {
    const at = kernel.allocate(8 * WALL, "test") / 8;
    kernel.doubles.fill(Number.NaN, at, at + WALL);
    walls.push(at);
  };
  wall();
  return {
    block(bytes: number): number {
      const pointer = kernel.allocate(bytes, "test");
      wall();
      return pointer;
    },
    matrix(d: number, [re, im]: Matrix): number {
      const { stride, plane, bytes } = kernel.layout(d);
      const pointer = this.block(bytes);
      for (let i = 0; i < d; i++) {
        kernel.doubles.set(re.subarray(i * d, (i + 1) * d), pointer / 8 + i * stride);
        kernel.doubles.set(im.subarray(i * d, (i + 1) * d), pointer / 8 + plane + i * stride);
      }
      return pointer;
    },
    intact(): boolean {
      return walls.every((at) => kernel.doubles.subarray(at, at + WALL).every(Number.isNaN));
    },
  };
}

/** Largest difference to what is expected of each element, and whether all that is no element is still zero. */
function compare(kernel: Kernel, d: number, pointer: number, expected: (part: 0 | 1, i: number, j: number) => number) {
  const { stride, plane } = kernel.layout(d);
  let difference = 0;
  let padding = true;
  for (const part of [0, 1] as const) {
    for (let at = 0; at < plane; at++) {
      const value = kernel.doubles[pointer / 8 + part * plane + at]!;
      const [i, j] = [Math.floor(at / stride), at % stride];
      if (i >= d || j >= d) padding &&= value === 0;
      else if (Number.isNaN(value)) difference = Number.POSITIVE_INFINITY;
      else difference = Math.max(difference, Math.abs(value - expected(part, i, j)));
    }
  }
  return { difference, padding };
}

/**
 * Rounding of a sum of d products of numbers below sqrt(2) in modulus: 4 d eps, and room for two orders of summation; and of the
 * one addition to C, of which the sum has at most 2 d + 1.
 */
const bound = (d: number) => 18 * d * Number.EPSILON;

/** The scratch of a dimension, full of what is not a number: nothing of it is read before it is written. */
function scratchOf(kernel: Kernel, d: number, block: (bytes: number) => number): number {
  const bytes = kernel.functions.scratchBytes(d);
  const pointer = block(bytes);
  kernel.doubles.fill(Number.NaN, pointer / 8, pointer / 8 + bytes / 8);
  return pointer;
}

function multiply(
  kernel: Kernel,
  d: number,
  kind: Factor,
  a: number,
  b: number,
  c: number,
  scratch: number,
  keep: number,
) {
  if (isComplex(kind)) kernel.functions.multiply(d, a, b, c, scratch, keep);
  else kernel.functions.multiplyReal(d, a, b, c, scratch, keep, kind === "imaginary" ? 1 : 0);
}

function addUpper(kernel: Kernel, d: number, kind: Factor, a: number, b: number, c: number, scratch: number) {
  if (isComplex(kind)) kernel.functions.addUpper(d, a, b, c, scratch);
  else kernel.functions.addUpperReal(d, a, b, c, scratch, kind === "imaginary" ? 1 : 0);
}

/** A real or imaginary factor is handed over as one plane; the other is left to be not a number. */
function putFactor(kernel: Kernel, d: number, kind: Factor, [re, im]: Matrix, put: (d: number, m: Matrix) => number) {
  if (isComplex(kind)) return put(d, [re, im]);
  const pointer = put(d, [kind === "real" ? re : im, re]);
  const { plane } = kernel.layout(d);
  kernel.doubles.fill(Number.NaN, pointer / 8 + plane, pointer / 8 + 2 * plane);
  return pointer;
}

describe.each(FACTORS)("product with a left factor that is %s", (kind) => {
  // Correct on every engine; faster on few.
  beforeAll(() => getKernel().functions.useWideTiles(kind === "complex, in wide tiles" ? 1 : 0));
  afterAll(() => getKernel().functions.useWideTiles(0));

  it.each([...SMALL, ...LARGE])("d = %i: as defined, to C and onto C, and within its walls", (d) => {
    const random = generator(d);
    const kernel = getKernel();
    const a = randomFactor(random, d, kind);
    const b = randomFactor(random, d, "complex");
    const before = randomFactor(random, d, "complex");
    const expected = product(d, a, b);
    for (const keep of [0, 1]) {
      kernel.frame(() => {
        const walls = walled(kernel);
        const put = (size: number, m: Matrix) => walls.matrix(size, m);
        const pa = putFactor(kernel, d, kind, a, put);
        const pb = put(d, b);
        const pc = put(d, before);
        const scratch = scratchOf(kernel, d, (bytes) => walls.block(bytes));
        multiply(kernel, d, kind, pa, pb, pc, scratch, keep);
        const seen = compare(
          kernel,
          d,
          pc,
          (part, i, j) => expected[part][i * d + j]! + keep * before[part][i * d + j]!,
        );
        expect(seen.padding).toBe(true);
        expect(seen.difference).toBeLessThan(bound(d));
        expect(walls.intact()).toBe(true);
      });
    }
  });

  // A·A† is Hermitian.
  it.each([...SMALL, ...LARGE])("d = %i: the upper half of a Hermitian product, and nothing else", (d) => {
    const random = generator(5000 + d);
    const kernel = getKernel();
    const a = randomFactor(random, d, kind);
    const b = adjointOf(d, a);
    const before = randomFactor(random, d, "complex");
    const expected = product(d, a, b);
    kernel.frame(() => {
      const walls = walled(kernel);
      const put = (size: number, m: Matrix) => walls.matrix(size, m);
      const pa = putFactor(kernel, d, kind, a, put);
      const pb = put(d, b);
      const pc = put(d, before);
      const scratch = scratchOf(kernel, d, (bytes) => walls.block(bytes));
      addUpper(kernel, d, kind, pa, pb, pc, scratch);
      const weight = (i: number, j: number) => (j > i ? 1 : j === i ? 0.5 : 0);
      const seen = compare(
        kernel,
        d,
        pc,
        (part, i, j) => before[part][i * d + j]! + weight(i, j) * expected[part][i * d + j]!,
      );
      expect(seen.padding).toBe(true);
      expect(seen.difference).toBeLessThan(bound(d));
      expect(walls.intact()).toBe(true);
      const lower = compare(kernel, d, pc, (part, i, j) => {
        const { stride, plane } = kernel.layout(d);
        return j < i ? before[part][i * d + j]! : kernel.doubles[pc / 8 + part * plane + i * stride + j]!;
      });
      expect(lower.difference).toBe(0);
    });
  });
});

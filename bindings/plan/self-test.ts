/**
 * {@link selfTest}: the kernel in use against plain loops, for hosts that have changed what the engine makes of it.
 * @module
 */
import { KernelUnavailableError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { Operator } from "../operators/operator.ts";
import { noJumpOperator, planGenerator } from "./generator.ts";
import { matrixRepresentation, type Representation, triangleRepresentation } from "./representation.ts";
import { planTriangle } from "./triangle.ts";

/** What {@link selfTest} found in use. */
export interface SelfTestReport {
  /** "release", "relaxed" or "debug". */
  readonly build: string;
  /** Whether the dense product uses register blocks of twice the height ({@link InitOptions.wideTiles}). */
  readonly wideTiles: boolean;
}

/** Both sides of every change of method, with and without remainders; the large ones cost time. */
const PRODUCTS = [1, 2, 3, 5, 8, 15, 16, 23, 26, 29, 66, 203];
const RIGHT_HAND_SIDES = [2, 5, 18, 27];
/** Below, every combination is tested. */
const SMALL = 100;
/** Rows compared of larger matrices. */
const ROWS = 4;

/**
 * Compares the kernel in use with plain JavaScript on small fixed problems: dense products of every form, right-hand sides.
 * Takes some 50 ms. For programs that set engine flags: the library itself sets none and needs no such test.
 * @returns what is in use
 * @throws {@link KernelUnavailableError} when a result is off by more than rounding explains
 * @example
 * import v8 from "node:v8";
 * v8.setFlagsFromString("--experimental-wasm-relaxed-simd"); // Node 20, before the kernel is first used
 * await init();
 * selfTest().build; // "relaxed"
 */
export function selfTest(): SelfTestReport {
  const kernel = getKernel();
  const random = numbers();
  for (const d of PRODUCTS) kernel.frame(() => testProducts(kernel, d, random));
  for (const d of RIGHT_HAND_SIDES) {
    kernel.frame(() => testRightHandSide(kernel, d, random));
    kernel.frame(() => testTriangle(kernel, d, random));
  }
  return { build: kernel.build, wideTiles: kernel.functions.hasWideTiles() !== 0 };
}

/** Fixed numbers in [-1, 1) without pattern: a linear congruential generator (Numerical Recipes, section 7.1). */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Row-major, re and im interleaved. */
function randomMatrix(d: number, random: () => number): Float64Array {
  return Float64Array.from({ length: 2 * d * d }, random);
}

/** Rounding of so many sums of d products, twice over for two orders of summation. */
function check(what: string, d: number, terms: number, difference: number): void {
  // Not a number is not right either.
  if (difference < 18 * d * terms * Number.EPSILON) return;
  throw new KernelUnavailableError(
    `the kernel computes wrongly in this engine, or under its flags: ${what} of dimension ${d} is off by ${difference}`,
  );
}

/** A·B whole and onto what is there, the upper half of A·A†, and the same for the real and for the imaginary part of A. */
function testProducts(kernel: Kernel, d: number, random: () => number): void {
  const { functions } = kernel;
  const { bytes } = kernel.layout(d);
  const [left, right, before] = [0, 1, 2].map(() => randomMatrix(d, random)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [a, b, c] = [0, 1, 2].map(() => kernel.allocate(bytes, "a self-test")) as [number, number, number];
  const scratch = kernel.allocate(functions.scratchBytes(d), "a self-test");
  const small = d < SMALL;
  for (const kind of ["complex", "real", "imaginary"] as const) {
    if (kind === "imaginary" && !small) continue;
    const some = left.map((x, k) => (kind === "complex" || (k & 1) === (kind === "real" ? 0 : 1) ? x : 0));
    const imaginary = kind === "imaginary" ? 1 : 0;
    // The kernel takes an imaginary factor by its imaginary part, as if that were real.
    put(kernel, d, kind === "imaginary" ? left.map((_, k) => (k & 1 ? 0 : left[k + 1]!)) : some, a);
    put(kernel, d, right, b);
    for (const keep of small ? [0, 1] : [1]) {
      put(kernel, d, before, c);
      if (kind === "complex") functions.multiply(d, a, b, c, scratch, keep);
      else functions.multiplyReal(d, a, b, c, scratch, keep, imaginary);
      check(
        `a product (${kind})`,
        d,
        1,
        difference(kernel, d, c, some, right, before, () => [1, keep]),
      );
    }
    const adjoint = adjointOf(d, some);
    put(kernel, d, adjoint, b);
    put(kernel, d, before, c);
    if (kind === "complex") functions.addUpper(d, a, b, c, scratch);
    else functions.addUpperReal(d, a, b, c, scratch, imaginary);
    const weights = (i: number, j: number): [number, number] => [j > i ? 1 : j === i ? 0.5 : 0, 1];
    check(`half a product (${kind})`, d, 1, difference(kernel, d, c, some, adjoint, before, weights));
  }
}

function put(kernel: Kernel, d: number, data: Float64Array, pointer: number): void {
  const { stride, plane } = kernel.layout(d);
  const { doubles } = kernel;
  for (let i = 0, k = 0; i < d; i++) {
    for (let at = pointer / 8 + i * stride, j = 0; j < d; j++, at++, k += 2) {
      doubles[at] = data[k]!;
      doubles[at + plane] = data[k + 1]!;
    }
  }
}

function adjointOf(d: number, data: Float64Array): Float64Array {
  const out = new Float64Array(2 * d * d);
  for (let i = 0, k = 0; i < d; i++) {
    for (let j = 0; j < d; j++, k += 2) {
      out[2 * (j * d + i)] = data[k]!;
      out[2 * (j * d + i) + 1] = -data[k + 1]!;
    }
  }
  return out;
}

/** Largest difference between the kernel's matrix and w·A·B + k·C, with [w, k] by place, over all or some rows. */
function difference(
  kernel: Kernel,
  d: number,
  pointer: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  weights: (i: number, j: number) => [number, number],
): number {
  const { stride, plane } = kernel.layout(d);
  const { doubles } = kernel;
  let largest = 0;
  for (let i = 0; i < d; i += Math.max(1, Math.floor((d - 1) / ROWS))) {
    const row = productRow(d, a, b, i);
    for (let j = 0; j < d; j++) {
      const [w, k] = weights(i, j);
      for (const part of [0, 1]) {
        const seen = doubles[pointer / 8 + part * plane + i * stride + j]!;
        const off = Math.abs(seen - w * row[2 * j + part]! - k * c[2 * (i * d + j) + part]!);
        // Math.max keeps what is not a number
        largest = Math.max(largest, off);
      }
    }
  }
  return largest;
}

/** L[rho] in matrix form, with a dense, a real and a sparse jump. */
function testRightHandSide(kernel: Kernel, d: number, random: () => number): void {
  const operator = () => Operator.dense(d, randomMatrix(d, random));
  const some = operator();
  const H = some.add(some.dag()).scale(0.5);
  const other = operator();
  const rho = other.add(other.dag()).scale(0.5 / d);
  const dense = operator().scale(1 / d);
  const real = Operator.dense(
    d,
    dense.toDense().map((x, k) => (k & 1 ? 0 : x)),
  );
  const jumps = [
    dense,
    real,
    Operator.fromTriplets(d, [
      [0, d - 1, 1, 0.5],
      [d - 1, d - 1, 0.5, 0],
    ]),
  ];
  compareForm(kernel, matrixRepresentation(planGenerator(noJumpOperator(H, jumps), jumps)), H, jumps, rho);
}

/** L[rho] on one triangle: a cavity that is driven, in the first pass and in further ones, with two jumps and a third. */
function testTriangle(kernel: Kernel, d: number, random: () => number): void {
  const band = (shift: number) =>
    Operator.fromTriplets(
      d,
      Array.from({ length: d - shift }, (_, i) => [i, i + shift, random(), 0] as const),
    );
  const other = Operator.dense(d, randomMatrix(d, random));
  const rho = other.add(other.dag()).scale(0.5 / d);
  const jumps = [band(1), band(1).dag(), band(0)];
  const H = [band(0), band(1), band(2).scale({ re: 0.6, im: 0.8 })]
    .map((side) => side.add(side.dag()))
    .reduce((sum, side) => sum.add(side));
  compareForm(kernel, triangleRepresentation(planTriangle(noJumpOperator(H, jumps), jumps)!), H, jumps, rho);
}

/** L[rho] in some form against plain loops. */
function compareForm(
  kernel: Kernel,
  form: Representation,
  H: Operator,
  jumps: readonly Operator[],
  rho: Operator,
): void {
  const d = H.size;
  let expected = plain(H, rho).sub(plain(rho, H)).scale({ re: 0, im: -1 });
  for (const L of jumps) {
    const n = plain(L.dag(), L);
    expected = expected.add(plain(plain(L, rho), L.dag())).sub(plain(n, rho).add(plain(rho, n)).scale(0.5));
  }
  const what = "a self-test";
  const bytes = 8 * form.length(kernel);
  const generator = form.put(kernel, 1, what);
  const [x, out] = [kernel.allocate(bytes, what), kernel.allocate(bytes, what)];
  form.write(kernel, rho, x);
  kernel.functions.rightHandSide(generator, x, out);
  const seen = Operator.dense(d, form.read(kernel, out, "self-test"));
  check("a right-hand side", d, 2 + 4 * jumps.length, seen.sub(expected).maxAbs());
}

/** A·B by plain loops. */
function plain(A: Operator, B: Operator): Operator {
  const d = A.size;
  const [a, b] = [A.toDense(), B.toDense()];
  const out = new Float64Array(2 * d * d);
  for (let i = 0; i < d; i++) out.set(productRow(d, a, b, i), 2 * i * d);
  return Operator.dense(A.dims, out);
}

/** One row of A·B. */
function productRow(d: number, a: Float64Array, b: Float64Array, i: number): Float64Array {
  const row = new Float64Array(2 * d);
  for (let k = 0; k < d; k++) {
    const x = a[2 * (i * d + k)]!;
    const y = a[2 * (i * d + k) + 1]!;
    for (let j = 0; j < 2 * d; j += 2) {
      const u = b[2 * k * d + j]!;
      const v = b[2 * k * d + j + 1]!;
      row[j]! += x * u - y * v;
      row[j + 1]! += x * v + y * u;
    }
  }
  return row;
}

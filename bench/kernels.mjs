/**
 * The complex matrix product: the kernel's, a plain loop in JavaScript, and numpy's (OpenBLAS), in the same run on the same core;
 * sparse times dense, beside scipy's. And what a call of `mesolve` costs when there is next to nothing to solve.
 */
import { mesolve, qeye, sigmam, sigmaz } from "lindblad";
import { getKernel } from "../dist/bindings/kernel/load.js";
import { median, sample, warmUp } from "./measure.mjs";
import { startPeer } from "./peer.mjs";
import { printMachine, printTable, writeResults } from "./report.mjs";

const SIZES = [8, 16, 32, 64, 128, 256];
const SECONDS = 0.5;
const SIDES = ["lindblad", "JavaScript", "numpy"];

const peer = startPeer();
try {
  const versions = await peer.ask({ op: "versions" });
  printMachine(getKernel().build, versions);

  console.log("\ncomplex d x d product, GF/s (8 d^3 operations)");
  const products = [];
  for (const size of SIZES) products.push(await compareProducts(size));
  printTable(
    ["d", ...SIDES, "to JavaScript", "to numpy"],
    products.map(({ size, seconds }) => [
      `${size}`,
      ...SIDES.map((side) => ((8e-9 * size ** 3) / seconds[side]).toFixed(2)),
      (seconds.JavaScript / seconds.lindblad).toFixed(2),
      (seconds.numpy / seconds.lindblad).toFixed(2),
    ]),
  );

  console.log("\ntridiagonal x dense, complex, GF/s (8 operations an element)");
  const sparse = [];
  for (const size of SIZES) sparse.push(await compareSparse(size));
  printTable(
    ["d", "lindblad", "scipy", "to scipy"],
    sparse.map(({ size, seconds }) => [
      `${size}`,
      ...["lindblad", "scipy"].map((side) => ((8e-9 * (3 * size - 2) * size) / seconds[side]).toFixed(2)),
      (seconds.scipy / seconds.lindblad).toFixed(2),
    ]),
  );

  const overhead = measureOverhead();
  console.log(`\nmesolve of one qubit over one short step: ${(1e6 * overhead).toFixed(1)} microseconds a call`);
  writeResults("kernels", { versions, kernelBuild: getKernel().build, products, sparse, overhead });
} finally {
  peer.close();
}

async function compareProducts(size) {
  const own = getKernel().frame((kernel) => timeKernel(kernel, size));
  const [a, b, c] = [randomMatrix(size), randomMatrix(size), new Float64Array(2 * size * size)];
  const plain = timeOf("JavaScript", () => multiply(size, a, b, c));
  const { seconds } = await peer.ask({ op: "product", size, seconds: SECONDS });
  return { size, seconds: { lindblad: own, JavaScript: plain, numpy: median(seconds) } };
}

/** The product alone, operands and result in the kernel's memory. */
function timeKernel(kernel, size) {
  const [a, b] = [0, 1].map(() => kernel.putMatrix(elementsOf(size, randomMatrix(size)), "a benchmark"));
  const c = kernel.allocate(kernel.layout(size).bytes, "a benchmark");
  const scratch = kernel.allocate(kernel.functions.scratchBytes(size), "a benchmark");
  return timeOf("lindblad", () => kernel.functions.multiply(size, a, b, c, scratch, 0));
}

async function compareSparse(size) {
  const own = getKernel().frame((kernel) => {
    const rows = Array.from({ length: size }, (_, i) => [i - 1, i, i + 1].filter((j) => j >= 0 && j < size));
    const columns = rows.flat();
    const rowPointers = [0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)];
    const values = columns.flatMap(() => [Math.random() - 0.5, Math.random() - 0.5]);
    const a = kernel.putIntegers(rowPointers, "a benchmark");
    const b = kernel.putIntegers(columns, "a benchmark");
    const c = kernel.putDoubles(values, "a benchmark");
    const x = kernel.putMatrix(elementsOf(size, randomMatrix(size)), "a benchmark");
    const y = kernel.allocate(kernel.layout(size).bytes, "a benchmark");
    return timeOf("lindblad", () => kernel.functions.multiplySparse(size, a, b, c, x, y));
  });
  const { seconds } = await peer.ask({ op: "sparse", size, seconds: SECONDS });
  return { size, seconds: { lindblad: own, scipy: median(seconds) } };
}

function measureOverhead() {
  const [H, rho0, times] = [sigmaz(), qeye(2).scale(0.5), [0, 1e-3]];
  const options = { cOps: [sigmam()], eOps: { z: sigmaz() } };
  return timeOf("overhead", () => mesolve(H, rho0, times, options));
}

function timeOf(name, fn) {
  warmUp(fn);
  return median(sample({ [name]: fn }, SECONDS)[name]);
}

/** C = A·B, row-major and interleaved, as one writes it first: the loop over columns innermost. */
function multiply(size, a, b, c) {
  c.fill(0);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const re = a[2 * (i * size + k)];
      const im = a[2 * (i * size + k) + 1];
      let from = 2 * k * size;
      let to = 2 * i * size;
      for (let j = 0; j < size; j++, from += 2, to += 2) {
        c[to] += re * b[from] - im * b[from + 1];
        c[to + 1] += re * b[from + 1] + im * b[from];
      }
    }
  }
}

function randomMatrix(size) {
  return Float64Array.from({ length: 2 * size * size }, () => Math.random() - 0.5);
}

function elementsOf(size, data) {
  return {
    size,
    forEachNonzero(visit) {
      for (let row = 0, k = 0; row < size; row++) {
        for (let column = 0; column < size; column++, k += 2) visit(row, column, data[k], data[k + 1]);
      }
    },
  };
}

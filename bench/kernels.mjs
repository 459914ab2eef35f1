/**
 * The complex matrix product: the kernel's, a plain loop in JavaScript, and numpy's (OpenBLAS), in the same run on the same core;
 * sparse times dense, beside scipy's; whether the cost model takes the faster of the two; and what a call of `mesolve` costs when
 * there is next to nothing to solve.
 */
import { mesolve, Operator, qeye, sigmam, sigmaz } from "lindblad";
import { getKernel } from "../dist/bindings/kernel/load.js";
import { prefersSparse } from "../dist/bindings/plan/cost.js";
import { median, sample, warmUp } from "./support/measure.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { withPeers } from "./support/peer.mjs";

const SIZES = [8, 16, 32, 64, 128, 256];
const SECONDS = 0.5;
const SIDES = ["lindblad", "JavaScript", "numpy"];
/** Sizes, and elements in a row, at which sparse and dense products are compared. */
const COST_SIZES = [16, 32, 64, 128];
const COST_FRACTIONS = [1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 3 / 4];
const COST_SECONDS = 0.1;

await withPeers(["QuTiP"], async ([peer]) => {
  const versions = [await peer.ask({ op: "versions" })];
  printMachine(versions);

  console.log("\ncomplex d x d product, GF/s (8 d^3 operations)");
  const products = [];
  for (const size of SIZES) products.push(await compareProducts(peer, size));
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
  for (const size of SIZES) sparse.push(await compareSparse(peer, size));
  printTable(
    ["d", "lindblad", "scipy", "to scipy"],
    sparse.map(({ size, seconds }) => [
      `${size}`,
      ...["lindblad", "scipy"].map((side) => ((8e-9 * (3 * size - 2) * size) / seconds[side]).toFixed(2)),
      (seconds.scipy / seconds.lindblad).toFixed(2),
    ]),
  );

  console.log("\nthe cost model's choice: operators with so many elements a row, times dense");
  const choices = COST_SIZES.flatMap((size) => COST_FRACTIONS.map((fraction) => compareChoice(size, fraction * size)));
  printTable(
    ["d", "elements a row", "dense, us", "sparse, us", "choice", "times the faster"],
    choices.map(({ size, perRow, dense, sparse: compressed, choice, loss }) => [
      `${size}`,
      `${perRow}`,
      (1e6 * dense).toPrecision(3),
      (1e6 * compressed).toPrecision(3),
      choice,
      loss.toFixed(2),
    ]),
  );

  const overhead = measureOverhead();
  console.log(`\nmesolve of one qubit over one short step: ${(1e6 * overhead).toFixed(1)} microseconds a call`);
  const entries = [
    ...products.map((entry) => ({ key: `product:${entry.size}`, ...entry })),
    ...sparse.map((entry) => ({ key: `sparse:${entry.size}`, ...entry })),
    ...choices.map((entry) => ({ key: `choice:${entry.size}:${entry.perRow}`, ...entry })),
    { key: "overhead", overhead },
  ];
  writeResults("kernels", { versions, entries });
});

async function compareProducts(peer, size) {
  const own = getKernel().frame((kernel) => timeKernel(kernel, size));
  const [a, b, c] = [randomMatrix(size), randomMatrix(size), new Float64Array(2 * size * size)];
  const plain = timeOf("JavaScript", () => multiply(size, a, b, c));
  const { seconds } = await peer.ask({ op: "product", size, seconds: SECONDS });
  return { size, seconds: { lindblad: own, JavaScript: plain, numpy: median(seconds) } };
}

/** The product alone, operands and result in the kernel's memory. */
function timeKernel(kernel, size, seconds = SECONDS) {
  const [a, b] = [0, 1].map(() => kernel.putMatrix(elementsOf(size, randomMatrix(size)), "a benchmark"));
  const c = kernel.allocate(kernel.layout(size).bytes, "a benchmark");
  const scratch = kernel.allocate(kernel.functions.scratchBytes(size), "a benchmark");
  return timeOf("lindblad", () => kernel.functions.multiply(size, a, b, c, scratch, 0), seconds);
}

async function compareSparse(peer, size) {
  const own = timeSparse(size, SECONDS, (i, j) => Math.abs(i - j) <= 1);
  const { seconds } = await peer.ask({ op: "sparse", size, seconds: SECONDS });
  return { size, seconds: { lindblad: own, scipy: median(seconds) } };
}

/** Compressed rows, all elements complex, times dense; `isSet(row, column)` says where elements are. */
function timeSparse(size, seconds, isSet) {
  return getKernel().frame((kernel) => {
    const indices = [...Array(size).keys()];
    const rows = indices.map((i) => indices.filter((j) => isSet(i, j)));
    const columns = rows.flat();
    const rowPointers = [0];
    for (const row of rows) rowPointers.push(rowPointers.at(-1) + row.length);
    const values = columns.flatMap(() => [Math.random() - 0.5, Math.random() - 0.5]);
    const a = kernel.putIntegers(rowPointers, "a benchmark");
    const b = kernel.putIntegers(columns, "a benchmark");
    const c = kernel.putDoubles(values, "a benchmark");
    const x = kernel.putMatrix(elementsOf(size, randomMatrix(size)), "a benchmark");
    const y = kernel.allocate(kernel.layout(size).bytes, "a benchmark");
    return timeOf("lindblad", () => kernel.functions.multiplySparse(size, a, b, c, x, y), seconds);
  });
}

/** What the model chooses, and how much longer that takes than the faster of the two. */
function compareChoice(size, perRow) {
  // evenly spread, another place in every row
  const isSet = (i, j) =>
    Math.floor(((((j + 3 * i) % size) + 1) * perRow) / size) > Math.floor((((j + 3 * i) % size) * perRow) / size);
  const elements = [];
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (isSet(i, j)) elements.push([i, j, 1, 1]);
  const choice = prefersSparse(Operator.fromTriplets(size, elements)) ? "sparse" : "dense";
  const dense = getKernel().frame((kernel) => timeKernel(kernel, size, COST_SECONDS));
  const sparse = timeSparse(size, COST_SECONDS, isSet);
  return { size, perRow, dense, sparse, choice, loss: { dense, sparse }[choice] / Math.min(dense, sparse) };
}

function measureOverhead() {
  const [H, rho0, times] = [sigmaz(), qeye(2).scale(0.5), [0, 1e-3]];
  const options = { cOps: [sigmam()], eOps: { z: sigmaz() } };
  return timeOf("overhead", () => mesolve(H, rho0, times, options));
}

function timeOf(name, fn, seconds = SECONDS) {
  warmUp(fn);
  return median(sample({ [name]: fn }, seconds)[name]);
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

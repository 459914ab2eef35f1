/**
 * The complex matrix product: the kernel's, a plain loop in JavaScript, and numpy's (OpenBLAS), in the same run on the same core; with
 * a real left factor, and for a jump: L rho L†, Hermitian, with a dense L; sparse times dense, beside scipy's; and whether the cost
 * model takes the faster of dense and sparse. And what a call of `mesolve` costs when there is next to nothing to solve.
 * `--engine-flags` sets the flags that the command line sets; `--only 8,64` are sizes.
 */
import { init, mesolve, Operator, qeye, selfTest, sigmam, sigmaz } from "lindblad";
import { useEngineFlags } from "../cli/dist/engine-flags.js";
import { FORM_MATRIX, LEFT_CSR, LEFT_DENSE } from "../dist/assembly/constants.js";
import { getKernel } from "../dist/bindings/kernel/load.js";
import { prefersSparse } from "../dist/bindings/plan/cost.js";
import { median, sample, warmUp } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { withPeers } from "./support/peer.mjs";
import { FORMS, rateOf } from "./support/products.mjs";

const SIZES = "2,4,8,16,32,64,128,256,512,1024";
const SPARSE_SIZES = [8, 16, 32, 64, 128, 256];
/** Sizes, and elements in a row, at which sparse and dense products are compared. */
const CHOICE_SIZES = [16, 32, 64, 128];
const CHOICE_FRACTIONS = [1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 3 / 4];
const CHOICE_SECONDS = 0.2;
/** For each side of each size, in so many rounds. */
const SECONDS = 0.6;
const ROUNDS = 3;
/** A sample as long as a call of the peer, which is timed singly; what takes less than a microsecond needs more calls to be timed at all. */
const sampleSeconds = (size) => (size < 16 ? 0.05 : 1e-3);
/** Above, the plain loop would take seconds a call: its rate has long been the same by then. */
const LARGEST_LOOP = 256;
const SIDES = ["lindblad", "JavaScript", "numpy"];

/** How the kernel makes each product of support/products.mjs, operands and result in its memory. */
const KERNEL = {
  complex: ({ functions }, d, a, b, c, scratch) => functions.multiply(d, a, b, c, scratch, 0),
  real: ({ functions }, d, a, b, c, scratch) => functions.multiplyReal(d, a, b, c, scratch, 0, 0),
};

const { only = SIZES, engineFlags: isFlagged } = readOptions();
const sizes = only.split(",").map(Number);
const engineFlags = isFlagged ? await useEngineFlags() : [];
if (engineFlags.length === 0) await init();
const { wideTiles } = selfTest();
const under = [...engineFlags, ...(wideTiles ? ["wide tiles"] : [])];

await withPeers(["QuTiP"], async ([peer]) => {
  const versions = [await peer.ask({ op: "versions" })];
  printMachine(versions);
  if (under.length > 0) console.log(`under ${under.join(", ")}`);

  const products = [];
  for (const form of FORMS) products.push(...(await compareForm(peer, form)));

  console.log("\ntridiagonal x dense, complex, GF/s (8 operations an element)");
  const sparse = [];
  for (const size of SPARSE_SIZES.filter(isAsked)) sparse.push(await compareSparse(peer, size));
  printTable(
    ["d", "lindblad", "scipy", "to scipy"],
    sparse.map(({ size, seconds }) => [
      `${size}`,
      ...["lindblad", "scipy"].map((side) => rateOf(8 * (3 * size - 2) * size, seconds[side])),
      ratio(seconds.scipy, seconds.lindblad),
    ]),
  );

  console.log("\nthe cost model's choice: operators with so many elements a row, times dense");
  const choices = CHOICE_SIZES.filter(isAsked).flatMap((size) =>
    CHOICE_FRACTIONS.map((fraction) => compareChoice(size, fraction * size)),
  );
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
    ...products.map((entry) => ({ key: `product:${entry.form}:${entry.size}`, ...entry })),
    ...sparse.map((entry) => ({ key: `sparse:${entry.size}`, ...entry })),
    ...choices.map((entry) => ({ key: `choice:${entry.size}:${entry.perRow}`, ...entry })),
    { key: "overhead", overhead },
  ];
  writeResults("kernels", { versions, under, entries });
});

function isAsked(size) {
  return sizes.includes(size);
}

function ratio(theirs, ours) {
  return theirs === undefined ? "-" : (theirs / ours).toFixed(2);
}

async function compareForm(peer, form) {
  console.log(`\n${form.title}`);
  const rows = [];
  for (const size of sizes) rows.push(await compareProducts(peer, size, form));
  printTable(
    ["d", ...SIDES, "to JavaScript", "to numpy"],
    rows.map(({ size, seconds }) => [
      `${size}`,
      ...SIDES.map((side) => rateOf(form.operations(size), seconds[side])),
      ratio(seconds.JavaScript, seconds.lindblad),
      ratio(seconds.numpy, seconds.lindblad),
    ]),
  );
  return rows;
}

/** The three sides in turn, several times: a neighbour on the machine slows all of them, not one. */
async function compareProducts(peer, size, { name, plain, prepare }) {
  const [a, b, c, t] = [randomMatrix(size), randomMatrix(size), ...[0, 1].map(() => new Float64Array(2 * size * size))];
  const left = prepare(a);
  const seconds = { lindblad: [], JavaScript: [], numpy: [] };
  for (let round = 0; round < ROUNDS; round++) {
    seconds.lindblad.push(...timeKernel(size, name, left, b, round === 0));
    if (size <= LARGEST_LOOP) {
      seconds.JavaScript.push(...samplesOf(() => plain(size, left, b, c, t), size, round === 0));
    }
    const answer = await peer.ask({ op: "product", size, form: name, seconds: SECONDS / ROUNDS });
    seconds.numpy.push(...answer.seconds);
  }
  const measured = SIDES.filter((side) => seconds[side].length > 0);
  return { form: name, size, seconds: Object.fromEntries(measured.map((side) => [side, median(seconds[side])])) };
}

/** The product alone, operands and result in the kernel's memory. */
function timeKernel(size, form, left, right, cold) {
  return getKernel().frame((kernel) => {
    const [a, b] = [left, right].map((data) => kernel.putMatrix(elementsOf(size, data), "a benchmark"));
    const c = kernel.allocate(kernel.layout(size).bytes, "a benchmark");
    if (form === "jump") return samplesOf(jumpOf(kernel, size, a, b, c), size, cold);
    const scratch = kernel.allocate(kernel.functions.scratchBytes(size), "a benchmark");
    return samplesOf(() => KERNEL[form](kernel, size, a, b, c, scratch), size, cold);
  });
}

/** A generator without H, as the right-hand side does it: both products, the adjoint between them, X + X† at the end. */
function jumpOf(kernel, size, a, b, c) {
  const { functions } = kernel;
  const generator = functions.createGenerator(size, 0, 1) >>> 0;
  functions.setDrift(generator, LEFT_CSR, kernel.putIntegers(new Int32Array(size + 1), "a benchmark"), 0, 0);
  functions.setLeftJump(generator, 0, LEFT_DENSE, a, 0, 0);
  const superoperator = functions.createSuperoperator(FORM_MATRIX, 1, generator) >>> 0;
  return () => functions.rightHandSide(superoperator, b, c);
}

function samplesOf(fn, size, cold) {
  if (cold) warmUp(fn);
  return sample({ product: fn }, SECONDS / ROUNDS, sampleSeconds(size)).product;
}

async function compareSparse(peer, size) {
  const seconds = { lindblad: [], scipy: [] };
  for (let round = 0; round < ROUNDS; round++) {
    seconds.lindblad.push(
      ...getKernel().frame((kernel) => {
        const call = sparseProduct(kernel, size, (i, j) => Math.abs(i - j) <= 1);
        return samplesOf(call, size, round === 0);
      }),
    );
    seconds.scipy.push(...(await peer.ask({ op: "sparse", size, seconds: SECONDS / ROUNDS })).seconds);
  }
  return { size, seconds: { lindblad: median(seconds.lindblad), scipy: median(seconds.scipy) } };
}

/** Compressed rows, all elements complex, times dense; `isSet(row, column)` says where elements are. */
function sparseProduct(kernel, size, isSet) {
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
  return () => kernel.functions.multiplySparse(size, a, b, c, x, y);
}

function denseProduct(kernel, size) {
  const [a, b] = [0, 1].map(() => kernel.putMatrix(elementsOf(size, randomMatrix(size)), "a benchmark"));
  const c = kernel.allocate(kernel.layout(size).bytes, "a benchmark");
  const scratch = kernel.allocate(kernel.functions.scratchBytes(size), "a benchmark");
  return () => KERNEL.complex(kernel, size, a, b, c, scratch);
}

/** What the model chooses, and how much longer that takes than the faster of the two, which take turns. */
function compareChoice(size, perRow) {
  // evenly spread, another place in every row
  const isSet = (i, j) =>
    Math.floor(((((j + 3 * i) % size) + 1) * perRow) / size) > Math.floor((((j + 3 * i) % size) * perRow) / size);
  const elements = [];
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (isSet(i, j)) elements.push([i, j, 1, 1]);
  const choice = prefersSparse(Operator.fromTriplets(size, elements)) ? "sparse" : "dense";
  const seconds = { dense: [], sparse: [] };
  getKernel().frame((kernel) => {
    const calls = { dense: denseProduct(kernel, size), sparse: sparseProduct(kernel, size, isSet) };
    for (const call of Object.values(calls)) warmUp(call);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, samples] of Object.entries(sample(calls, CHOICE_SECONDS / ROUNDS))) {
        seconds[name].push(...samples);
      }
    }
  });
  const [dense, sparse] = [median(seconds.dense), median(seconds.sparse)];
  return { size, perRow, dense, sparse, choice, loss: { dense, sparse }[choice] / Math.min(dense, sparse) };
}

function measureOverhead() {
  const [H, rho0, times] = [sigmaz(), qeye(2).scale(0.5), [0, 1e-3]];
  const options = { cOps: [sigmam()], eOps: { z: sigmaz() } };
  const call = () => mesolve(H, rho0, times, options);
  warmUp(call);
  return median(sample({ call }, SECONDS).call);
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

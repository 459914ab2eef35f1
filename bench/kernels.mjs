/**
 * The complex matrix product: the kernel's, a plain loop in JavaScript, and numpy's (OpenBLAS), in the same run on the same core; with
 * a real left factor, and for a jump: L rho L†, Hermitian, with a dense L; sparse times dense, beside scipy's. And what a call of
 * `mesolve` costs when there is next to nothing to solve. `--engine-flags` sets the flags that the command line sets.
 */
import { init, mesolve, qeye, selfTest, sigmam, sigmaz } from "lindblad";
import { useEngineFlags } from "../cli/dist/engine-flags.js";
import { LEFT_CSR, LEFT_DENSE } from "../dist/assembly/constants.js";
import { getKernel } from "../dist/bindings/kernel/load.js";
import { median, sample, warmUp } from "./measure.mjs";
import { startPeer } from "./peer.mjs";
import { printMachine, printTable, writeResults } from "./report.mjs";

const SIZES = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const SPARSE_SIZES = [8, 16, 32, 64, 128, 256];
/** For each side of each size, in so many rounds. */
const SECONDS = 0.6;
const ROUNDS = 3;
/** A sample as long as a call of the peer, which is timed singly; what takes less than a microsecond needs more calls to be timed at all. */
const sampleSeconds = (size) => (size < 16 ? 0.05 : 1e-3);
/** Above, the plain loop would take seconds a call: its rate has long been the same by then. */
const LARGEST_LOOP = 256;
const SIDES = ["lindblad", "JavaScript", "numpy"];

const engineFlags = process.argv.includes("--engine-flags") ? await useEngineFlags() : [];
if (engineFlags.length === 0) await init();

/** What is multiplied: how many products it is counted as, and how each side does it. */
const FORMS = [
  {
    name: "complex",
    title: "complex d x d product, GF/s (8 d^3 operations)",
    products: 1,
    prepare: (a) => a,
    kernel:
      ({ functions }, d, a, b, c, scratch) =>
      () =>
        functions.multiply(d, a, b, c, scratch, 0),
    plain: multiply,
  },
  {
    name: "real",
    title: "real times complex, GF/s (counted as 8 d^3 operations; numpy: two real products, planes apart)",
    products: 1,
    prepare: (a) => a.map((x, k) => (k % 2 === 0 ? x : 0)),
    kernel:
      ({ functions }, d, a, b, c, scratch) =>
      () =>
        functions.multiplyReal(d, a, b, c, scratch, 0, 0),
    plain: multiplyReal,
  },
  {
    name: "jump",
    title: "L rho L† of a dense jump, GF/s (16 d^3 operations)",
    products: 2,
    prepare: (a) => a,
    // A generator without H, as the right-hand side does it: both products, the adjoint between them, X + X† at the end.
    kernel: (kernel, d, a, b, c) => {
      const { functions } = kernel;
      const generator = functions.createGenerator(d, 0, 1) >>> 0;
      functions.setDrift(generator, LEFT_CSR, kernel.putIntegers(new Int32Array(d + 1), "a benchmark"), 0, 0);
      functions.setLeftJump(generator, 0, LEFT_DENSE, a, 0, 0);
      return () => functions.rightHandSide(generator, b, c);
    },
    plain: (d, a, b, c, t) => {
      multiply(d, a, b, t);
      multiply(d, a, t, c);
    },
  },
];

const peer = startPeer();
try {
  const versions = await peer.ask({ op: "versions" });
  printMachine(getKernel().build, versions);
  const { wideTiles } = selfTest();
  if (engineFlags.length > 0) console.log(`engine flags ${engineFlags.join(" ")}${wideTiles ? ", wide tiles" : ""}`);

  const products = [];
  for (const { title, ...form } of FORMS) {
    console.log(`\n${title}`);
    const rows = [];
    for (const size of SIZES) rows.push(await compareProducts(size, form));
    products.push({ form: form.name, sizes: rows });
    printTable(
      ["d", ...SIDES, "to JavaScript", "to numpy"],
      rows.map(({ size, seconds }) => [
        `${size}`,
        ...SIDES.map((side) => rate(form.products * 8 * size ** 3, seconds[side])),
        ratio(seconds.JavaScript, seconds.lindblad),
        ratio(seconds.numpy, seconds.lindblad),
      ]),
    );
  }

  console.log("\ntridiagonal x dense, complex, GF/s (8 operations an element)");
  const sparse = [];
  for (const size of SPARSE_SIZES) sparse.push(await compareSparse(size));
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
  writeResults("kernels", {
    versions,
    kernelBuild: getKernel().build,
    engineFlags,
    wideTiles,
    products,
    sparse,
    overhead,
  });
} finally {
  peer.close();
}

function rate(operations, seconds) {
  return seconds === undefined ? "-" : ((1e-9 * operations) / seconds).toFixed(2);
}

function ratio(theirs, ours) {
  return theirs === undefined ? "-" : (theirs / ours).toFixed(2);
}

/** The three sides in turn, several times: a neighbour on the machine slows all of them, not one. */
async function compareProducts(size, { name, kernel: call, plain, prepare }) {
  const [a, b, c, t] = [randomMatrix(size), randomMatrix(size), ...[0, 1].map(() => new Float64Array(2 * size * size))];
  const left = prepare(a);
  const seconds = { lindblad: [], JavaScript: [], numpy: [] };
  for (let round = 0; round < ROUNDS; round++) {
    seconds.lindblad.push(...getKernel().frame((kernel) => timeKernel(kernel, size, left, b, call, round === 0)));
    if (size <= LARGEST_LOOP) {
      seconds.JavaScript.push(...samplesOf(() => plain(size, left, b, c, t), size, round === 0));
    }
    const answer = await peer.ask({ op: "product", size, form: name, seconds: SECONDS / ROUNDS });
    seconds.numpy.push(...answer.seconds);
  }
  return {
    size,
    seconds: Object.fromEntries(
      SIDES.map((side) => [side, seconds[side].length > 0 ? median(seconds[side]) : undefined]),
    ),
  };
}

/** The product alone, operands and result in the kernel's memory. */
function timeKernel(kernel, size, left, right, call, cold) {
  const [a, b] = [left, right].map((data) => kernel.putMatrix(elementsOf(size, data), "a benchmark"));
  const c = kernel.allocate(kernel.layout(size).bytes, "a benchmark");
  const scratch = kernel.allocate(kernel.functions.scratchBytes(size), "a benchmark");
  return samplesOf(call(kernel, size, a, b, c, scratch), size, cold);
}

function samplesOf(fn, size, cold) {
  if (cold) warmUp(fn);
  return sample({ product: fn }, SECONDS / ROUNDS, sampleSeconds(size)).product;
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

/** The same with the imaginary parts of A left out. */
function multiplyReal(size, a, b, c) {
  c.fill(0);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const re = a[2 * (i * size + k)];
      let from = 2 * k * size;
      let to = 2 * i * size;
      for (let j = 0; j < 2 * size; j++, from++, to++) c[to] += re * b[from];
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

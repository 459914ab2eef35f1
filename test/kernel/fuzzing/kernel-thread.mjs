/**
 * A thread that calls exported functions of the kernel with hostile arguments, each case on a fresh instance, and says in shared memory which case it
 * is at: whoever started it ends it when one takes too long.
 */
import { parentPort, workerData } from "node:worker_threads";
import { randomOf } from "../../support/choices.mjs";

const { wasm, calls, seed, from, until, shared } = workerData;
const progress = new Int32Array(shared);
const module = new WebAssembly.Module(wasm);

class Abort extends Error {}

const imports = {
  env: {
    abort() {
      throw new Abort("abort");
    },
  },
  host: { callable: (slot, t) => (slot & 1 ? Number.NaN : t) },
};
const instantiate = () => new WebAssembly.Instance(module, imports).exports;

/** A valid block, so that calls get beyond the first access; what lies in it is also hostile. */
const BLOCK = 1 << 16;
const DOUBLES = [0, -0, 1, -1, 0.5, 3, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
DOUBLES.push(5e-324, 2.2e-308, 1e308, -1e308, 1e-12, 1e15);
const SIZES = [0, 1, 2, 3, 4, 7, 8, 16, 33, -1, -8, 2 ** 16, 2 ** 20, 2 ** 31 - 1, -(2 ** 31)];
const WORDS = [0, 1, 2, 8, 64, 2 ** 16, 2 ** 31 - 1, -1, -8];

/** The arguments of a case: the same for the same seed. */
function argumentsOf(kinds, random, block, end) {
  const pointers = [0, 1, 4, 8, 63, -1, -8, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 64, end, end - 1, end - 8, end - 64];
  return kinds.map((kind) => {
    if (kind === "pointer") {
      return random.next() < 0.6
        ? block + 64 * random.below(BLOCK / 128) + (random.next() < 0.1 ? 1 : 0)
        : random.pick(pointers);
    }
    if (kind === "size") return random.next() < 0.5 ? random.below(9) : random.pick(SIZES);
    return random.pick(DOUBLES);
  });
}

function fill(exports, block, random) {
  const view = new DataView(exports.memory.buffer, block, BLOCK);
  const style = random.below(4);
  for (let at = 0; style > 0 && at < BLOCK; at += 8) {
    if (style === 1 || (style === 3 && random.next() < 0.5)) view.setFloat64(at, random.pick(DOUBLES), true);
    else {
      view.setInt32(at, random.next() < 0.5 ? block + 64 * random.below(BLOCK / 64) : random.pick(WORDS), true);
      view.setInt32(at + 4, random.pick(WORDS), true);
    }
  }
}

/** Products of small integers, without rounding: [[1, 2], [3, 4]] times [[5, 6], [7, 8]]. */
function computesRight(exports) {
  const [a, b, c, scratch] = [0, 0, 0, 0].map(() => exports.arenaAllocate(4096) >>> 0);
  const stride = exports.rowStride(2);
  const write = (pointer, values) => {
    const doubles = new Float64Array(exports.memory.buffer);
    values.forEach((value, k) => {
      doubles[pointer / 8 + (k >> 1) * stride + (k & 1)] = value;
    });
  };
  write(a, [1, 2, 3, 4]);
  write(b, [5, 6, 7, 8]);
  exports.multiply(2, a, b, c, scratch, 0);
  const doubles = new Float64Array(exports.memory.buffer);
  return [19, 22, 43, 50].every((value, k) => doubles[c / 8 + (k >> 1) * stride + (k & 1)] === value);
}

const count = (place) => Atomics.add(progress, place, 1);
const [RETURNED, TRAPPED, ABORTED, OTHER] = [2, 3, 4, 5];
const other = [];
for (let index = from; index < until; index++) {
  Atomics.store(progress, 0, index);
  count(1);
  const { name, kinds } = calls[index % calls.length];
  const random = randomOf(Math.imul(seed, 0x10001) + index);
  const exports = instantiate();
  const block = exports.arenaAllocate(BLOCK) >>> 0;
  fill(exports, block, random);
  const args = argumentsOf(kinds, random, block, exports.memory.buffer.byteLength);
  try {
    exports[name](...args);
    count(RETURNED);
  } catch (error) {
    if (error instanceof Abort) count(ABORTED);
    else if (error instanceof WebAssembly.RuntimeError) count(TRAPPED);
    else if (error instanceof RangeError && /call stack/.test(error.message)) count(TRAPPED);
    else {
      count(OTHER);
      other.push(`${name}(${args.join(", ")}): ${error}`);
    }
  }
}
parentPort.postMessage({ other, right: computesRight(instantiate()) });

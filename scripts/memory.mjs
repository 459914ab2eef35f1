/**
 * `node scripts/memory.mjs [--solves 10000] [--seed 1]`: solves of mixed size and kind in one process, those that are aborted, fail or trap among them,
 * and after every tenth of them what memory is in use: it must not grow once the largest has been seen.
 */

import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { randomOf } from "../test/support/choices.mjs";

/** Levels of the largest problem. */
const LARGEST = 64;
/** Problems of as many levels differ in what they need, by less than this factor. */
const KERNEL_SLACK = 1.5;
/** What the heap may differ by after collections, and the process by: bytes that the engine keeps for itself. */
const HEAP_SLACK = 4 * 2 ** 20;
const PROCESS_SLACK = 48 * 2 ** 20;

/** Kinds of solves: each takes the library, a number of levels and a random number in [0, 1). */
const KINDS = {
  ...Object.fromEntries(
    ["auto", "tsit5", "dop853", "krylov", "faber", "rk4", "kencarp4"].map((method) => [
      `mesolve ${method}`,
      (L, d, x) => {
        const { H, cOps, psi, n } = oscillator(L, d, x);
        L.mesolve(H, psi, [0, 0.1, 0.2], {
          cOps,
          eOps: { n },
          method,
          ...(method === "rk4" ? { dt: 0.2 / d / 8 } : {}),
        });
      },
    ]),
  ),
  "mesolve with all states": (L, d, x) => {
    const { H, cOps, psi } = oscillator(L, d, x);
    L.mesolve(H, psi, [0, 0.1, 0.2], { cOps, storeStates: true });
  },
  "mesolve with a function of time": (L, d, x) => {
    const { n, a, cOps, psi } = oscillator(L, Math.min(d, 16), x);
    const drive = L.callable((t) => Math.cos(3 * t), { scale: 0.3 });
    L.mesolve([n, [a.add(a.dag()), drive]], psi, [0, 0.5], { cOps });
  },
  "mesolve in steps, left": (L, d, x) => {
    const { H, cOps, psi } = oscillator(L, d, x);
    for (const { index } of L.mesolveSteps(H, psi, [0, 0.05, 0.1, 0.15], { cOps })) if (index === 1) break;
  },
  sesolve: (L, d, x) => {
    const { H, psi, n } = oscillator(L, d, x);
    L.sesolve(H, psi, [0, 0.5, 1], { eOps: { n } });
  },
  mcsolve: (L, d, x) => {
    const { H, cOps, psi, n } = oscillator(L, d, x);
    L.mcsolve(H, psi, [0, 0.5], { cOps, eOps: { n }, ntraj: 4, seed: 1 });
  },
  smesolve: (L, d, x) => {
    const { H, cOps, psi, n } = oscillator(L, Math.min(d, 8), x);
    L.smesolve(H, psi, [0, 0.1], { scOps: cOps, eOps: { n }, ntraj: 2, seed: 1, dt: 0.01 });
  },
  mesolveBatch: (L, d, x) => {
    const small = Math.min(d, 12);
    const { cOps, psi, n } = oscillator(L, small, x);
    L.mesolveBatch(
      Array.from({ length: 20 }, (_, k) => n.scale(k + x)),
      psi,
      [0, 0.5],
      { cOps, eOps: { n } },
    );
  },
  steadystate: (L, d, x) => {
    const { H, cOps } = oscillator(L, d, x);
    L.steadystate(H, cOps);
  },
  propagator: (L, d, x) => {
    const { H, cOps } = oscillator(L, Math.min(d, 8), x);
    L.propagator(H, 0.5, { cOps });
  },
  "spectrum of the generator": (L, d, x) => {
    const { H, cOps } = oscillator(L, Math.min(d, 6), x);
    L.liouvillianSpectrum(H, cOps);
  },
  floquet: (L, _d, x) => {
    const drive = L.pulse.cosine({ omega: 2 });
    L.floquet([L.sigmaz().scale(x), [L.sigmax(), drive]], Math.PI).modesAt(x);
  },
  bipartite: (L, _d, x) => {
    const { system, rho0 } = L.twoQubitExample({ omegaA: 1, omegaB: 1.2, g: 0.1 + x, betaA: 0.5, betaB: 1, c: 0 });
    system.evolve(rho0, [0, 1]).energy;
  },
  measures: (L, d, x) => {
    const rho = L.thermalDm(d, 0.5 + x);
    L.entropyVn(rho);
    L.fidelity(rho, L.maximallyMixedDm(d));
  },
  "aborted in the midst": (L, d, x) => {
    const { H, cOps, psi } = oscillator(L, d, x);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    refused(
      () => L.mesolve(H, psi, [0, 1000], { cOps, method: "tsit5", signal: controller.signal, onProgress }),
      "AbortError",
    );
  },
  "a function that throws": (L, d, x) => {
    const { n, a, cOps, psi } = oscillator(L, Math.min(d, 16), x);
    const boom = (t) => {
      if (t > 0.1) throw new SyntaxError("boom");
      return 1;
    };
    refused(
      () => L.mesolve([n, [a.add(a.dag()), L.callable(boom, { scale: 1 })]], psi, [0, 1], { cOps }),
      "SyntaxError",
    );
  },
  "too many steps": (L, d, x) => {
    const { H, cOps, psi } = oscillator(L, d, x);
    refused(() => L.mesolve(H, psi, [0, 100], { cOps, method: "tsit5", maxSteps: 5 }), "StepLimitError");
  },
  "too large": (L, _d, x) => {
    const d = 30000;
    const H = L.num(d).scale(x + 1);
    refused(
      () => L.mesolve(H, L.qeye(d).scale(1 / d), [0, 1], { cOps: [L.destroy(d)], method: "rk4", dt: 1 }),
      "TooLargeError",
    );
  },
  "a trap": (L) => refused(() => L.getKernel().functions.norm(2 ** 32 - 64, 8), "KernelTrapError"),
};
/** So rare among the others: each makes the kernel anew, or takes long. */
const RARE = new Set(["a trap", "too large"]);
const RARELY = 0.1;

function oscillator(L, d, x) {
  const a = L.destroy(d);
  const n = L.num(d);
  const H = n.scale(x).add(a.add(a.dag()).scale(0.3));
  return { a, n, H, cOps: [{ op: a, rate: 0.2 + x }], psi: L.fock(d, Math.floor(d * x)) };
}

function refused(f, name) {
  try {
    f();
  } catch (error) {
    if (error.name === name) return;
    throw error;
  }
  throw new Error(`expected ${name}, but nothing was thrown`);
}

const collect = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

/** @returns bytes: of the kernel's memory, free for the next solve, of the heap, of the process */
async function memoryOf(L) {
  // Memory of kernels that were given up goes with the second collection, after the tasks of the first.
  for (let k = 0; k < 3; k++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed } = process.memoryUsage();
  const kernel = L.getKernel();
  return { kernel: kernel.doubles.byteLength, free: kernel.available, heap: heapUsed, process: rss };
}

/**
 * Solves, and what is in use after every part of them; before the first all kinds have been there at their largest.
 * @param L the library, with `getKernel`
 * @param told of every part
 */
export async function solveMany(L, { solves, parts = 10, seed = 1 }, told = () => {}) {
  const random = randomOf(seed);
  const kinds = Object.keys(KINDS);
  for (let round = 0; round < 2; round++) for (const kind of kinds) KINDS[kind](L, LARGEST, 0.999 - 0.1 * round);
  // The memory is the largest from here on, whether or not the kernel is replaced.
  for (const kind of kinds) if (!RARE.has(kind)) KINDS[kind](L, LARGEST, 0.999);
  const seen = [await memoryOf(L)];
  told(0, seen[0]);
  const counts = {};
  for (let part = 1, done = 0; part <= parts; part++) {
    for (; done < (part * solves) / parts; done++) {
      const kind = random.pick(kinds);
      if (RARE.has(kind) && random.next() > RARELY) continue;
      const d = Math.round(2 * (LARGEST / 2) ** random.next());
      KINDS[kind](L, d, random.next());
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    seen.push(await memoryOf(L));
    told(done, seen.at(-1));
  }
  return { seen, counts };
}

/** What has grown that should not have; undefined where nothing has. */
export function growthOf([first, ...rest]) {
  // Half of the parts may still fill what the engine keeps.
  const [settled] = rest.slice(Math.floor(rest.length / 2) - 1);
  const last = rest.at(-1);
  // Whatever a solve takes it gives back, to the byte; the memory itself is as large as the largest of them needs.
  if (rest.some(({ free }) => free !== first.free))
    return `what is in use in the kernel: ${first.free} bytes were free`;
  if (rest.some(({ kernel }) => kernel > KERNEL_SLACK * first.kernel))
    return `the kernel's memory, of ${first.kernel} bytes`;
  if (last.heap > settled.heap + HEAP_SLACK) return `the heap: from ${settled.heap} to ${last.heap} bytes`;
  if (last.process > settled.process + PROCESS_SLACK)
    return `the process: from ${settled.process} to ${last.process} bytes`;
  return undefined;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: { solves: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
  });
  const dist = new URL("../dist/bindings/", import.meta.url);
  const L = {
    ...(await import(new URL("index.js", dist).href)),
    ...(await import(new URL("kernel/load.js", dist).href)),
  };
  const MB = (bytes) => (bytes / 2 ** 20).toFixed(1).padStart(9);
  console.log("  solves   kernel (pages, MiB)     heap   process (MiB)");
  const started = performance.now();
  const { seen, counts } = await solveMany(
    L,
    { solves: Number(values.solves), seed: Number(values.seed) },
    (done, now) => {
      console.log(
        `${`${done}`.padStart(8)}${`${now.kernel / 65536}`.padStart(8)}${MB(now.kernel)}${MB(now.heap)}${MB(now.process)}`,
      );
    },
  );
  console.log(
    Object.entries(counts)
      .map(([kind, count]) => `${kind}: ${count}`)
      .join(", "),
  );
  const growth = growthOf(seen);
  console.log(
    `${((performance.now() - started) / 1000).toFixed(0)} s, build "${L.getKernel().build}": ${growth ? `has grown: ${growth}` : "nothing has grown"}`,
  );
  process.exitCode = growth ? 1 : 0;
}

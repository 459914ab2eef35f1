/**
 * The benchmark problems by name and size, on the public interface of the library alone; bench/peers/problems.py has the same ones
 * for the peers, and `checkSame` compares the two element by element before anything is timed.
 *
 * hbar = 1, rates inside the jumps, |0> = (1, 0). P6 are those of steady states and of what is computed from them, which `mesolve`'s
 * suites leave to suites of their own; P8 (trajectories) has no suite yet.
 */
import { cavityAndAtom, kerrCavity, thermalOscillator } from "./cavities.mjs";
import { oscillating, pulsed, turningCoupling } from "./driven.mjs";
import { sweep, twoQubits } from "./qubits.mjs";
import { isingChain, stiffChain, stiffLambda, xxzChain } from "./spins.mjs";
import { drivenAtom, kerrWithLadder, pumpedChain } from "./stationary.mjs";

/** By name: how to build a size, the sizes that are run unless others are asked for, and those too long for every day. */
const PROBLEMS = {
  P1: { build: twoQubits, sizes: [2], large: [] },
  P1sweep: { build: sweep, sizes: [1000], large: [] },
  P2: { build: kerrCavity, sizes: [16, 32, 64], large: [128] },
  P3: { build: xxzChain, sizes: [3, 4, 5, 6, 7, 8], large: [] },
  P4: { build: cavityAndAtom, sizes: [10, 20, 30, 40], large: [] },
  P5: { build: pulsed, sizes: [2, 4, 8, 16, 64], large: [] },
  P5cos: { build: oscillating, sizes: [2, 16], large: [] },
  TJC: { build: turningCoupling, sizes: [5, 20, 40], large: [] },
  P7: { build: (levels) => (levels === 3 ? stiffLambda() : stiffChain(levels)), sizes: [3, 16, 64], large: [] },
  P9: {
    build: (levels) => (levels === 50 ? thermalOscillator(50) : isingChain(levels)),
    sizes: [50, 16, 64],
    large: [256],
  },
};

/** Those of which the steady state is sought. */
const STATIONARY = {
  "P6-P2": { build: kerrWithLadder, sizes: [16, 32, 64, 128], large: [512] },
  "P6-P3": { build: pumpedChain, sizes: [3, 4, 5, 6, 7], large: [8] },
  "P6-P4": { build: cavityAndAtom, sizes: [10, 20, 40], large: [] },
  "P6-atom": { build: drivenAtom, sizes: [2], large: [] },
};
const EVERY = { ...PROBLEMS, ...STATIONARY };

export const LEFT_OUT =
  "P6 (steady states) has suites of its own, steady and stationary; P8 (trajectories) is not measured yet.";

/** `"P2:64"` -> the problem, ready to be solved: `{ key, name, size, title, d, times, rtol, atol, points }`. */
export function problem(key) {
  const [name, size] = parse(key);
  const one = size ?? EVERY[name].sizes[0];
  return { key: `${name}:${one}`, name, size: one, ...EVERY[name].build(one) };
}

/** The keys that a comma-separated list like `"P2,P3:6"` means; a name alone means its usual sizes. */
export function keysOf(list, { large = false } = {}) {
  return list.split(",").flatMap((key) => {
    const [name, size] = parse(key);
    const { sizes, large: more } = EVERY[name];
    return (size === undefined ? [...sizes, ...(large ? more : [])] : [size]).map((one) => `${name}:${one}`);
  });
}

/** Those of the problems that are not driven in time; what is left out is told. */
export function constantOnes(problems) {
  const driven = problems.filter((problem) => problem.driven);
  if (driven.length > 0) console.log(`${driven.map(({ key }) => key).join(", ")}: left out, driven in time`);
  return problems.filter((problem) => !problem.driven);
}

export const ALL = Object.keys(PROBLEMS).join(",");

function parse(key) {
  const [name, size] = key.split(":");
  if (!Object.hasOwn(EVERY, name))
    throw new Error(`no problem is called ${name}; there are ${Object.keys(EVERY).join()}`);
  if (size !== undefined && !(Number.isInteger(Number(size)) && Number(size) > 1)) {
    throw new Error(`${key}: the size is a whole number above 1`);
  }
  return [name, size === undefined ? undefined : Number(size)];
}

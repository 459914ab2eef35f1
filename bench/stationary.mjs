/**
 * Power spectra, eigenvalues of the generator and correlation functions against QuTiP's. Whole calls, steady state included; `--only` takes
 * names of functions.
 */
import { keysOf } from "./problems/index.mjs";
import { runSuite } from "./support/compare.mjs";
import { readOptions } from "./support/options.mjs";
import { TASKS } from "./support/tasks.mjs";

const MINUTES = 8;
const { steadystate: _, ...rest } = TASKS;
const { only = Object.keys(rest).join(), large } = readOptions();
const names = only.split(",");
for (const name of names) {
  if (!Object.hasOwn(rest, name)) throw new Error(`nothing is called ${name}; there are ${Object.keys(rest).join()}`);
}

await runSuite(
  "stationary",
  names.flatMap((name) => keysOf(TASKS[name].problems, { large }).map((key) => [name, key])),
  MINUTES,
);

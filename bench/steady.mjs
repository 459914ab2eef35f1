/** Steady states against every method that QuTiP has for them. The timed region is the whole call: operators are built beforehand, rho comes out. */
import { keysOf } from "./problems/index.mjs";
import { runSuite } from "./support/compare.mjs";
import { readOptions } from "./support/options.mjs";
import { TASKS } from "./support/tasks.mjs";

const MINUTES = 15;
const { only = TASKS.steadystate.problems, large } = readOptions();

await runSuite(
  "steady",
  keysOf(only, { large }).map((key) => ["steadystate", key]),
  MINUTES,
);

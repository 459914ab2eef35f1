/**
 * Runs of two parts: `evolve` with and without entropies and measures, and `mesolve` of the same problem, taking turns on one core; what a system
 * costs to set up; and what one more output time costs beside one right-hand side. No peers.
 */
import { mesolve } from "lindblad";
import { BIPARTITE } from "./problems/bipartite.mjs";
import { linspace } from "./problems/parts.mjs";
import { formsOf, withRightHandSides } from "./support/forms.mjs";
import { median, sample, secondsOf, timeCalls, warmUp } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { tables } from "./support/tables.mjs";

const MINUTES = 3;
/** Seconds of a round for each call, and of the right-hand side. */
const ROUND_SECONDS = 0.2;
const RHS_SECONDS = 0.2;
const [FEWEST_ROUNDS, MOST_ROUNDS] = [3, 15];
/** So many times as many output times. */
const MORE = 10;
/** A call that takes longer is not repeated with more output times. */
const LONG_SECONDS = 0.3;
const SET_UPS = 3;

const { only = Object.keys(BIPARTITE).join(","), minutes = MINUTES } = readOptions();
const keys = only.split(",");
const unknown = keys.find((key) => !(key in BIPARTITE));
if (unknown !== undefined) throw new Error(`no problem is called ${unknown}; there are ${Object.keys(BIPARTITE)}`);
const end = performance.now() + 60_000 * minutes;

printMachine([]);
const entries = [];
for (const [k, key] of keys.entries()) {
  entries.push(await measure(key, BIPARTITE[key], (end - performance.now()) / 1000 / (keys.length - k)));
  const { mesolve, without, measured } = entries.at(-1);
  const ms = (seconds) => (seconds === undefined ? "" : (1e3 * seconds).toPrecision(3));
  printTable(["problem", "mesolve, ms", "without", "with measures"], [[key, ms(mesolve), ms(without), ms(measured)]]);
}
console.log(`\n${tables.bipartite(entries)}`);
writeResults("bipartite", { settings: { minutes }, entries });

async function measure(key, { title, system: make, rho0, times, large }, seconds) {
  const begin = performance.now();
  const isLate = () => (performance.now() - begin) / 1000 > seconds;
  // flows at a state need all that is made once
  const setUps = Array.from({ length: SET_UPS }, () => {
    const fresh = make();
    return secondsOf(() => fresh.flows(rho0));
  });
  const system = make();
  const { H, jumps } = system;
  const alone = { cOps: jumps, eOps: { energy: H } };
  const dense = linspace(times[0], times.at(-1), MORE * (times.length - 1) + 1);
  const calls = {
    mesolve: () => mesolve(H, rho0, times, alone),
    without: () => system.evolve(rho0, times, { measures: false }),
    ...(large ? {} : { measured: () => system.evolve(rho0, times, { measures: true }) }),
  };
  const slowest = Math.max(...Object.values(calls).map(warmUp));
  if (slowest < LONG_SECONDS) {
    calls.dense = () => system.evolve(rho0, dense, { measures: false });
    warmUp(calls.dense);
  }
  const samples = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round < FEWEST_ROUNDS || (round < MOST_ROUNDS && !isLate()); round++) {
    for (const [name, call] of Object.entries(calls)) samples[name].push(...timeCalls(call, ROUND_SECONDS));
  }
  const statistic = (of) => Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, of(all)]));
  const { dense: _, ...medians } = statistic(median);
  // a call of some milliseconds seldom has the core to itself on a machine with other programs
  const { dense: more, ...shortest } = statistic((all) => all.reduce((a, b) => Math.min(a, b)));
  const { chosen, ...forms } = formsOf({ H, jumps, rho0 });
  let rightHandSide;
  await withRightHandSides({ [chosen]: forms[chosen] }, rho0, async (applications) => {
    warmUp(applications[chosen]);
    rightHandSide = median(sample(applications, RHS_SECONDS)[chosen]);
  });
  return {
    key,
    title,
    d: H.size,
    ...medians,
    shortest,
    setUp: Math.min(...setUps),
    defect: calls.without().ledgerDefect,
    rightHandSide,
    perOutput: more === undefined ? undefined : (more - shortest.without) / (dense.length - times.length),
    perMeasure: shortest.measured && (shortest.measured - shortest.without) / times.length,
  };
}

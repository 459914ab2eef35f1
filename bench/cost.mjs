/**
 * The cost model (bindings/plan/cost.ts) against measurement: nanoseconds of one application of the generator in matrix form, on
 * real coordinates and on one triangle, and of a run with Faber series and with propagators; and how much longer what was chosen takes than the
 * fastest of them. No peers.
 */
import { getKernel } from "../dist/bindings/kernel/load.js";
import { noJumpOperator } from "../dist/bindings/plan/generator.js";
import { chooseMethod } from "../dist/bindings/plan/method.js";
import { planEvolution } from "../dist/bindings/solvers/evolve.js";
import { resolveOptions } from "../dist/bindings/solvers/options.js";
import { shapeOf } from "../dist/bindings/solvers/segment.js";
import { constantOnes, keysOf, problem as problemOf } from "./problems/index.mjs";
import { randomDense } from "./problems/random.mjs";
import { expectedOf } from "./support/expected.mjs";
import { canPropagate, formsOf, withRightHandSides } from "./support/forms.mjs";
import { median, sample, secondsOf, timeCalls, warmUp } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";

const PROBLEMS =
  "P1,P2:8,P2:16,P2:32,P2:64,P2:128,P9:50,P3:3,P3:4,P3:5,P3:6,P3:7,P3:8,P4:5,P4:10,P4:20,P4:40,random:8,random:16,random:32,random:64";
const MINUTES = 3;
const SECONDS = 0.1;
const [FEWEST_ROUNDS, MOST_ROUNDS] = [2, 7];
/** A run that takes longer is timed once. */
const LONG_SECONDS = 1;
const FORMS = ["matrix", "coordinates", "triangle"];
const METHODS = ["faber", "expm"];

const { only = PROBLEMS, minutes = MINUTES } = readOptions();
const problems = only.split(",").flatMap((key) => {
  const [name, size] = key.split(":");
  return name === "random" ? [randomDense(Number(size))] : constantOnes(keysOf(key).map(problemOf));
});
const end = performance.now() + 60_000 * minutes;

printMachine([]);
const entries = [];
for (const [k, problem] of problems.entries()) {
  entries.push(await measure(problem, (end - performance.now()) / 1000 / (problems.length - k)));
}
printForms(entries);
printRuns(entries);
writeResults("cost", { settings: { minutes }, entries });

async function measure({ key, title, d, ...problem }, seconds) {
  const [point] = problem.points;
  const { chosen, reason, ...forms } = formsOf(point);
  const begin = performance.now();
  const isLate = () => (performance.now() - begin) / 1000 > seconds;
  const isOver = (round) => round >= MOST_ROUNDS || (round >= FEWEST_ROUNDS && isLate());
  const representations = Object.fromEntries(Object.entries(forms).filter(([, form]) => form !== undefined));
  const methods = METHODS.filter((name) => name !== "expm" || canPropagate(forms[chosen]));

  const samples = Object.fromEntries([...Object.keys(representations), ...methods].map((name) => [name, []]));
  await withRightHandSides(representations, point.rho0, async (calls) => {
    for (const call of Object.values(calls)) warmUp(call);
    const runs = methods.map((name) => [name, runOf(problem, name)]);
    const isLong = Object.fromEntries(runs.map(([name, run]) => [name, secondsOf(run) > LONG_SECONDS]));
    // what a run spends most of its time in is compiled for good only after some calls
    for (const [name, run] of runs) if (!isLong[name]) warmUp(run);
    for (let round = 0; !isOver(round); round++) {
      for (const [name, times] of Object.entries(sample(calls, SECONDS))) samples[name].push(...times);
      for (const [name, run] of runs)
        if (round === 0 || !isLong[name]) samples[name].push(...timeCalls(run, isLong[name] ? 0 : SECONDS));
    }
  });

  const choice = chosenMethod(problem, forms[chosen]);
  const expected = expectedOf(choice);
  const pick = (names, expectedOne) =>
    Object.fromEntries(names.map((name) => [name, { expected: expectedOne(name), measured: median(samples[name]) }]));
  const applications = pick(Object.keys(representations), (name) => representations[name].cost);
  const runs = pick(methods, (name) => expected[name]);
  return {
    key,
    title,
    d,
    applications,
    form: chosen,
    formReason: reason,
    formLoss: lossOf(applications, chosen),
    describe: Object.fromEntries(Object.entries(representations).map(([name, { description }]) => [name, description])),
    runs,
    method: choice.method,
    methodReason: choice.reason,
    methodLoss: lossOf(runs, choice.method),
  };
}

/** What a method is asked to do, in the chosen form: everything but the checks of the arguments, and no windows. */
function evolvableOf({ points: [{ H, jumps, rho0, observables }], times, rtol, atol }, method) {
  const options = resolveOptions({ method, rtol, atol }, "bench");
  const G = noJumpOperator(H, jumps);
  return { G, jumps, states: [rho0], times, functionals: Object.values(observables), options, where: "bench" };
}

function runOf(problem, method) {
  const evolution = planEvolution(evolvableOf(problem, method));
  return () => evolution.run();
}

function chosenMethod(problem, representation) {
  const { states, times, functionals, options } = evolvableOf(problem, "auto");
  return chooseMethod(representation, times, shapeOf(representation, states.length, times, functionals, options));
}

/** How many times as long as the fastest of them; undefined where there was no choice. */
function lossOf(candidates, chosen) {
  const times = Object.values(candidates).map(({ measured }) => measured);
  return times.length < 2 ? undefined : candidates[chosen].measured / Math.min(...times);
}

/** Expected and measured microseconds, and measured over expected. */
function cells(one) {
  if (one === undefined) return ["-", "-", "-"];
  const us = (ns) => (ns / 1000).toPrecision(3);
  const { expected, measured } = one;
  return expected === undefined
    ? ["-", us(1e9 * measured), "-"]
    : [us(expected), us(1e9 * measured), ((1e9 * measured) / expected).toFixed(2)];
}

function printForms(all) {
  console.log("\none application, microseconds: expected, measured, measured over expected");
  printTable(
    ["problem", "d", ...FORMS.flatMap((name) => [name, "measured", "x"]), "chosen", "times the fastest"],
    all.map(({ key, d, applications, form, formLoss }) => [
      key,
      `${d}`,
      ...FORMS.flatMap((name) => cells(applications[name])),
      form,
      formLoss?.toFixed(2) ?? "-",
    ]),
  );
}

function printRuns(all) {
  console.log(`\na whole run in the chosen form, microseconds; kernel build ${getKernel().build}`);
  printTable(
    ["problem", "faber", "measured", "x", "expm", "measured", "x", "chosen", "times the faster"],
    all.map(({ key, runs: { faber, expm }, method, methodLoss }) => [
      key,
      ...cells(faber),
      ...cells(expm),
      method,
      methodLoss?.toFixed(2) ?? "-",
    ]),
  );
}

/**
 * One right-hand side: ours against QuTiP's compiled superoperator times a vector in place, taking turns on one core. Ours is measured in
 * matrix form, on all of rho as QuTiP's is, and in the form that `mesolve` chooses, which may be one triangle of rho or real coordinates of
 * what is reached; and how many right-hand sides in that form a step of the classical Runge-Kutta method costs (it makes four).
 */
import { mesolve } from "lindblad";
import { constantOnes, keysOf, problem as problemOf } from "./problems/index.mjs";
import { checkSame } from "./support/check.mjs";
import { formsOf, withRightHandSides } from "./support/forms.mjs";
import { median, sample, secondsOf, warmUp } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { withPeers } from "./support/peer.mjs";

const PROBLEMS = "P2:16,P2:32,P2:64,P2:128,P3:4,P3:5,P3:6,P3:7,P3:8,P4:40,P9:50";
const AIMS = { "P2:64": 3, "P3:8": 5 };
const STEP_AIM = 4.5;
const MINUTES = 3;
const SECONDS = 0.2;
const [FEWEST_ROUNDS, MOST_ROUNDS] = [2, 9];
/** A step is timed as the difference of two runs, the shorter with as many steps as take this long, or as long as the rest of a call. */
const STEPS_SECONDS = 2e-3;
const STEP_RUNS = 7;

const { only = PROBLEMS, minutes = MINUTES } = readOptions();
const problems = constantOnes(keysOf(only).map(problemOf));
const end = performance.now() + 60_000 * minutes;

await withPeers(["QuTiP"], async ([peer]) => {
  const versions = [await peer.ask({ op: "versions" })];
  printMachine(versions);
  const entries = [];
  for (const [k, problem] of problems.entries()) {
    entries.push(await compare(problem, peer, (end - performance.now()) / 1000 / (problems.length - k)));
  }
  print(entries);
  writeResults("rhs", { versions, settings: { minutes }, entries });
});

async function compare(problem, peer, seconds) {
  await checkSame(problem, peer);
  const begin = performance.now();
  const isLate = () => (performance.now() - begin) / 1000 > seconds;
  const [point] = problem.points;
  const { chosen, ...forms } = formsOf(point);
  const representations = { matrix: forms.matrix, [chosen]: forms[chosen] };
  const own = Object.fromEntries(Object.keys(representations).map((name) => [name, []]));
  const [once, twice, QuTiP] = [[], [], []];
  let steps;
  await withRightHandSides(representations, point.rho0, async (calls) => {
    const estimates = Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, warmUp(call)]));
    const rest = median(Array.from({ length: 5 }, () => runSteps(problem, 1)));
    steps = Math.ceil(Math.max(STEPS_SECONDS, rest) / (4 * estimates[chosen]));
    for (let round = 0; round < FEWEST_ROUNDS || (round < MOST_ROUNDS && !isLate()); round++) {
      for (const [name, samples] of Object.entries(sample(calls, SECONDS))) own[name].push(...samples);
      for (let k = 0; k < STEP_RUNS; k++) {
        once.push(runSteps(problem, steps));
        twice.push(runSteps(problem, 2 * steps));
      }
      QuTiP.push(
        ...(await peer.ask({ op: "rhs", problem: problem.name, size: problem.size, seconds: SECONDS })).seconds,
      );
    }
  });
  const { key, title, d } = problem;
  return {
    key,
    title,
    d,
    form: forms[chosen].description,
    matrix: median(own.matrix),
    chosen: median(own[chosen]),
    step: (median(twice) - median(once)) / steps,
    QuTiP: median(QuTiP),
  };
}

/** Seconds of a run of so many steps, short enough to stay stable. */
function runSteps({ points: [{ H, jumps, rho0 }] }, steps) {
  const dt = 1e-6;
  return secondsOf(() => mesolve(H, rho0, [0, dt * steps], { cOps: jumps, method: "rk4", dt }));
}

function print(entries) {
  const verdict = (value, aim, isMet) => (aim === undefined ? value : `${value} (${aim}: ${isMet ? "met" : "missed"})`);
  const ratio = (key, ours, theirs) => verdict((theirs / ours).toFixed(2), AIMS[key], theirs / ours >= AIMS[key]);
  const us = (seconds) => (1e6 * seconds).toPrecision(3);
  printTable(
    ["problem", "d", "matrix, us", "chosen, us", "QuTiP, us", "to matrix", "to chosen", "RK4 step", "chosen form"],
    entries.map(({ key, d, matrix, chosen, QuTiP, step, form }) => [
      key,
      `${d}`,
      ...[matrix, chosen, QuTiP].map(us),
      ratio(key, matrix, QuTiP),
      ratio(key, chosen, QuTiP),
      verdict((step / chosen).toFixed(2), STEP_AIM, step / chosen <= STEP_AIM),
      form,
    ]),
  );
}

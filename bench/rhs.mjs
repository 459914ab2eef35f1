/**
 * One right-hand side: ours against QuTiP's compiled superoperator times a vector in place, taking turns on one core; and how many
 * right-hand sides a step of the classical Runge-Kutta method costs (it makes four).
 */
import { mesolve } from "lindblad";
import { getKernel } from "../dist/bindings/kernel/load.js";
import { planGenerator, putGenerator } from "../dist/bindings/plan/generator.js";
import { keysOf, problem as problemOf } from "./problems/index.mjs";
import { checkSame } from "./support/check.mjs";
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
const keys = keysOf(only);
const end = performance.now() + 60_000 * minutes;

await withPeers(["QuTiP"], async ([peer]) => {
  const versions = [await peer.ask({ op: "versions" })];
  printMachine(versions);
  const entries = [];
  for (const [k, key] of keys.entries()) {
    entries.push(await compare(problemOf(key), peer, (end - performance.now()) / 1000 / (keys.length - k)));
  }
  print(entries);
  writeResults("rhs", { versions, settings: { minutes }, entries });
});

async function compare(problem, peer, seconds) {
  await checkSame(problem, peer);
  const begin = performance.now();
  const isLate = () => (performance.now() - begin) / 1000 > seconds;
  const [own, once, twice, QuTiP] = [[], [], [], []];
  await withRightHandSide(problem, async (rightHandSide, form) => {
    const estimate = warmUp(rightHandSide);
    const rest = median(Array.from({ length: 5 }, () => runSteps(problem, 1)));
    const steps = Math.ceil(Math.max(STEPS_SECONDS, rest) / (4 * estimate));
    for (let round = 0; round < FEWEST_ROUNDS || (round < MOST_ROUNDS && !isLate()); round++) {
      own.push(...sample({ rightHandSide }, SECONDS).rightHandSide);
      for (let k = 0; k < STEP_RUNS; k++) {
        once.push(runSteps(problem, steps));
        twice.push(runSteps(problem, 2 * steps));
      }
      QuTiP.push(
        ...(await peer.ask({ op: "rhs", problem: problem.name, size: problem.size, seconds: SECONDS })).seconds,
      );
    }
    problem.step = (median(twice) - median(once)) / steps;
    problem.form = form;
  });
  const { key, title, d, form, step } = problem;
  return { key, title, d, form, own: median(own), step, QuTiP: median(QuTiP) };
}

/** The only place that knows how a generator gets into the kernel. Its memory must not be given back while `body` runs. */
async function withRightHandSide({ points: [{ H, jumps, rho0 }] }, body) {
  const kernel = getKernel();
  const mark = kernel.functions.arenaMark();
  const plan = planGenerator(H, jumps);
  const generator = putGenerator(kernel, plan);
  const rho = kernel.putMatrix(rho0, "a benchmark");
  const out = kernel.allocate(kernel.layout(H.size).bytes, "a benchmark");
  try {
    await body(() => kernel.functions.rightHandSide(generator, rho, out), plan.form);
  } finally {
    kernel.functions.arenaRelease(mark);
  }
}

/** Seconds of a run of so many steps, short enough to stay stable. */
function runSteps({ points: [{ H, jumps, rho0 }] }, steps) {
  const dt = 1e-6;
  return secondsOf(() => mesolve(H, rho0, [0, dt * steps], { cOps: jumps, method: "rk4", dt }));
}

function print(entries) {
  const verdict = (value, aim, isMet) => (aim === undefined ? value : `${value} (${aim}: ${isMet ? "met" : "missed"})`);
  printTable(
    ["problem", "d", "ours, us", "QuTiP, us", "ratio", "RK4 step, right-hand sides", "form"],
    entries.map(({ key, d, own, QuTiP, step, form }) => [
      key,
      `${d}`,
      (1e6 * own).toPrecision(3),
      (1e6 * QuTiP).toPrecision(3),
      verdict((QuTiP / own).toFixed(2), AIMS[key], QuTiP / own >= AIMS[key]),
      verdict((step / own).toFixed(2), STEP_AIM, step / own <= STEP_AIM),
      form,
    ]),
  );
}

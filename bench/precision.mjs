/**
 * Work and precision: for every method of this library and the main ones of the peers, the time and the error reached over the
 * tolerance asked for. rtol 1e-3 to 1e-12, atol = rtol/100; a method of fixed step gets steps that are halved instead.
 * One figure a problem, error against time, and a table of what error a tolerance leads to.
 */
import { keysOf, problem as problemOf } from "./problems/index.mjs";
import { checkSame } from "./support/check.mjs";
import { logFigure } from "./support/figure.mjs";
import { canPropagate, formsOf } from "./support/forms.mjs";
import { median, secondsOf, timeCalls, warmUp } from "./support/measure.mjs";
import { isExact } from "./support/methods.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeFigure, writeResults } from "./support/output.mjs";
import { errorOf, ownMethods, solve } from "./support/own.mjs";
import { PeerError, withPeers } from "./support/peer.mjs";

const PROBLEMS = "P1,P2:32,P3:5,P4:20,P7:3,P9:50";
const MINUTES = 12;
const RTOLS = Array.from({ length: 10 }, (_, k) => Number(`1e-${k + 3}`));
const HALVINGS = 16;
/** Errors below this are rounding. */
const ROUNDING = 3e-13;
/** Of a method's share of the time: a call that takes longer is the last one of its line. */
const LIMIT_SHARE = 0.4;
const SECONDS = 0.05;
const ROUNDS = 3;
/** An error above this is no solution: explicit methods beyond their stability. */
const LARGEST_ERROR = 10;
const DASHES = { lindblad: "", QuTiP: "7 4", dynamiqs: "2 3" };

const { only = PROBLEMS, minutes = MINUTES, large } = readOptions();
const keys = keysOf(only, { large });
const end = performance.now() + 60_000 * minutes;

await withPeers(["QuTiP", "dynamiqs"], async (peers) => {
  const versions = [];
  for (const peer of peers) versions.push(await peer.ask({ op: "versions" }));
  printMachine(versions);
  const entries = [];
  for (const [k, key] of keys.entries()) {
    const seconds = Math.max(1, (end - performance.now()) / 1000 / (keys.length - k));
    const entry = await measure(problemOf(key), peers, seconds);
    entries.push(entry);
    print(entry);
    writeFigure(`precision-${key.replace(":", "-")}`, draw(entry));
  }
  writeResults("precision", { versions, settings: { minutes }, entries });
});

async function measure(problem, peers, seconds) {
  await checkSame(problem, peers[0]);
  const { expect: reference } = await peers[0].ask({ op: "reference", problem: problem.name, size: problem.size });
  const methods = [
    ...methodsFor(problem).map((method) => ownMethod(problem, reference, method)),
    ...peers.flatMap((peer) => peerMethods(peer.name, problem).map((name) => peerMethod(peer, problem, name))),
  ];
  const begin = performance.now();
  const isLate = () => (performance.now() - begin) / 1000 > seconds;
  for (let round = 0; round < ROUNDS && !(round > 0 && isLate()); round++) {
    for (const method of methods) await runAll(method, round, seconds / methods.length, isLate);
  }
  const { key, title, d } = problem;
  return { key, title, d, lines: methods.map(toLine) };
}

/**
 * All settings of one method, in turn. In the first round a setting that fails ends the line, unless coarse ones may fail; so does one
 * that takes long, and the end of the method's share of the time.
 */
async function runAll(method, round, share, isLate) {
  let begin = performance.now();
  for (const [k, setting] of method.settings.entries()) {
    if (round > 0 ? setting.error === undefined || isLate() : k > method.last) continue;
    const answer = await method.run(setting, LIMIT_SHARE * share);
    if (answer === undefined) {
      if (!method.coarseFirst) method.last = k;
      continue;
    }
    setting.seconds.push(...answer.seconds);
    setting.error = answer.error;
    // the first call may have started a server, or compiled
    if (k === 0) begin = performance.now();
    const isLong = Math.min(...answer.seconds) > LIMIT_SHARE * share || performance.now() - begin > 1000 * share;
    // smaller steps would only add to the rounding
    if (isLong || (method.coarseFirst && answer.error < ROUNDING)) method.last = k;
  }
}

/** Our methods that such a problem can be solved with. */
function methodsFor(problem) {
  const methods = ownMethods(problem);
  if (problem.driven) return methods;
  const forms = formsOf(problem.points[0]);
  return methods.filter(({ name }) => name !== "expm" || canPropagate(forms[forms.chosen]));
}

function ownMethod(problem, reference, { name, fixedStep }) {
  // a step ends at every output time
  const spacing = problem.times[1] - problem.times[0];
  let isWarm = false;
  const settings = fixedStep
    ? Array.from({ length: HALVINGS }, (_, k) => ({ dt: spacing / 2 ** k, seconds: [] }))
    : tolerances();
  return {
    solver: "lindblad",
    method: name,
    settings,
    // too large a step is beyond stability
    coarseFirst: fixedStep,
    last: Number.POSITIVE_INFINITY,
    run({ rtol, atol, dt }, limit) {
      const call = () => solve(problem, fixedStep ? { method: name, dt } : { method: name, rtol, atol });
      try {
        const first = secondsOf(call);
        const error = errorOf(call(), reference);
        if (!(error < LARGEST_ERROR)) return undefined;
        if (!isWarm && first < limit / 4) warmUp(call);
        isWarm = true;
        return { seconds: first > limit / 4 ? [first] : timeCalls(call, SECONDS), error };
      } catch (failure) {
        if (failure.code === undefined) throw failure;
        return undefined;
      }
    },
  };
}

function peerMethod(peer, problem, method) {
  return {
    solver: peer.name,
    method,
    settings: isExact(method) ? tolerances().slice(0, 1) : tolerances(),
    coarseFirst: false,
    last: Number.POSITIVE_INFINITY,
    async run({ rtol, atol }, limit) {
      const request = { op: "mesolve", problem: problem.name, size: problem.size, method, rtol, atol };
      try {
        // the first call of dynamiqs also compiles
        const { seconds, error } = await peer.ask({ ...request, seconds: SECONDS, calls: 1 }, 2 * limit + 20);
        return error < LARGEST_ERROR ? { seconds, error } : undefined;
      } catch (failure) {
        if (!(failure instanceof PeerError)) throw failure;
        return undefined;
      }
    },
  };
}

function peerMethods(peer, { d, stiff = false, driven = false }) {
  if (peer === "dynamiqs") return ["tsit5+dia", "dopri8+dia"];
  return [
    "adams",
    "tsit5",
    "vern7",
    "dop853",
    ...(stiff ? ["bdf", "lsoda"] : []),
    ...(d <= 8 && !driven ? ["diag"] : []),
  ];
}

function tolerances() {
  return RTOLS.map((rtol) => ({ rtol, atol: rtol / 100, seconds: [] }));
}

function toLine({ solver, method, settings }) {
  const points = settings
    .filter(({ error, seconds }) => error !== undefined && seconds.length > 0)
    .map(({ seconds, ...setting }) => ({ ...setting, median: median(seconds) }));
  return { solver, method, points };
}

/** The error that every tolerance led to. */
function print({ key, title, d, lines }) {
  console.log(`\n${key}: ${title}, d = ${d}; error reached / milliseconds`);
  const show = ({ error, median: time }) => `${error.toExponential(0)} / ${(1e3 * time).toPrecision(3)}`;
  printTable(
    ["rtol", ...RTOLS.map((rtol) => rtol.toExponential(0))],
    lines
      .filter(({ points }) => points.every(({ dt }) => dt === undefined))
      .map(({ solver, method, points }) => [
        `${solver} ${method}`,
        ...RTOLS.map((rtol) => {
          const point = points.find((one) => one.rtol === rtol);
          return point === undefined ? "-" : show(point);
        }),
      ]),
  );
  for (const { solver, method, points } of lines.filter(({ points }) => points.some(({ dt }) => dt !== undefined))) {
    console.log(
      `${solver} ${method}, steps: ${points.map((point) => `${point.dt.toPrecision(2)}: ${show(point)}`).join(", ")}`,
    );
  }
}

function draw({ key, title, lines }) {
  return logFigure({
    title: `${key}: ${title}`,
    x: "largest error of the expectation values",
    y: "time of a solve in milliseconds",
    reverse: true,
    lines: lines.map(({ solver, method, points }) => ({
      label: solver === "lindblad" ? method : `${solver} ${method}`,
      dash: DASHES[solver],
      points: points.map(({ error, median: time }) => [Math.max(error, 1e-16), 1e3 * time]),
    })),
  });
}

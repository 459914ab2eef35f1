/**
 * Cost against the number of levels d: the time of a solve, and of one right-hand side in it, for families of problems; fitted with
 * c·d^p by least squares in the logarithms. QuTiP's default beside it. A figure and a table.
 */
import { problem as problemOf } from "./problems/index.mjs";
import { logFigure } from "./support/figure.mjs";
import { median, secondsOf, timeCalls, warmUp } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeFigure, writeResults } from "./support/output.mjs";
import { solve } from "./support/own.mjs";
import { PeerError, withPeers } from "./support/peer.mjs";

const FAMILIES = {
  P2: { title: "driven Kerr cavity", sizes: [8, 16, 32, 64, 128] },
  P3: { title: "XXZ chain", sizes: [2, 3, 4, 5, 6, 7, 8] },
  P4: { title: "cavity with an atom", sizes: [5, 10, 20, 40, 80] },
};
const MINUTES = 5;
const SECONDS = 0.2;
const [FEWEST_ROUNDS, MOST_ROUNDS] = [1, 5];
/** Of a family's time: a solve that takes longer is the last size. */
const LIMIT_SHARE = 0.1;

const { only = Object.keys(FAMILIES).join(","), minutes = MINUTES } = readOptions();
const names = only.split(",");
for (const name of names)
  if (FAMILIES[name] === undefined) throw new Error(`no family ${name}; there are ${Object.keys(FAMILIES)}`);
const end = performance.now() + 60_000 * minutes;

await withPeers(["QuTiP"], async ([peer]) => {
  const versions = [await peer.ask({ op: "versions" })];
  printMachine(versions);
  const entries = [];
  for (const [k, name] of names.entries()) {
    const entry = await measure(name, peer, (end - performance.now()) / 1000 / (names.length - k));
    entries.push(entry);
    print(entry);
  }
  writeFigure("scaling", draw(entries));
  writeResults("scaling", { versions, settings: { minutes }, entries });
});

async function measure(name, peer, seconds) {
  const { title, sizes } = FAMILIES[name];
  const begin = performance.now();
  const isLate = () => (performance.now() - begin) / 1000 > seconds;
  const limit = LIMIT_SHARE * seconds;
  const rows = [];
  for (const size of sizes) {
    const problem = problemOf(`${name}:${size}`);
    const call = () => solve(problem);
    let results;
    const first = secondsOf(() => {
      results = call();
    });
    if (first < limit) warmUp(call);
    const { rhsEvaluations, method, form } = results[0].stats;
    rows.push({ d: problem.d, size, problem, call, method, form, rhsEvaluations, first, own: [], QuTiP: [] });
    if (first > limit) break;
  }
  for (let round = 0; round < FEWEST_ROUNDS || (round < MOST_ROUNDS && !isLate()); round++) {
    let isAffordable = true;
    for (const row of rows) {
      row.own.push(...timeCalls(row.call, SECONDS));
      // larger sizes take longer still
      isAffordable &&= !(Math.min(...row.QuTiP, Number.POSITIVE_INFINITY) < Number.POSITIVE_INFINITY && isLate());
      if (isAffordable) isAffordable = await askPeer(peer, row, limit);
    }
  }
  const points = rows.map(({ d, size, method, form, rhsEvaluations, own, QuTiP }) => ({
    d,
    size,
    method,
    form,
    rhsEvaluations,
    own: median(own),
    ...(QuTiP.length > 0 ? { QuTiP: median(QuTiP) } : {}),
  }));
  return {
    key: name,
    title,
    points,
    exponents: {
      own: exponent(points.map(({ d, own }) => [d, own])),
      rightHandSide: exponent(points.map(({ d, own, rhsEvaluations }) => [d, own / rhsEvaluations])),
      evaluations: exponent(points.map(({ d, rhsEvaluations }) => [d, rhsEvaluations])),
      QuTiP: exponent(points.filter(({ QuTiP }) => QuTiP !== undefined).map(({ d, QuTiP }) => [d, QuTiP])),
    },
  };
}

/** Whether the next size may be tried as well. */
async function askPeer(peer, { problem, QuTiP }, limit) {
  const request = {
    op: "mesolve",
    problem: problem.name,
    size: problem.size,
    method: "adams",
    seconds: SECONDS,
    calls: 1,
  };
  try {
    const { seconds } = await peer.ask(request, 4 * limit + 10);
    QuTiP.push(...seconds);
    return median(seconds) < limit;
  } catch (failure) {
    if (!(failure instanceof PeerError)) throw failure;
    return false;
  }
}

/** The slope of a straight line through the logarithms; undefined for fewer than two points. */
function exponent(points) {
  if (points.length < 2) return undefined;
  const logs = points.map((point) => point.map(Math.log));
  const mean = (k) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return covariance / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

function print({ key, title, points, exponents }) {
  console.log(`\n${key}: ${title}`);
  const ms = (seconds, digits = 3) => (seconds === undefined ? "-" : (1e3 * seconds).toPrecision(digits));
  const power = (p) => (p === undefined ? "-" : `d^${p.toFixed(2)}`);
  printTable(
    ["d", "ms a solve", "evaluations", "us an evaluation", "QuTiP default, ms"],
    [
      ...points.map(({ d, own, rhsEvaluations, QuTiP }) => [
        `${d}`,
        ms(own),
        `${rhsEvaluations}`,
        ms((1e3 * own) / rhsEvaluations),
        ms(QuTiP),
      ]),
      ["fit", ...["own", "evaluations", "rightHandSide", "QuTiP"].map((name) => power(exponents[name]))],
    ],
  );
}

function draw(families) {
  const line = (label, dash, color, points, name) => ({
    label,
    dash,
    color,
    points: points.filter((point) => point[name] !== undefined).map((point) => [point.d, 1e3 * point[name]]),
  });
  return logFigure({
    title: "Cost against the number of levels",
    x: "number of levels d",
    y: "time of a solve in milliseconds",
    lines: families.flatMap(({ key, points, exponents }, k) => {
      const power = (p) => (p === undefined ? "" : ` d^${p.toFixed(1)}`);
      return [
        line(`${key}${power(exponents.own)}`, "", k, points, "own"),
        line(`${key} QuTiP${power(exponents.QuTiP)}`, "7 4", k, points, "QuTiP"),
      ];
    }),
  });
}

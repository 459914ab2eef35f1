/**
 * `mesolve` of this library against the peers'. The timed region is the whole call on all sides: operators are built beforehand,
 * expectation values and the final state come out. The sides take turns, round by round, so that a machine that slows down slows
 * all of them. support/ratios.mjs says what is compared with what.
 *
 * On every problem each method of a peer is tried once; the fast ones are then also run at other tolerances until their errors lie on
 * both sides of ours; what decides is timed in rounds.
 */

import { ALL, keysOf, LEFT_OUT, problem as problemOf } from "./problems/index.mjs";
import { checkSame } from "./support/check.mjs";
import { secondsOf, timeCalls, warmUp } from "./support/measure.mjs";
import { dynamiqsMethods, isExact, isPrebuilt, qutipMethods } from "./support/methods.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { errorOf, solve } from "./support/own.mjs";
import { PeerError, withPeers } from "./support/peer.mjs";
import {
  AS_FUNCTIONS,
  both,
  compareWith,
  ROUNDING,
  targetError,
  targets,
  timeAtError,
  usableError,
  verdict,
} from "./support/ratios.mjs";
import { takeTurns } from "./support/rounds.mjs";

const MINUTES = 15;
/** What a problem is given, in seconds before all are scaled to the budget: so many, and so many of our solves, but no more than the last. */
const WEIGHT = { fixed: 15, solves: 250, most: 120 };
/** So many of a peer's methods are tried even when time is up. */
const ALWAYS = 4;
/** How far into a problem's time the search for the peers' best methods and tolerances may reach. */
const SEARCH_SHARE = { QuTiP: 0.45, dynamiqs: 0.65 };
/** Of a sweep, as many points are searched with. */
const SEARCH_POINTS = 50;
/** A call that takes longer than this share of a problem's time is given up, but for some seconds: of starting, of compiling. */
const LIMIT_SHARE = 0.3;
const LIMIT_SECONDS = { QuTiP: 10, dynamiqs: 40 };
/** How many of a peer's methods are run at other tolerances: of all, and of those that are whole calls. */
const SHORTLIST = 3;
/** Tolerances that one method is run at, besides the problem's; and when two are close enough to interpolate between. */
const MOST_TOLERANCES = 5;
const CLOSE = 20;
const [LOOSEST, TIGHTEST] = [1e-2, 1e-13];
/** Seconds in a round, at least one call each. */
const ROUND_SECONDS = 0.2;

const NAMES = {
  default: "QuTiP by default",
  best: "QuTiP at its best",
  wholeCall: "QuTiP at its best in a whole call",
  dynamiqs: "dynamiqs, compiled",
};

const { only = ALL, minutes = MINUTES, large } = readOptions();
const keys = keysOf(only, { large });
const end = performance.now() + 60_000 * minutes;
console.log(LEFT_OUT);

await withPeers(["QuTiP", "dynamiqs"], async (peers) => {
  const versions = [];
  for (const peer of peers) versions.push(await peer.ask({ op: "versions" }));
  printMachine(versions);
  const entries = [];
  try {
    const weights = keys.map((key) => {
      const problem = problemOf(key);
      return Math.min(WEIGHT.fixed + WEIGHT.solves * secondsOf(() => solve(problem)), WEIGHT.most);
    });
    for (const [k, key] of keys.entries()) {
      const share = weights[k] / weights.slice(k).reduce((a, b) => a + b);
      const seconds = Math.max(1, ((end - performance.now()) / 1000) * share);
      entries.push(await compare(problemOf(key), peers, seconds));
      printComparison(entries.at(-1));
    }
    printSummary(entries);
  } finally {
    // what was measured before something failed is kept
    if (entries.length > 0) writeResults("mesolve", { versions, settings: { minutes }, entries });
  }
});

/** One problem, in about so many seconds. */
async function compare(problem, peers, seconds) {
  await checkSame(problem, peers[0]);
  const { expect: reference } = await peers[0].ask({ op: "reference", problem: problem.name, size: problem.size });
  const own = ownRow(problem, reference, "auto");
  // what functions of JavaScript cost instead
  const others = problem.driven ? [ownRow(problem, reference, AS_FUNCTIONS, { asFunctions: true })] : [];

  const begin = performance.now();
  const left = (share) => seconds * share - (performance.now() - begin) / 1000;
  const search = {
    problem,
    usable: usableError(own, problem, reference),
    target: targetError(own),
    left,
    seconds,
    dropped: [],
  };
  const points = [];
  for (const peer of peers) points.push(...(await searchPeer(peer, search)));
  const rows = [own, ...others, ...choose(points, search)];
  await timeInRounds(rows, search, peers);

  const { key, title, d, rtol, atol } = problem;
  const searched = points.map((point) => ({ ...point, median: point.estimate }));
  const defaultMethod = qutipMethods(problem)[0];
  const against = (solver, isMeant, usable = search.usable) =>
    compareWith(
      own,
      rows.filter((row) => row.solver === solver && isMeant(row.method)),
      { rtol, usable, searched: searched.filter((point) => point.solver === solver) },
    );
  const any = () => true;
  const ratios = {
    // however large its error
    default: against("QuTiP", (method) => method === defaultMethod, Number.POSITIVE_INFINITY),
    best: against("QuTiP", any),
    ...(rows.some(({ method }) => isPrebuilt(method))
      ? { wholeCall: against("QuTiP", (method) => !isPrebuilt(method)) }
      : {}),
    ...(peers.length > 1 ? { dynamiqs: against("dynamiqs", any) } : {}),
  };
  const { usable, dropped } = search;
  return { key, title, d, rtol, atol, rounds: own.rounds, rows, usable, dropped, ratios, targets: targets(problem) };
}

/** A row of ours, ready to be timed. */
function ownRow(problem, reference, method, options) {
  const call = () => solve(problem, options);
  const estimate = warmUp(call);
  const results = call();
  const { rtol, atol } = problem;
  const error = errorOf(results, reference);
  return { solver: "lindblad", method, rtol, atol, estimate, error, stats: results[0].stats, call };
}

/** Every method of a peer once at the problem's tolerances, then the fast ones at others; what was measured, as points. */
async function searchPeer(peer, search) {
  const { problem, usable, left, dropped } = search;
  const methods = peer.name === "QuTiP" ? qutipMethods(problem) : dynamiqsMethods(problem);
  const points = [];
  for (const [k, method] of methods.entries()) {
    if (left(SEARCH_SHARE[peer.name]) < 0 && k >= ALWAYS)
      dropped.push({ solver: peer.name, method, reason: "no time left to try it" });
    else points.push(...(await tryOnce(peer, search, { method, rtol: problem.rtol, atol: problem.atol })));
  }
  const fast = points.filter(({ error }) => error <= usable).sort((a, b) => a.estimate - b.estimate);
  const shortlist = new Set([
    // what decides comes first: time may run out
    ...fast.slice(0, SHORTLIST),
    ...fast.filter(({ method }) => !isPrebuilt(method)).slice(0, SHORTLIST),
    ...points.filter(({ method }) => method === methods[0]),
  ]);
  for (const first of shortlist) {
    if (!isExact(first.method)) points.push(...(await reachError(peer, search, first, SEARCH_SHARE[peer.name])));
  }
  return points;
}

/**
 * Points of one method at other tolerances than that of `first`, until its errors lie close on both sides of the target. An error goes
 * about as the tolerance does: that is where the next one is tried, further than it says where it fell short before.
 */
async function reachError(peer, search, first, share) {
  const { target, left } = search;
  const points = [];
  let [outside, inside] = first.error > target ? [first] : [undefined, first];
  for (let k = 1; k <= MOST_TOLERANCES && left(share) > 2 * (outside ?? inside).estimate; k++) {
    if (outside && inside && outside.rtol / inside.rtol <= CLOSE) break;
    const rtol = nextTolerance(outside, inside, target, k);
    if (rtol === (outside ?? inside).rtol) break;
    const atol = (first.atol / first.rtol) * rtol;
    const [point] = await tryOnce(peer, search, { method: first.method, rtol, atol });
    if (point === undefined) break;
    points.push(point);
    if (point.error > target) outside = point;
    else inside = point;
  }
  return points;
}

function nextTolerance(outside, inside, target, attempt) {
  if (outside && inside) return Math.sqrt(outside.rtol * inside.rtol);
  const { rtol, error } = outside ?? inside;
  const factor = (target / Math.max(error, ROUNDING)) * (outside ? 0.5 : 2) ** attempt;
  return Math.min(Math.max(rtol * factor, TIGHTEST), LOOSEST);
}

/** A point, or none when the call fails or takes too long. */
async function tryOnce(peer, { problem, seconds, dropped }, { method, rtol, atol }) {
  const count = problem.points.length;
  const size = count > SEARCH_POINTS ? SEARCH_POINTS : problem.size;
  const request = { op: "mesolve", problem: problem.name, size, method, rtol, atol, seconds: 0.05, calls: 1 };
  try {
    const answer = await peer.ask(request, LIMIT_SHARE * seconds + LIMIT_SECONDS[peer.name]);
    const { error, compile } = answer;
    const estimate = Math.min(...answer.seconds) * Math.max(1, count / SEARCH_POINTS);
    return [{ solver: peer.name, method, rtol, atol, estimate, error, compile }];
  } catch (failure) {
    if (!(failure instanceof PeerError)) throw failure;
    dropped.push({ solver: peer.name, method, rtol, reason: failure.message });
    return [];
  }
}

/** The points that decide: QuTiP's default, what is fastest at the same tolerance, and what is at equal error. */
function choose(points, { problem, usable, target }) {
  const of = (solver) => points.filter((point) => point.solver === solver);
  const isDefault = ({ method }) => method === qutipMethods(problem)[0];
  return new Set([
    ...decisive(of("QuTiP"), problem.rtol, usable, target),
    ...decisive(
      of("QuTiP").filter(({ method }) => !isPrebuilt(method)),
      problem.rtol,
      usable,
      target,
    ),
    ...decisive(of("QuTiP").filter(isDefault), problem.rtol, Number.POSITIVE_INFINITY, target),
    ...decisive(of("dynamiqs"), problem.rtol, usable, target),
  ]);
}

/** Of these points the two fastest at the same tolerance; and for the two methods that are fastest at equal error, those on either side. */
function decisive(points, rtol, usable, target) {
  const fast = points.filter((point) => point.rtol === rtol && point.error <= usable);
  fast.sort((a, b) => a.estimate - b.estimate);
  const timed = points.map((point) => ({ ...point, median: point.estimate }));
  const timeOf = (method) => {
    const theirs = timed.filter((point) => point.method === method);
    return timeAtError(theirs, target) ?? Number.POSITIVE_INFINITY;
  };
  const methods = [...new Set(points.map(({ method }) => method))].sort((a, b) => timeOf(a) - timeOf(b));
  const sides = methods.slice(0, 2).flatMap((method) => {
    const theirs = points.filter((point) => point.method === method);
    const above = theirs.filter(({ error }) => error > target).sort((a, b) => a.error - b.error);
    const below = theirs.filter(({ error }) => error <= target).sort((a, b) => b.error - a.error);
    return [...above.slice(0, 1), ...below.slice(0, 1)];
  });
  return [...fast.slice(0, 2), ...sides];
}

async function timeInRounds(rows, { problem, left }, peers) {
  const timeRow = async (row) => {
    if (row.call !== undefined) return timeCalls(row.call, ROUND_SECONDS);
    const { method, rtol, atol, solver } = row;
    const request = { op: "mesolve", problem: problem.name, size: problem.size, method, rtol, atol };
    const peer = peers.find(({ name }) => name === solver);
    const answer = await peer.ask({ ...request, seconds: ROUND_SECONDS, calls: 1 });
    row.error = answer.error;
    if (answer.compile > row.compile) row.compile = answer.compile;
    return answer.seconds;
  };
  rows[0].rounds = await takeTurns(rows, timeRow, () => left(1));
  for (const row of rows) {
    delete row.estimate;
    delete row.call;
  }
}

function printComparison({ key, title, d, rtol, atol, rounds, rows, usable, dropped, ratios }) {
  console.log(`\n${key}: ${title}; d = ${d}, rtol ${rtol}, atol ${atol}, ${rounds} rounds`);
  const own = rows[0];
  printTable(
    ["solver and method", "rtol", "median ms", "spread", "max error", "times ours", "compile s"],
    rows.map((row) => [
      `${row.solver} ${row.method}${row.stats ? ` (${row.stats.method})` : ""}`,
      row.rtol.toExponential(0),
      (1e3 * row.median).toFixed(3),
      `${(100 * row.spread).toFixed(0)} %`,
      row.error.toExponential(1),
      (row.median / own.median).toFixed(2),
      row.compile === undefined ? "" : row.compile.toFixed(1),
    ]),
  );
  for (const reason of new Set(dropped.map((one) => one.reason))) {
    const some = dropped.filter((one) => one.reason === reason);
    const name = ({ solver, method, rtol: at }) =>
      `${solver} ${method}${at === undefined ? "" : ` at rtol ${at.toExponential(0)}`}`;
    console.log(`${reason}: ${some.map(name).join(", ")}`);
  }
  console.log(
    `same tolerance: solved means an error up to ${usable.toExponential(1)}; equal error: ${own.error.toExponential(1)}`,
  );
  for (const [name, { sameTolerance, equalError }] of Object.entries(ratios)) {
    console.log(`${NAMES[name]}: ${say(sameTolerance)} at the same tolerance, ${say(equalError)} at equal error`);
  }
}

function say(comparison) {
  if (comparison === undefined) return "none";
  return `${comparison.atLeast ? "at least " : ""}${comparison.ratio.toFixed(1)} times our time (${comparison.method})`;
}

/** All problems, and whether the ratios that were set out for are reached at equal error. */
function printSummary(entries) {
  console.log("\ntimes our time: at the same tolerance / at equal error, and what is aimed at");
  printTable(
    ["problem", "d", "error", "QuTiP default", "QuTiP best", "aim", "dynamiqs", "aim"],
    entries.map(({ key, d, rows, ratios, targets: aims, dropped }) => [
      key,
      `${d}`,
      rows[0].error.toExponential(1),
      `${both(ratios.default)}${aims.default === undefined ? "" : ` ${verdict(ratios.default, aims.default)}`}`,
      both(ratios.best),
      verdict(ratios.best, aims.best, dropped, "QuTiP"),
      both(ratios.dynamiqs),
      verdict(ratios.dynamiqs, aims.dynamiqs, dropped, "dynamiqs"),
    ]),
  );
  console.log("* not every method was tried: a larger --budget, or --only, gives them the time");
}

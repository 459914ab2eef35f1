/**
 * This library against QuTiP where there is one answer and no tolerance to vary: every method of QuTiP once, with a time limit; then its
 * default, and those that are fastest with an error up to 1e-6 or up to ours, in rounds with ours; and the memory that a process takes for it.
 * Times are processor times: calls of QuTiP are long beside the turns that a scheduler gives, ours are short, and on the wall a machine that
 * has other work to do would be charged to QuTiP alone.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { problem as problemOf } from "../problems/index.mjs";
import { checkSame } from "./check.mjs";
import { processorSecondsOf, timeCalls, warmUp } from "./measure.mjs";
import { readOptions } from "./options.mjs";
import { printDropped, printMachine, printTable, writeResults } from "./output.mjs";
import { PeerError, startPeer, withPeers } from "./peer.mjs";
import { takeTurns } from "./rounds.mjs";
import { errorOfValues, operatorsOf, refusal, requestOf, residualOf, TASKS } from "./tasks.mjs";

/** Errors up to this, or up to ours, count as solved. */
const USABLE = 1e-6;
/** Seconds that QuTiP's default may take; and another method, in times of the fastest so far, and so many more. */
const LONGEST = { usual: 60, large: 300 };
const PATIENCE = 4;
const LEAST_SECONDS = 3;
/** How many of the fast ones take part in the rounds. */
const SHORTLIST = 2;
const ROUND_SECONDS = 0.2;
/** Fewest rounds; seconds that ours is called before, much of which other programs may take. */
const FEWEST_ROUNDS = 4;
const WARM_UP_SECONDS = 4;
/** Of a comparison's time, what goes into finding the best method. */
const SEARCH_SHARE = 0.7;
const REFERENCE_SECONDS = 600;
/** Why a method was not tried although it might have been. */
export const NO_TIME = "no time left to try it";
const PEAK = fileURLToPath(new URL("../startup/peak.mjs", import.meta.url));

/** Runs a suite of comparisons, each `[task, key of a problem]`; writes its results and prints what `summary` makes of an entry. */
export async function runSuite(suite, comparisons, minutes) {
  const { large, minutes: asked = minutes } = readOptions();
  const end = performance.now() + 60_000 * asked;
  await withPeers(["QuTiP"], async ([peer]) => {
    const versions = peer === undefined ? [] : [await peer.ask({ op: "versions" })];
    printMachine(versions);
    if (peer === undefined) console.log("QuTiP: left out, there is no environment for it (npm run bench makes one)");
    const entries = [];
    try {
      for (const [k, [task, key]] of comparisons.entries()) {
        const seconds = (end - performance.now()) / 1000 / (comparisons.length - k);
        entries.push(await compare(task, problemOf(key), peer, { seconds: Math.max(2, seconds), large }));
        printEntry(entries.at(-1));
      }
      printSummary(entries);
    } finally {
      // what was measured before something failed is kept; without the peer it is no comparison
      if (entries.length > 0 && peer !== undefined)
        writeResults(suite, { versions, settings: { minutes: asked }, entries });
    }
  });
}

async function compare(task, problem, peer, { seconds, large }) {
  const { key, title, d } = problem;
  const begin = performance.now();
  const left = (share) => seconds * share - (performance.now() - begin) / 1000;
  if (peer !== undefined) await checkSame(problem, peer);
  const exact =
    peer && (await peer.ask({ op: "stationary reference", ...requestOf(task, problem) }, REFERENCE_SECONDS)).values;
  const own = ownRow(task, problem, exact);
  const dropped = [];
  const found = peer === undefined ? [] : await search({ task, problem, peer, exact, own, dropped, left, large });
  const usable = Math.max(USABLE, own.error ?? 0);
  const rows = [own, ...chosen(found, TASKS[task].methods[0], usable)];
  const timeRow = async (row) => {
    if (row.call !== undefined)
      return timeCalls(row.call, ROUND_SECONDS, (call) => processorSecondsOf(call, row.estimate));
    const request = { op: "stationary", ...requestOf(task, problem), method: row.method };
    return (await peer.ask({ ...request, seconds: ROUND_SECONDS, calls: 1 }, REFERENCE_SECONDS)).seconds;
  };
  const rounds = await takeTurns(rows, timeRow, () => left(1), FEWEST_ROUNDS);
  const ratios = ratiosOf(rows, TASKS[task].methods[0], usable);
  await measurePeaks(rows, task, problem);
  const tried = found.map(({ method, estimate, error, residual }) => ({ method, seconds: estimate, error, residual }));
  const aim = TASKS[task].aim?.(problem);
  for (const row of rows) {
    delete row.call;
    delete row.estimate;
  }
  return { key: `${task} ${key}`, task, problem: key, title, d, rounds, rows, usable, ratios, aim, tried, dropped };
}

function ownRow(task, problem, exact) {
  const { run, values } = TASKS[task];
  const operators = operatorsOf(problem);
  const call = () => run(operators);
  const estimate = warmUp(call, WARM_UP_SECONDS);
  const result = call();
  const row = { solver: "lindblad", method: result.method ?? result.which ?? "auto", estimate, call };
  if (task === "steadystate") row.residual = residualOf(operators, result.rho);
  // where nothing is known, what the equations say
  row.error = exact?.length ? errorOfValues(task, values(result, operators), exact) : row.residual;
  return row;
}

/** Every method of QuTiP once. */
async function search({ task, problem, peer, exact, own, dropped, left, large }) {
  const found = [];
  const drop = (method, reason) => dropped.push({ method, reason });
  let fastest = Number.POSITIVE_INFINITY;
  for (const [k, method] of TASKS[task].methods.entries()) {
    // what takes too long at a loose tolerance takes no less at a tight one
    const loose = dropped.find((one) => method.startsWith(`${one.method}+rtol`));
    const refused = loose?.reason ?? refusal(method, problem);
    if (refused !== undefined) drop(method, refused);
    else if (k > 0 && left(SEARCH_SHARE) < 0) drop(method, NO_TIME);
    else {
      const longest = large ? LONGEST.large : LONGEST.usual;
      const limit = k === 0 ? longest : LEAST_SECONDS + Math.min(longest, PATIENCE * fastest);
      const request = { op: "stationary", ...requestOf(task, problem), method, seconds: 0.05, calls: 1 };
      try {
        const { seconds, values, residual } = await peer.ask(request, limit);
        const error = exact.length > 0 ? errorOfValues(task, values, exact) : residual;
        const estimate = Math.min(...seconds);
        found.push({ solver: "QuTiP", method, estimate, error, residual });
        if (error <= Math.max(USABLE, own.error)) fastest = Math.min(fastest, estimate);
      } catch (failure) {
        if (!(failure instanceof PeerError)) throw failure;
        drop(method, failure.message);
        // a process that had to be ended starts anew outside of the next method's time
        await peer.ask({ op: "versions" });
      }
    }
  }
  return found;
}

/** The default, however large its error, and the fastest that solve the problem. */
function chosen(found, defaultMethod, usable) {
  const fast = found.filter(({ error }) => error <= usable).sort((a, b) => a.estimate - b.estimate);
  return new Set([...found.filter(({ method }) => method === defaultMethod), ...fast.slice(0, SHORTLIST)]);
}

/** How much longer than ours QuTiP takes by default and at its best. */
export function ratiosOf([own, ...rows], defaultMethod, usable) {
  const ratio = (row) => row && { method: row.method, ratio: row.median / own.median };
  const solved = rows.filter(({ error }) => error <= usable);
  return {
    default: ratio(rows.find(({ method }) => method === defaultMethod)),
    best: ratio(solved.length === 0 ? undefined : solved.reduce((a, b) => (b.median < a.median ? b : a))),
  };
}

/** The peak resident set of a fresh process before and after one call: ours and QuTiP's. */
async function measurePeaks(rows, task, problem) {
  for (const row of rows) {
    row.peak = row.solver === "QuTiP" ? await theirPeak(row.method, task, problem) : ownPeak(task, problem);
  }
}

function ownPeak(task, { key }) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PEAK, task, key], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${task}, ${key}: ${stderr}`);
  return JSON.parse(stdout);
}

async function theirPeak(method, task, problem) {
  const fresh = startPeer("QuTiP");
  try {
    return await fresh.ask({ op: "peak", ...requestOf(task, problem), method }, REFERENCE_SECONDS);
  } finally {
    fresh.close();
  }
}

function printEntry({ key, title, d, rounds, rows, tried, dropped }) {
  console.log(`\n${key}: ${title}; d = ${d}, ${rounds} rounds`);
  const own = rows[0];
  const short = (value) => (value === undefined ? "" : value.toExponential(1));
  printTable(
    ["solver and method", "median ms", "spread", "error", "residual", "times ours", "MB before", "peak MB"],
    rows.map((row) => [
      `${row.solver} ${row.method}`,
      (1e3 * row.median).toFixed(3),
      `${(100 * row.spread).toFixed(0)} %`,
      short(row.error),
      short(row.residual),
      (row.median / own.median).toFixed(2),
      ...[row.peak.before, row.peak.after].map((bytes) => (bytes / 1e6).toFixed(0)),
    ]),
  );
  const others = tried.map(
    ({ method, seconds, error }) => `${method} ${(1e3 * seconds).toPrecision(3)} ms ${short(error)}`,
  );
  if (others.length > 0) console.log(`once each: ${others.join(", ")}`);
  printDropped(dropped);
}

function printSummary(entries) {
  const show = (one) => (one === undefined ? "-" : one.ratio.toFixed(1));
  console.log("\nQuTiP's time over ours");
  printTable(
    ["", "d", "ms", "error", "default", "best", "aim"],
    entries.map(({ key, d, rows: [own], ratios, aim }) => [
      key,
      `${d}`,
      (1e3 * own.median).toFixed(2),
      own.error === undefined ? "-" : own.error.toExponential(1),
      show(ratios.default),
      show(ratios.best),
      aimOf(ratios, aim),
    ]),
  );
}

/** Whether the ratio that this library sets out for is reached against QuTiP's best. */
export function aimOf({ best }, aim) {
  if (aim === undefined || best === undefined) return "";
  return `${aim}: ${best.ratio >= aim ? "met" : "missed"}`;
}

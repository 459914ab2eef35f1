/**
 * `mcsolve` against QuTiP's, by default and with each of its integrators: the same tolerances and output times, and the same number of trajectories
 * where there is time for that (what a call costs besides trajectories is next to nothing for QuTiP); no improved sampling. On one thread (processor times, as support/compare.mjs says) or with --threads on several (what passes on the wall): ours on a
 * pool. Both sides' means must lie within their standard errors of the exact ones.
 */
import { availableParallelism } from "node:os";
import { mcsolve } from "lindblad";
import { pool } from "lindblad/pool";
import { ALL_TRAJECTORIES, keysOf, problem as problemOf } from "./problems/index.mjs";
import { checkSame } from "./support/check.mjs";
import { aimOf, NO_TIME, ratiosOf } from "./support/compare.mjs";
import { median, processorSecondsOf } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printDropped, printMachine, printTable, writeResults } from "./support/output.mjs";
import { PeerError, withPeers } from "./support/peer.mjs";
import { takeTurns } from "./support/rounds.mjs";
import { deviation, MOST_DEVIATION } from "./support/trajectories.mjs";

const MINUTES = { one: 7, several: 5 };
/** A problem's part of the time. */
const WEIGHT = { usual: 1, large: 5 };
/** QuTiP's, the most promising first: time may run out. The default has no name of its own: it is what QuTiP takes. */
const METHODS = ["default", "diag", "tsit5", "adams", "vern9", "vern7", "bdf", "dop853", "lsoda"];
/** Levels up to which the eigenvectors of H are worth a try. */
const MOST_DIAGONAL = 1024;
/** Of the trajectories, what the search takes; and at least so many. */
const SEARCH_PART = 0.04;
/** Of a problem's time, what the search takes at most. */
const SEARCH_SHARE = 0.4;
/** Trajectories of a thread in the rounds, at least: one has more jumps than another. */
const FEWEST = 2;
/** Seconds a method may take, in times of the fastest so far, and so many more. */
const PATIENCE = 4;
const LEAST_SECONDS = 10;
const LONGEST = 120;
const SHORTLIST = 2;
/** Rounds at least: a call of the large ones averages over trajectories of seconds each. */
const FEWEST_ROUNDS = { usual: 2, large: 1 };
const ROUND_SECONDS = 0.3;
const WARM_UP = { calls: 2, seconds: 2 };
const REFERENCE_SECONDS = 300;
/**
 * Of more levels matrices take too long to be compared element by element, exact means cannot be had, and there are too few trajectories to know
 * standard errors from: there both are checked on a small problem of the same family, with so many trajectories.
 */
const CHECKED = { levels: 256, key: "P8-P3:6", ntraj: 200 };
const AIM = 10;

const { only = ALL_TRAJECTORIES, threads = 1, minutes: asked } = readOptions();
const minutes = asked ?? (threads === 1 ? MINUTES.one : MINUTES.several);
const keys = keysOf(only);
const end = performance.now() + 60_000 * minutes;
if (availableParallelism() < threads) {
  console.log(`${threads} threads: left out, this process may use ${availableParallelism()} cores`);
  process.exit();
}
/** No call has the random numbers of another. */
let seed = 0;

await withPeers(["QuTiP"], async ([peer]) => {
  if (peer === undefined) throw new Error("QuTiP has no environment: npm run bench makes one");
  const versions = [await peer.ask({ op: "versions" })];
  printMachine(versions, threads === 1 ? undefined : `${threads} threads`);
  console.log(`about ${minutes.toFixed(1)} min`);
  const workers = threads === 1 ? undefined : pool({ size: threads });
  const entries = [];
  try {
    const problems = keys.map(problemOf);
    const weights = problems.map(({ d }) => (d > CHECKED.levels ? WEIGHT.large : WEIGHT.usual));
    for (const [k, problem] of problems.entries()) {
      const part = weights[k] / weights.slice(k).reduce((a, b) => a + b);
      const seconds = ((end - performance.now()) / 1000) * part;
      entries.push(await compare(problem, peer, workers, Math.max(2, seconds)));
      printEntry(entries.at(-1));
    }
    printSummary(entries);
  } finally {
    await workers?.close();
    // what was measured before something failed is kept
    if (entries.length > 0) writeResults("trajectories", { versions, settings: { minutes, threads }, entries });
  }
});

/** One problem, in about so many seconds. */
async function compare(problem, peer, workers, seconds) {
  const { key, name, size, title, d, ntraj } = problem;
  const begin = performance.now();
  const left = (part) => seconds * part - (performance.now() - begin) / 1000;
  const isLarge = d > CHECKED.levels;
  const checked = isLarge ? { ...problemOf(CHECKED.key), ntraj: CHECKED.ntraj } : problem;
  await checkSame(checked, peer);
  const request = { op: "reference", problem: checked.name, size: checked.size };
  const [exact] = (await peer.ask(request, REFERENCE_SECONDS)).expect;
  const own = { solver: "lindblad", ...(await warmUp(problem, workers)) };
  const { found, dropped } = await search(problem, peer, left);
  const chosen = chooseFrom(found);
  const fewest = isLarge ? FEWEST_ROUNDS.large : FEWEST_ROUNDS.usual;
  const theirs = howMany(problem, own, chosen, left(1) / fewest);
  const fresh = { solver: "lindblad", method: `${own.method}, workers started in the call`, fresh: true };
  const rows = [own, ...(workers === undefined || isLarge ? [] : [fresh]), ...chosen];
  // nothing is timed whose means are wrong
  const check = (row, means) => {
    row.deviation = deviation(checked, means, exact);
    if (row.solver === "lindblad" && !(row.deviation <= MOST_DEVIATION))
      throw new Error(`${key}: the means are ${row.deviation.toFixed(1)} standard errors from the exact ones`);
  };
  check(own, await solve(checked, workers, checked.ntraj));
  if (isLarge) {
    for (const row of chosen) {
      check(row, await askFor(peer, checked, row.method, { ntraj: checked.ntraj, threads, seconds: 0 }, LONGEST));
    }
    await peer.ask({ op: "prepare", problem: name, size });
  }
  const timeRow = async (row) => {
    if (row.solver === "lindblad") {
      const { times, means } = await timeOwn(problem, row.fresh ? undefined : workers, ntraj, row.estimate);
      if (isLarge) row.deviation = own.deviation;
      else check(row, means);
      return times.map((time) => time / ntraj);
    }
    const part = { ntraj: theirs, threads, seconds: ROUND_SECONDS };
    const answer = await askFor(peer, problem, row.method, part, 4 * LONGEST);
    if (!isLarge) check(row, answer);
    return answer.seconds.map((time) => time / theirs);
  };
  const rounds = await takeTurns(rows, timeRow, () => left(1), fewest);
  const timed = rows.filter((row) => !row.fresh).map((row) => ({ ...row, error: row.deviation }));
  const ratios = ratiosOf(timed, "default", MOST_DEVIATION);
  for (const row of rows) {
    row.rate = 1 / row.median;
    row.ntraj = row.solver === "lindblad" ? ntraj : theirs;
    for (const name of ["estimate", "fresh"]) delete row[name];
  }
  const at = threads === 1 ? "" : ` on ${threads} threads`;
  return {
    ...{ key: `${key}${at}`, problem: key, name, title, d, threads, ntraj, theirs },
    ...{ rounds, rows, ratios, aim: threads === 1 ? AIM : undefined, tried: found, dropped },
  };
}

/** Ours, on this thread or on workers. */
function solve({ times, rtol, atol, ket, points: [{ H, jumps, observables }] }, workers, ntraj) {
  const options = { cOps: jumps, eOps: observables, rtol, atol, ntraj, seed: seed++ };
  return (workers === undefined ? mcsolve : workers.mcsolve)(H, ket, times, options);
}

/** Calls until the engine has compiled it for good and workers are there; seconds a trajectory. */
async function warmUp(problem, workers) {
  const few = Math.max(threads, Math.ceil(SEARCH_PART * problem.ntraj));
  const times = [];
  const start = performance.now();
  let stats;
  while (times.length < WARM_UP.calls || performance.now() - start < 1000 * WARM_UP.seconds) {
    const begin = performance.now();
    ({ stats } = await solve(problem, workers, few));
    times.push((performance.now() - begin) / 1000 / few);
    if (performance.now() - start > 10_000 * WARM_UP.seconds) break;
  }
  return { method: stats.method, form: stats.form, estimate: median(times) };
}

/** Times of calls, at least one, and what the last one found. */
async function timeOwn(problem, workers, ntraj, estimate) {
  const times = [];
  let means;
  const begin = performance.now();
  do {
    if (threads === 1) {
      const call = () => {
        means = solve(problem, undefined, ntraj);
      };
      times.push(processorSecondsOf(call, ntraj * estimate));
    } else {
      const start = performance.now();
      const kept = workers ?? pool({ size: threads });
      means = await solve(problem, kept, ntraj);
      if (workers === undefined) await kept.close();
      times.push((performance.now() - start) / 1000);
    }
  } while (performance.now() - begin < 1000 * ROUND_SECONDS);
  return { times, means };
}

function askFor(peer, { name, size }, method, { ntraj, threads, seconds }, limit) {
  const request = { op: "mcsolve", problem: name, size, method, ntraj, threads, seed, seconds, calls: 1 };
  // as many calls as there could be
  seed += 100_000;
  return peer.ask(request, limit);
}

/** Every method of QuTiP with few trajectories, on one thread; seconds a trajectory. */
async function search(problem, peer, left) {
  const ntraj = Math.ceil(SEARCH_PART * problem.ntraj);
  const found = [];
  const dropped = [];
  let fastest = Number.POSITIVE_INFINITY;
  // operators are made outside of the time
  await peer.ask({ op: "prepare", problem: problem.name, size: problem.size });
  for (const [k, method] of METHODS.entries()) {
    if (method === "diag" && problem.d > MOST_DIAGONAL) {
      dropped.push({ method, reason: `a dense matrix of ${problem.d} levels` });
    } else if (k > 0 && left(SEARCH_SHARE) < 0) dropped.push({ method, reason: NO_TIME });
    else {
      try {
        const limit = k === 0 ? LONGEST : Math.min(LONGEST, LEAST_SECONDS + PATIENCE * fastest);
        const answer = await askFor(peer, problem, method, { ntraj, threads: 1, seconds: 0 }, limit);
        const spent = Math.min(...answer.seconds);
        found.push({ solver: "QuTiP", method, integrator: answer.integrator, estimate: spent / ntraj });
        fastest = Math.min(fastest, spent);
      } catch (failure) {
        if (!(failure instanceof PeerError)) throw failure;
        dropped.push({ method, reason: failure.message });
        await peer.ask({ op: "versions" });
      }
    }
  }
  return { found, dropped };
}

/** The default, and the fastest that are not the same integrator. */
function chooseFrom(found) {
  const [first] = found.filter(({ method }) => method === "default");
  const others = found.filter(({ method, integrator }) => method !== "default" && integrator !== first?.integrator);
  others.sort((a, b) => a.estimate - b.estimate);
  return [...(first ? [first] : []), ...others.slice(0, SHORTLIST)].map((row) => ({ ...row }));
}

/** Trajectories of a call of QuTiP: as many as ours, or as can be run in a round of so many seconds, a thread's share at least. */
function howMany({ ntraj }, own, rows, seconds) {
  const each = rows.reduce((sum, { estimate }) => sum + estimate, 0) / threads;
  const fit = Math.floor((seconds - ntraj * own.estimate) / each);
  return Math.max(Math.min(ntraj, fit), Math.ceil(SEARCH_PART * ntraj), FEWEST * threads);
}

function printEntry({ key, title, d, rounds, ntraj, theirs, rows, tried, dropped }) {
  const count = `${ntraj} trajectories${theirs === ntraj ? "" : ` (${theirs} of QuTiP's)`}`;
  console.log(`\n${key}: ${title}; d = ${d}, ${count}, ${rounds} rounds`);
  printTable(
    ["solver and method", "ms a trajectory", "spread", "trajectories/s", "off by std errors", "times ours"],
    rows.map((row) => [
      `${row.solver} ${row.method}${row.integrator && row.integrator !== row.method ? ` (${row.integrator})` : ""}`,
      (1e3 * row.median).toPrecision(4),
      `${(100 * row.spread).toFixed(0)} %`,
      row.rate.toPrecision(4),
      row.deviation.toFixed(2),
      (row.median / rows[0].median).toFixed(2),
    ]),
  );
  const others = tried.map(({ method, estimate }) => `${method} ${(1e3 * estimate).toPrecision(3)}`);
  console.log(`ms a trajectory, once each: ${others.join(", ")}`);
  printDropped(dropped);
}

function printSummary(entries) {
  const show = (one) => (one === undefined ? "-" : one.ratio.toFixed(1));
  console.log("\nQuTiP's time over ours");
  printTable(
    ["", "d", "trajectories", "ours, per s", "default", "best", "aim"],
    entries.map(({ key, d, ntraj, rows: [own], ratios, aim }) => [
      key,
      `${d}`,
      `${ntraj}`,
      own.rate.toPrecision(3),
      show(ratios.default),
      show(ratios.best),
      aimOf(ratios, aim),
    ]),
  );
}

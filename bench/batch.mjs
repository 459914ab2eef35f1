/**
 * A thousand points of the paper's two qubits (P1sweep): in one call of `mesolveBatch`, in QuTiP's loop, in one batched call of dynamiqs, whole calls in
 * turns. Twice on our side: as it is, where populations are all that counts, and with all 16 coordinates of every state computed, as for a system that is
 * not classical. Then what a system takes as levels and systems grow in number.
 */
import { mesolve, mesolveBatch, Operator } from "lindblad";
import { densitiesOf, hermitianOf, jumpsOf } from "../dist/bindings/batch/checks.js";
import { evolveBatch } from "../dist/bindings/batch/evolve.js";
import { operatorsOf } from "../dist/bindings/batch/operators.js";
import { problem as problemOf } from "./problems/index.mjs";
import { linspace } from "./problems/parts.mjs";
import { uniform } from "./problems/random.mjs";
import { checkSame } from "./support/check.mjs";
import { maxDifference, timeCalls, warmUp } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { withPeers } from "./support/peer.mjs";
import { takeTurns } from "./support/rounds.mjs";

const MINUTES = 4;
const KEY = "P1sweep:1000";
const PEERS = [
  { solver: "QuTiP", method: "adams" },
  { solver: "QuTiP", method: "tsit5" },
  { solver: "QuTiP", method: "vern7+mf" },
  { solver: "dynamiqs", method: "tsit5+dia" },
  { solver: "dynamiqs", method: "expm" },
];
/** Times QuTiP's default, and dynamiqs' best. */
const AIMS = { populations: { QuTiP: 1000, dynamiqs: 15 }, general: { QuTiP: 300, dynamiqs: 15 } };
const ROUND_SECONDS = 0.3;
const FEWEST_ROUNDS = 4;
const LEVELS = [2, 3, 4, 5, 6, 8];
const SYSTEMS = [1, 10, 100, 1000, 10_000];
/** Of what grows: output times, jumps, and systems one by one. */
const TIMES = linspace(0, 5, 101);
const ALONE = 20;

const { minutes = MINUTES } = readOptions();
const end = performance.now() + 60_000 * minutes;
const left = () => (end - performance.now()) / 1000;

await withPeers(["QuTiP", "dynamiqs"], async (peers) => {
  const versions = [];
  for (const peer of peers) versions.push(await peer.ask({ op: "versions" }));
  printMachine(versions);
  const entries = [];
  try {
    entries.push(...(await compare(problemOf(KEY), peers)));
    entries.push({ key: "growth", rows: growth() });
    printGrowth(entries.at(-1).rows);
  } finally {
    if (entries.length > 0) writeResults("batch", { versions, settings: { minutes }, entries });
  }
});

async function compare(problem, peers) {
  const [first] = peers;
  if (first === undefined) throw new Error("there are no peers: npm run bench makes their environments");
  for (const peer of peers) await checkSame(problem, peer);
  const { expect: exact } = await first.ask({ op: "reference", problem: problem.name, size: problem.size });
  const own = Object.entries({ populations: wholeCall, general: everything, loop }).map(([method, run]) => {
    const call = () => run(problem);
    warmUp(call, method === "loop" ? 0.5 : 2);
    return { solver: "lindblad", method, error: errorOf(call(), exact), call };
  });
  const rows = [...own, ...PEERS.filter(({ solver }) => peers.some(({ name }) => name === solver))];
  const timeRow = async (row) => {
    if (row.call !== undefined) return timeCalls(row.call, ROUND_SECONDS);
    const peer = peers.find(({ name }) => name === row.solver);
    const request = { op: "mesolve", problem: problem.name, size: problem.size, method: row.method };
    const answer = await peer.ask({ ...request, seconds: ROUND_SECONDS, calls: 1 });
    row.error = answer.error;
    return answer.seconds;
  };
  const rounds = await takeTurns(rows, timeRow, () => left() - 30, FEWEST_ROUNDS);
  for (const row of rows) delete row.call;
  const count = problem.points.length;
  console.log(`\n${KEY}: ${problem.times.length} times, rtol ${problem.rtol}, ${rounds} rounds`);
  printTable(
    ["solver and method", "median ms", "spread", "error", "points/s", "times populations", "times general"],
    rows.map((row) => [
      `${row.solver} ${row.method}`,
      (1e3 * row.median).toFixed(2),
      `${(100 * row.spread).toFixed(0)} %`,
      row.error.toExponential(1),
      (count / row.median).toFixed(0),
      ...own.slice(0, 2).map(({ median }) => (row.median / median).toFixed(1)),
    ]),
  );
  const verdicts = [];
  for (const [method, aims] of Object.entries(AIMS)) {
    const { median } = rows.find((row) => row.method === method);
    for (const [solver, aim] of Object.entries(aims)) {
      const theirs = rows.filter((row) => row.solver === solver);
      if (theirs.length === 0) continue;
      const fastest = theirs.reduce((a, b) => (b.median < a.median ? b : a));
      verdicts.push({ method, solver, theirs: fastest.method, ratio: fastest.median / median, aim });
    }
  }
  for (const { method, solver, theirs, ratio, aim } of verdicts)
    console.log(
      `${method} against ${solver} ${theirs}: ${ratio.toFixed(0)}, aim ${aim} ${ratio >= aim ? "met" : "missed"}`,
    );
  return [{ key: KEY, d: problem.d, count, times: problem.times.length, rtol: problem.rtol, rounds, rows, verdicts }];
}

/** Operators, of every point its own, as lists. */
function listsOf({ points }) {
  return {
    H: points.map(({ H }) => H),
    rho0: points.map(({ rho0 }) => rho0),
    cOps: points[0].jumps.map((_, k) => points.map(({ jumps }) => jumps[k])),
    eOps: points[0].observables,
  };
}

function wholeCall(problem) {
  const { H, rho0, cOps, eOps } = listsOf(problem);
  const { expect } = mesolveBatch(H, rho0, problem.times, { cOps, eOps });
  return seriesOf(Object.values(expect), problem);
}

/** The same call, but that no coordinate is left out. */
function everything(problem) {
  const { H, rho0, cOps, eOps } = listsOf(problem);
  const refuse = (k) => {
    throw new Error(`point ${k}`);
  };
  const { values } = evolveBatch({
    dims: H[0].dims,
    count: H.length,
    H: hermitianOf(operatorsOf(H), refuse),
    jumps: cOps.map((list) => jumpsOf(operatorsOf(list), refuse)),
    rho0: densitiesOf(operatorsOf(rho0), refuse),
    functionals: Object.values(eOps),
    times: problem.times,
    order: "systems",
    everything: true,
  });
  const length = H.length * problem.times.length;
  return seriesOf(
    Object.keys(eOps).map((_, f) => values.subarray(f * length, (f + 1) * length)),
    problem,
  );
}

/** What `mesolve` takes, point by point. */
function loop({ points, times, rtol, atol }) {
  return points.map(({ H, rho0, jumps, observables }) => {
    const { expect } = mesolve(H, rho0, times, { cOps: jumps, eOps: observables, rtol, atol });
    return Object.values(expect);
  });
}

/** Views, made only for comparison: [point][observable]. */
function seriesOf(columns, { points, times }) {
  const n = times.length;
  return { point: (k) => columns.map((values) => values.subarray(k * n, (k + 1) * n)), count: points.length };
}

function errorOf(found, exact) {
  const point = Array.isArray(found) ? (k) => found[k] : found.point;
  return Math.max(...exact.map((rows, k) => maxDifference(point(k), rows)));
}

/** Microseconds a system: full random matrices, and chains of levels with jumps between neighbours. */
function growth() {
  const rows = [];
  for (const structure of ["full", "chain"]) {
    for (const d of LEVELS) {
      for (const count of SYSTEMS) {
        if (left() < 0 || (count === 10_000 && d > 4)) continue;
        const { H, rho0, cOps, eOps } = systemsOf(structure, d, Math.min(count, 1000));
        const times = count / H.length;
        const call = () => {
          for (let n = 0; n < times; n++) mesolveBatch(H, rho0, TIMES, { cOps, eOps });
        };
        warmUp(call, 0.1);
        const seconds = Math.min(...timeCalls(call, 0.2));
        const alone = Math.min(ALONE, H.length);
        const one = () => {
          for (let k = 0; k < alone; k++) mesolve(H[k], rho0, TIMES, { cOps: cOps.map((list) => list[k]), eOps });
        };
        const loopSeconds = count === 1000 ? Math.min(...timeCalls(one, 0.2)) / alone : undefined;
        rows.push({
          structure,
          d,
          count,
          microseconds: (1e6 * seconds) / count,
          alone: loopSeconds && 1e6 * loopSeconds,
        });
      }
    }
  }
  return rows;
}

function systemsOf(structure, d, count) {
  const random = uniform(d);
  const full = () =>
    Operator.dense(
      [d],
      Float64Array.from({ length: 2 * d * d }, () => random() - 0.5),
    );
  const neighbours = (sign) =>
    Operator.fromTriplets(
      [d],
      Array.from({ length: d - 1 }, (_, n) => (sign > 0 ? [n + 1, n, random(), 0] : [n, n + 1, random(), 0])),
    );
  const hermitian = (A) => A.add(A.dag()).scale(0.5);
  const levels = () =>
    Operator.fromTriplets(
      [d],
      Array.from({ length: d }, (_, n) => [n, n, random(), 0]),
    );
  return {
    H: Array.from({ length: count }, () =>
      structure === "full" ? hermitian(full()) : levels().add(hermitian(neighbours(1))),
    ),
    rho0: Operator.fromTriplets([d], [[0, 0, 1, 0]]),
    cOps: [1, -1].map((sign) => Array.from({ length: count }, structure === "full" ? full : () => neighbours(sign))),
    eOps: {
      n: Operator.fromTriplets(
        [d],
        Array.from({ length: d }, (_, n) => [n, n, n, 0]),
      ),
    },
  };
}

function printGrowth(rows) {
  console.log(`\nmicroseconds a system, ${TIMES.length} times, two jumps, one observable; and by mesolve, one by one`);
  printTable(
    ["", "d", ...SYSTEMS.map(String), "mesolve"],
    ["full", "chain"].flatMap((structure) =>
      LEVELS.map((d) => {
        const of = (count) => rows.find((row) => row.structure === structure && row.d === d && row.count === count);
        const show = (value) => (value === undefined ? "-" : value.toPrecision(3));
        return [structure, `${d}`, ...SYSTEMS.map((count) => show(of(count)?.microseconds)), show(of(1000)?.alone)];
      }),
    ),
  );
}

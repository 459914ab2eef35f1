/**
 * `wigner` and `qfunc` of a state of 64 levels on 200 x 200 points, of a ket and of a density matrix, against every method of QuTiP. The states are
 * two coherent ones on top of each other, and a mixture in which half of their coherence is left: both functions are known in closed form.
 * Whole calls, processor times (support/compare.mjs says why).
 */
import { Ket, Operator, qfunc, wigner } from "lindblad";
import { linspace } from "./problems/parts.mjs";
import { aimOf, ratiosOf } from "./support/compare.mjs";
import { processorSecondsOf, timeCalls, warmUp } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { PeerError, withPeers } from "./support/peer.mjs";
import { takeTurns } from "./support/rounds.mjs";

const MINUTES = 2;
const LEVELS = 64;
const X = Array.from(linspace(-6, 6, 200));
const AMPLITUDES = [
  [2, 0.5],
  [-1.5, 1],
];
/** Half of the coherence between the two. */
const COHERENCE = 0.5;
/** QuTiP's methods, its default first. */
const METHODS = { wigner: ["clenshaw", "iterative", "laguerre", "fft"], qfunc: ["qfunc"] };
/** Errors up to this, or up to ours, count as solved. */
const USABLE = 1e-6;
const LONGEST = 60;
const ROUND_SECONDS = 0.2;
const FEWEST_ROUNDS = 4;
const WARM_UP_SECONDS = 1;
const AIM = 10;

const functions = { wigner, qfunc };
const states = { matrix: matrixState(), ket: ketState() };
const ALL = Object.keys(functions).flatMap((name) => Object.keys(states).map((kind) => `${name}-${kind}`));
const { only = ALL.join(), minutes = MINUTES } = readOptions();
const keys = only.split(",");
const unknown = keys.find((key) => !ALL.includes(key));
if (unknown !== undefined) throw new Error(`nothing is called ${unknown}; there are ${ALL}`);
const end = performance.now() + 60_000 * minutes;

await withPeers(["QuTiP"], async ([peer]) => {
  if (peer === undefined) throw new Error("QuTiP has no environment: npm run bench makes one");
  const versions = [await peer.ask({ op: "versions" })];
  printMachine(versions);
  const entries = [];
  try {
    for (const [k, key] of keys.entries()) {
      const seconds = (end - performance.now()) / 1000 / (keys.length - k);
      entries.push(await compare(key, peer, Math.max(2, seconds)));
      printEntry(entries.at(-1));
    }
  } finally {
    if (entries.length > 0) writeResults("phasespace", { versions, settings: { minutes }, entries });
  }
});

async function compare(key, peer, seconds) {
  const begin = performance.now();
  const left = () => seconds - (performance.now() - begin) / 1000;
  const [name, kind] = key.split("-");
  const { state, terms, arrays } = states[kind];
  const question = { function: name, x: X, terms, [kind]: arrays };
  const { values: exact } = await peer.ask({ op: "phasespace reference", ...question });
  const call = () => functions[name](state, X, X);
  const estimate = warmUp(call, WARM_UP_SECONDS);
  const error = call().values.reduce((most, value, k) => Math.max(most, Math.abs(value - exact[k])), 0);
  const own = { solver: "lindblad", method: name, error };
  if (!(error <= USABLE)) throw new Error(`${key}: an error of ${error}`);
  const found = [];
  const dropped = [];
  for (const method of METHODS[name]) {
    try {
      const request = { op: "phasespace", ...question, method, seconds: 0.05, calls: 1 };
      const answer = await peer.ask(request, LONGEST);
      found.push({ solver: "QuTiP", method, estimate: Math.min(...answer.seconds), error: answer.error });
    } catch (failure) {
      if (!(failure instanceof PeerError)) throw failure;
      dropped.push({ method, reason: failure.message });
      await peer.ask({ op: "versions" });
    }
  }
  const tried = found.map(({ estimate: spent, ...rest }) => ({ ...rest, seconds: spent }));
  // what is slow was measured once
  const rows = [
    own,
    ...found.filter((row, k) => k === 0 || FEWEST_ROUNDS * row.estimate < left() / METHODS[name].length),
  ];
  const timeRow = async (row) => {
    if (row === own) return timeCalls(call, ROUND_SECONDS, (one) => processorSecondsOf(one, estimate));
    const request = { op: "phasespace", ...question, method: row.method, seconds: ROUND_SECONDS, calls: 1 };
    return (await peer.ask(request, 4 * LONGEST)).seconds;
  };
  const rounds = await takeTurns(rows, timeRow, left, FEWEST_ROUNDS);
  for (const row of rows) delete row.estimate;
  const ratios = ratiosOf(rows, METHODS[name][0], Math.max(USABLE, error));
  const aim = name === "wigner" ? AIM : undefined;
  return { key, levels: LEVELS, points: X.length, rounds, rows, ratios, aim, tried, dropped };
}

function printEntry({ key, rounds, rows, ratios, aim, tried, dropped }) {
  console.log(`\n${key}: ${LEVELS} levels, ${X.length} x ${X.length} points, ${rounds} rounds`);
  printTable(
    ["solver and method", "median ms", "spread", "error", "times ours"],
    rows.map((row) => [
      `${row.solver} ${row.method}`,
      (1e3 * row.median).toFixed(2),
      `${(100 * row.spread).toFixed(0)} %`,
      row.error.toExponential(1),
      (row.median / rows[0].median).toFixed(2),
    ]),
  );
  const slow = tried.filter(({ method }) => !rows.some((row) => row.method === method && row.solver === "QuTiP"));
  if (slow.length > 0) {
    const words = slow.map(
      ({ method, seconds, error }) => `${method} ${seconds.toFixed(1)} s ${error.toExponential(1)}`,
    );
    console.log(`once: ${words.join(", ")}`);
  }
  for (const { method, reason } of dropped) console.log(`${method}: ${reason}`);
  if (aim !== undefined) console.log(`aim ${aimOf(ratios, aim)}`);
}

/** exp(-|a|²/2) aⁿ/√n! */
function coherentAmplitudes([x, y]) {
  let [re, im] = [Math.exp(-(x * x + y * y) / 2), 0];
  return Array.from({ length: LEVELS }, (_, n) => {
    if (n > 0) [re, im] = [(re * x - im * y) / Math.sqrt(n), (re * y + im * x) / Math.sqrt(n)];
    return [re, im];
  });
}

/** <b|a> of coherent states. */
function overlap([x, y], [u, v]) {
  const size = Math.exp(-((x - u) ** 2 + (y - v) ** 2) / 2);
  const angle = u * y - v * x;
  return [size * Math.cos(angle), size * Math.sin(angle)];
}

/** The sum over pairs of |a><b| with a weight, of trace 1. */
function termsOf(coherence) {
  const [a, b] = AMPLITUDES;
  const norm = 2 * (1 + coherence * overlap(a, b)[0]);
  const term = (p, q, weight) => [p, q, [weight / norm, 0]];
  return [term(a, a, 1), term(b, b, 1), term(a, b, coherence), term(b, a, coherence)];
}

function ketState() {
  const terms = termsOf(1);
  const size = Math.sqrt(terms[0][2][0]);
  const [a, b] = AMPLITUDES.map(coherentAmplitudes);
  const data = Float64Array.from(a.flatMap(([re, im], n) => [size * (re + b[n][0]), size * (im + b[n][1])]));
  const plane = (part) => Array.from({ length: LEVELS }, (_, n) => data[2 * n + part]);
  return { terms, state: new Ket([LEVELS], data), arrays: [plane(0), plane(1)] };
}

function matrixState() {
  const terms = termsOf(COHERENCE);
  const planes = [0, 1].map(() => Array.from({ length: LEVELS }, () => new Array(LEVELS).fill(0)));
  for (const [p, q, [weight]] of terms) {
    const [left, right] = [p, q].map(coherentAmplitudes);
    left.forEach(([x, y], m) => {
      right.forEach(([u, v], n) => {
        planes[0][m][n] += weight * (x * u + y * v);
        planes[1][m][n] += weight * (y * u - x * v);
      });
    });
  }
  const [re, im] = planes;
  return { terms, state: Operator.fromArrays({ dims: [LEVELS], re, im }), arrays: planes };
}

/**
 * `mesolve` of this library against QuTiP's. The timed region is the whole call on both sides: operators are built beforehand,
 * expectation values come out. The sides take turns, round by round, so that a machine that slows down slows both.
 */
import { mesolve } from "lindblad";
import { maxDifference, median, sample, spread, warmUp } from "./measure.mjs";
import { startPeer } from "./peer.mjs";
import { problems } from "./problems.mjs";
import { printMachine, printTable, writeResults } from "./report.mjs";

const ROUNDS = 5;
const OWN_SECONDS = 1;
const PEER_SECONDS = 0.5;
const PEER_CALLS = 3;
/** A method that misses by more than this has not solved the problem, and cannot be the best. */
const USABLE_ERROR = 1e-5;

const peer = startPeer();
try {
  const versions = await peer.ask({ op: "versions" });
  const measured = [];
  for (const problem of problems) {
    measured.push(await compare(problem));
    const result = measured.at(-1);
    if (measured.length === 1) printMachine(result.kernelBuild, versions);
    printComparison(result);
  }
  writeResults("mesolve", { versions, problems: measured });
} finally {
  peer.close();
}

async function compare({ name, title, build, methods, peerMethods }) {
  const { H, rho0, tlist, options } = build();
  const reference = await peer.ask({ op: "reference", problem: name });
  const own = Object.fromEntries(
    methods.map((method) => [method, () => mesolve(H, rho0, tlist, { ...options, method })]),
  );
  const askPeer = (method, seconds, calls) => peer.ask({ op: "mesolve", problem: name, method, seconds, calls });

  Object.values(own).forEach(warmUp);
  for (const method of peerMethods) await askPeer(method, 0, 2);

  const rows = [
    ...methods.map((method) => ({ solver: "lindblad", method, seconds: [] })),
    ...peerMethods.map((method) => ({ solver: "QuTiP", method, seconds: [] })),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    const samples = sample(own, OWN_SECONDS);
    for (const row of rows) {
      if (row.solver === "lindblad") {
        row.seconds.push(...samples[row.method]);
      } else {
        const { seconds, expect } = await askPeer(row.method, PEER_SECONDS, PEER_CALLS);
        row.seconds.push(...seconds);
        row.error = maxDifference(expect, reference.expect);
      }
    }
  }
  for (const row of rows) row.median = median(row.seconds);
  const ownRows = rows.filter((row) => row.solver === "lindblad");
  for (const row of ownRows) {
    const { expect, stats } = own[row.method]();
    row.error = maxDifference(Object.values(expect), reference.expect);
    row.stats = stats;
  }
  const { build: kernelBuild } = ownRows[0].stats;
  return { name, title, reference: reference.source, kernelBuild, rows, ratios: ratios(rows, peerMethods[0]) };
}

/** How many times longer QuTiP takes, by its default method and by its fastest that solves the problem. */
function ratios(rows, defaultMethod) {
  const own = rows.find((row) => row.solver === "lindblad");
  const peers = rows.filter((row) => row.solver === "QuTiP");
  const best = peers.filter((row) => row.error <= USABLE_ERROR).reduce((a, b) => (b.median < a.median ? b : a));
  const standard = peers.find((row) => row.method === defaultMethod);
  return {
    default: { method: standard.method, ratio: standard.median / own.median },
    best: { method: best.method, ratio: best.median / own.median },
  };
}

function printComparison({ title, reference, rows, ratios }) {
  console.log(`\n${title} (errors against the ${reference})`);
  const own = rows[0];
  printTable(
    ["solver and method", "median ms", "spread", "max error", "times ours"],
    rows.map((row) => [
      `${row.solver} ${row.stats ? `${row.method} (${row.stats.method})` : row.method}`,
      (1e3 * row.median).toFixed(3),
      `${(100 * spread(row.seconds)).toFixed(0)} %`,
      row.error.toExponential(1),
      (row.median / own.median).toFixed(2),
    ]),
  );
  console.log(
    `QuTiP takes ${ratios.default.ratio.toFixed(1)} times as long by default (${ratios.default.method}), ` +
      `${ratios.best.ratio.toFixed(1)} times at its best (${ratios.best.method}).`,
  );
}

/** From the start of a fresh process to its first result, import included: the two qubits (P1), solved once. The sides take turns. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, secondsOf, spread } from "./support/measure.mjs";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { hasPeer, withPeers } from "./support/peer.mjs";

const MINUTES = 1;
const [FEWEST_ROUNDS, MOST_ROUNDS] = [2, 11];
const AIM = 10;
/** Values at the last time, which all sides must find. */
const AGREEMENT = 1e-7;

const { minutes = MINUTES } = readOptions();
const end = performance.now() + 60_000 * minutes;
const sides = [
  { solver: "lindblad", command: process.execPath, file: "own.mjs" },
  { solver: "QuTiP", command: process.env.BENCH_PYTHON, file: "qutip_first.py" },
  ...(hasPeer("dynamiqs")
    ? [{ solver: "dynamiqs", command: process.env.BENCH_PYTHON_DYNAMIQS, file: "dynamiqs_first.py" }]
    : []),
  // what of our time the engine itself takes
  { solver: "Node alone", command: process.execPath },
].map((side) => ({ ...side, seconds: [] }));

const versions = await withPeers(["QuTiP", "dynamiqs"], async (peers) => {
  const all = [];
  for (const peer of peers) all.push(await peer.ask({ op: "versions" }));
  return all;
});
printMachine(versions);

// the very first start reads files from the disk
for (const side of sides) start(side);
for (let round = 0; round < FEWEST_ROUNDS || (round < MOST_ROUNDS && performance.now() < end); round++) {
  for (const side of sides) side.seconds.push(secondsOf(() => start(side)));
}
const values = sides.filter(({ file }) => file !== undefined).map(({ value }) => value);
if (!(Math.max(...values) - Math.min(...values) < AGREEMENT))
  throw new Error(`the sides disagree: ${values.join(", ")}`);

const own = median(sides[0].seconds);
const measured = sides.map(({ solver, seconds }) => ({
  solver,
  median: median(seconds),
  spread: spread(seconds),
  runs: seconds.length,
  ratio: median(seconds) / own,
}));
printTable(
  ["fresh process, P1", "median s", "spread", "times ours"],
  measured.map(({ solver, median: time, spread: width, ratio }) => [
    solver,
    time.toFixed(3),
    `${(100 * width).toFixed(0)} %`,
    `${ratio.toFixed(1)}${solver === "QuTiP" ? ` (${AIM}: ${ratio >= AIM ? "met" : "missed"})` : ""}`,
  ]),
);
writeResults("startup", { versions, settings: { minutes }, entries: [{ key: "P1", sides: measured }] });

function start(side) {
  const args = side.file ? [fileURLToPath(new URL(`./startup/${side.file}`, import.meta.url))] : ["--eval", "0"];
  const { status, stdout, stderr } = spawnSync(side.command, args, { encoding: "utf8", timeout: 120_000 });
  if (status !== 0) throw new Error(`${side.solver} failed: ${stderr}`);
  side.value = Number(stdout);
}

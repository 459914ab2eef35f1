/**
 * The examples: what the suite of `npm test` checks of them, and `npm run examples`, which runs every program and writes the figures of docs/examples.md.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareFigures, examples, unprinted } from "./gallery.mjs";
import { capture, main, root } from "./process.mjs";
import { setup } from "./setup.mjs";

const FIGURES = join("docs", "figures", "examples");
const programs = examples.filter((file) => file.endsWith(".mjs"));

/** Every model and sweep file through the command line, every program through Node; its figures are those of the documents. @param out a folder */
export function exampleChecks(out) {
  const figures = join(out, "figures");
  return [
    ...examples
      .filter((file) => file.endsWith(".json"))
      .map((file) => ({
        name: file,
        run: () => (isSweep(file) ? runSweep : runModel)(join("examples", file), join(out, file)),
      })),
    ...programs.map((file) => ({ name: file, run: () => runProgram(file, figures) })),
    { name: FIGURES, run: async () => differences(figures) },
  ];
}

const isSweep = (file) => "sweep" in JSON.parse(readFileSync(join(root, "examples", file), "utf8"));

/** A program must find its closed forms, and print what docs/examples.md says that it does. */
async function runProgram(file, out) {
  const ended = await capture(process.execPath, [join("examples", file), "--out", out]);
  const missing = ended.code === 0 ? unprinted(file, ended.output) : [];
  if (missing.length === 0) return ended;
  return {
    code: 1,
    output: `${ended.output}\ndocs/examples.md has numbers that are not printed: ${missing.join(", ")}`,
  };
}

/** A sweep file must be swept without a point that fails. */
async function runSweep(file, out) {
  const command = join(root, "cli", "bin", "lindblad.mjs");
  const ended = await capture(process.execPath, [command, "sweep", file, "--store", `${out}.duckdb`, "--json", "-q"]);
  if (ended.code !== 0) return ended;
  const { failures, done, total } = JSON.parse(ended.output);
  return { code: done === total && Object.keys(failures).length === 0 ? 0 : 1, output: ended.output };
}

/** A model file must run, and meet the closed forms it has to a hundred times its tolerances: their values are of order 1. */
async function runModel(file, out) {
  const ended = await capture(process.execPath, [join(root, "cli", "bin", "lindblad.mjs"), "run", file, "--out", out]);
  if (ended.code !== 0) return ended;
  const { comparisons, model } = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
  const limit = 100 * (model.solver.rtol + model.solver.atol);
  const missed = comparisons.filter(({ maxDifference }) => !(maxDifference <= limit));
  const lines = missed.map(({ series, maxDifference }) => `${series} is off its closed form by ${maxDifference}`);
  return { code: missed.length === 0 ? 0 : 1, output: lines.join("\n") };
}

/** Figures that programs have just made, and those of the documents, must be the same ones, and look alike. */
function differences(made) {
  const folders = [made, join(root, FIGURES)];
  const names = new Set(folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : [])));
  const lines = [...names].sort().flatMap((name) => {
    const [now, committed] = folders.map((folder) => join(folder, name));
    if (!existsSync(committed)) return [`${name} is not there: npm run examples`];
    if (!existsSync(now)) return [`${name} is made by no program`];
    return compareFigures(readFileSync(committed, "utf8"), readFileSync(now, "utf8")).map((line) => `${name}: ${line}`);
  });
  return { code: lines.length === 0 ? 0 : 1, output: lines.join("\n") };
}

/** Runs every program, with what it prints; ends with the first that fails. */
async function makeFigures() {
  await setup();
  for (const file of programs) {
    const started = performance.now();
    const { code, output } = await runProgram(file, FIGURES);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`\n${basename(file, ".mjs")} (${seconds} s)\n${output.trimEnd()}`);
    if (code !== 0) return code;
  }
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(makeFigures);

/**
 * Mutants of the kernel's step control. They have to be compiled, which Stryker cannot do: its instrumenter makes them, the compiler builds a
 * debug kernel of each, and tests of solvers run on it.
 */
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";
import { customSection } from "../../scripts/custom-section.mjs";
import { binOf, capture, root } from "../../scripts/process.mjs";
import { sampleOf, unitsOf } from "./units.mjs";

/** What decides on steps: these functions, or all of the file. */
const TARGETS = {
  "assembly/integrators/controller.ts": undefined,
  "assembly/integrators/rungekutta.ts": ["adaptiveStep", "refuse", "accept", "heldByStability", "chooseFirstStep"],
  "assembly/integrators/run.ts": ["allowedStep", "nextStop", "passStop", "reach", "stepTolerance"],
};
const tests = (names) => names.split(" ").map((name) => `test/${name}.test.ts`);
/** Those most likely to notice, and quick; the others are run where these do not. */
const ROUNDS = [
  tests("solvers/controller"),
  tests(
    "solvers/dop853 solvers/powers solvers/kencarp4 solvers/errors solvers/steps solvers/jumping-functions solvers/magnus",
  ),
  tests("solvers/auto trajectories/edges trajectories/mcsolve"),
];
/** How many times longer than without a mutant a round may take, beyond what starting it takes: a mutant may make steps shorter, or run for ever. */
const SLOWER = 4;
const STARTING_SECONDS = 15;

const SANDBOX = join(root, "build", "mutation", "kernel");
const DEBUG_BUILD = join("build", "wasm", "debug.wasm");
const COPIED = [
  "assembly",
  "bindings",
  "test/mutation/controller-bundle.mjs",
  "test/mutation/controller.config.ts",
  "test/solvers",
  "test/trajectories",
  "test/support",
  "test/reference",
  "test/setup.ts",
];
const SETTINGS = ["package.json", "asconfig.json", "tsconfig.json", "tsconfig.base.json"];

/** What a kernel says it was compiled from: without it the library would refuse a mutant before any test could. */
const fingerprint = readFingerprint();

function readFingerprint() {
  const module = new WebAssembly.Module(readFileSync(join(root, DEBUG_BUILD)));
  return Buffer.from(WebAssembly.Module.customSections(module, "lindblad")[0]).toString("latin1");
}

/**
 * Runs them; resolves with the counts.
 * @param share of the mutants that are run
 * @param files a part of the names of files
 * @param only numbers of mutants, as this prints them; all where there are none
 */
export async function runController({ share, seed, files, only }) {
  await makeSandbox();
  const baseline = await judge(ROUNDS.map(() => 900));
  if (baseline.status !== "Survived") throw new Error(`the tests fail without a mutant: ${baseline.output}`);
  const limits = baseline.seconds.map((seconds) => SLOWER * seconds + STARTING_SECONDS);
  const all = (await Promise.all(Object.keys(TARGETS).map(mutantsOf)))
    .flat()
    .map((mutant, index) => ({ ...mutant, number: index + 1 }))
    .filter(({ file, number }) => file.includes(files) && (only.length === 0 || only.includes(number)));
  const mutants = share < 1 ? sampleOf(all, share, seed) : all;
  const total = baseline.seconds.reduce((sum, seconds) => sum + seconds, 0);
  console.log(`${mutants.length} mutants; the tests take ${total.toFixed(0)} s`);
  const counts = {};
  const survivors = [];
  for (const { number, file, text, place, mutator, was, is } of mutants) {
    writeFileSync(join(SANDBOX, file), text);
    const { status, round } = await judge(limits);
    writeFileSync(join(SANDBOX, file), readFileSync(join(root, file)));
    counts[status] = (counts[status] ?? 0) + 1;
    const when = round ? ` in round ${round}` : "";
    const told = `${status} ${number}${when} ${file}:${place} ${mutator}\n    ${was}\n    → ${is}`;
    console.log(told);
    if (status === "Survived") survivors.push(told);
  }
  rmSync(SANDBOX, { recursive: true });
  return { counts, survivors };
}

async function makeSandbox() {
  rmSync(SANDBOX, { recursive: true, force: true });
  mkdirSync(join(SANDBOX, "build", "wasm"), { recursive: true });
  for (const name of [...COPIED, ...SETTINGS]) cpSync(join(root, name), join(SANDBOX, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(SANDBOX, "node_modules"), "junction");
  const bundled = await capture(process.execPath, [join("test", "mutation", "controller-bundle.mjs")], {
    cwd: SANDBOX,
  });
  if (bundled.code !== 0) throw new Error(`the bindings could not be bundled: ${bundled.output}`);
}

/**
 * Compiles what stands in the sandbox and runs the tests on it. A mutant that is no program says nothing about the tests.
 * @param limits of the rounds, in seconds
 */
async function judge(limits) {
  // In this process: the compiler itself takes longer to be compiled than it needs for the kernel.
  const options = ["--baseDir", SANDBOX, "--config", join(SANDBOX, "asconfig.json"), "--target", "debug"];
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(options, { stderr });
  if (error !== null) return { status: "CompileError", output: stderr.toString() };
  appendFileSync(join(SANDBOX, DEBUG_BUILD), customSection("lindblad", fingerprint));
  const seconds = [];
  for (const [round, files] of ROUNDS.entries()) {
    const args = [binOf("vitest"), "run", "--no-cache", "--no-isolate", "--maxWorkers=1", "--bail=1"];
    args.push("--root", SANDBOX, "--config", join(SANDBOX, "test", "mutation", "controller.config.ts"), ...files);
    const env = { LINDBLAD_BUILD: "debug" };
    const begin = performance.now();
    const { code, output } = await capture(process.execPath, args, { cwd: SANDBOX, env, limitSeconds: limits[round] });
    seconds.push((performance.now() - begin) / 1000);
    if (code !== 0) return { status: seconds[round] >= limits[round] ? "Timeout" : "Killed", round: round + 1, output };
  }
  return { status: "Survived", seconds, output: "" };
}

/** All mutants of a file's targets, each with the text of the file that it makes. */
async function mutantsOf(file) {
  const folder = join(root, "test", "mutation", "node_modules", "@stryker-mutator", "instrumenter", "dist", "src");
  const { Instrumenter } = await import(pathToFileURL(join(folder, "index.js")).href);
  const silent = { debug() {}, info() {}, warn() {}, isDebugEnabled: () => false };
  const text = readFileSync(join(root, file), "utf8");
  const options = { plugins: null, excludedMutations: ["StringLiteral"], ignorers: [] };
  // Decorators of functions are AssemblyScript alone; blanks in their place keep positions.
  const content = text.replace(/^@inline$/gm, (decorator) => " ".repeat(decorator.length));
  const { mutants } = await new Instrumenter(silent).instrument([{ name: file, mutate: true, content }], options);
  const offset = offsetsOf(text);
  const wanted = TARGETS[file];
  const units = unitsOf(file, text)
    .filter(({ name }) => wanted === undefined || wanted.includes(name))
    .map(({ start, end }) => [offset(start.line - 1, start.column), offset(end.line - 1, end.column)]);
  return mutants
    .map(({ location: { start, end }, replacement, mutatorName }) => {
      const [from, to] = [offset(start.line, start.column), offset(end.line, end.column)];
      return {
        file,
        from,
        to,
        place: start.line + 1,
        mutator: mutatorName,
        was: text.slice(from, to),
        is: replacement,
      };
    })
    .filter(({ from, to }) => units.some(([begin, stop]) => from >= begin && to <= stop))
    .map((mutant) => ({ ...mutant, text: text.slice(0, mutant.from) + mutant.is + text.slice(mutant.to) }));
}

/** Where a line (from 0) and column (from 0) of a text are. */
function offsetsOf(text) {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (line, column) => starts[line] + column;
}

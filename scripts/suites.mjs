/** The suites of `npm test`. Each is `{ name, run }`; `run` resolves with what it counted and, where something failed, the output. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleChecks } from "./examples.mjs";
import { binOf, capture } from "./process.mjs";
import { ensureEngine } from "./setup.mjs";

const tests = (folders) => folders.map((folder) => `test/${folder}/`);
const patterns = (folders) => tests(folders).map((folder) => `${folder}**`);

// Tests of what runs on the host alone, where another build of the kernel could not change the outcome, and those that run all builds themselves.
const HOST = [
  "bench",
  "cli",
  "faults",
  "hostile",
  "interop",
  "io",
  "package",
  "plot",
  "pool",
  "scripts",
  "service",
  "sweep",
  "web",
];

// Files of these share one process: they change nothing but the kernel, which each file begins anew, and loading the library for every one of
// them takes longer than their tests.
const SHARED = [
  "analytic",
  "batch",
  "bipartite",
  "coefficients",
  "measures",
  "model",
  "operators",
  "phasespace",
  "processes",
  "solvers",
  "stationary",
  "trajectories",
];

// What the newer Node must run on the build that it does not choose by itself: tests of kernels, and of what is Node's own.
const NODES_OWN = ["cli", "io", "kernel", "pool", "sweep"];

/** Far beyond what the longest suite takes on a machine that has other things to do. */
const VITEST_SECONDS = 2400;

/** All suites, in the order they are started. */
export function suites() {
  return [
    command("biome", "@biomejs/biome", "biome", ["check", "--error-on-warnings", "."]),
    command("prettier", "prettier", "prettier", ["--check", "assembly/**/*.ts"]),
    command("knip", "knip", "knip", []),
    command("tsc", "typescript", "tsc", ["-p", "tsconfig.json", "--noEmit"]),
    command("tsc:web", "typescript", "tsc", ["-p", "web/tsconfig.json"]),
    vitest("vitest:release:apart", "release", { exclude: [...SHARED, "package"] }),
    vitest("vitest:release", "release", { only: SHARED, isolate: false }),
    vitest("vitest:debug", "debug", { only: SHARED, isolate: false }),
    vitest("vitest:debug:apart", "debug", { exclude: [...SHARED, ...HOST] }),
    vitest("vitest:newer:release", "release", { onNewer: true, only: NODES_OWN }),
    // On the Node that chooses it by itself: in Node 20 it is behind a flag, where the packed library is tested with it.
    vitest("vitest:newer:relaxed", "relaxed", { onNewer: true, orThis: true, only: SHARED, isolate: false }),
    vitest("vitest:newer:relaxed:apart", "relaxed", { onNewer: true, orThis: true, exclude: [...SHARED, ...HOST] }),
    { name: "examples", run: runExamples },
    {
      name: "docs",
      run: () =>
        runChecks([
          { name: "docs:build", run: () => capture(process.execPath, [join("scripts", "docs.mjs"), "build"]) },
        ]),
    },
    vitest("package", "release", { only: ["package"] }),
  ];
}

/** One command of an installed package, which counts as one test. */
function command(name, packageName, bin, args) {
  return {
    name,
    async run() {
      const { code, output } = await capture(process.execPath, [binOf(packageName, bin), ...args]);
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, output };
    },
  };
}

/**
 * The folders of test/, all or some of them, on one build of the kernel, on this Node or the newer one; on this one after all where no other is
 * packaged.
 */
function vitest(name, build, { onNewer = false, orThis = !onNewer, only = [], exclude = [], isolate = true }) {
  return {
    name,
    async run() {
      const node = (onNewer ? await ensureEngine() : undefined) ?? (orThis ? process.execPath : undefined);
      if (node === undefined) return { passed: 0, failed: 0, note: "no newer Node is packaged for this platform" };
      const folder = mkdtempSync(join(tmpdir(), "lindblad-vitest-"));
      const report = join(folder, "report.json");
      const args = ["run", "--no-cache", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      args.push(...tests(only), ...patterns(exclude).map((pattern) => `--exclude=${pattern}`));
      if (!isolate) args.push("--no-isolate");
      const env = { LINDBLAD_BUILD: build };
      const { code, output } = await capture(node, [binOf("vitest"), ...args], { env, limitSeconds: VITEST_SECONDS });
      const counted = countVitest(report, code);
      rmSync(folder, { recursive: true });
      return counted.failed === 0 ? counted : { ...counted, output: `${output}\n${counted.reason}` };
    },
  };
}

/** What vitest's JSON report says; a run that crashed, or tested nothing, has failed. */
function countVitest(file, code) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, reason: `vitest ended with exit code ${code} and wrote no report` };
  }
  // A file that could not even be loaded has no failed test in it.
  const unloaded = report.testResults.filter(
    (result) => result.status === "failed" && !result.assertionResults.some((test) => test.status === "failed"),
  );
  const counted = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
    reason: "",
  };
  if (counted.failed === 0 && counted.passed === 0) return { ...counted, failed: 1, reason: "vitest ran no test" };
  if (counted.failed === 0 && code !== 0) {
    return { ...counted, failed: 1, reason: `all tests passed, yet vitest ended with exit code ${code}` };
  }
  return counted;
}

async function runExamples() {
  const out = mkdtempSync(join(tmpdir(), "lindblad-examples-"));
  const counted = await runChecks(exampleChecks(out));
  rmSync(out, { recursive: true });
  return counted;
}

/** Checks one after the other; each `{ name, run }` resolves with `{ code, output }` and counts as one test. */
async function runChecks(checks) {
  const failures = [];
  for (const { name, run } of checks) {
    const { code, output } = await run();
    if (code !== 0) failures.push(`--- ${name}: exit code ${code}\n${output}`);
  }
  if (checks.length === 0) return { passed: 0, failed: 1, output: "there is nothing to check" };
  return { passed: checks.length - failures.length, failed: failures.length, output: failures.join("\n") };
}

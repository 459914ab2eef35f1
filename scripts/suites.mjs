/** The suites of `npm test`. Each is `{ name, run }`; `run` resolves with what it counted and, where something failed, the output. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleChecks } from "./examples.mjs";
import { binOf, capture } from "./process.mjs";
import { ensureEngine } from "./setup.mjs";

// Tests of what runs on the host alone; another build of the kernel could not change their outcome.
const HOST_TESTS = [
  "bench",
  "cli",
  "hostile",
  "interop",
  "io",
  "model",
  "package",
  "plot",
  "pool",
  "scripts",
  "service",
  "sweep",
  "web",
].map((folder) => `test/${folder}/**`);

// What the newer Node must run on the build that it does not choose by itself: tests of kernels, and of what is Node's own.
const NODE_TESTS = ["cli", "io", "kernel", "model", "pool", "sweep"].map((folder) => `test/${folder}/`);

const PACKAGE_TESTS = "test/package/";

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
    vitest("vitest:release", "release", { exclude: [`${PACKAGE_TESTS}**`] }),
    vitest("vitest:debug", "debug", { exclude: HOST_TESTS }),
    vitest("vitest:newer:release", "release", { onNewer: true, only: NODE_TESTS }),
    // On the Node that chooses it by itself: in Node 20 it is behind a flag, where the packed library is tested with it.
    vitest("vitest:newer:relaxed", "relaxed", { onNewer: true, orThis: true, exclude: HOST_TESTS }),
    { name: "examples", run: runExamples },
    {
      name: "docs",
      run: () =>
        runChecks([
          { name: "docs:build", run: () => capture(process.execPath, [join("scripts", "docs.mjs"), "build"]) },
        ]),
    },
    vitest("package", "release", { only: [PACKAGE_TESTS] }),
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

/** The test folder, or some of it, on one build of the kernel, on this Node or the newer one; on this one after all where no other is packaged. */
function vitest(name, build, { onNewer = false, orThis = !onNewer, only = [], exclude = [] }) {
  return {
    name,
    async run() {
      const node = (onNewer ? await ensureEngine() : undefined) ?? (orThis ? process.execPath : undefined);
      if (node === undefined) return { passed: 0, failed: 0, note: "no newer Node is packaged for this platform" };
      const folder = mkdtempSync(join(tmpdir(), "lindblad-vitest-"));
      const report = join(folder, "report.json");
      const args = ["run", "--no-cache", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      args.push(...only, ...exclude.map((pattern) => `--exclude=${pattern}`));
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

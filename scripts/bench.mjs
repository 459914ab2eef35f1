/**
 * `npm run bench`: this library and QuTiP on the same problems, in one run, on one core. `npm run bench -- kernels` measures the
 * complex matrix product instead; `--engine newer` runs this library on the Node of test/engines (which has relaxed SIMD), and
 * `--engine-flags` the products under the flags that the command line sets.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { capture, main, root, run } from "./process.mjs";
import { ensureVenv } from "./python.mjs";
import { ensureEngine, setup } from "./setup.mjs";

const SUITES = ["mesolve", "kernels"];
// One thread each: the peers' linear algebra would otherwise take all cores.
const ONE_THREAD = {
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  VECLIB_MAXIMUM_THREADS: "1",
};

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      engine: { type: "string", default: "current" },
      "engine-flags": { type: "boolean", default: false },
    },
  });
  const suite = positionals[0] ?? SUITES[0];
  if (!SUITES.includes(suite)) throw new Error(`no benchmark is called ${suite}; there are ${SUITES.join(", ")}`);
  if (!["current", "newer"].includes(values.engine)) throw new Error("--engine is either current or newer");
  if (values["engine-flags"] && suite !== "kernels") throw new Error("--engine-flags goes with kernels");
  await setup();
  const node = values.engine === "newer" ? await ensureEngine() : process.execPath;
  if (node === undefined) throw new Error("no newer Node is packaged for this platform");
  const python = await ensureVenv(join(root, "bench", ".venv"), join(root, "bench", "peers", "requirements.txt"));

  const command = [...(await pinning()), node, join(root, "bench", `${suite}.mjs`)];
  if (values["engine-flags"]) command.push("--engine-flags");
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  return run(command[0], command.slice(1), {
    env: { ...env, ...ONE_THREAD, BENCH_PYTHON: python, PYTHONDONTWRITEBYTECODE: "1" },
  });
});

/** The command that keeps this library and its peer on one and the same core, where there is one. */
async function pinning() {
  const taskset = ["taskset", "-c", "0"];
  const { code } = await capture(taskset[0], [...taskset.slice(1), process.execPath, "--version"]);
  return code === 0 ? taskset : [];
}

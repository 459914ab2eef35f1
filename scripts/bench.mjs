/**
 * `npm run bench [-- suite] [options]`: this library and its peers on the same problems, in one run, on one core.
 * docs/performance.md says what the suites are and how to read them.
 */
import { join } from "node:path";
import { readOptions } from "../bench/support/options.mjs";
import { capture, main, root, run } from "./process.mjs";
import { ensureVenv } from "./python.mjs";
import { ensureEngine, setup } from "./setup.mjs";

const SUITES = [
  "mesolve",
  "precision",
  "scaling",
  "rhs",
  "steady",
  "stationary",
  "trajectories",
  "phasespace",
  "startup",
  "kernels",
  "cost",
  "bipartite",
  "batch",
  "queue",
  "web",
  "report",
];
/** A browser is several processes. */
const ON_ALL_CORES = ["web"];
/** Those that are measured on several threads too. */
const ON_THREADS = ["trajectories"];
const ONE_THREAD_SHARE = 0.6;
const WITHOUT_PEERS = ["cost", "bipartite", "queue", "web"];
const WITH_DYNAMIQS = ["mesolve", "precision", "startup", "batch"];
// One thread each: the peers' linear algebra would otherwise take all cores.
const ONE_THREAD = {
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  VECLIB_MAXIMUM_THREADS: "1",
};

await main(async () => {
  const args = process.argv.slice(2);
  const { suite = SUITES[0], engine, engineFlags, dynamiqs, threads, minutes } = readOptions(args);
  if (engineFlags && suite !== "kernels") throw new Error("--engine-flags goes with kernels");
  if (!SUITES.includes(suite)) throw new Error(`no benchmark is called ${suite}; there are ${SUITES.join(", ")}`);
  await setup();
  if (suite === "report") return run(process.execPath, [join(root, "bench", "report.mjs")]);
  const node = engine === "newer" ? await ensureEngine() : process.execPath;
  if (node === undefined) throw new Error("no newer Node is packaged for this platform");
  const peers = WITHOUT_PEERS.includes(suite) ? {} : { BENCH_PYTHON: await venv("qutip", "requirements.txt") };
  if (WITH_DYNAMIQS.includes(suite)) {
    if (dynamiqs) Object.assign(peers, await dynamiqsVenv());
    else console.log("dynamiqs: left out (--no-dynamiqs)");
  }

  if (threads !== undefined && !ON_THREADS.includes(suite)) throw new Error("--threads goes with trajectories");
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, BENCH_PYTHON_DYNAMIQS: ___, ...env } = process.env;
  const start = async (pinned, ...more) => {
    const command = [...(pinned ? await pinning() : []), node, join(root, "bench", `${suite}.mjs`), ...args, ...more];
    return run(command[0], command.slice(1), {
      env: { ...env, ...ONE_THREAD, ...peers, PYTHONDONTWRITEBYTECODE: "1" },
    });
  };
  if (!ON_THREADS.includes(suite) || threads !== undefined)
    return start((threads ?? 1) === 1 && !ON_ALL_CORES.includes(suite));
  // on one thread, then on two, which a core shared would make take turns; of one budget for both
  const part = (share) => (minutes === undefined ? [] : ["--budget", `${share * minutes}`]);
  const first = await start(true, "--threads", "1", ...part(ONE_THREAD_SHARE));
  return first || start(false, "--threads", "2", ...part(1 - ONE_THREAD_SHARE));
});

function venv(name, requirements) {
  return ensureVenv(join(root, "bench", ".venv", name), join(root, "bench", "peers", requirements));
}

/** dynamiqs is optional: JAX is not packaged for every platform. */
async function dynamiqsVenv() {
  try {
    return { BENCH_PYTHON_DYNAMIQS: await venv("dynamiqs", "requirements-dynamiqs.txt") };
  } catch (error) {
    console.log(`dynamiqs: left out, it cannot be installed (${error.message})`);
    return {};
  }
}

/** The command that keeps this library and its peers on one and the same core, where there is one: the first of those that this process may use. */
async function pinning() {
  const allowed = await capture("taskset", ["-cp", `${process.pid}`]);
  const [, core = "0"] = /: (\d+)[^:]*$/.exec(allowed.output) ?? [];
  const taskset = ["taskset", "-c", core];
  const { code } = await capture(taskset[0], [...taskset.slice(1), process.execPath, "--version"]);
  return code === 0 ? taskset : [];
}

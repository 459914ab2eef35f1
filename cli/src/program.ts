/**
 * What the command `lindblad` takes: its commands, their arguments and options.
 * @module
 */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

export const program = new Command("lindblad")
  .description("Runs, checks and draws model files of open quantum systems.")
  .version(version)
  .exitOverride()
  .configureOutput({ outputError: () => {} })
  .addHelpText(
    "after",
    "\nExit codes: 0 done, 1 failed while running, 2 bad usage or bad model, 129, 130, 143 interrupted.",
  );

const REDIS = "redis://[user:password@]host[:port], rediss:// for TLS, unix:///path (default: LINDBLAD_REDIS)";

// each command's modules are loaded when it is the one
program
  .command("run")
  .description("run a model and write result.json, series.csv, result.npz and figure.svg")
  .argument("<model>", "model file, JSON or YAML")
  .requiredOption("-o, --out <dir>", "directory for the result; made when it does not exist")
  .option("-f, --force", "replace a result that is already there")
  .option("--store-states", "also write the state at every output time into result.npz")
  .option("--json", "print one JSON object instead of a table")
  .option("-q, --quiet", "no progress on stderr")
  .option(
    "--no-engine-flags",
    "set no experimental flags of the JavaScript engine, which make large dense models faster",
  )
  .action(async (model, options) => (await import("./commands/run.ts")).run(model, options, version));

program
  .command("check")
  .description("check a model or a sweep without running it")
  .argument("<model>", "model file or sweep file, JSON or YAML")
  .option("--json", "print one JSON object")
  .action(async (model, options) => (await import("./commands/check.ts")).check(model, options));

program
  .command("storage")
  .description("find the states that exchange energy through correlation alone, and how much")
  .argument("<model>", "model file of kind bipartite, JSON or YAML")
  .option("--steady-initial", "store around the model's initial state, which is steady; for where there are several")
  .option("--tol <number>", "what counts as zero in decisions on ranks")
  .option("--json", "print one JSON object")
  .action(async (model, options) => (await import("./commands/storage.ts")).storage(model, options));

program
  .command("steady")
  .description("find the steady state, and what it does: expectation values, flows, currents of heat and their noise")
  .argument("<model>", "model file, JSON or YAML")
  .option("--initial", "where there are several: the one that the model's initial state evolves into")
  .addOption(
    new Option("--all", "all of them: how many, and the conserved quantities").conflicts(["initial", "method", "tol"]),
  )
  .option("--method <name>", "auto, direct, channel, dense or evolution")
  .option("--tol <number>", "residual that is accepted, relative to the generator")
  .option("--json", "print one JSON object")
  .action(async (model, options) => (await import("./commands/steady.ts")).steady(model, options));

program
  .command("trajectories")
  .description("run a model by quantum jumps: means with standard errors, jumps, heat in quanta")
  .argument("<model>", "model file, JSON or YAML")
  .option("-n, --trajectories <number>", "how many, at most (default: 500)")
  .option("--seed <integer>", "of the random numbers (default: 0); trajectory k of a seed is always the same")
  .option("--target-error <number>", "stop when every standard error is below it, at every time")
  .option("--time-limit <seconds>", "begin no further trajectory after it")
  .option("--workers <number>", "threads (default: one less than cores)")
  .option("--redis [url]", `have it computed by lindblad worker on any machines: ${REDIS}`)
  .option("--method <name>", "auto, dyadic, dop853 or tsit5")
  .option("--keep-runs", "also write every trajectory into result.npz")
  .option("-o, --out <dir>", "write result.json, series.csv, result.npz and figure.svg there")
  .option("-f, --force", "replace a result that is already there")
  .option("--json", "print one JSON object instead of tables")
  .option("-q, --quiet", "no progress on stderr")
  .addHelpText("after", "\nCtrl-C ends it with the trajectories that are done, which are written and printed.")
  .action(async (model, options) => (await import("./commands/trajectories.ts")).trajectories(model, options, version));

program
  .command("worker")
  .description("compute for sweeps and trajectories that are started elsewhere with the same --redis")
  .option("--redis [url]", REDIS)
  .option("--concurrency <number>", "threads (default: one a core)")
  .option("--lock <seconds>", "after which others take over the chunks of a worker that is gone (default: 15)")
  .option("--time-limit <seconds>", "after which a chunk counts as hung (default: none)")
  .option("-q, --quiet", "nothing on stderr but errors")
  .addHelpText("after", "\nCtrl-C finishes the chunks that are being computed and ends; twice ends at once.")
  .action(async (options) => (await import("./commands/worker.ts")).worker(options));

program
  .command("sweep")
  .description("run a model at many values of its parameters, and record what comes out in a store")
  .argument("<sweep>", "sweep file: a model file with a key sweep, JSON or YAML")
  .option("--store <file>", "DuckDB file of the results; made when it does not exist, continued when it does")
  .option("--workers <number>", "threads (default: one a core)")
  .option("--engine <name>", "threads or inline (default: threads)")
  .option("--redis [url]", `have it computed by lindblad worker on any machines: ${REDIS}`)
  .option("--shard <i/n>", "only the ith part of n, from 0; auto/n: which one Slurm or Kubernetes says")
  .option("--time-limit <seconds>", "give a chunk up that takes longer (default: twenty times what others took)")
  .option("--retry-crashed", "compute points again that had ended their workers")
  .option("--dry-run", "compute some points and say what the sweep will cost; record nothing")
  .option("--json", "print one JSON object")
  .option("-q, --quiet", "no progress on stderr")
  .addHelpText(
    "after",
    "\nCtrl-C ends it with the points that are being computed; the same command goes on from there.",
  )
  .action(async (file, options) => (await import("./commands/sweep.ts")).sweep(file, options));

program
  .command("merge")
  .description("join the stores of a sweep's shards, and say what is missing")
  .argument("<stores...>", "DuckDB files of one sweep; a point may be in several")
  .requiredOption("-o, --out <file>", "the joined store")
  .option("--partial", "join what there is, though points are missing")
  .option("-f, --force", "replace a file that is already there")
  .option("--json", "print one JSON object")
  .action(async (stores, options) => (await import("./commands/merge.ts")).merge(stores, options));

program
  .command("export")
  .description("write the points of a store as Parquet or CSV")
  .argument("<store>", "DuckDB file of a sweep")
  .requiredOption("-o, --out <file>", "the file, which ends in .parquet or .csv")
  .option("-f, --force", "replace a file that is already there")
  .option("--json", "print one JSON object")
  .action(async (store, options) => (await import("./commands/export.ts")).exportPoints(store, options));

program
  .command("plot")
  .description("draw a figure of a model or of a sweep, as SVG")
  .argument("<model>", "model file, JSON or YAML, the result.json of a run, or the store of a sweep")
  .requiredOption(
    "--figure <kind>",
    "traces, wigner, hinton, bloch, levels, populations, spectrum, trajectories, or of a store: sweep",
  )
  .requiredOption("-o, --out <file>", "the file, which ends in .svg")
  .option("-f, --force", "replace a file that is already there")
  .option("--at <time>", "wigner, hinton, populations, bloch: the state at this time (default: the last)")
  .addOption(new Option("--steady", "wigner, hinton, populations: the steady state").conflicts("at"))
  .option("--part <name>", "a part: A or B, or the number of a factor, from 0; levels: of H_A or H_B")
  .option("--observable <name>", "spectrum: O of <O'(tau) O(0)>; trajectories: what is drawn")
  .option("--frequencies <range>", "spectrum: FROM:TO or FROM:TO:COUNT, as --frequencies=-5:5")
  .option("--range <number>", "wigner: x and y from -range to range (default: where the state is)")
  .option("--trajectories <number>", "trajectories: how many the mean is of (default: 200)")
  .option("--seed <integer>", "trajectories: of the random numbers (default: 0)")
  .option("--scalar <name>", "sweep: what is drawn (default: the first one)")
  .option("--x <parameter>", "sweep: the parameter from left to right; alone, with one curve for each value of another")
  .option("--y <parameter>", "sweep: the parameter from bottom to top, of a map")
  .option("--fix <name=value...>", "sweep: further parameters, at these values (default: in the middle)")
  .option("--json", "print one JSON object")
  .action(async (model, options) => (await import("./commands/plot.ts")).plot(model, options));

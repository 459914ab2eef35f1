/**
 * `lindblad trajectories MODEL`: the model by quantum jumps.
 * @module
 */
import { join } from "node:path";
import { buildModel, printable } from "lindblad/model";
import { ensembleOf } from "../ensemble.ts";
import { ensembleReport } from "../ensemble-report.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { readModel } from "../model-file.ts";
import { checkOutput, FILES, writeOutput } from "../output.ts";
import { INTERRUPTED, integerOf, positiveOf, UsageError } from "../problem.ts";
import { progressDisplay } from "../progress.ts";
import { redisUrlOf } from "../redis.ts";
import { finite, wrap } from "../words.ts";

/** Options as commander hands them over. */
export interface TrajectoriesCommandOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly trajectories?: string;
  readonly seed?: string;
  readonly targetError?: string;
  readonly timeLimit?: string;
  readonly workers?: string;
  readonly redis?: string | true;
  readonly method?: string;
  readonly keepRuns?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const TRAJECTORIES = 500;

/** @throws what went wrong; nothing is written then */
export async function trajectories(file: string, options: TrajectoriesCommandOptions, version: string): Promise<void> {
  const { out, force = false, keepRuns = false, json = false, quiet = false } = options;
  const ntraj = integerOf("--trajectories", options.trajectories, 1) ?? TRAJECTORIES;
  const asked = {
    ...{ ntraj, keepRuns },
    seed: integerOf("--seed", options.seed, 0) ?? 0,
    target: positiveOf("--target-error", options.targetError),
    timeout: positiveOf("--time-limit", options.timeLimit),
    workers: integerOf("--workers", options.workers, 1),
    redis: options.redis === undefined ? undefined : redisUrlOf(options.redis),
    method: options.method,
  };
  if (asked.redis !== undefined && asked.workers !== undefined) {
    throw new UsageError("--redis does not go with --workers: threads are those of lindblad worker");
  }
  if (out !== undefined) checkOutput(out, force);
  const built = buildModel(readModel(file));
  const title = printable(built.model.name ?? file);
  const progress = progressDisplay(title, quiet);
  const interrupt = listenForInterrupt();
  const ensemble = await ensembleOf(built, { ...asked, interrupt, onProgress: progress.update }).finally(() => {
    progress.stop();
    interrupt.release();
  });
  const { ensembleContents, ensembleSummary } = await import("../ensemble-files.ts");
  const summary = ensembleSummary(built.model, built.parameters, version, ensemble);
  if (out !== undefined) await writeOutput(out, ensembleContents(summary, title, ensemble), force);
  if (json) {
    const files = out === undefined ? [] : FILES.map((name) => join(out, name));
    process.stdout.write(`${JSON.stringify({ ...summary, files }, finite)}\n`);
  } else {
    const written = out === undefined ? [] : [wrap(`Written to ${printable(out)}: ${FILES.join(", ")}`)];
    const lines = [...ensembleReport(title, ensemble, ntraj, process.stdout.columns), ...written];
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  // what there was is kept; that it is not all is said as shells say it
  if (ensemble.ended === "interrupt") process.exitCode = INTERRUPTED[interrupt.signal!];
}

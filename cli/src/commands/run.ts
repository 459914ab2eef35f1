/**
 * `lindblad run MODEL --out DIR`.
 * @module
 */
import { join } from "node:path";
import type { Progress } from "lindblad";
import { buildModel, printable, runBuilt } from "lindblad/model";
import { useEngineFlags } from "../engine-flags.ts";
import { readModel } from "../model-file.ts";
import { checkOutput, FILES, writeOutput } from "../output.ts";
import { UsageError } from "../problem.ts";
import { progressDisplay } from "../progress.ts";
import { report } from "../report.ts";

/** Options as commander hands them over. */
export interface RunCommandOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly storeStates?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly engineFlags?: boolean;
}

/** The archive's format counts bytes in 32 bits. */
const MAX_STATE_BYTES = 2 ** 31;

/** @throws what went wrong; nothing is written then */
export async function run(file: string, options: RunCommandOptions, version: string): Promise<void> {
  const { out, force = false, storeStates = false, json = false, quiet = false, engineFlags = true } = options;
  checkOutput(out, force);
  // before the kernel is first used
  const flags = engineFlags ? await useEngineFlags() : [];
  const built = buildModel(readModel(file));
  // complex128
  const bytes = storeStates ? built.tlist.length * built.rho0.size ** 2 * 16 : 0;
  if (bytes > MAX_STATE_BYTES) {
    throw new UsageError(
      `--store-states: the states take ${bytes} bytes, result.npz holds ${MAX_STATE_BYTES}: ask for fewer times`,
    );
  }
  const progress = progressDisplay(printable(built.model.name ?? file), quiet);
  const onProgress = ({ fraction, time, steps }: Progress) =>
    progress.update(fraction, `t = ${time.toPrecision(4)}, ${steps} steps`);
  const result = runStopping(built, { storeStates, onProgress }, progress.stop);
  // figures bring a large library along, which a wrong model need not wait for
  const { contentsOf, summaryOf } = await import("../contents.ts");
  const summary = summaryOf(built.model, result, version, flags);
  await writeOutput(out, contentsOf(summary, result), force);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...summary, files: FILES.map((name) => join(out, name)) })}\n`
      : report(result, flags, printable(out), FILES, process.stdout.columns),
  );
}

function runStopping(built: Parameters<typeof runBuilt>[0], options: Parameters<typeof runBuilt>[1], stop: () => void) {
  try {
    return runBuilt(built, options);
  } finally {
    stop();
  }
}

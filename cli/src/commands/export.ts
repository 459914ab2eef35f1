/**
 * `lindblad export STORE -o FILE.parquet`: the points of a sweep for other programs.
 * @module
 */
import { extname } from "node:path";
import { EXPORT_FORMATS, type ExportFormat, exportStore } from "@lindblad/sweep";
import { printable } from "lindblad/model";
import { writeThrough } from "../output.ts";
import { UsageError } from "../problem.ts";
import { count, wrap } from "../words.ts";

/** Options as commander hands them over. */
export interface ExportCommandOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** @throws what went wrong; nothing is written then */
export async function exportPoints(store: string, options: ExportCommandOptions): Promise<void> {
  const { out, force = false, json = false } = options;
  const format = extname(out);
  if (!Object.hasOwn(EXPORT_FORMATS, format)) {
    throw new UsageError(`--out: expected a file that ends in ${Object.keys(EXPORT_FORMATS).join(" or ")}, got ${out}`);
  }
  const points = await writeThrough(out, force, (temporary) => exportStore(store, temporary, format as ExportFormat));
  const words = `Written to ${printable(out)}: ${count(points)} points`;
  process.stdout.write(`${json ? JSON.stringify({ file: out, points }) : wrap(words)}\n`);
}

/**
 * `lindblad merge STORE... -o ALL.duckdb`: the stores of shards, joined.
 * @module
 */
import { existsSync } from "node:fs";
import { mergeStores } from "@lindblad/sweep";
import { printable } from "lindblad/model";
import { writeThrough } from "../output.ts";
import { UsageError } from "../problem.ts";
import { count, wrap } from "../words.ts";

/** Options as commander hands them over. */
export interface MergeCommandOptions {
  readonly out: string;
  readonly partial?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** @throws what went wrong; nothing is written then */
export async function merge(stores: readonly string[], options: MergeCommandOptions): Promise<void> {
  const { out, partial = false, force = false, json = false } = options;
  if (existsSync(`${out}.wal`)) {
    // DuckDB would read it into the joined store
    throw new UsageError(
      `${out}.wal is the log of a store that a sweep has open, or had when it was killed: choose another --out, or remove it`,
    );
  }
  const merged = await writeThrough(out, force, (temporary) => mergeStores(stores, temporary, { partial }));
  if (json) return void process.stdout.write(`${JSON.stringify({ file: out, ...merged })}\n`);
  const { points, total, duplicates } = merged;
  const twice = duplicates === 0 ? "" : `, ${count(duplicates)} of them in several stores`;
  const lacking = points === total ? "all there" : `${count(total - points)} are missing`;
  process.stdout.write(`${wrap(`${count(points)} of ${count(total)} points, ${lacking}${twice}`)}\n`);
  process.stdout.write(`${wrap(`Written to ${printable(out)}`)}\n`);
}

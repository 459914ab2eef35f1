/**
 * Stores that are read, not written: exports, and columns for figures. A store that is being written cannot be read meanwhile.
 * @module
 */
import { resolve } from "node:path";
import type { DuckDBListValue } from "@duckdb/node-api";
import type { Columns } from "./columns.ts";
import { Database, literal, quoted } from "./database.ts";
import { StoreWriteError, SweepError } from "./errors.ts";
import { readHead, recordedRanges, type StoreHead } from "./store.ts";

/** Files that points are exported to, by how their names end. */
export const EXPORT_FORMATS = {
  /** Apache Parquet, compressed with Zstandard. */
  ".parquet": "(FORMAT parquet, COMPRESSION zstd)",
  /** Comma-separated values with a header line. */
  ".csv": "(FORMAT csv, HEADER)",
} as const;
/** How the name of a file ends that points are exported to. */
export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** Runs something on a store, opened for reading. @throws {@link StoreLockedError}, {@link StoreCorruptError} */
async function onStore<T>(file: string, action: (database: Database, head: StoreHead) => Promise<T>): Promise<T> {
  const database = await Database.open(file, { readOnly: true });
  try {
    return await action(database, await readHead(file, database));
  } finally {
    await database.close();
  }
}

/**
 * Writes the points of a store, in their order, as Parquet or CSV; what is there is replaced.
 * @returns how many points
 * @throws {@link StoreLockedError}, {@link StoreCorruptError}; {@link StoreWriteError} where the file cannot be written
 */
export function exportStore(file: string, target: string, format: ExportFormat): Promise<number> {
  return onStore(file, async (database, head) => {
    const rows = (await recordedRanges(file, database)).size;
    const hasSeries = Object.keys(head.columns.series).length > 0;
    // the times that all points share stand in the table sweep: a file without that table needs them in its rows
    const times = hasSeries ? 'REPLACE (coalesce(times, (SELECT s.times FROM sweep s)) AS "times")' : "EXCLUDE (times)";
    const points = `SELECT * ${times} FROM points ORDER BY "index"`;
    await database
      .run(`COPY (${points}) TO ${literal(resolve(target))} ${EXPORT_FORMATS[format]}`)
      .catch((error: unknown) => {
        // the store itself is only read
        throw error instanceof StoreWriteError ? new StoreWriteError(target, error.detail) : error;
      });
    return rows;
  });
}

/** Points that are read into memory at once: more cannot be told apart in a figure. */
const MAX_ROWS = 10_000_000;

/** Columns of a store. */
export interface StoreColumns {
  /** What the store says about its sweep. */
  readonly head: StoreHead;
  /** Values of each column that was asked for, in the order of the points; NaN where there is none. */
  readonly values: readonly Float64Array[];
}

/** Reads parameters and scalars of a store, by name. @throws {@link SweepError} for a name that it does not have; as {@link exportStore} */
export function readColumns(
  file: string,
  choose: (head: StoreHead) => readonly { readonly kind: keyof Columns; readonly name: string }[],
): Promise<StoreColumns> {
  return onStore(file, async (database, head) => {
    const chosen = choose(head).map(({ kind, name }) => {
      const column = head.columns[kind][name];
      if (column !== undefined) return quoted(column);
      throw new SweepError(
        `${file} has no ${kind} ${name}; it has ${Object.keys(head.columns[kind]).join(", ") || "none"}`,
      );
    });
    const rows = (await recordedRanges(file, database)).size;
    if (rows > MAX_ROWS) {
      throw new SweepError(`${file} has ${rows} points, expected at most ${MAX_ROWS} to be read at once: export it`);
    }
    const lists = chosen.map((column, k) => `list(${column} ORDER BY "index") AS c${k}`);
    const [row] = await database.read(`SELECT ${lists.join(", ")} FROM points`);
    const values = chosen.map((_, k) => {
      const list = row![`c${k}`] as DuckDBListValue | null;
      return Float64Array.from(list?.items ?? [], (value) => (value === null ? Number.NaN : Number(value)));
    });
    return { head, values };
  });
}

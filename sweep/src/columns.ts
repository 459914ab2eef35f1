/**
 * The table of points: which column holds what, and rows as columns of it.
 * @module
 */
import { BIGINT, DOUBLE, DuckDBDataChunk, type DuckDBType, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import type { PointOutputs } from "lindblad/model";
import type { Chunk, ChunkResult } from "./chunk.ts";
import { quoted } from "./database.ts";
import { CRASHED } from "./records.ts";

/** Columns that every store has, besides those of its sweep. */
const FIXED = ["index", "times", "status", "error", "message", "seconds", "build", "version", "chunk"] as const;
/** Rows that DuckDB takes at once. */
const ROWS = 2048;

/** Names of columns, by the names of what is in them. */
export interface Columns {
  readonly parameters: Readonly<Record<string, string>>;
  readonly scalars: Readonly<Record<string, string>>;
  readonly series: Readonly<Record<string, string>>;
}

/**
 * A column for everything. DuckDB takes `g` and `G` for the same name: where one is taken, the kind is put before it
 * (`parameter_seconds`), and if need be a number behind.
 */
export function columnsOf(parameters: readonly string[], { scalars, series = [] }: PointOutputs): Columns {
  const taken = new Set<string>(FIXED);
  const columns = (kind: string, names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => {
        const column = [...candidates(kind, name, taken.size)].find((text) => !taken.has(text.toLowerCase()))!;
        taken.add(column.toLowerCase());
        return [name, column];
      }),
    );
  return {
    parameters: columns("parameter", parameters),
    scalars: columns("scalar", scalars),
    series: columns("series", series),
  };
}

function* candidates(kind: string, name: string, most: number): Iterable<string> {
  yield name;
  yield `${kind}_${name}`;
  for (let k = 2; k <= most + 2; k++) yield `${kind}_${name}_${k}`;
}

/** A column and its type. */
type Typed = readonly [column: string, type: DuckDBType];

function typesOf({ parameters, scalars, series }: Columns): Typed[] {
  const all = (columns: Readonly<Record<string, string>>, type: DuckDBType) =>
    Object.values(columns).map((column): Typed => [column, type]);
  return [
    ["index", BIGINT],
    ...all(parameters, DOUBLE),
    ...all(scalars, DOUBLE),
    ...all(series, LIST(DOUBLE)),
    ["times", LIST(DOUBLE)],
    ["status", VARCHAR],
    ["error", VARCHAR],
    ["message", VARCHAR],
    ["seconds", DOUBLE],
    ["build", VARCHAR],
    ["version", VARCHAR],
    ["chunk", BIGINT],
  ];
}

/** The columns of the table of points, in SQL. */
export function definitionOf(columns: Columns): string {
  return typesOf(columns)
    .map(([column, type]) => `${quoted(column)} ${type}`)
    .join(", ");
}

/** What a row says about whether its point was computed. */
export function statusOf(error: { readonly name: string } | undefined): "ok" | "failed" | "crashed" {
  if (error === undefined) return "ok";
  return error.name === CRASHED ? "crashed" : "failed";
}

/**
 * Rows of a chunk, in pieces that the appender takes.
 * @param chosen numbers of the points within the chunk
 * @param times output times that need not be said again
 */
export function* rowsOf(
  columns: Columns,
  chunk: Chunk,
  { result, build }: ChunkResult,
  chosen: readonly number[],
  { times, version }: { times: Float64Array; version: string },
): Iterable<DuckDBDataChunk> {
  const types = typesOf(columns).map(([, type]) => type);
  const length = result.count === 0 ? 0 : result.times.length / result.count;
  const hasSeries = Object.keys(columns.series).length > 0;
  const listOf = (values: Float64Array, k: number) =>
    listValue(Array.from(values.subarray(k * length, (k + 1) * length)));
  const first = BigInt(chunk.indices[0] ?? 0);
  for (let at = 0; at < chosen.length; at += ROWS) {
    const piece = chosen.slice(at, at + ROWS);
    const column = <T>(value: (k: number) => T) => piece.map(value);
    const whenDone = <T>(value: (k: number) => T) => column((k) => (result.errors[k] === undefined ? value(k) : null));
    const values = [
      column((k) => BigInt(chunk.indices[k]!)),
      ...Object.keys(columns.parameters).map((name) => column((k) => chunk.points.parameters[name]![k]!)),
      ...Object.keys(columns.scalars).map((name) => whenDone((k) => result.scalars[name]![k]!)),
      ...Object.keys(columns.series).map((name) => whenDone((k) => listOf(result.series[name]!, k))),
      whenDone((k) =>
        hasSeries && !sameTimes(result.times, k * length, length, times) ? listOf(result.times, k) : null,
      ),
      column((k) => statusOf(result.errors[k])),
      column((k) => result.errors[k]?.name ?? null),
      column((k) => result.errors[k]?.message ?? null),
      column((k) => (Number.isNaN(result.seconds[k]) ? null : result.seconds[k]!)),
      column(() => build),
      column(() => version),
      column(() => first),
    ];
    const rows = DuckDBDataChunk.create(types, piece.length);
    values.forEach((list, index) => {
      rows.setColumnValues(index, list);
    });
    yield rows;
  }
}

function sameTimes(all: Float64Array, from: number, length: number, times: Float64Array): boolean {
  if (length !== times.length) return false;
  for (let k = 0; k < length; k++) if (all[from + k] !== times[k]) return false;
  return true;
}

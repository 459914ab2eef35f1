/**
 * The store of a sweep: one DuckDB file with a table `sweep` (one row: what is swept), a table `points` (one row a point) and a table `chunks`
 * (which indices are recorded). Rows are recorded by index, whatever chunks they come in: a chunk is one transaction, and a point that is there
 * already is compared and left out.
 * @module
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BIGINT, DOUBLE, type DuckDBListValue, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import type { Chunk, ChunkResult, Problem } from "./chunk.ts";
import { type Columns, columnsOf, definitionOf, rowsOf } from "./columns.ts";
import { Database, quoted, type Row } from "./database.ts";
import { DuplicateMismatchError, StoreCorruptError, StoreMismatchError, StoreWriteError } from "./errors.ts";
import { canonicalJson, computed, type PointsIdentity } from "./hash.ts";
import { type Range, Ranges } from "./ranges.ts";
import { CRASHED, countFailure, type Records, toleranceOf } from "./records.ts";

/** Of the tables: a store of another one is refused. */
const FORMAT = 1;

/** What a store says about its sweep. */
export interface StoreHead {
  /** Identifies model, points, outputs and version. */
  readonly hash: string;
  /** Of the package that began it. */
  readonly version: string;
  /** The model. */
  readonly model: Problem["model"];
  /** What is recorded of every point. */
  readonly outputs: Problem["outputs"];
  /** Where the points lie: a spec, or a hash of a list. */
  readonly points: PointsIdentity;
  /** How many points there are, or at most. */
  readonly most: number;
  /** Names of its columns, by those of parameters, scalars and series. */
  readonly columns: Columns;
  /** Points a chunk, once that is decided. */
  readonly chunkSize: number | undefined;
  /** Output times of series, of every point whose row has none of its own. */
  readonly times: Float64Array;
}

/**
 * Opens the store of a sweep, and makes it where there is none.
 * @param points of the sweep, and `names` of its parameters, `most` how many points there are at most
 * @throws StoreMismatchError when it is another sweep's; StoreLockedError; StoreCorruptError; StoreWriteError
 */
export async function openStore(
  file: string,
  problem: Problem,
  points: { readonly identity: PointsIdentity; readonly names: readonly string[]; readonly most: number },
): Promise<Store> {
  if (!existsSync(file)) {
    refuseLog(file);
    await createStore(file, problem, points);
  }
  const database = await Database.open(file);
  try {
    const head = await readHead(file, database);
    if (head.hash !== problem.hash) throw new StoreMismatchError(file, differences(head, problem, points.identity));
    return await Store.of(file, database, head, problem);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * What a killed sweep has not written into its store stands in a log beside it. DuckDB reads it into whatever store has the name: without this one the
 * points of a store that was removed would count as those of the next.
 * @throws StoreCorruptError
 */
function refuseLog(file: string): void {
  const log = `${file}.wal`;
  // another sweep may have made both meanwhile
  if (!existsSync(log) || existsSync(file)) return;
  throw new StoreCorruptError(
    file,
    `there is no such file, but the log of one, ${log}, whose points a new store would take for its own: put the store back that it belongs to, or remove it`,
  );
}

/** Under another name first: a file that is there is a whole store, however this ends. */
async function createStore(
  file: string,
  problem: Problem,
  { identity, names, most }: Parameters<typeof openStore>[2],
): Promise<void> {
  const temporary = join(dirname(file), `.${randomBytes(6).toString("hex")}.duckdb.tmp`);
  const columns = columnsOf(names, problem.outputs);
  try {
    const database = await Database.open(temporary, { create: true });
    try {
      await database.run(`CREATE TABLE points (${definitionOf(columns)})`);
      await database.run("CREATE TABLE chunks (first BIGINT, count BIGINT, build VARCHAR, recorded TIMESTAMP)");
      await database.run(
        "CREATE TABLE sweep (format INTEGER, hash VARCHAR, version VARCHAR, model VARCHAR, outputs VARCHAR, points VARCHAR, most BIGINT, columns VARCHAR, chunk_size INTEGER, times DOUBLE[], created TIMESTAMP)",
      );
      await database.run(
        `INSERT INTO sweep VALUES (${FORMAT}, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, current_timestamp::TIMESTAMP)`,
        [
          ...[problem.hash, problem.version, JSON.stringify(problem.model), JSON.stringify(problem.outputs)],
          ...[canonicalJson(identity), BigInt(most), JSON.stringify(columns)],
        ],
      );
      await database.flush();
    } finally {
      await database.close();
    }
    await link(temporary, file);
  } catch (error) {
    // another sweep was faster: opening its file says whether it may be used
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    if (error instanceof StoreWriteError) throw new StoreWriteError(file, error.detail.replace(temporary, file));
    throw error instanceof Error && "errno" in error ? new StoreWriteError(file, error.message) : error;
  } finally {
    await removeStore(temporary);
  }
}

/** Removes a store that has not come to be, as far as there is something to remove: what is told of is why it has not. */
export async function removeStore(file: string): Promise<void> {
  for (const path of [file, `${file}.wal`]) await rm(path, { force: true }).catch(() => {});
}

/** What an open file says about its sweep. @throws StoreCorruptError */
export async function readHead(file: string, database: Database): Promise<StoreHead> {
  const tables = await database.read("SELECT table_name AS name FROM duckdb_tables()");
  const missing = ["sweep", "points", "chunks"].filter((name) => !tables.some((table) => table.name === name));
  if (missing.length > 0) throw new StoreCorruptError(file, `it has no table ${missing.join(", ")}`);
  const [row, ...more] = await database.read("SELECT * FROM sweep");
  if (row === undefined || more.length > 0) {
    throw new StoreCorruptError(file, `its table sweep has ${1 + more.length - (row ? 0 : 1)} rows, expected one`);
  }
  if (row.format !== FORMAT) throw new StoreCorruptError(file, `it has the format ${row.format}, expected ${FORMAT}`);
  const json = (column: string) => JSON.parse(String(row[column]));
  return {
    ...{ hash: String(row.hash), version: String(row.version), model: json("model"), outputs: json("outputs") },
    ...{ points: json("points"), most: Number(row.most), columns: json("columns") },
    chunkSize: row.chunk_size === null ? undefined : Number(row.chunk_size),
    times: numbersOf(row, "times"),
  };
}

function numbersOf(row: Row, column: string): Float64Array {
  const value = row[column] as DuckDBListValue | null;
  return value === null ? new Float64Array(0) : Float64Array.from(value.items as readonly number[]);
}

function differences(head: StoreHead, problem: Problem, points: PointsIdentity): string[] {
  const words = [
    ...(head.version === problem.version
      ? []
      : [`it was begun by version ${head.version}, this is ${problem.version}`]),
    ...[difference("model", computed(head.model), computed(problem.model))],
    ...[difference("outputs", head.outputs, problem.outputs), difference("points", head.points, points)],
  ];
  return words.filter((text) => text !== undefined);
}

/** Where two sweeps differ first, in words. */
function difference(what: string, there: unknown, here: unknown): string | undefined {
  if (canonicalJson(there) === canonicalJson(here)) return undefined;
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
  if (isObject(there) && isObject(here)) {
    for (const key of new Set([...Object.keys(there), ...Object.keys(here)])) {
      const found = difference(`${what}.${key}`, ownOf(there, key), ownOf(here, key));
      if (found !== undefined) return found;
    }
  }
  const shown = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80));
  return `${what} is ${shown(there)} there and ${shown(here)} here`;
}

/** Names of parameters may be those of methods that every object has. */
const ownOf = (object: Record<string, unknown>, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined);

/** A store that is open for recording. */
export class Store implements Records {
  readonly file: string;
  readonly failures = new Map<string, number>();
  readonly #database: Database;
  readonly #problem: Problem;
  readonly #columns: Columns;
  #recorded = new Ranges();
  #chunkSize: number | undefined;
  #times: Float64Array;

  private constructor(file: string, database: Database, head: StoreHead, problem: Problem) {
    this.file = file;
    this.#database = database;
    this.#problem = problem;
    this.#columns = head.columns;
    this.#chunkSize = head.chunkSize;
    this.#times = head.times;
  }

  static async of(file: string, database: Database, head: StoreHead, problem: Problem): Promise<Store> {
    const store = new Store(file, database, head, problem);
    store.#recorded = await recordedRanges(file, database);
    const failed = await database.read(
      "SELECT error, count(*) AS n FROM points WHERE status <> 'ok' GROUP BY error ORDER BY error",
    );
    for (const { error, n } of failed) countFailure(store.failures, { name: String(error) }, Number(n));
    return store;
  }

  get recorded(): Ranges {
    return this.#recorded;
  }

  get chunkSize(): number | undefined {
    return this.#chunkSize;
  }

  async setChunkSize(size: number): Promise<void> {
    await this.#database.run("UPDATE sweep SET chunk_size = ?", [size]);
    this.#chunkSize = size;
  }

  async record(chunk: Chunk, result: ChunkResult): Promise<number> {
    const all = Array.from({ length: result.result.count }, (_, k) => k);
    const added = all.filter((k) => !this.#recorded.has(chunk.indices[k]!));
    if (added.length < all.length) {
      await this.#compare(
        chunk,
        result,
        all.filter((k) => this.#recorded.has(chunk.indices[k]!)),
      );
    }
    if (added.length === 0) return 0;
    const ranges = new Ranges(added.map((k): Range => [chunk.indices[k]!, chunk.indices[k]! + 1]));
    const times = this.#times.length > 0 ? this.#times : firstTimes(result, this.#problem);
    const { version } = this.#problem;
    await this.#database.transaction(async () => {
      await this.#database.append("points", rowsOf(this.#columns, chunk, result, added, { times, version }));
      for (const [from, to] of ranges) await this.#noteRange(from, to, result.build);
      if (times.length > this.#times.length)
        await this.#database.run("UPDATE sweep SET times = ?", [listValue(Array.from(times))], [LIST(DOUBLE)]);
    });
    this.#times = times;
    for (const [from, to] of ranges) this.#recorded.add(from, to);
    for (const k of added) countFailure(this.failures, result.result.errors[k]);
    return added.length;
  }

  async forgetCrashed(): Promise<void> {
    const crashed = await this.#database.read(
      `SELECT "index" FROM points WHERE status = '${CRASHED}' ORDER BY "index"`,
    );
    if (crashed.length === 0) return;
    const indices = crashed.map(({ index }) => Number(index));
    const kept = new Ranges(without(this.#recorded, indices));
    await this.#database.transaction(async () => {
      await this.#database.run(`DELETE FROM points WHERE status = '${CRASHED}'`);
      await this.#database.run("DELETE FROM chunks");
      for (const [from, to] of kept) await this.#noteRange(from, to, null);
    });
    this.#recorded = kept;
    this.failures.delete(CRASHED);
  }

  /** Says which points are recorded; their rows are written in the same transaction. */
  async #noteRange(from: number, to: number, build: string | null): Promise<void> {
    await this.#database.run(
      "INSERT INTO chunks VALUES (?, ?, ?, current_timestamp::TIMESTAMP)",
      [BigInt(from), BigInt(to - from), build],
      [BIGINT, BIGINT, VARCHAR],
    );
  }

  /** @throws DuplicateMismatchError */
  async #compare(chunk: Chunk, { result }: ChunkResult, again: readonly number[]): Promise<void> {
    const agrees = toleranceOf(this.#problem);
    const numbers = new Map(again.map((k) => [chunk.indices[k]!, k]));
    const [least, most] = [chunk.indices[again[0]!]!, chunk.indices[again.at(-1)!]!];
    const rows = await this.#database.read(
      `SELECT * FROM points WHERE "index" BETWEEN ? AND ? AND status <> '${CRASHED}'`,
      [BigInt(least), BigInt(most)],
    );
    for (const row of rows) {
      const index = Number(row.index);
      const k = numbers.get(index);
      // what crashes here may well have been computed elsewhere
      if (k === undefined || result.errors[k]?.name === CRASHED) continue;
      const error = result.errors[k]?.name ?? null;
      if (row.error !== error) throw new DuplicateMismatchError(index, "error", row.error, error);
      if (error !== null) continue;
      for (const [name, column] of Object.entries(this.#columns.scalars)) {
        const [before, now] = [Number(row[column]), result.scalars[name]![k]!];
        if (!agrees(before, now)) throw new DuplicateMismatchError(index, name, before, now);
      }
      const length = result.times.length / result.count;
      for (const [name, column] of Object.entries(this.#columns.series)) {
        const [before, now] = [numbersOf(row, column), result.series[name]!.subarray(k * length, (k + 1) * length)];
        const at = before.length === now.length ? before.findIndex((value, j) => !agrees(value, now[j]!)) : 0;
        if (at >= 0) throw new DuplicateMismatchError(index, `${name}[${at}]`, before[at], now[at]);
      }
    }
  }

  async scalar(name: string, from: number, to: number): Promise<Float64Array> {
    const rows = await this.#database.read(
      `SELECT ${quoted(this.#columns.scalars[name]!)} AS value FROM points WHERE "index" >= ? AND "index" < ? ORDER BY "index"`,
      [BigInt(from), BigInt(to)],
    );
    return Float64Array.from(rows, ({ value }) => (value === null ? Number.NaN : Number(value)));
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

/** The indices that are recorded. @throws StoreCorruptError where the tables do not agree */
export async function recordedRanges(file: string, database: Database): Promise<Ranges> {
  const chunks = await database.read("SELECT first, count FROM chunks ORDER BY first");
  const ranges = new Ranges(chunks.map(({ first, count }): Range => [Number(first), Number(first) + Number(count)]));
  const rows = Number((await database.read("SELECT count(*) AS n FROM points"))[0]!.n);
  if (rows === ranges.size) return ranges;
  throw new StoreCorruptError(file, `it has ${rows} rows of points, and says that ${ranges.size} points are recorded`);
}

/** Ranges less single integers, in order. */
function* without(ranges: Iterable<Range>, removed: readonly number[]): Iterable<Range> {
  let k = 0;
  for (const [from, to] of ranges) {
    let start = from;
    for (; k < removed.length && removed[k]! < to; k++) {
      yield [start, removed[k]!];
      start = removed[k]! + 1;
    }
    yield [start, to];
  }
}

/** Output times of the first point that has some, where series are recorded. */
function firstTimes({ result }: ChunkResult, { outputs }: Problem): Float64Array {
  if ((outputs.series ?? []).length === 0) return new Float64Array(0);
  const k = result.errors.indexOf(undefined);
  const length = result.times.length / result.count;
  return k < 0 ? new Float64Array(0) : result.times.slice(k * length, (k + 1) * length);
}

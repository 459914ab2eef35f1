/**
 * Stores of the same sweep, joined: its shards, or what several machines have recorded.
 * @module
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DuckDBValue } from "@duckdb/node-api";
import type { Problem } from "./chunk.ts";
import { Database, literal, quoted } from "./database.ts";
import { DuplicateMismatchError, StoreMismatchError, SweepError } from "./errors.ts";
import { type Range, Ranges } from "./ranges.ts";
import { toleranceOf } from "./records.ts";
import { openStore, readHead, recordedRanges, removeStore, type StoreHead } from "./store.ts";

/** Options of {@link mergeStores}. */
export interface MergeOptions {
  /** Whether points may be missing. Default: false. */
  readonly partial?: boolean | undefined;
}

/** What was joined. */
export interface Merged {
  /** Identifies the sweep. */
  readonly hash: string;
  /** Points that are there. */
  readonly points: number;
  /** All points of the sweep. */
  readonly total: number;
  /** Points that were in more than one store. */
  readonly duplicates: number;
  /** Points that are in none. */
  readonly missing: readonly Range[];
}

/** Points are missing in all stores that were to be joined. */
export class MissingPointsError extends SweepError {
  constructor(
    /** Which points they are. */
    readonly missing: readonly Range[],
    /** How many they are. */
    readonly count: number,
    total: number,
  ) {
    super(
      `${count} of ${total} points are in none of the stores: ${rangesInWords(missing)}. Run what computes them, or join what there is (--partial)`,
    );
  }
}

interface Input {
  readonly file: string;
  readonly head: StoreHead;
  readonly recorded: Ranges;
}

/** Ranges named in messages. */
const NAMED = 20;

/**
 * Joins stores of the same sweep in a new one. They are read, not changed; a point that several have must be the same in all.
 * @param target is made
 * @throws {@link StoreMismatchError} where one holds another sweep; {@link MissingPointsError}; {@link DuplicateMismatchError}; {@link SweepError} where the target is
 * there already; {@link StoreLockedError}, {@link StoreCorruptError}, {@link StoreWriteError}. Nothing is left of the target then
 */
export async function mergeStores(
  files: readonly string[],
  target: string,
  { partial = false }: MergeOptions = {},
): Promise<Merged> {
  if (existsSync(target)) throw new SweepError(`${target} is there already`);
  const inputs: Input[] = [];
  for (const file of files) inputs.push(await inputOf(file));
  const [first] = inputs;
  if (first === undefined) throw new SweepError("expected stores to join, got none");
  const { head } = first;
  for (const other of inputs) if (other.head.hash !== head.hash) throw mismatch(first, other);
  if ("adaptive" in head.points && head.points.adaptive !== undefined) {
    throw new SweepError("an adaptive sweep has one store: its points depend on those before");
  }
  const all = new Ranges(inputs.flatMap(({ recorded }) => [...recorded]));
  const missing = [...all.missing(0, head.most)];
  if (missing.length > 0 && !partial) throw new MissingPointsError(missing, head.most - all.size, head.most);
  try {
    await join(inputs, head, target);
  } catch (error) {
    await removeStore(target);
    throw error;
  }
  const duplicates = inputs.reduce((sum, { recorded }) => sum + recorded.size, 0) - all.size;
  return { hash: head.hash, points: all.size, total: head.most, duplicates, missing };
}

async function inputOf(file: string): Promise<Input> {
  const database = await Database.open(file, { readOnly: true });
  try {
    return { file, head: await readHead(file, database), recorded: await recordedRanges(file, database) };
  } finally {
    await database.close();
  }
}

function mismatch(first: Input, other: Input): StoreMismatchError {
  const version = other.head.version === first.head.version ? [] : [`of version ${other.head.version}`];
  return new StoreMismatchError(other.file, [`other than ${first.file}`, ...version]);
}

async function join(inputs: readonly Input[], head: StoreHead, target: string): Promise<void> {
  const problem: Problem = { hash: head.hash, version: head.version, model: head.model, outputs: head.outputs };
  const names = Object.keys(head.columns.parameters);
  const store = await openStore(target, problem, { identity: head.points, names, most: head.most });
  await store.close();
  const database = await Database.open(target);
  try {
    const there = new Ranges();
    const inOrder = [...inputs].sort((a, b) => firstOf(a) - firstOf(b));
    const times = inOrder.find((input) => input.head.times.length > 0)?.head.times ?? new Float64Array(0);
    await database.run(
      `UPDATE sweep SET chunk_size = ${head.chunkSize ?? "NULL"}, times = ${times.length > 0 ? listOf(times) : "NULL"}`,
    );
    for (const { file, head: own, recorded } of inOrder) {
      await database.run(`ATTACH ${literal(resolve(file))} AS part (READ_ONLY)`);
      const overlaps = [...recorded].some(([from, to]) => there.count(from, to) > 0);
      if (overlaps) await settle(database, problem, head);
      // times of a part that are not those of the whole stand in its rows
      const same = own.times.length === times.length && own.times.every((time, k) => time === times[k]);
      const replaced = same
        ? ""
        : `REPLACE (CASE WHEN status = 'ok' THEN coalesce(times, ${listOf(own.times)}) END AS times)`;
      const fresh = overlaps ? `WHERE "index" NOT IN (SELECT "index" FROM points)` : "";
      await database.transaction(async () => {
        await database.run(`INSERT INTO points SELECT * ${replaced} FROM part.points ${fresh}`);
        await database.run("INSERT INTO chunks SELECT * FROM part.chunks");
      });
      await database.run("DETACH part");
      for (const [from, to] of recorded) there.add(from, to);
    }
    await database.flush();
  } finally {
    await database.close();
  }
}

const firstOf = ({ recorded }: Input): number => [...recorded][0]?.[0] ?? 0;

/** A list in SQL. */
const listOf = (values: Float64Array): string => `[${values.join(", ")}]::DOUBLE[]`;

/** Compares what is in both; a point that crashed in one counts as the other has it. @throws {@link DuplicateMismatchError} */
async function settle(database: Database, problem: Problem, { columns }: StoreHead): Promise<void> {
  const compared = ["error", ...Object.values(columns.scalars), ...Object.values(columns.series)];
  const pairs = compared.map((name, k) => `p.${quoted(name)} AS p${k}, q.${quoted(name)} AS q${k}`);
  const distinct = compared.map((name) => `p.${quoted(name)} IS DISTINCT FROM q.${quoted(name)}`);
  const rows = await database.read(
    `SELECT p."index" AS at, ${pairs.join(", ")} FROM points p JOIN part.points q ON p."index" = q."index"
     WHERE p.status <> 'crashed' AND q.status <> 'crashed' AND (${distinct.join(" OR ")})`,
  );
  const agrees = toleranceOf(problem);
  for (const row of rows) {
    compared.forEach((name, k) => {
      if (!areAlike(row[`p${k}`]!, row[`q${k}`]!, agrees)) {
        throw new DuplicateMismatchError(Number(row.at), name, row[`p${k}`], row[`q${k}`]);
      }
    });
  }
  await database.run(
    `DELETE FROM points WHERE status = 'crashed' AND "index" IN (SELECT "index" FROM part.points WHERE status <> 'crashed')`,
  );
}

type Agrees = ReturnType<typeof toleranceOf>;

function areAlike(a: DuckDBValue, b: DuckDBValue, agrees: Agrees): boolean {
  if (typeof a === "number" && typeof b === "number") return agrees(a, b);
  const [left, right] = [itemsOf(a), itemsOf(b)];
  if (left === undefined || right === undefined) return a === b;
  return left.length === right.length && left.every((value, k) => agrees(value, right[k]!));
}

function itemsOf(value: DuckDBValue): readonly number[] | undefined {
  return typeof value === "object" && value !== null && "items" in value
    ? (value.items as readonly number[])
    : undefined;
}

/** As `0 to 99, 200, 300 to 399 and 4 more ranges`. */
function rangesInWords(ranges: readonly Range[]): string {
  const words = ranges.slice(0, NAMED).map(([from, to]) => (to === from + 1 ? `${from}` : `${from} to ${to - 1}`));
  const more = ranges.length - words.length;
  return words.join(", ") + (more > 0 ? ` and ${more} more ${more === 1 ? "range" : "ranges"}` : "");
}

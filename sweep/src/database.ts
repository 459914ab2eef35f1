/**
 * A DuckDB file that one sweep at a time writes: opening, statements, transactions, and what its errors mean.
 * @module
 */
import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { StoreCorruptError, StoreLockedError, StoreWriteError } from "./errors.ts";

/** What DuckDB may take: rows are written as they come, and little else is asked of it while a sweep runs. */
const SETTINGS = {
  threads: "1",
  memory_limit: "1GB",
  // nothing that it lacks is fetched from the network
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/** Files that this process has open for writing: the operating system's locks keep out other processes alone. */
const openFiles = new Set<string>();

/** What DuckDB says of files, disks and memory; its other errors are mistakes in statements. */
const FROM_DATABASE =
  /^(IO|Fatal|Out of Memory|Serialization|TransactionContext|Transaction|INTERNAL|Internal|FATAL) Error/i;

/** Values as they come from the database. */
export type Row = Readonly<Record<string, DuckDBValue>>;

/** An open file. Statements run one after the other. */
export class Database {
  readonly #file: string;
  readonly #real: string | undefined;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(file: string, real: string | undefined, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#file = file;
    this.#real = real;
    this.#instance = instance;
    this.#connection = connection;
  }

  /**
   * Opens a file that is there, or with `create` one that is not.
   * @throws StoreLockedError, StoreCorruptError, StoreWriteError
   */
  static async open(file: string, how: { create?: boolean; readOnly?: boolean } = {}): Promise<Database> {
    const { create = false, readOnly = false } = how;
    if (!create && !existsSync(file)) throw new StoreCorruptError(file, "there is no such file");
    const real = readOnly || create ? undefined : realpathSync(file);
    if (openFiles.has(realpathOf(file))) throw new StoreLockedError(file, "in this process");
    if (real !== undefined) openFiles.add(real);
    try {
      const access = readOnly ? { access_mode: "READ_ONLY" } : undefined;
      // with its folder: DuckDB takes some bare names for other things than files
      const instance = await DuckDBInstance.create(resolve(file), { ...SETTINGS, ...access });
      return new Database(file, real, instance, await instance.connect());
    } catch (error) {
      if (real !== undefined) openFiles.delete(real);
      throw openError(file, error);
    }
  }

  /** Runs a statement and returns its rows. */
  async read(sql: string, values: DuckDBValue[] = []): Promise<Row[]> {
    return this.#translated(async () => (await this.#connection.runAndReadAll(sql, values)).getRowObjects());
  }

  /** Runs a statement; types where values do not show them. */
  async run(sql: string, values: DuckDBValue[] = [], types: DuckDBType[] = []): Promise<void> {
    await this.#translated(() => this.#connection.run(sql, values, types));
  }

  /** Appends rows, many at a time: a hundred times as fast as inserting them. */
  async append(table: string, chunks: Iterable<DuckDBDataChunk>): Promise<void> {
    await this.#translated(async () => {
      const appender = await this.#connection.createAppender(table);
      for (const chunk of chunks) appender.appendDataChunk(chunk);
      appender.closeSync();
    });
  }

  /** Does all of something or nothing: what it has written counts once this has returned. */
  async transaction(action: () => Promise<void>): Promise<void> {
    await this.run("BEGIN");
    try {
      await action();
      await this.run("COMMIT");
    } catch (error) {
      // after a failed write there may be nothing left to take back
      await this.#connection.run("ROLLBACK").catch(() => {});
      throw error;
    }
  }

  /** Writes everything into the file itself, which may then be used without its log. @throws StoreWriteError */
  async flush(): Promise<void> {
    await this.run("CHECKPOINT");
  }

  /** Writes everything into the file itself and closes it. What is committed is safe without: it is read from the log the next time. */
  async close(): Promise<void> {
    await this.#connection.run("CHECKPOINT").catch(() => {});
    this.#connection.closeSync();
    this.#instance.closeSync();
    if (this.#real !== undefined) openFiles.delete(this.#real);
  }

  async #translated<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const message = wordsOf(error);
      if (!FROM_DATABASE.test(message)) throw error;
      throw isDamage(message) ? new StoreCorruptError(this.#file, message) : new StoreWriteError(this.#file, message);
    }
  }
}

function openError(file: string, error: unknown): Error {
  const message = wordsOf(error);
  if (message.includes("Could not set lock")) {
    return new StoreLockedError(file, /PID \d+/.exec(message)?.[0].replace("PID", "process"));
  }
  if (/permission denied|no space left|cannot open file|could not write|read-only file/i.test(message))
    return new StoreWriteError(file, message);
  return new StoreCorruptError(file, message);
}

const isDamage = (message: string) => /corrupt|checksum|could not read enough bytes|serialization/i.test(message);

/** The first line of a message: traces of DuckDB's own follow. */
function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

function realpathOf(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

/** A name in SQL, whatever it contains. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text in SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

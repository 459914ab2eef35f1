/**
 * The directory of a result. Nothing in it is ever half-written: every file is written under a temporary name, and all get
 * their own names when all are complete. Only with `force` can a file that is there be replaced, whoever put it there and when.
 * @module
 */
import { randomBytes } from "node:crypto";
import { constants, lstatSync, mkdtempSync, rmdirSync, type Stats, statSync } from "node:fs";
import { copyFile, link, mkdir, open, rename, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Interrupted, type InterruptSignal, OutputError, reasonOf, SIGNALS, UsageError } from "./problem.ts";

/** Names of the files of a result. */
export const FILES = ["result.json", "series.csv", "result.npz", "figure.svg"] as const;
export type FileName = (typeof FILES)[number];

/** Checks, before anything is computed, that files of these names can be written there. @throws {@link UsageError} */
export function checkOutput(directory: string, force: boolean, names: readonly string[] = FILES): void {
  if (directory === "") throw new UsageError("--out is empty: expected a directory");
  const present = names.filter((name) => entryAt(join(directory, name), directory) !== undefined);
  if (present.length > 0 && !force) {
    throw new UsageError(
      `${directory} already holds ${present.join(", ")}: choose another --out, or replace it with --force`,
    );
  }
  const blocked = present.find((name) => !entryAt(join(directory, name), directory)!.isFile());
  if (blocked !== undefined) throw new UsageError(`${join(directory, blocked)} is not a file and cannot be replaced`);
  const [, existing] = missingAbove(directory);
  try {
    if (!statSync(existing).isDirectory()) throw new UsageError(`--out ${directory}: ${existing} is not a directory`);
    // permissions alone do not say it: some file systems take nothing, whatever they are
    rmdirSync(mkdtempSync(join(existing, ".lindblad-")));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--out ${directory} cannot be written: ${reasonOf(error)}`);
  }
}

/** What stands at a path, a dangling link included; undefined when nothing does. @throws {@link UsageError} for an impossible path */
function entryAt(path: string, directory: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new UsageError(`--out ${directory} cannot be written: ${reasonOf(error)}`);
  }
}

/** The directories that do not exist, outermost first, and the nearest one above that does. */
function missingAbove(directory: string): [missing: string[], existing: string] {
  const missing: string[] = [];
  let at = resolve(directory);
  while (entryAt(at, directory) === undefined && dirname(at) !== at) {
    missing.unshift(at);
    at = dirname(at);
  }
  return [missing, at];
}

/**
 * Writes all files of a result, or none. They get their names in the reverse of their order: where the first is, all are.
 * @throws {@link UsageError} when another run has put a result there meanwhile; {@link OutputError}; {@link Interrupted}
 */
export async function writeOutput(
  directory: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
  force: boolean,
): Promise<void> {
  const names = Object.keys(contents);
  let interrupt: InterruptSignal | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    interrupt ??= signal as InterruptSignal;
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const own = randomBytes(6).toString("hex");
  const temporaries = new Map(names.map((name) => [name, join(directory, `.${name}.${own}.tmp`)]));
  const made: string[] = [];
  const leftovers = new Set<string>();
  try {
    await makeDirectories(directory, made);
    for (const [name, temporary] of temporaries) {
      leftovers.add(temporary);
      await writeSynced(temporary, contents[name]!);
      if (interrupt !== undefined) throw new Interrupted(interrupt);
    }
    for (const name of names.toReversed()) {
      const [from, to] = [temporaries.get(name)!, join(directory, name)];
      if (force) {
        await rename(from, to);
        continue;
      }
      await linkNew(from, to);
      // ours until all are there
      leftovers.add(to);
    }
    for (const name of names) leftovers.delete(join(directory, name));
    await removeAll(leftovers);
  } catch (error) {
    await removeAll(leftovers);
    for (const path of made.reverse()) await rmdir(path).catch(() => {});
    if (error instanceof Interrupted) throw error;
    if (!force && (error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new UsageError(
        `another run has put its result into ${directory} meanwhile; it is untouched, and nothing of this run is kept: run it again with another --out`,
      );
    }
    throw new OutputError(`the result could not be written: ${reasonOf(error)}`);
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
  }
}

/**
 * One file that somebody else writes: under a temporary name, which it loses when it is complete.
 * @returns what `write` does
 * @throws {@link UsageError} for a file that is there already, without `force`; what `write` throws, with nothing left behind
 */
export async function writeThrough<T>(
  file: string,
  force: boolean,
  write: (temporary: string) => Promise<T>,
): Promise<T> {
  const [directory, name] = [dirname(file), basename(file)];
  checkOutput(directory, force, [name]);
  const temporary = join(directory, `.${randomBytes(6).toString("hex")}.${name}`);
  try {
    await makeDirectories(directory, []);
    const result = await write(temporary);
    const handle = await open(temporary, "r");
    // as in writeSynced
    await handle.sync().finally(() => handle.close());
    if (force) await rename(temporary, file);
    else await linkNew(temporary, file);
    return result;
  } catch (error) {
    const { code, store, detail } = error as { code?: string; store?: string; detail?: string };
    if (code === "STORE_WRITE" && store === temporary) {
      const reason = detail!.replaceAll(resolve(temporary), file).replaceAll(temporary, file);
      throw new OutputError(`${file} could not be written: ${reason}`);
    }
    if (code !== "EEXIST") throw error;
    throw new UsageError(`${file} has been written by somebody else meanwhile, and is untouched`);
  } finally {
    await removeAll([temporary]);
  }
}

async function writeSynced(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(content);
    // the name must not reach the disk before the content
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a file another name, which must be free: unlike a renaming, this never replaces what is there. */
async function linkNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    // a file system without links
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

/** Level by level: Node's own recursion does not end where a file system refuses new directories by ENOENT. */
async function makeDirectories(directory: string, made: string[]): Promise<void> {
  for (const path of missingAbove(directory)[0]) {
    try {
      await mkdir(path);
      made.push(path);
    } catch (error) {
      // another run was faster
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

async function removeAll(files: Iterable<string>): Promise<void> {
  await Promise.allSettled([...files].map((file) => unlink(file)));
}

/**
 * The directory of a result. Nothing in it is ever half-written: every file is written under a temporary name, and all are
 * renamed when all are complete.
 * @module
 */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { mkdir, open, rename, rmdir, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Interrupted, OutputError, reasonOf, UsageError } from "./problem.ts";

/** Names of the files of a result. */
export const FILES = ["result.json", "series.csv", "result.npz", "figure.svg"] as const;
export type FileName = (typeof FILES)[number];

/** Checks, before anything is computed, that a result can be written there. @throws {@link UsageError} */
export function checkOutput(directory: string, force: boolean): void {
  const present = FILES.filter((name) => existsSync(join(directory, name)));
  if (present.length > 0 && !force) {
    throw new UsageError(
      `${directory} already holds ${present.join(", ")}: choose another --out, or replace it with --force`,
    );
  }
  const blocked = present.find((name) => !statSync(join(directory, name)).isFile());
  if (blocked !== undefined) throw new UsageError(`${join(directory, blocked)} is not a file and cannot be replaced`);
  let ancestor = resolve(directory);
  while (!existsSync(ancestor)) ancestor = dirname(ancestor);
  if (!statSync(ancestor).isDirectory()) throw new UsageError(`--out ${directory}: ${ancestor} is not a directory`);
  try {
    accessSync(ancestor, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out ${directory} cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * Writes all files of a result, or none.
 * @throws {@link OutputError}; {@link Interrupted} after Ctrl-C
 */
export async function writeOutput(
  directory: string,
  contents: Readonly<Record<FileName, string | Uint8Array>>,
  force: boolean,
): Promise<void> {
  let interrupted = false;
  const onInterrupt = () => {
    interrupted = true;
  };
  process.once("SIGINT", onInterrupt);
  const written: string[] = [];
  let made: string | undefined;
  try {
    made = await mkdir(directory, { recursive: true });
    for (const name of FILES) {
      const temporary = temporaryName(directory, name);
      written.push(temporary);
      await writeSynced(temporary, contents[name]);
      if (interrupted) throw new Interrupted();
    }
    // someone else may have written here meanwhile
    checkOutput(directory, force);
    for (const name of FILES) await rename(temporaryName(directory, name), join(directory, name));
  } catch (error) {
    await Promise.allSettled(written.map((file) => unlink(file)));
    if (made !== undefined) await removeEmpty(resolve(directory), resolve(made));
    if (error instanceof Interrupted || error instanceof UsageError) throw error;
    throw new OutputError(`the result could not be written: ${reasonOf(error)}`);
  } finally {
    process.removeListener("SIGINT", onInterrupt);
  }
}

const temporaryName = (directory: string, name: string) => join(directory, `.${name}.${process.pid}.tmp`);

async function writeSynced(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(content);
    // the rename must not reach the disk before the content
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes the directories that we made, from the innermost outwards, as long as they are empty. */
async function removeEmpty(directory: string, outermost: string): Promise<void> {
  for (let at = directory; at.startsWith(outermost); at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
  }
}

/** Folders like those of users: the packages installed from their archives, where nothing of this repository is found by chance. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { installPacked } from "../../scripts/packed.mjs";
import { root } from "../support/browser.ts";

const TOOLS = join(root, "test", "consumers");

/** For a hook that installs: longer than npm takes on a busy machine. */
export const INSTALL_MS = 300_000;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with the named packages installed; removed when the file's tests have run. */
export async function consumer(
  names: readonly string[],
  files: readonly string[] = [],
  dev: readonly string[] = [],
): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "lindblad-consumer-")));
  folders.push(folder);
  await installPacked(folder, names, { dev });
  for (const file of files) copyFileSync(join(root, file), join(folder, basename(file)));
  return folder;
}

/** A package of test/consumers, which `npm test` installs. */
export const tool = (name: string) =>
  import(pathToFileURL(createRequire(join(TOOLS, "package.json")).resolve(name)).href);

/** The program of a package of test/consumers; undefined where none is packaged for this platform. */
export function programOf(path: string): string | undefined {
  if (!existsSync(join(TOOLS, "node_modules"))) throw new Error("npm ci --prefix test/consumers comes first");
  const file = join(TOOLS, "node_modules", path);
  return existsSync(file) ? file : undefined;
}

/** Runs a program and gives what it wrote; its own errors, and warnings, are in the error thrown. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, timeout: 120_000, maxBuffer: 1 << 26 });
  if (stderr !== "") throw new Error(`${command} ${args.join(" ")} wrote to stderr:\n${stderr}`);
  return stdout;
}

/** The package.json of an installed package. */
export function manifestOf(folder: string, name: string) {
  return JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"));
}

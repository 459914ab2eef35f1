/**
 * A Python with numpy, for the tests that ask whether real numpy reads our files. Made once under build/.
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const VENV = fileURLToPath(new URL("../../build/python-venv", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));
const LOCK = `${VENV}.lock`;
/** How long to wait for another test process that makes the environment; also for one that died in it. */
const PATIENCE_SECONDS = 240;

/** Path of the Python. Test files run side by side: one makes the environment, the others wait. */
export async function pythonPath(): Promise<string> {
  mkdirSync(fileURLToPath(new URL("../../build", import.meta.url)), { recursive: true });
  for (let second = 0; !locked() && second < PATIENCE_SECONDS; second++) await setTimeout(1000);
  try {
    const { ensureVenv } = await import(new URL("../../scripts/python.mjs", import.meta.url).href);
    return await ensureVenv(VENV, REQUIREMENTS);
  } finally {
    rmdirSync(LOCK);
  }
}

function locked(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    return false;
  }
}

/** Runs Python programs; what each prints must be JSON. */
export type Python = (program: string, ...args: string[]) => unknown;

/** A Python with the packages of requirements.txt. */
export async function makePython(): Promise<Python> {
  const path = await pythonPath();
  return (program, ...args) =>
    JSON.parse(
      execFileSync(path, ["-W", "ignore:matplotlib not found", "-c", program, ...args], {
        encoding: "utf8",
        timeout: 60_000,
      }),
    );
}

/** Time that making the environment may take. */
export const PYTHON_TIMEOUT = 480_000;

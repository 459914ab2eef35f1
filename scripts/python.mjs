/** A Python virtual environment with pinned packages, made once. Node built-ins only. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture, run } from "./process.mjs";

/**
 * The Python of the virtual environment `folder`, which holds what `requirements` pins; made anew when that file has changed.
 * @throws when there is no Python 3 that can make one, or pip cannot install.
 */
export async function ensureVenv(folder, requirements) {
  const isWindows = process.platform === "win32";
  const python = join(folder, isWindows ? "Scripts" : "bin", isWindows ? "python.exe" : "python");
  const stamp = join(folder, "requirements.sha256");
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return python;

  console.error("making a Python environment (pip install)…");
  rmSync(folder, { recursive: true, force: true });
  const made = await capture(isWindows ? "python" : "python3", ["-m", "venv", folder]);
  if (made.code !== 0) throw new Error(`Python 3 with its venv module is needed: ${made.output.trim()}`);
  const code = await run(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    requirements,
  ]);
  if (code !== 0) throw new Error(`pip could not install ${requirements} (exit code ${code}).`);
  writeFileSync(stamp, hash);
  return python;
}

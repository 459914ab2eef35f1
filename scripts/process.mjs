/** Child processes for the scripts: run one and watch it, capture one within a time limit, run npm or an installed tool. Node built-ins only. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OUTPUT_LIMIT = 1 << 20;
const foreground = new Set();
const captured = new Set();

for (const [signal, exitCode] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
]) {
  process.on(signal, () => {
    // A captured child leads its own process group, which a Ctrl-C in the terminal does not reach.
    for (const child of captured) killGroup(child);
    if (foreground.size === 0) process.exit(exitCode);
    // A foreground child has got the terminal's Ctrl-C itself, and may have something to finish.
    if (signal === "SIGTERM") for (const child of foreground) child.kill(signal);
  });
}

function killGroup(child) {
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // already gone
  }
}

/** Runs a command with this terminal as its own; resolves with its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    foreground.add(child);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      foreground.delete(child);
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

/** Runs a command silently; resolves with its exit code and the end of its output, whatever happens. */
export function capture(command, args, { env = {}, cwd = root, limitSeconds = 900 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    captured.add(child);
    let output = "";
    const append = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_LIMIT);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", append);
    const timer = setTimeout(() => {
      append(`\nstopped: it took longer than ${limitSeconds} s\n`);
      killGroup(child);
    }, limitSeconds * 1000);
    const finish = (code) => {
      clearTimeout(timer);
      captured.delete(child);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      append(`${error.message}\n`);
      finish(1);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

/** The script behind a package's command: run by node itself, it needs neither a shell nor the executable bit. */
export function binOf(packageName, bin = packageName) {
  const folder = join(root, "node_modules", packageName);
  const entry = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).bin;
  return join(folder, typeof entry === "string" ? entry : entry[bin]);
}

/** The command line that runs npm: the npm that started this script, else the one on the path. */
export function npm(...args) {
  const script = process.env.npm_execpath ?? "";
  if (script.endsWith("npm-cli.js")) return [process.execPath, [script, ...args]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", args];
}

/** Runs a script's body; an error ends it with the message alone, since a stack trace helps nobody here. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}

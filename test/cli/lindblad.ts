/**
 * Runs the built command as a real process.
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built command. */
export const MAIN = fileURLToPath(new URL("../../cli/bin/lindblad.mjs", import.meta.url));

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; one that hangs is killed. */
export function execute(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      timeout: 50_000,
      stdio: ["ignore", "pipe", "pipe"],
      // a pipe must stay free of colours there too
      env: { ...process.env, CI: "true" },
    });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        said[stream] += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...said }));
  });
}

/** Runs `lindblad` with these arguments. */
export const lindblad = (...args: string[]): Promise<Ended> => execute(process.execPath, [MAIN, ...args]);

/** Runs `lindblad` on a terminal of so many columns; Ctrl-C is pressed once `until` has been shown. Both streams are shown on it. */
export async function onTerminal(columns: number, args: readonly string[], until = ""): Promise<Omit<Ended, "stderr">> {
  const program = `
import fcntl, os, pty, struct, sys, termios
columns, until = int(sys.argv[1]), sys.argv[2].encode()
pid, terminal = pty.fork()
if pid == 0:
    # not before the terminal has its size
    os.read(0, 1)
    os.execv(sys.argv[3], sys.argv[3:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
os.write(terminal, b"\\n")
shown = b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    shown += piece
    if until and until in shown:
        os.write(terminal, b"\\x03")
        until = b""
sys.stdout.write(shown.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
  const { code, stdout, stderr } = await execute("python3", [
    ...["-c", program, `${columns}`, until, process.execPath, MAIN],
    ...args,
  ]);
  if (stderr !== "") throw new Error(stderr);
  return { code, stdout };
}

/** A directory of its own for each test. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), "lindblad-cli-"));

/** Writes a model file and returns its path. */
export function modelFile(directory: string, content: object | string, name = "model.json"): string {
  const file = join(directory, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/**
 * QuTiP, asked for the states of many problems by one process.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Problem } from "./problem.ts";

/** QuTiP's process: it computes while we do. */
export interface Qutip {
  /** States at all output times, row-major and interleaved. Rejects when QuTiP fails, or takes longer than the limit. */
  solve(problem: Problem, turns: number, rtol: number): Promise<Float64Array[]>;
  /** Its steady state. */
  steady(problem: Problem): Promise<Float64Array>;
  close(): void;
}

const LIMIT_SECONDS = 120;

/** @param python a Python that has QuTiP; @param script qutip_oracle.py */
export function startQutip(python: string, script: string): Qutip {
  const child = spawn(python, ["-W", "ignore", script], {
    stdio: ["pipe", "pipe", "inherit"],
    // one process, one core
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(line));
  const end = (reason: string) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(reason));
  };
  child.on("error", (error) => end(error.message));
  child.on("close", (code) => end(`QuTiP's process ended with exit code ${code}`));
  child.stdin.on("error", () => {});

  async function ask(op: string, problem: Problem, turns: number, rtol: number): Promise<Float64Array[]> {
    const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_SECONDS * 1000);
    try {
      const line = await new Promise<string>((resolve, reject) => {
        if (child.exitCode !== null || child.signalCode !== null) reject(new Error("QuTiP's process has ended"));
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify({ op, problem, turns, rtol })}\n`);
      });
      const { states, failed } = JSON.parse(line) as { states?: string; failed?: string };
      if (states === undefined) throw new Error(`QuTiP: ${failed}`);
      const bytes = Buffer.from(states, "base64");
      const all = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      const length = 2 * problem.dims.reduce((a, b) => a * b, 1) ** 2;
      return Array.from({ length: all.length / length }, (_, k) => all.slice(k * length, (k + 1) * length));
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    solve: (problem, turns, rtol) => ask("solve", problem, turns, rtol),
    steady: async (problem) => (await ask("steady", problem, 0, 0))[0]!,
    close: () => child.kill(),
  };
}

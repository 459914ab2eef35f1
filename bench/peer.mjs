/** The other side of the comparison: bench/peers/qutip_server.py as a child process that answers one request at a time. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("./peers/qutip_server.py", import.meta.url));
const LIMIT_SECONDS = 300;

/** Starts the server; `ask(request)` resolves with its answer, `close()` ends it. The child shares this process's core. */
export function startPeer() {
  const python = process.env.BENCH_PYTHON;
  if (python === undefined) throw new Error("no BENCH_PYTHON: benchmarks are started by `npm run bench`");
  // QuTiP warns on import that it cannot draw.
  const child = spawn(python, ["-W", "ignore", SERVER], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  return {
    async ask(request) {
      const timer = setTimeout(() => child.kill(), LIMIT_SECONDS * 1000);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await answers.next();
      clearTimeout(timer);
      if (done) throw new Error(`the Python peer ended during ${JSON.stringify(request)}`);
      const answer = JSON.parse(value);
      if (answer.error) throw new Error(`the Python peer failed in ${JSON.stringify(request)}: ${answer.error}`);
      return answer;
    },
    close() {
      child.kill();
    },
  };
}

/** Runs cases in a thread that is ended, and begun anew behind the case, when one takes too long. */
import { Worker } from "node:worker_threads";

/** What a thread may count. */
const COUNTERS = 4;

/** Cases that took longer than they may, and what each thread said at its end. */
interface Ended<M> {
  readonly messages: M[];
  readonly overtime: number[];
  /** What they counted. */
  readonly counts: readonly number[];
}

/**
 * @param script of the thread; it is given `from`, `until` and `shared`: 32-bit integers, the case it is at, how many it has begun, and what it counts
 * @param most milliseconds that a case may take
 * @throws what the thread did not catch, or when it ends without a message
 */
export async function runCases<M>(
  script: URL,
  data: object,
  [first, until]: readonly [number, number],
  most: number,
): Promise<Ended<M>> {
  const messages: M[] = [];
  const overtime: number[] = [];
  const counts = new Array<number>(COUNTERS).fill(0);
  for (let from = first; from < until; ) {
    const shared = new SharedArrayBuffer(4 * (2 + COUNTERS));
    const progress = new Int32Array(shared);
    progress[0] = from;
    const thread = new Worker(script, { workerData: { ...data, from, until, shared } });
    const end = await new Promise<"done" | "overtime">((resolve, reject) => {
      let [seen, since] = [-1, performance.now()];
      const watch = setInterval(() => {
        const begun = Atomics.load(progress, 1);
        if (begun !== seen) [seen, since] = [begun, performance.now()];
        // Before its first case it starts.
        else if (performance.now() - since > (begun === 0 ? 30_000 : most)) settle(() => resolve("overtime"));
      }, 20);
      const settle = (how: () => void) => {
        clearInterval(watch);
        how();
      };
      thread.once("message", (message: M) => {
        messages.push(message);
        settle(() => resolve("done"));
      });
      thread.once("error", (error) => settle(() => reject(error)));
      thread.once("exit", (code) =>
        settle(() => reject(new Error(`the thread ended with exit code ${code} at case ${progress[0]}`))),
      );
    });
    thread.removeAllListeners();
    await thread.terminate();
    for (let k = 0; k < COUNTERS; k++) counts[k]! += progress[2 + k]!;
    if (end === "done") break;
    overtime.push(progress[0]!);
    from = progress[0]! + 1;
  }
  return { messages, overtime, counts };
}

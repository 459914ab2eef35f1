/** A worker of the built package that does badly at some values of omega. */
import { existsSync, writeFileSync } from "node:fs";
import compute from "../../sweep/dist/engines/worker.js";

const BAD = {
  101: () => process.exit(3),
  102: () => {
    const all = [];
    for (;;) all.push(new Array(100_000).fill(0.5));
  },
  103: () => {
    for (;;);
  },
  104: () => {
    throw new RangeError("a trap");
  },
  // once
  105: () => {
    const mark = process.env.LINDBLAD_TEST_MARK;
    if (existsSync(mark)) return;
    writeFileSync(mark, "");
    process.exit(5);
  },
};

export default function badly(task) {
  if (task !== undefined) Atomics.store(task.begun, 0, 1);
  for (const omega of task?.chunk.points.parameters.omega ?? []) BAD[omega]?.();
  return compute(task);
}

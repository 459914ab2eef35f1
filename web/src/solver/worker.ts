/**
 * The worker that solves what the page shows.
 * @module
 */
import { ready } from "./kernel.ts";
import { problemOf } from "./problem.ts";
import type { Answer, Details, Request, RunView } from "./protocol.ts";
import { details, run } from "./run.ts";

/** Milliseconds between two reports of progress. */
const INTERVAL = 50;

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(answer: Answer, transfer?: Transferable[]): void;
};

scope.onmessage = async ({ data: request }) => {
  const { job } = request;
  try {
    await ready;
  } catch (error) {
    scope.postMessage({ type: "failed", job, problem: problemOf(error), isDead: true });
    return;
  }
  try {
    const value = request.type === "run" ? run(request.model, reporter(job)) : details(request.model);
    scope.postMessage({ type: "done", job, value }, buffersOf(value));
  } catch (error) {
    scope.postMessage({ type: "failed", job, problem: problemOf(error) });
  }
};

function reporter(job: number): (fraction: number) => void {
  let last = performance.now();
  return (fraction) => {
    const now = performance.now();
    if (now - last < INTERVAL) return;
    last = now;
    scope.postMessage({ type: "progress", job, fraction });
  };
}

/** Large arrays are handed over, not copied; a buffer that several arrays share is handed over once. */
function buffersOf(value: RunView | Details): Transferable[] {
  if (!("series" in value)) return [];
  const arrays = [value.times, value.states.data, ...Object.values(value.series)];
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}

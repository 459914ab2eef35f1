/**
 * The page's end of the worker that checks model files. One check at a time; a later one ends an earlier one that takes long, and takes its place.
 * @module
 */
import type { Checked } from "./check.ts";
import type { CheckAnswer, CheckRequest } from "./protocol.ts";

/** Milliseconds that a check may take: the library refuses what would take far longer, but not all of it. */
const LIMIT = 20_000;

/**
 * What is in the text of a model file, or what is wrong with it.
 * @throws Error when a later check took its place, when it took too long, and when the worker could not be started
 */
export type Check = (text: string, format: "json" | "yaml") => Promise<Checked>;

/** A worker that checks, started when it is first asked; links and the editor have one each, and do not get in each other's way. */
export function makeCheck(): Check {
  let worker: Worker | undefined;
  let lastJob = 0;
  let end: ((reason: Error) => void) | undefined;
  return (text, format) => {
    end?.(new Error("a later check took the place of this one"));
    const own = worker ?? new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "checker" });
    worker = own;
    const job = ++lastJob;
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        end = undefined;
      };
      const stop = (reason: Error) => {
        finish();
        own.terminate();
        if (worker === own) worker = undefined;
        reject(reason);
      };
      const timer = setTimeout(
        () => stop(new Error("the model takes too long to build; the command line has no such limit")),
        LIMIT,
      );
      end = stop;
      own.onerror = (event) => {
        event.preventDefault();
        stop(new Error(event.message || "the worker's script could not be loaded"));
      };
      own.onmessage = ({ data }: MessageEvent<CheckAnswer>) => {
        if (data.job !== job) return;
        if ("error" in data) {
          // one that has no kernel never gets one
          stop(new Error(data.error));
          return;
        }
        finish();
        resolve(data.checked);
      };
      own.postMessage({ job, text, format } satisfies CheckRequest);
    });
  };
}

/**
 * A thread of a worker: parts of problems in, frames of replies out.
 * @module
 */
import { LindbladError } from "lindblad";
import { move } from "piscina";
import { VERSION } from "../hash.ts";
import { decode, encode } from "./frame.ts";
import { type Failure, host, type Reply } from "./protocol.ts";
import { TASKS } from "./tasks.ts";

/** What a thread is asked for. */
export interface Order {
  readonly id: string;
  readonly task: string;
  readonly hash: string;
  /** Frame of the problem; threads share its bytes. */
  readonly problem: SharedArrayBuffer;
  /** Frame of the part. */
  readonly part: Uint8Array;
}

/** Problems that a thread keeps ready: sweeps take turns. */
const READY = 4;
const ready = new Map<string, (part: unknown) => unknown>();

export default function compute({ id, task, hash, problem, part }: Order): unknown {
  return move(encode({ id, host, ...outcome(task, hash, problem, part) } satisfies Reply));
}

function outcome(task: string, hash: string, problem: SharedArrayBuffer, part: Uint8Array) {
  try {
    return { value: runOf(task, hash, problem)(decode(part)) };
  } catch (error) {
    if (isFailure(error)) return { failure: error };
    if (error instanceof LindbladError)
      return { failure: { kind: "refused", message: error.message } satisfies Failure };
    // nobody knows what state the thread is in: it ends, after the answer, and another one takes its place
    setImmediate(() => process.exit(1));
    throw error;
  }
}

function runOf(task: string, hash: string, frame: SharedArrayBuffer): (part: unknown) => unknown {
  const known = ready.get(hash);
  if (known) return known;
  const problem = decode(new Uint8Array(frame)) as { readonly version: string };
  if (problem.version !== VERSION) {
    throw { kind: "version", message: `${VERSION} ${problem.version}` } satisfies Failure;
  }
  const open = TASKS[task];
  if (!open) {
    const message = `no task is called ${task}; there are ${Object.keys(TASKS).join(", ")}`;
    throw { kind: "refused", message } satisfies Failure;
  }
  const run = open(problem);
  ready.set(hash, run);
  if (ready.size > READY) ready.delete(ready.keys().next().value!);
  return run;
}

const isFailure = (error: unknown): error is Failure =>
  !(error instanceof Error) && Object.hasOwn(Object(error), "kind");

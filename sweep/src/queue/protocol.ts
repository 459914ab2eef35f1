/**
 * What a coordinator and its workers write to Redis, and how jobs are to be treated there.
 *
 * BullMQ hands out the jobs: which worker has which, until when its lock holds, how often a job was tried. A problem stands once under
 * the hash of its bytes; jobs name it. Results do not go through BullMQ, which would keep them as text: a worker appends the frame of a result
 * to the list of its problem, then completes the job. A job is thus done at least once, and its result there before the job is gone.
 * @module
 */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { JobsOptions, WorkerOptions } from "bullmq";

/** Before every key. */
export const PREFIX = "lindblad";
/** Name of the queue; with another protocol, another queue. */
export const QUEUE = "chunks-1";

/** Keys of one problem, by the hash of its bytes; and the workers of a queue. */
export const KEYS = {
  /** The frame of the problem. */
  problem: (hash: string) => `${PREFIX}:problem:${hash}`,
  /** List of frames of {@link Reply}. */
  results: (hash: string) => `${PREFIX}:results:${hash}`,
  /** Who coordinates it. */
  coordinator: (hash: string) => `${PREFIX}:coordinator:${hash}`,
  /** Sorted set of {@link WorkerCard} by when each is thought gone. */
  workers: `${PREFIX}:workers:${QUEUE}`,
  /** As BullMQ calls what is known of a job. */
  job: (id: string) => `${PREFIX}:${QUEUE}:${id}`,
} as const;

/** Seconds that a problem and its results stay when nobody asks for them: a sweep resumed within finds what was computed meanwhile. */
export const KEPT = 7 * 24 * 3600;

/** Data of a job. */
export interface JobData {
  /** What is to be done: a name in the workers' table of tasks. */
  readonly task: string;
  /** Hash of the problem's bytes. */
  readonly problem: string;
  /** Frame of the part of it, in base64: BullMQ keeps data as text. */
  readonly part: string;
}

/** What a worker says of a job. */
export interface Reply {
  /** Of the job. */
  readonly id: string;
  readonly host: string;
  /** The task's result. */
  readonly value?: unknown;
  readonly failure?: Failure;
}

/** Why a job has no result: it was tried as often as is allowed, is of another version, or wrong. */
export interface Failure {
  readonly kind: "crash" | "version" | "refused";
  readonly message: string;
}

/** A worker process. */
export interface WorkerCard {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly threads: number;
  readonly version: string;
}

/** Milliseconds between two signs of life of a worker, and after which it is thought gone. */
export const ALIVE = { every: 2000, lasts: 7000 } as const;

export const JOB_OPTIONS: JobsOptions = {
  // A thread that dies, out of memory or by a defect, may die of its neighbours: two more chances, the second after a pause.
  attempts: 3,
  backoff: { type: "exponential", delay: 500 },
  // Results and reasons are in the list of the problem: what is over takes no memory.
  removeOnComplete: true,
  removeOnFail: true,
  stackTraceLimit: 1,
};

/** Seconds that a job stays a dead worker's, by default. */
export const LOCK = 15;

/**
 * @param lock seconds. The event loop of a worker does nothing but renew locks, at half their time, and hand on frames: chunks may take hours.
 * A machine that sleeps longer than the lock loses its chunks to others; what it then computes is the same and counts once.
 */
export function workerOptions(lock: number): Omit<WorkerOptions, "connection"> {
  return {
    prefix: PREFIX,
    // done on connecting
    skipVersionCheck: true,
    // whole milliseconds: Redis takes no others
    lockDuration: Math.ceil(1000 * lock),
    // Chunks of a dead worker are given to others after 4/3 of the lock at the latest.
    stalledInterval: Math.ceil((1000 * lock) / 3),
    // A chunk whose worker died three times may be to blame: it goes back to the coordinator, which halves it.
    maxStalledCount: 2,
    // Waiting for jobs is one command in so many seconds.
    drainDelay: 5,
    // Milliseconds until a step that failed for want of Redis is tried again.
    runRetryDelay: 1000,
  };
}

export function hashOf(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 40);
}

/** This machine, in messages. */
export const host = hostname();

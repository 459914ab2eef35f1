/**
 * What can be wrong between the machines of a sweep.
 * @module
 */
import { LindbladError } from "lindblad";

/** Redis cannot be used: nobody answers, the password is wrong, or it is set up so that it may lose jobs. */
export class RedisError extends LindbladError {
  readonly code = "REDIS";

  constructor(
    /** Its address, without the password. */
    readonly address: string,
    /** What is wrong, and what would be right. */
    readonly reason: string,
  ) {
    super(`Redis at ${address}: ${reason}`);
  }
}

/** A worker is of another version than the coordinator, so that its numbers may be others. */
export class VersionMismatchError extends LindbladError {
  readonly code = "VERSION_MISMATCH";

  constructor(
    /** Name of the worker's machine. */
    readonly host: string,
    /** Of the worker. */
    readonly found: string,
    /** Of the coordinator. */
    readonly expected: string,
  ) {
    super(`worker on ${host}: has version ${found}, expected ${expected}: install the same version on every machine`);
  }
}

/** Another coordinator works on the same problem through the same Redis. */
export class CoordinatorBusyError extends LindbladError {
  readonly code = "COORDINATOR_BUSY";

  constructor(
    /** Who it is: machine and process. */
    readonly holder: string,
  ) {
    super(
      `this sweep is being run through the same Redis by ${holder}: expected one coordinator at a time; end it first`,
    );
  }
}

/** A worker could not make sense of what it was given, or refused it. */
export class WorkerRefusedError extends LindbladError {
  readonly code = "WORKER_REFUSED";

  constructor(
    /** Name of the worker's machine. */
    readonly host: string,
    /** In the worker's words. */
    readonly reason: string,
  ) {
    super(`worker on ${host}: ${reason}`);
  }
}

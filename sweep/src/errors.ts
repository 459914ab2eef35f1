/**
 * What can go wrong with a sweep as a whole; what goes wrong at a point is in its row.
 * @module
 */
import { LindbladError } from "lindblad";

/** A store holds another sweep: other points, another model, other outputs or another version. */
export class StoreMismatchError extends LindbladError {
  readonly code = "STORE_MISMATCH";

  constructor(
    /** The file. */
    readonly store: string,
    /** What differs, in words. */
    readonly differences: readonly string[],
  ) {
    super(
      `${store} holds another sweep: ${differences.join("; ")}. Give this sweep a store of its own, or run the sweep that began there`,
    );
  }
}

/** Another process, or another sweep of this one, has the store open. */
export class StoreLockedError extends LindbladError {
  readonly code = "STORE_LOCKED";

  constructor(
    /** The file. */
    readonly store: string,
    /** Who, where it is known. */
    holder: string | undefined,
  ) {
    super(
      `${store} is open: another sweep has it${holder === undefined ? "" : ` (${holder})`}; one at a time can, wait for it or end it`,
    );
  }
}

/** A file is no store of a sweep, or its contents are damaged. It is left as it is. */
export class StoreCorruptError extends LindbladError {
  readonly code = "STORE_CORRUPT";

  constructor(
    /** The file. */
    readonly store: string,
    detail: string,
  ) {
    super(`${store} cannot be read as a store of a sweep, and is left as it is: ${detail}`);
  }
}

/** Rows could not be written, as on a full disk. What was recorded before is kept. */
export class StoreWriteError extends LindbladError {
  readonly code = "STORE_WRITE";

  constructor(
    /** The file. */
    readonly store: string,
    /** What the system says. */
    readonly detail: string,
  ) {
    super(
      `${store} cannot be written: ${detail}. What was recorded before is kept: when there is room, the same sweep goes on from there`,
    );
  }
}

/** A point was computed twice, with results that differ by more than the tolerances of the solver explain. */
export class DuplicateMismatchError extends LindbladError {
  readonly code = "DUPLICATE_MISMATCH";

  constructor(
    /** Index of the point. */
    readonly point: number,
    /** What differs: the name of a scalar or a series. */
    readonly column: string,
    /** What the store has. */
    readonly recorded: unknown,
    /** What came out this time. */
    readonly computed: unknown,
  ) {
    super(
      `point ${point} was computed twice with different results: ${column} was recorded as ${recorded} and is now ${computed}; the recorded one is kept. Machines that do not agree should not share a sweep`,
    );
  }
}

/** A sweep cannot go on, for a reason that is no point's own. */
export class SweepError extends LindbladError {
  readonly code = "SWEEP";
}

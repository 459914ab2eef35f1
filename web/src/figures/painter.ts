/**
 * Draws what has changed, at most once a frame, and no longer than a frame allows: what is left waits for the next one.
 * @module
 */

/** Milliseconds of a frame that drawing may take; the browser needs the rest. */
const BUDGET = 12;

/** By who draws: a later drawing takes the place of an earlier one in the queue. */
const queue = new Map<object, () => void>();
let isScheduled = false;

/** Draws in the next frame. */
export function paint(owner: object, draw: () => void): void {
  queue.set(owner, draw);
  schedule();
}

/** Forgets what has not been drawn. */
export function forget(owner: object): void {
  queue.delete(owner);
}

function schedule(): void {
  if (isScheduled || queue.size === 0) return;
  isScheduled = true;
  requestAnimationFrame(work);
}

function work(): void {
  isScheduled = false;
  const started = performance.now();
  for (const [owner, draw] of queue) {
    queue.delete(owner);
    draw();
    if (performance.now() - started > BUDGET) break;
  }
  schedule();
}

/**
 * Progress on stderr: a bar on a terminal, a line now and then in a pipe.
 * @module
 */
import { SingleBar } from "cli-progress";

/** Milliseconds between two lines in a pipe. */
const LINE_INTERVAL = 2000;

/** Shows how far a run has come. */
export interface ProgressDisplay {
  /** @param fraction 0 to 1 @param words what has been done */
  update(fraction: number, words: string): void;
  /** Removes what is in the way of further output. */
  stop(): void;
}

/** The display that fits stderr. */
export function progressDisplay(name: string, quiet: boolean): ProgressDisplay {
  if (quiet) return { update: () => {}, stop: () => {} };
  return process.stderr.isTTY ? bar(name) : lines(name);
}

function bar(name: string): ProgressDisplay {
  const display = new SingleBar({
    format: "{bar} {percentage}%  {words}",
    stream: process.stderr,
    barsize: 20,
    clearOnComplete: true,
    // the run blocks the event loop: the bar must draw when it is told
    synchronousUpdate: true,
    // Ctrl-C ends the process at once: no terminal mode may be left changed, and nobody else may catch it
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  });
  process.stderr.write(`running ${name}\n`);
  display.start(1, 0, { words: "" });
  return {
    update: (fraction, words) => display.update(fraction, { words }),
    stop: () => display.stop(),
  };
}

function lines(name: string): ProgressDisplay {
  process.stderr.write(`running ${name}\n`);
  let next = performance.now() + LINE_INTERVAL;
  return {
    update(fraction, words) {
      if (performance.now() < next) return;
      next = performance.now() + LINE_INTERVAL;
      process.stderr.write(`${Math.floor(100 * fraction)} %, ${words}\n`);
    },
    stop: () => {},
  };
}

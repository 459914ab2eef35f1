/**
 * Ctrl-C, and other signals to end, where what is computed so far is worth keeping.
 * @module
 */
import { INTERRUPTED, type InterruptSignal, SIGNALS } from "./problem.ts";

/** What has come, if anything. */
export interface Interrupt {
  readonly signal: InterruptSignal | undefined;
  /** Aborted when something has come. */
  readonly stop: AbortSignal;
  /** From now on signals end the process again. */
  release(): void;
}

/** Listens: the first signal is remembered, the second ends the process at once. @param words what the first one does */
export function listenForInterrupt(words = "stopping; once more ends it at once, with nothing written"): Interrupt {
  const stop = new AbortController();
  let signal: InterruptSignal | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (signal !== undefined) process.exit(INTERRUPTED[name as InterruptSignal]);
    signal = name as InterruptSignal;
    stop.abort();
    process.stderr.write(`\n${words}\n`);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    get signal() {
      return signal;
    },
    stop: stop.signal,
    release() {
      for (const name of SIGNALS) process.removeListener(name, onSignal);
    },
  };
}

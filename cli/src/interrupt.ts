/**
 * Ctrl-C, and other signals to end, where what is computed so far is worth keeping.
 * @module
 */
import { INTERRUPTED, type InterruptSignal, SIGNALS } from "./problem.ts";

/** What has come, if anything. */
export interface Interrupt {
  readonly signal: InterruptSignal | undefined;
  /** From now on signals end the process again. */
  release(): void;
}

/** Listens: the first signal is remembered, the second ends the process at once. */
export function listenForInterrupt(): Interrupt {
  let signal: InterruptSignal | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (signal !== undefined) process.exit(INTERRUPTED[name as InterruptSignal]);
    signal = name as InterruptSignal;
    process.stderr.write("\nstopping; once more ends it at once, with nothing written\n");
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    get signal() {
      return signal;
    },
    release() {
      for (const name of SIGNALS) process.removeListener(name, onSignal);
    },
  };
}

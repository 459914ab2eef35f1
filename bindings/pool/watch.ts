/**
 * Things that end when a signal is aborted.
 * @module
 */

/** One listener a signal, however many items it ends: Node warns of a leak from the eleventh on. */
export class SignalWatch<T> {
  readonly #items = new Map<AbortSignal, Set<T>>();
  readonly #onAbort: (item: T, reason: unknown) => void;
  readonly #listener = (event: Event) => {
    const signal = event.currentTarget as AbortSignal;
    for (const item of this.#items.get(signal) ?? []) this.#onAbort(item, signal.reason);
  };

  constructor(onAbort: (item: T, reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  add(signal: AbortSignal, item: T): void {
    const items = this.#items.get(signal);
    if (items) {
      items.add(item);
      return;
    }
    this.#items.set(signal, new Set([item]));
    signal.addEventListener("abort", this.#listener);
  }

  delete(signal: AbortSignal, item: T): void {
    const items = this.#items.get(signal);
    if (!items?.delete(item) || items.size > 0) return;
    this.#items.delete(signal);
    signal.removeEventListener("abort", this.#listener);
  }
}

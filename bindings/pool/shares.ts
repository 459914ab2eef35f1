/**
 * Blocks of trajectories shared out among workers and taken in order.
 * @module
 */

import { snapshot } from "./tree.ts";

/** Shares of each worker, where all blocks are wanted: the last ones are short, so that none waits long. */
const SHARES = 4;
/** Blocks that are worth a share, unless a worker would have none: its arguments are sent anew. */
const LEAST = 4;
/** Blocks of a share, where fewer may do: at least, and such a part of all before it, since every share takes some time of its own. */
const FEW = 2;
const PART = 1 / 8;

/** What is to be shared out. */
export interface Shares<S> {
  /** Arguments by name, those of the function `where`: workers get copies of what they are now. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly where: string;
  readonly blocks: number;
  /** Workers there are now. */
  readonly size: () => number;
  /** Whether the run may end before all blocks are done. */
  readonly open: boolean;
  readonly signal: AbortSignal | undefined;
  /** Has a worker compute blocks `range[0]` … `range[1] - 1`. @param args copies, in their order */
  begin(args: readonly unknown[], range: readonly [number, number], signal: AbortSignal): Promise<S>;
  /** @param last whether there are no others
   * @returns false: no more of them, those that have begun are aborted */
  take(share: S, last: boolean): boolean;
}

/** @throws {@link InvalidArgumentError} for an argument that cannot be sent */
export async function shareOut<S>({ args, where, blocks, size, open, signal, begin, take }: Shares<S>): Promise<void> {
  const copies = Object.entries(args).map(([name, value]) => snapshot(value, `${where}: ${name}`));
  const lengthAfter = (done: number, size: number) =>
    open
      ? Math.max(FEW, Math.ceil((PART * done) / size))
      : Math.max(Math.ceil(blocks / (SHARES * size)), Math.min(LEAST, Math.ceil(blocks / size)));
  const over = new AbortController();
  const both = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const running: Promise<S>[] = [];
  let next = 0;
  const fill = () => {
    while (next < blocks && running.length < 2 * size()) {
      const range = [next, Math.min(next + lengthAfter(next, size()), blocks)] as const;
      next = range[1];
      const share = begin(copies, range, both);
      // Whoever awaits it hears of a failure; until then nobody need.
      share.catch(() => {});
      running.push(share);
    }
  };
  try {
    for (fill(); running.length > 0; fill()) {
      const share = await running.shift()!;
      if (!take(share, running.length === 0 && next === blocks)) break;
    }
  } finally {
    over.abort();
  }
}

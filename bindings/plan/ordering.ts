/**
 * Orders the rows of a sparse matrix so that its elements lie near the diagonal.
 * @module
 */
import type { RealRows } from "./rows.ts";

/** Who is coupled to whom, in either direction; rows that couple to themselves alone have no neighbours. */
export interface Graph {
  readonly starts: Int32Array;
  readonly neighbours: Int32Array;
}

/** The graph of a matrix and its transpose. */
export function graphOf({ pointers, columns }: RealRows): Graph {
  const n = pointers.length - 1;
  const counts = new Int32Array(n + 1);
  for (let row = 0; row < n; row++) {
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      counts[row + 1]!++;
      counts[columns[k]! + 1]!++;
    }
  }
  for (let i = 0; i < n; i++) counts[i + 1]! += counts[i]!;
  const both = new Int32Array(counts[n]!);
  const fill = counts.slice();
  for (let row = 0; row < n; row++) {
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      both[fill[row]!++] = columns[k]!;
      both[fill[columns[k]!]!++] = row;
    }
  }
  // Every pair once.
  const starts = new Int32Array(n + 1);
  const seen = new Int32Array(n).fill(-1);
  let to = 0;
  for (let row = 0; row < n; row++) {
    seen[row] = row;
    for (let k = counts[row]!; k < counts[row + 1]!; k++) {
      const other = both[k]!;
      if (seen[other] === row) continue;
      seen[other] = row;
      both[to++] = other;
    }
    starts[row + 1] = to;
  }
  return { starts, neighbours: both.subarray(0, to) };
}

/** Number of the set of rows, joined by couplings, that each row belongs to; sets are numbered by their first rows. */
export function componentsOf({ starts, neighbours }: Graph): { component: Int32Array; count: number } {
  const n = starts.length - 1;
  const component = new Int32Array(n).fill(-1);
  const queue = new Int32Array(n);
  let count = 0;
  for (let seed = 0; seed < n; seed++) {
    if (component[seed]! >= 0) continue;
    let end = 0;
    queue[end++] = seed;
    component[seed] = count;
    for (let next = 0; next < end; next++) {
      const row = queue[next]!;
      for (let k = starts[row]!; k < starts[row + 1]!; k++) {
        const other = neighbours[k]!;
        if (component[other]! >= 0) continue;
        component[other] = count;
        queue[end++] = other;
      }
    }
    count++;
  }
  return { component, count };
}

/**
 * The reverse Cuthill-McKee order (George and Liu, Computer Solution of Large Sparse Positive Definite Systems, section 4.3): `order[k]` is the row that
 * comes k-th. Rows that are not connected come one after another.
 */
export function reverseCuthillMcKee(graph: Graph): Int32Array {
  const n = graph.starts.length - 1;
  const order = new Int32Array(n);
  const search = new Search(graph);
  let placed = 0;
  for (let row = 0; row < n; row++) {
    if (search.done[row] === 1) continue;
    placed += search.levels(peripheral(search, row), order, placed, true);
  }
  return order.reverse();
}

/** A row from which the farthest one is far. */
function peripheral(search: Search, row: number): number {
  const order = new Int32Array(search.done.length);
  let start = row;
  for (let depth = -1; ; ) {
    const count = search.levels(start, order, 0, false);
    if (search.depth <= depth) return start;
    depth = search.depth;
    // Of the last level, the one with fewest neighbours.
    let next = order[count - 1]!;
    for (let k = search.lastLevel; k < count; k++) if (search.degree(order[k]!) < search.degree(next)) next = order[k]!;
    start = next;
  }
}

class Search {
  /** Rows that have their place. */
  readonly done: Uint8Array;
  depth = 0;
  /** Where the last level begins. */
  lastLevel = 0;
  readonly #graph: Graph;
  readonly #visited: Int32Array;
  #visit = 0;

  constructor(graph: Graph) {
    const n = graph.starts.length - 1;
    this.#graph = graph;
    this.done = new Uint8Array(n);
    this.#visited = new Int32Array(n);
  }

  degree(row: number): number {
    return this.#graph.starts[row + 1]! - this.#graph.starts[row]!;
  }

  /** Writes what `start` reaches to `order` from `from` on, level by level, in each those with few neighbours first. Returns how many these are. */
  levels(start: number, order: Int32Array, from: number, final: boolean): number {
    const { starts, neighbours } = this.#graph;
    const visit = ++this.#visit;
    this.#visited[start] = visit;
    order[from] = start;
    let end = from + 1;
    let level = from;
    let levelEnd = end;
    this.depth = 0;
    for (let next = from; next < end; next++) {
      if (next === levelEnd) {
        this.depth++;
        level = next;
        levelEnd = end;
      }
      const row = order[next]!;
      const first = end;
      for (let k = starts[row]!; k < starts[row + 1]!; k++) {
        const other = neighbours[k]!;
        if (this.#visited[other] === visit || this.done[other] === 1) continue;
        this.#visited[other] = visit;
        order[end++] = other;
      }
      if (final) this.#sort(order, first, end);
    }
    if (final) for (let k = from; k < end; k++) this.done[order[k]!] = 1;
    this.lastLevel = level;
    return end - from;
  }

  /** By insertion: a row has few neighbours. */
  #sort(order: Int32Array, from: number, to: number): void {
    for (let k = from + 1; k < to; k++) {
      const row = order[k]!;
      const degree = this.degree(row);
      let at = k;
      for (; at > from && this.degree(order[at - 1]!) > degree; at--) order[at] = order[at - 1]!;
      order[at] = row;
    }
  }
}

/**
 * A sparse matrix in its envelope (assembly/linalg/envelope.ts): planned, put into the kernel, factorised.
 * @module
 */
import type { Kernel } from "../kernel/kernel.ts";
import { graphOf, reverseCuthillMcKee } from "./ordering.ts";
import type { RealRows } from "./rows.ts";

const GROUP = 4;

/** Where the elements of a matrix lie once its rows are ordered. */
export interface EnvelopePlan {
  readonly rows: RealRows;
  /** Place of each row in the order. */
  readonly position: Int32Array;
  /** First group of each group's panels. */
  readonly first: Int32Array;
  /** Multiplications and additions of the factorisation, about; and bytes of the factors. */
  readonly operations: number;
  readonly bytes: number;
}

/** @param last the row that is to be the last one, whatever that costs @param graph of the rows, where it is at hand */
export function planEnvelope(rows: RealRows, last?: number, graph = graphOf(rows)): EnvelopePlan {
  const { pointers, columns } = rows;
  const n = pointers.length - 1;
  const position = new Int32Array(n);
  let place = 0;
  for (const row of reverseCuthillMcKee(graph)) if (row !== last) position[row] = place++;
  if (last !== undefined) position[last] = place;
  const groups = Math.ceil(n / GROUP);
  const first = Int32Array.from({ length: groups }, (_, k) => k);
  for (let row = 0; row < n; row++) {
    const i = position[row]! >> 2;
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      const j = position[columns[k]!]! >> 2;
      if (j < i) first[i] = Math.min(first[i]!, j);
      else first[j] = Math.min(first[j]!, i);
    }
  }
  let operations = 0;
  let blocks = groups;
  for (let i = 0; i < groups; i++) {
    for (let j = first[i]!; j < i; j++) operations += 2 * GROUP ** 3 * (j - Math.max(first[i]!, first[j]!) + 1);
    blocks += 2 * (i - first[i]!);
  }
  return { rows, position, first, operations, bytes: 128 * blocks + 16 * groups + 4096 };
}

/** Solves with a factorised matrix; valid inside the frame it was made in. */
export interface EnvelopeFactors {
  /** Pivots that were replaced. */
  readonly replaced: number;
  /** out = A⁻¹ x */
  solve(x: Float64Array, out: Float64Array): void;
}

/**
 * Factors of factor·A + diag(added) in the open frame.
 * @param least size of the smallest pivot
 * @throws {@link TooLargeError}
 */
export function factoriseEnvelope(
  kernel: Kernel,
  plan: EnvelopePlan,
  factor: number,
  added: (row: number) => number,
  least: number,
  what: string,
): EnvelopeFactors {
  const { rows, position, first } = plan;
  const { pointers, columns, values } = rows;
  const n = pointers.length - 1;
  const groups = first.length;
  kernel.require(plan.bytes + 8 * GROUP * groups, what);
  const panels = (count: (i: number) => number) => {
    const addresses = new Int32Array(groups);
    let total = 0;
    for (let i = 0; i < groups; i++) total += count(i);
    let at = kernel.allocate(128 * total + 8, what);
    for (let i = 0; i < groups; i++) {
      addresses[i] = at;
      at += 128 * count(i);
    }
    return addresses;
  };
  const width = (i: number) => i - first[i]!;
  const lower = panels(width);
  const upper = panels(width);
  const diagonal = panels(() => 1);
  const x = kernel.allocate(8 * GROUP * groups, what);
  const envelope =
    kernel.functions.createEnvelope(
      groups,
      kernel.putIntegers(first, what),
      kernel.putIntegers(lower, what),
      kernel.putIntegers(upper, what),
      diagonal[0]!,
    ) >>> 0;
  if (envelope === 0) kernel.allocate(4096, what);
  const { doubles } = kernel;
  const start = (pointer: number) => (pointer >>> 0) / 8;
  for (let k = n; k < GROUP * groups; k++) doubles[start(diagonal[k >> 2]!) + 5 * (k & 3)] = 1;
  for (let row = 0; row < n; row++) {
    const i = position[row]!;
    doubles[start(diagonal[i >> 2]!) + 5 * (i & 3)]! += added(row);
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      const j = position[columns[k]!]!;
      const [I, J] = [i >> 2, j >> 2];
      if (I === J) doubles[start(diagonal[I]!) + 4 * (i & 3) + (j & 3)]! += factor * values[k]!;
      else if (J < I) doubles[start(lower[I]!) + 4 * (j - 4 * first[I]!) + (i & 3)]! += factor * values[k]!;
      else doubles[start(upper[J]!) + 4 * (i - 4 * first[J]!) + (j & 3)]! += factor * values[k]!;
    }
  }
  const replaced = kernel.functions.factoriseEnvelope(envelope, least);
  return {
    replaced,
    solve(from, out) {
      const { doubles } = kernel;
      for (let row = 0; row < n; row++) doubles[x / 8 + position[row]!] = from[row]!;
      kernel.functions.solveEnvelope(envelope, x);
      for (let row = 0; row < n; row++) out[row] = doubles[x / 8 + position[row]!]!;
    },
  };
}

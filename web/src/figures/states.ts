/**
 * Density matrices of a run, one at a time.
 * @module
 */
import type { RunView, States } from "../solver/protocol.ts";

/** Rows of the largest density matrix that is drawn: beyond it squares are smaller than the gaps between them. */
export const LARGEST_MATRIX = 64;

/** Whether there is a state for every time. */
export const isShownWhole = ({ states, times }: RunView): boolean => states.count === times.length;

const numberOf = ({ count }: States, at: number): number => Math.min(at, count - 1);

/** The diagonal of the state at a time. */
export function populationsAt(states: States, at: number): Float64Array {
  const { size, data } = states;
  const start = 2 * numberOf(states, at) * size ** 2;
  return Float64Array.from({ length: size }, (_, k) => data[start + 2 * k * (size + 1)]!);
}

/** The state at a time, as rows. */
export function matrixAt(states: States, at: number): { re: number[][]; im: number[][] } {
  const { size, data } = states;
  const start = 2 * numberOf(states, at) * size ** 2;
  const part = (offset: 0 | 1) =>
    Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => data[start + 2 * (i * size + j) + offset]!),
    );
  return { re: part(0), im: part(1) };
}

/** Names of the basis states: |01⟩ for level 0 of the first part and 1 of the second; numbers alone where there is one part. */
export function basisNames(dims: readonly number[]): string[] | undefined {
  if (dims.length < 2) return undefined;
  const separator = dims.some((d) => d > 10) ? "," : "";
  const names = dims.reduce<string[]>(
    (before, d) =>
      before.flatMap((name) => Array.from({ length: d }, (_, k) => (name === "" ? `${k}` : `${name}${separator}${k}`))),
    [""],
  );
  return names.map((name) => `|${name}⟩`);
}

/** Levels of a part that make it an oscillator cut short rather than a few-level system. */
const FEW = 3;

/** The largest population of a highest level, among the parts of more than a few levels. */
export function highestLevels(states: States, dims: readonly number[], at: number): number {
  const populations = populationsAt(states, at);
  let stride = 1;
  let most = 0;
  for (const d of dims.toReversed()) {
    const own = stride;
    const sum = populations.reduce((total, p, k) => (Math.floor(k / own) % d === d - 1 ? total + p : total), 0);
    if (d > FEW) most = Math.max(most, sum);
    stride *= d;
  }
  return most;
}

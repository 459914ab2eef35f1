/** Series that another engine computed, by the same kernel. */
import { expect } from "vitest";

/**
 * What a run may owe to the engine's exp and log: a rounding in each of the 16 elements of the thermal state, carried along by maps that
 * contract, and then other roundings in some 100 steps of a handful of operations.
 */
const ENGINES = 16 * 100 * 10 * Number.EPSILON;

export function expectSeries(there: Record<string, number[]>, here: Record<string, number[]>): void {
  expect(Object.keys(there)).toEqual(Object.keys(here));
  for (const [name, values] of Object.entries(here)) {
    const largest = Math.max(1, ...values.map(Math.abs));
    const off = values.map((x, k) => Math.abs(x - there[name]![k]!) / largest);
    expect(Math.max(...off), name).toBeLessThan(ENGINES);
  }
}

/**
 * Coefficients as the flat table that the kernel evaluates.
 * @module
 */
import { COEFFICIENT_CALLABLE, COEFFICIENT_WIDTH } from "../../assembly/constants.ts";
import { registerCallable, releaseCallable } from "../kernel/callables.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { overlay, type RealFunction, type Span } from "./real.ts";

/** Entries in an order in which operands come first. */
export interface CoefficientTable {
  readonly entries: readonly RealFunction[];
  /** Where each of the functions asked for stands among the entries. */
  readonly positions: readonly number[];
}

/** What several functions share is evaluated once. */
export function tableOf(functions: readonly RealFunction[]): CoefficientTable {
  const position = new Map<RealFunction, number>();
  const visit = (f: RealFunction): number => {
    const known = position.get(f);
    if (known !== undefined) return known;
    f.operands.forEach(visit);
    position.set(f, position.size);
    return position.size - 1;
  };
  const positions = functions.map(visit);
  return { entries: [...position.keys()], positions };
}

/** Bytes of the kernel's copy. */
export function tableBytes({ entries }: CoefficientTable): number {
  return entries.reduce((sum, { table }) => sum + 8 * COEFFICIENT_WIDTH + 8 * (table?.length ?? 0) + 64, 1024);
}

/** Copies a table into the open frame. The host's functions stay registered until `release`. @throws {@link TooLargeError} */
export function putTable(
  kernel: Kernel,
  { entries }: CoefficientTable,
  what: string,
): { pointer: number; release: () => void } {
  const slots: number[] = [];
  const position = new Map(entries.map((entry, k) => [entry, k]));
  const data = new Float64Array(COEFFICIENT_WIDTH * entries.length);
  entries.forEach((entry, k) => {
    const at = COEFFICIENT_WIDTH * k;
    data[at] = entry.kind;
    entry.operands.forEach((operand, j) => {
      data[at + 1 + j] = position.get(operand)!;
    });
    data.set(entry.parameters, at + 3);
    if (entry.table) data[at + 7] = kernel.putDoubles(entry.table, what);
    if (entry.kind === COEFFICIENT_CALLABLE) {
      slots.push(registerCallable(entry.call!));
      data[at + 3] = slots.at(-1)!;
    }
  });
  return { pointer: kernel.putDoubles(data, what), release: () => slots.forEach(releaseCallable) };
}

/** A jump this close to the first time, relative to all times of a run, is one at the first time. */
const SLIVER = 4 * Number.EPSILON;

/**
 * The time axis of a run as the kernel has it: end, longest step, whether something jumps, for every stretch. What jumps right after the
 * first time, sign(sin t) at 0, has the value from `start` on there: no step fits between the two.
 */
export function intervalsOf(
  functions: readonly RealFunction[],
  span: Span,
): { start: number; intervals: Float64Array } {
  const all = overlay(
    functions.map((f) => f.stretches(span)),
    () => false,
  );
  const sliver = SLIVER * Math.max(Math.abs(span.from), Math.abs(span.to));
  let start = span.from;
  while (all.length > 1 && all[0]!.end - span.from <= sliver) {
    const { end, hard } = all.shift()!;
    if (hard) start = end;
  }
  return { start, intervals: Float64Array.from(all.flatMap(({ end, limit, hard }) => [end, limit, hard ? 1 : 0])) };
}

/**
 * What the files hold that the page gives away: the same names and numbers as those of the command line.
 * @module
 */
import { csv, type NpyArray, npz, resultArrays, resultColumns } from "lindblad/io";
import type { RunView } from "../solver/protocol.ts";

/** What of a run becomes a file of numbers. */
export type Numbers = Pick<RunView, "times" | "series" | "comparisons" | "states">;

/** Every series as a column, after the times `t`. */
export function csvText(run: Numbers): string {
  return csv(resultColumns(run));
}

/** Every series, `final_state`, and `states` (times first) where there is one at every time: for `numpy.load`. */
export function npzBytes(run: Numbers): Uint8Array<ArrayBuffer> {
  return npz({ ...resultArrays(run), ...stateArrays(run) }) as Uint8Array<ArrayBuffer>;
}

function stateArrays({ states: { size, count, data }, times }: Numbers): Record<string, NpyArray> {
  const final = data.slice(2 * size ** 2 * (count - 1));
  const last: NpyArray = { dtype: "complex128", shape: [size, size], data: final };
  const all: NpyArray = { dtype: "complex128", shape: [count, size, size], data };
  return { final_state: last, ...(count === times.length ? { states: all } : {}) };
}

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;
const LONGEST = 60;

/** A name for a file that every system takes, after that of the model. */
export function fileName(model: string | undefined, ending: string): string {
  const plain = (model ?? "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, "");
  const base = words === "" || RESERVED.test(words) ? `model${words && `-${words}`}` : words;
  return `${base}.${ending}`;
}

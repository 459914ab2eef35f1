/**
 * Results and operators as files, numpy's npy and npz (both ways) and CSV. Text and bytes only; where they go is the caller's business.
 * @module lindblad/io
 */
export { csv } from "./csv.ts";
export { type NpyArray, npy, npz } from "./npy.ts";
export { type ReadNpzOptions, readNpy, readNpz } from "./npy-read.ts";
export { operatorsNpz, readOperatorsNpz } from "./operators.ts";
export { type ColumnSource, resultArrays, resultColumns } from "./result.ts";
export { type ArraySource, type State, solutionArrays, solutionNpz, stateArrays } from "./solution.ts";

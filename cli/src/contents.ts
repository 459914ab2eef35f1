/**
 * The content of the files of a result.
 * @module
 */

import { toSvg } from "@lindblad/plot/node";
import { csv, npz, resultArrays, resultColumns, stateArrays } from "lindblad/io";
import type { Model, ModelResult } from "lindblad/model";
import type { FileName } from "./output.ts";

/** What `result.json` and `--json` say about a run. */
export interface Summary {
  readonly versions: { readonly lindblad: string; readonly node: string };
  readonly model: Model;
  readonly parameters: ModelResult["parameters"];
  readonly scalars: ModelResult["scalars"];
  readonly comparisons: readonly {
    readonly series: string;
    readonly formula: string;
    readonly maxDifference: number;
  }[];
  readonly stats: ModelResult["stats"] & {
    /** Flags of the JavaScript engine that the command has set. */
    readonly engineFlags: readonly string[];
  };
  readonly warnings: ModelResult["warnings"];
}

/** The summary of a run under these engine flags. */
export function summaryOf(model: Model, result: ModelResult, version: string, engineFlags: readonly string[]): Summary {
  return {
    versions: { lindblad: version, node: process.versions.node },
    model,
    parameters: result.parameters,
    scalars: result.scalars,
    comparisons: result.comparisons.map(({ series, formula, maxDifference }) => ({ series, formula, maxDifference })),
    stats: { ...result.stats, engineFlags },
    warnings: result.warnings,
  };
}

/** The content of each file. */
export function contentsOf(summary: Summary, result: ModelResult): Record<FileName, string | Uint8Array> {
  return {
    "result.json": `${JSON.stringify(summary, null, 2)}\n`,
    "series.csv": csv(resultColumns(result)),
    "result.npz": npz({ ...resultArrays(result), ...stateArrays(result.finalState, result.states) }),
    "figure.svg": toSvg(result),
  };
}

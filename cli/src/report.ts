/**
 * What a run prints: a table over time, then a summary in words.
 * @module
 */
import type { ModelResult } from "lindblad/model";
import { onStdout } from "./colors.ts";
import { type Column, MAX_COLUMNS, table } from "./table.ts";

/** Below this share of the energies, a change is rounding and integration error: the energy counts as constant. */
const CONSTANT = 1e-8;

/** The report of a run under these engine flags whose files were written into `directory`, for a terminal of `width` columns. */
export function report(
  result: ModelResult,
  engineFlags: readonly string[],
  directory: string,
  files: readonly string[],
  width?: number,
): string {
  const [heading, ...rows] = table(columnsOf(result), width).split("\n");
  const title = result.name === undefined ? [] : [onStdout.bold(result.name)];
  return [
    ...title,
    onStdout.bold(heading!),
    ...rows,
    "",
    ...wordsOf(result),
    ...result.warnings.map((warning) => `${onStdout.yellow("Note:")} ${warning}`),
    ...statsOf(result, engineFlags),
    `Written to ${directory}: ${files.join(", ")}`,
    "",
  ].join("\n");
}

function columnsOf(result: ModelResult): Column[] {
  const time = { name: "t", values: result.times, digits: 5 };
  const [comparison] = result.comparisons;
  const compared =
    comparison === undefined
      ? []
      : [
          { name: label(comparison.series), values: comparison.computed },
          { name: "exact", values: comparison.exact, expendable: 2 },
          { name: "diff", values: comparison.difference, expendable: 3 },
        ];
  const keys = result.kind === "bipartite" ? energyKeys(comparison !== undefined) : Object.keys(result.series);
  const others = keys
    .filter((key) => key !== comparison?.series)
    .slice(0, MAX_COLUMNS - 1 - compared.length)
    .map((key) => ({ name: label(key), values: result.series[key]!, expendable: 1 }));
  return [time, ...others, ...compared];
}

const energyKeys = (compared: boolean) => (compared ? ["U_A", "U_B"] : ["U_A", "U_B", "U_chi", "U"]);

/** `delta_U_chi` -> `ΔU_chi` */
function label(key: string): string {
  return key.replace(/^delta_/, "Δ");
}

function wordsOf(result: ModelResult): string[] {
  return [...(result.kind === "bipartite" ? energyWords(result) : seriesWords(result)), ...comparisonWords(result)];
}

function energyWords({ scalars, series }: ModelResult): string[] {
  const scale = Math.max(...["U_A", "U_B", "U_chi"].map((key) => maxAbs(series[key]!)));
  const [changeA, changeB] = [scalars.delta_U_A_maxAbs!, scalars.delta_U_B_maxAbs!];
  const local =
    Math.max(changeA, changeB) <= CONSTANT * scale
      ? `U_A and U_B constant to ${Math.max(changeA, changeB).toExponential(1)}`
      : `U_A changed by ${signed(scalars.delta_U_A_end!)}, U_B by ${signed(scalars.delta_U_B_end!)}`;
  return [
    `Local energies: ${local}`,
    `Energy exchanged through correlation: ΔU_chi = ${signed(scalars.delta_U_chi_end!)}`,
    `Total energy: ΔU = ${signed(scalars.delta_U_end!)}`,
  ];
}

function seriesWords({ series }: ModelResult): string[] {
  const ends = Object.entries(series).map(([key, values]) => `${label(key)} = ${values.at(-1)!.toPrecision(8)}`);
  return ends.length === 0 ? [] : ["At the end:", ...ends.map((end) => `  ${end}`)];
}

function comparisonWords({ comparisons }: ModelResult): string[] {
  return comparisons.flatMap(({ series, formula, maxDifference }) => [
    `${label(series)} against ${formula}:`,
    `  largest difference ${maxDifference.toExponential(1)}`,
  ]);
}

function statsOf({ stats }: ModelResult, engineFlags: readonly string[]): string[] {
  const { method, steps, rejected, build, milliseconds } = stats;
  return [
    `Method ${method}: ${steps} steps, ${rejected} rejected; kernel ${build}; ${milliseconds.toFixed(1)} ms`,
    ...engineFlags.map((flag) => `Engine flag: ${flag} (--no-engine-flags leaves it out)`),
  ];
}

function signed(value: number): string {
  return value
    .toPrecision(9)
    .replace(/(\.\d*?)0+(?=e|$)/, "$1")
    .replace(/\.(?=e|$)/, "");
}

function maxAbs(values: Float64Array): number {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

/**
 * Results of model files as columns and as arrays for numpy.
 * @module
 */
import type { NpyArray } from "./npy.ts";

/** What of a result becomes columns: `runModel` of `lindblad/model` gives it. */
export interface ColumnSource {
  /** The output times. */
  readonly times: Float64Array;
  /** A series a name. */
  readonly series: Readonly<Record<string, Float64Array>>;
  /** Series beside their closed forms. */
  readonly comparisons: readonly {
    /** Name of the series. */
    readonly series: string;
    /** Its closed form at the output times. */
    readonly exact: Float64Array;
    /** The series less its closed form. */
    readonly difference: Float64Array;
  }[];
}

/**
 * Everything of a result that has one value a time, by name: `t`, the series, and for each series that is compared with exact values
 * `<series>_exact` and `<series>_difference`.
 * @example
 * writeFileSync("series.csv", csv(resultColumns(runModel(model))));
 */
export function resultColumns({ times, series, comparisons }: ColumnSource): Record<string, Float64Array> {
  const compared = comparisons.flatMap(({ series: name, exact, difference }) => [
    [`${name}_exact`, exact] as const,
    [`${name}_difference`, difference] as const,
  ]);
  return { t: times, ...series, ...Object.fromEntries(compared) };
}

/** The columns of {@link resultColumns} as arrays of an .npz file. */
export function resultArrays(result: ColumnSource): Record<string, NpyArray> {
  const columns = Object.entries(resultColumns(result));
  return Object.fromEntries(
    columns.map(([name, data]): [string, NpyArray] => [name, { dtype: "float64", shape: [data.length], data }]),
  );
}

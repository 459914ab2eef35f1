/**
 * The files of an ensemble of trajectories.
 * @module
 */
import { type TracesData, tracesFigure } from "@lindblad/plot";
import { svgFile } from "@lindblad/plot/node";
import { csv, type NpyArray, npz } from "lindblad/io";
import type { Model } from "lindblad/model";
import type { Ensemble, Means } from "./ensemble.ts";
import { jumpCounts } from "./ensemble-report.ts";
import type { FileName } from "./output.ts";
import { finite } from "./words.ts";

/** What `result.json` and `--json` say. */
export function ensembleSummary(model: Model, parameters: object, version: string, ensemble: Ensemble): object {
  const { trajectories, seed, ended, seconds, method, series, heat, channels, warnings } = ensemble;
  const counts = jumpCounts(ensemble);
  return {
    versions: { lindblad: version, node: process.versions.node },
    model,
    parameters,
    ...{ trajectories, seed, ended, seconds, method },
    means: ends(series),
    heat: Object.fromEntries(
      Object.entries(heat).map(([bath, { mean, stdError, histogram }]) => {
        const { edges, shares } = histogram;
        const own = { mean: mean.at(-1), stdError: stdError.at(-1) };
        return [bath, { ...own, histogram: { edges: Array.from(edges), shares: Array.from(shares) } }];
      }),
    ),
    jumps: channels.map((channel, k) => ({ channel, count: counts[k]!, perTrajectory: counts[k]! / trajectories })),
    warnings,
  };
}

/** At the last time. */
function ends(all: Readonly<Record<string, Means>>) {
  return Object.fromEntries(
    Object.entries(all).map(([name, { mean, stdError }]) => [name, { mean: mean.at(-1), stdError: stdError.at(-1) }]),
  );
}

/** The content of each file. */
export function ensembleContents(
  summary: object,
  title: string,
  ensemble: Ensemble,
): Record<FileName, string | Uint8Array> {
  const columns = columnsOf(ensemble);
  return {
    "result.json": `${JSON.stringify(summary, finite, 2)}\n`,
    "series.csv": csv(columns),
    "result.npz": npz({
      ...Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, vector(data)])),
      ...jumpArrays(ensemble),
      ...runArrays(ensemble),
    }),
    "figure.svg": svgFile((document) => tracesFigure(tracesOf(ensemble), { document, title })),
  };
}

/** t, each series and its standard error, heat. */
function columnsOf({ times, series, heat }: Ensemble): Record<string, Float64Array> {
  const named = [
    ...Object.entries(series),
    ...Object.entries(heat).map(([bath, one]) => [`heat_${bath}`, one] as const),
  ];
  const pairs = named.flatMap(([name, { mean, stdError }]) => [
    [name, mean] as const,
    [`${name}_std_error`, stdError] as const,
  ]);
  return { t: times, ...Object.fromEntries(pairs) };
}

function vector(data: Float64Array): NpyArray {
  return { dtype: "float64", shape: [data.length], data };
}

/** One number a jump, trajectory by trajectory. */
function jumpArrays({ jumps }: Ensemble): Record<string, NpyArray> {
  const flat = (of: (jump: Ensemble["jumps"][number]) => ArrayLike<number>) =>
    vector(Float64Array.from(jumps.flatMap((jump) => Array.from(of(jump)))));
  return {
    jump_trajectory: flat(({ trajectory, times }) => new Float64Array(times.length).fill(trajectory)),
    jump_time: flat(({ times }) => times),
    jump_channel: flat(({ channels }) => channels),
  };
}

/** A row a trajectory. */
function runArrays({ runs = {}, times }: Ensemble): Record<string, NpyArray> {
  return Object.fromEntries(
    Object.entries(runs).map(([name, rows]) => {
      const data = new Float64Array(rows.length * times.length);
      rows.forEach((row, k) => {
        data.set(row, k * times.length);
      });
      return [`runs_${name}`, { dtype: "float64", shape: [rows.length, times.length], data }];
    }),
  );
}

/** Lines that one figure can show. */
const LINES = 6;
const CHANGES = ["U_A", "U_B", "U_chi", "U"];

/** What of energies is drawn is how they change: their values differ too much to share an axis. */
function tracesOf({ times, series }: Ensemble): TracesData {
  const isBipartite = "U_chi" in series;
  const shown = isBipartite
    ? CHANGES.map((name) => [`Δ${name.replace("_chi", "_χ")}`, series[`delta_${name}`]!] as const)
    : Object.entries(series).slice(0, LINES);
  return {
    times,
    expect: Object.fromEntries(shown.map(([name, { mean }]) => [name, mean])),
    stdError: Object.fromEntries(shown.map(([name, { stdError }]) => [name, stdError])),
    quantity: isBipartite ? "energy change  ΔU = U(t) − U(0)" : undefined,
  };
}

/**
 * What trajectories print: means over time, then a summary.
 * @module
 */
import { onStdout } from "./colors.ts";
import type { Ensemble, Heat, Means } from "./ensemble.ts";
import { type Column, table } from "./table.ts";
import { WIDTH, wrap } from "./words.ts";

/** Series that the table over time shows. */
const SHOWN = 2;
const INDENT = 14;
/** Jumps and amounts of heat that are shown, and the longest bar. */
const CHANNELS = 12;
const AMOUNTS = 13;
const BAR = 24;
/** Amounts of heat that differ by less are one. */
const SAME = 1e-9;
const DIGITS = 3;
/** Digits of a standard error, and of a mean that has none. */
const ERROR_DIGITS = 2;
const EXACT = 8;
/** Columns of a name: at least, and where one stands in a sentence, at most. */
const LEAST_NAME = 4;
const LONGEST_BATH = 12;

const ENDED: Readonly<Record<Ensemble["ended"], string>> = {
  count: "",
  target: "; the standard errors are small enough",
  timeout: "; the time was up",
  interrupt: "; interrupted",
};

/** @param asked how many were asked for @param width of the terminal */
export function ensembleReport(title: string, ensemble: Ensemble, asked: number, width = WIDTH): string[] {
  const columns = Math.min(width, WIDTH);
  const { times, series, heat, warnings } = ensemble;
  const end = `t = ${Number(times.at(-1)!.toPrecision(6))}`;
  const rows = (all: Readonly<Record<string, Means>>): Cells[] =>
    Object.entries(all).map(([name, { mean, stdError }]) => [name, ...withError(mean.at(-1)!, stdError.at(-1)!)]);
  return [
    onStdout.bold(wrap(title, "", columns)),
    ...overTime(ensemble, columns),
    ...facts(ensemble, asked, columns),
    ...(Object.keys(series).length === 0
      ? []
      : [...heading(`Means at ${end}`), ...aligned(["", "mean", "std error"], rows(series), columns)]),
    ...(Object.keys(heat).length === 0
      ? []
      : [
          ...heading(`Heat by quanta until ${end}`),
          ...aligned(["", "mean", "std error"], rows(heat), columns),
          ...Object.entries(heat).flatMap(([bath, one]) => histogramOf(bath, one, columns)),
        ]),
    ...jumpLines(ensemble, columns),
    ...warnings.map((warning) => wrap(`${onStdout.yellow("Note:")} ${warning}`, "  ", columns)),
  ];
}

const heading = (text: string) => ["", onStdout.bold(text)];

/** A name, then what stands in the columns. */
type Cells = readonly string[];

/** Headings first; names are cut where the room is short. */
function aligned(headings: Cells, rows: readonly Cells[], width: number): string[] {
  const lines = [headings, ...rows];
  const widths = headings.map((_, k) => Math.max(...lines.map((cells) => cells[k]!.length)));
  const others = widths.slice(1).reduce((sum, x) => sum + 2 + x, 2);
  const room = Math.max(LEAST_NAME, Math.min(widths[0]!, width - others));
  return lines.map(([name, ...cells]) => {
    const shown = name!.length > room ? `${name!.slice(0, room - 1)}…` : name!.padEnd(room);
    return [`  ${shown}`, ...cells.map((cell, k) => cell.padStart(widths[k + 1]!))].join("  ");
  });
}

/** A mean to as many digits as its standard error, of two digits, makes sense of. */
function withError(mean: number, error: number): [string, string] {
  // one trajectory alone has none
  if (!Number.isFinite(error)) return [mean.toPrecision(DIGITS), "-"];
  if (error === 0) return [mean === 0 ? "0" : mean.toPrecision(EXACT), "0"];
  const decimals = ERROR_DIGITS - 1 - Math.floor(Math.log10(error));
  if (decimals > EXACT || Math.abs(mean) >= 10 ** EXACT) {
    return [mean.toExponential(DIGITS - 1), error.toExponential(ERROR_DIGITS - 1)];
  }
  return [mean.toFixed(Math.max(0, decimals)), error.toFixed(Math.max(0, decimals))];
}

function overTime({ times, series }: Ensemble, width: number): string[] {
  const shown = Object.entries(series).slice(0, SHOWN);
  if (shown.length === 0 || times.length < 2) return [];
  const columns: Column[] = [
    { name: "t", values: times, digits: 5 },
    ...shown.flatMap(([name, { mean, stdError }], k) => [
      { name, values: mean, digits: 5, expendable: 2 * k },
      { name: "±", values: stdError.map((x) => (Number.isFinite(x) ? x : 0)), digits: 3, expendable: 2 * k + 1 },
    ]),
  ];
  const [first, ...rest] = table(columns, width).split("\n");
  return [onStdout.bold(first!), ...rest, ""];
}

function facts({ trajectories, seed, ended, seconds, method }: Ensemble, asked: number, width: number): string[] {
  const count = trajectories === asked ? `${trajectories}` : `${trajectories} of ${asked}`;
  const rate = trajectories / seconds;
  const lines: [string, string][] = [
    ["Trajectories", `${count} (seed ${seed})${ENDED[ended]}`],
    ["Seconds", `${seconds.toPrecision(DIGITS)}, ${rate.toPrecision(DIGITS)} trajectories a second`],
    ["Method", method],
  ];
  const indent = " ".repeat(width < WIDTH ? 2 : INDENT);
  return lines.map(([name, value]) => wrap(`${name.padEnd(INDENT)}${value}`, indent, width));
}

/** How often which amount of heat was brought: every one where there are few, as of quanta of one size; else ranges. */
function histogramOf(bath: string, { histogram, amounts }: Heat, width: number): string[] {
  const counted = new Map<number, number>();
  for (const amount of amounts) {
    const key = Math.round(amount / SAME) * SAME;
    counted.set(key, (counted.get(key) ?? 0) + 1 / amounts.length);
  }
  const few = counted.size <= AMOUNTS;
  const bars: [string, number][] = few
    ? [...counted].sort(([a], [b]) => a - b).map(([amount, share]) => [amount.toPrecision(DIGITS), share])
    : Array.from(histogram.shares, (share, k) => [
        `${histogram.edges[k]!.toPrecision(DIGITS)} to ${histogram.edges[k + 1]!.toPrecision(DIGITS)}`,
        share,
      ]);
  const most = Math.max(...bars.map(([, share]) => share));
  const names = Math.max(...bars.map(([name]) => name.length));
  const room = Math.max(4, Math.min(BAR, width - names - 14));
  return [
    `  ${bath.slice(0, LONGEST_BATH)}: share of trajectories`,
    ...bars.map(([name, share]) => {
      const bar = "#".repeat(Math.round((room * share) / most));
      return `    ${name.padStart(names)}  ${share.toFixed(3)}  ${bar}`.trimEnd();
    }),
  ];
}

function jumpLines({ channels, jumps, trajectories }: Ensemble, width: number): string[] {
  const counts = jumpCounts({ channels, jumps });
  if (counts.length === 0) return [];
  const each = (count: number) => (count / trajectories).toPrecision(DIGITS);
  const rows = counts.map((count, k): Cells => [channels[k]!, `${count}`, each(count)]);
  const hidden = rows.length - CHANNELS;
  return [
    ...heading("Jumps"),
    ...aligned(["", "number", "a trajectory"], rows.slice(0, CHANNELS), width),
    ...(hidden > 0 ? [`  and ${hidden} more; --json has them all`] : []),
  ];
}

/** By channel. */
export function jumpCounts({ channels, jumps }: Pick<Ensemble, "channels" | "jumps">): number[] {
  const counts = channels.map(() => 0);
  for (const { channels: which } of jumps) {
    for (const channel of which) counts[channel]!++;
  }
  return counts;
}

/**
 * What a figure is drawn from, and which of it is shown.
 * @module
 */

/** Values of a series beside their exact values. */
export interface FigureComparison {
  /** Name of the series. */
  readonly series: string;
  /** Its closed form, as text. */
  readonly formula: string;
  /** Its exact values, one an output time. */
  readonly exact: ArrayLike<number>;
  /** The series less its exact values. */
  readonly difference: ArrayLike<number>;
}

/** Time series of a run. The result of `runModel` of `lindblad/model` has this form. */
export interface FigureData {
  /** Which kind of model was run. */
  readonly kind: "lindblad" | "bipartite";
  /** Name of the model, the title of the figure. */
  readonly name?: string | undefined;
  /** The output times. */
  readonly times: ArrayLike<number>;
  /** Series by name, one value an output time. */
  readonly series: Readonly<Record<string, ArrayLike<number>>>;
  /** Series beside their exact values. */
  readonly comparisons: readonly FigureComparison[];
  /** Of a bipartite run: which of the series are its observables; all that are no energies when left out. */
  readonly observables?: readonly string[] | undefined;
  /** Of a bipartite run: the channels of its energy ledger, `ledger_<channel>_A`, `_B` and `_chi` among the series. */
  readonly channels?: readonly string[] | undefined;
  /** Which of the channels are baths, and the part that each acts on. */
  readonly baths?:
    | readonly {
        /** Its name: that of its channel. */
        readonly name: string;
        /** The part it acts on. */
        readonly site: "A" | "B" | "global";
      }[]
    | undefined;
}

/** One line of a panel. */
export interface Line {
  /** Key of the series. */
  readonly key: string;
  /** What a reader sees: `ΔU_χ`; what follows an underscore is set as a subscript. */
  readonly label: string;
  readonly color: string;
  readonly width: number;
  /** Dash pattern; empty for a solid line. */
  readonly dash: string;
  readonly values: ArrayLike<number>;
}

/** Okabe and Ito's palette, which colour-blind readers can tell apart, without its yellow, too faint on white. */
const COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"];
/** The second time round the palette the lines are dashed, then dotted, then both. */
const DASHES = ["", "7 4", "2 3", "9 3 2 3"];

/** What a run can show in one panel. */
export type PanelName = "energies" | "changes" | "flows" | "entropies" | "norms" | "observables";

/** Panels of a bipartite run: what is on the axis, and the series with their labels. */
const PANELS: Readonly<
  Record<
    Exclude<PanelName, "observables">,
    { readonly quantity: string; readonly series: Readonly<Record<string, string>> }
  >
> = {
  energies: {
    quantity: "energies of A, B and the correlation χ",
    series: { U_A: "U_A", U_B: "U_B", U_chi: "U_χ" },
  },
  changes: {
    quantity: "energy change  ΔU = U(t) − U(0)",
    series: { delta_U_A: "ΔU_A", delta_U_B: "ΔU_B", delta_U_chi: "ΔU_χ" },
  },
  flows: {
    quantity: "energy flow into A, B and the correlation χ",
    series: { flow_A: "A", flow_B: "B", flow_chi: "χ" },
  },
  entropies: {
    quantity: "entropies, and mutual information I, in nats",
    series: { S_A: "S_A", S_B: "S_B", mutual_information: "I", S: "S" },
  },
  norms: {
    quantity: "norms: (i) [ĤA + ĤB, V] at the state, (ii) L#[H]",
    series: { condition_norm: "(i)", adjoint_norm: "(ii)" },
  },
};
/** Series that are no observables, where a run does not say which are. */
const ENERGIES = new Set(["U", "U_A", "U_B", "U_local", "U_chi"].flatMap((key) => [key, `delta_${key}`]));

/** The lines of one panel, and the quantity on its axis. */
export interface LineGroup {
  readonly quantity: string;
  readonly lines: readonly Line[];
}

/** The panels of a sheet: of a bipartite run how the energies change (absolute values differ too much), then what else it has. */
export function groupsOf(data: FigureData): LineGroup[] {
  if (data.kind !== "bipartite") return [groupOf(data, "observables")];
  const further = (["flows", "entropies", "norms", "observables"] as const).map((name) => groupOf(data, name));
  return [groupOf(data, "changes"), ...further.filter(({ lines }) => lines.length > 0)];
}

/** The lines of a panel: those of its series that the run has. */
export function groupOf(data: FigureData, name: PanelName): LineGroup {
  if (name === "observables") return { quantity: "expectation value", lines: observablesOf(data) };
  if (data.kind !== "bipartite") return { quantity: PANELS[name].quantity, lines: [] };
  const { quantity, series } = PANELS[name];
  const present = Object.keys(series).filter((key) => key in data.series);
  const lines = linesOf(data, present, 0).map((line) => ({ ...line, label: series[line.key]! }));
  return { quantity, lines: name === "energies" || name === "changes" ? unhidden(lines) : lines };
}

function observablesOf(data: FigureData): Line[] {
  const keys = Object.keys(data.series);
  if (data.kind !== "bipartite") return linesOf(data, keys, 0);
  // their colours are not those of the energies
  const first = Object.keys(PANELS.changes.series).filter((key) => keys.includes(key)).length;
  return linesOf(data, data.observables ?? keys.filter((key) => !ENERGIES.has(key)), first);
}

/** Where the first line lies under another, as that of U_A and U_B that both stay constant, it shows on both sides of that. */
function unhidden(lines: readonly Line[]): readonly Line[] {
  const [outermost, ...others] = lines;
  if (outermost === undefined || !others.some((line) => coincide(outermost.values, line.values, others))) return lines;
  return [{ ...outermost, width: 7 }, ...others];
}

/** Whether two series look like one beside others: nowhere further apart than a hundredth of all. */
function coincide(a: ArrayLike<number>, b: ArrayLike<number>, others: readonly Line[]): boolean {
  const all = [a, ...others.map(({ values }) => values)]
    .flatMap((values) => Array.from(values))
    .filter(Number.isFinite);
  const most = all.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  return Array.from(a).every((x, k) => !(Math.abs(x - b[k]!) > 0.01 * most));
}

/** @param first number of the first line in the palette */
function linesOf(data: FigureData, keys: readonly string[], first: number): Line[] {
  return keys.map((key, index) => ({
    key,
    label: labelOf(key),
    ...styleOf(first + index),
    width: 2.5,
    values: data.series[key]!,
  }));
}

/** Colour and dash of the line number `index`. */
export function styleOf(index: number): { color: string; dash: string } {
  return {
    color: COLORS[index % COLORS.length]!,
    dash: DASHES[Math.floor(index / COLORS.length) % DASHES.length]!,
  };
}

/** `delta_U_chi` -> `ΔU_χ` */
export function labelOf(key: string): string {
  return key.replace(/^delta_/, "Δ").replace(/_chi$/, "_χ");
}

/** The value at a time between those of a series; not a number before the first and after the last. */
export function valueAt(times: ArrayLike<number>, values: ArrayLike<number>, time: number): number {
  const last = times.length - 1;
  if (!(time >= times[0]! && time <= times[last]!)) return Number.NaN;
  let [before, after] = [0, last];
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    if (times[middle]! <= time) before = middle;
    else after = middle;
  }
  const [from, to] = [times[before]!, times[after]!];
  const share = to > from ? (time - from) / (to - from) : 0;
  // no infinity times zero
  return share === 0
    ? values[before]!
    : share === 1
      ? values[after]!
      : (1 - share) * values[before]! + share * values[after]!;
}

/** At most `count` indices spread evenly over `length`, ends included. */
export function sample(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, k) => k);
  return Array.from({ length: count }, (_, k) => Math.round((k * (length - 1)) / (count - 1)));
}

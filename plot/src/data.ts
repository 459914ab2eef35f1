/**
 * What a figure is drawn from, and which of it is shown.
 * @module
 */

/** Values of a series beside their exact values. */
export interface FigureComparison {
  readonly series: string;
  readonly formula: string;
  readonly exact: ArrayLike<number>;
  readonly difference: ArrayLike<number>;
}

/** Time series of a run. The result of `runModel` of `lindblad/model` has this form. */
export interface FigureData {
  readonly kind: "lindblad" | "bipartite";
  readonly name?: string | undefined;
  readonly times: ArrayLike<number>;
  readonly series: Readonly<Record<string, ArrayLike<number>>>;
  readonly comparisons: readonly FigureComparison[];
  /** Of a bipartite run: which of the series are its observables; all that are no energies when left out. */
  readonly observables?: readonly string[] | undefined;
  /** Of a bipartite run: the channels of its energy ledger, `ledger_<channel>_A`, `_B` and `_chi` among the series. */
  readonly channels?: readonly string[] | undefined;
  /** Which of the channels are baths, and the part that each acts on. */
  readonly baths?: readonly { readonly name: string; readonly site: "A" | "B" | "global" }[] | undefined;
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

/** A bipartite run shows how the energies change; their absolute values differ too much to share an axis. */
const ENERGIES = ["U", "U_A", "U_B", "U_local", "U_chi"];
const CHANGES = ["delta_U_A", "delta_U_B", "delta_U_chi"];
/** Further panels of a bipartite run: what is on the axis, and the series with their labels. */
const FURTHER: readonly { readonly quantity: string; readonly series: Readonly<Record<string, string>> }[] = [
  { quantity: "energy flow into A, B and the correlation χ", series: { flow_A: "A", flow_B: "B", flow_chi: "χ" } },
  {
    quantity: "entropies, and mutual information I, in nats",
    series: { S_A: "S_A", S_B: "S_B", mutual_information: "I", S: "S" },
  },
  {
    quantity: "norms: (i) [Ĥ_A + Ĥ_B, V] at the state, (ii) L#[H]".replaceAll("_", ""),
    series: { condition_norm: "(i)", adjoint_norm: "(ii)" },
  },
];

/** The lines of one panel, and the quantity on its axis. */
export interface LineGroup {
  readonly quantity: string;
  readonly lines: readonly Line[];
}

/** The panels of series: of a bipartite run the energies, then its observables where it has some; else the expectation values. */
export function groupsOf(data: FigureData): LineGroup[] {
  const keys = Object.keys(data.series);
  if (data.kind !== "bipartite") return [{ quantity: "expectation value", lines: linesOf(data, keys, 0) }];
  const [outermost, ...changes] = linesOf(
    data,
    CHANGES.filter((key) => keys.includes(key)),
    0,
  );
  // where it lies under another line, as U_A and U_B that both stay constant, it shows on both sides of that
  const isHidden = changes.some((line) => outermost !== undefined && coincide(outermost.values, line.values, changes));
  const lines = outermost === undefined ? [] : [isHidden ? { ...outermost, width: 7 } : outermost, ...changes];
  const energies = new Set(ENERGIES.flatMap((key) => [key, `delta_${key}`]));
  const observables = data.observables ?? keys.filter((key) => !energies.has(key));
  const further = FURTHER.map(({ quantity, series }) => {
    const present = Object.keys(series).filter((key) => keys.includes(key));
    return { quantity, lines: linesOf(data, present, 0).map((line) => ({ ...line, label: series[line.key]! })) };
  });
  return [
    { quantity: "energy change  ΔU = U(t) − U(0)", lines },
    ...further.filter((group) => group.lines.length > 0),
    ...(observables.length === 0
      ? []
      : [{ quantity: "expectation value", lines: linesOf(data, observables, lines.length) }]),
  ];
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
function labelOf(key: string): string {
  return key.replace(/^delta_/, "Δ").replace(/_chi$/, "_χ");
}

/** At most `count` indices spread evenly over `length`, ends included. */
export function sample(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, k) => k);
  return Array.from({ length: count }, (_, k) => Math.round((k * (length - 1)) / (count - 1)));
}

/**
 * What a map is of: choices of the reader, where there are any, else what fits the model.
 * @module
 */
import type { Names } from "./protocol.ts";

/** A parameter that a map may be over. */
export interface MapParameter {
  readonly name: string;
  /** What a reader sees, with `_` before a subscript. */
  readonly label: string;
  /** Where the model stands now. */
  readonly value: number;
  /** From and to where it makes sense. */
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean | undefined;
}

export interface Range {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** What the reader has chosen, as far as anything was. */
export interface Choice {
  readonly x?: string | undefined;
  readonly y?: string | undefined;
  /** By the names of parameters. */
  readonly ranges: Readonly<Record<string, Partial<Range>>>;
  readonly quantity?: string | undefined;
  readonly ending?: Ending | undefined;
}

/** Of a series, which value is mapped; and how that is called. */
export const ENDINGS = {
  end: { name: "at the end", of: (symbol: string) => `${symbol} at the end` },
  start: { name: "at the start", of: (symbol: string) => `${symbol} at the start` },
  min: { name: "smallest", of: (symbol: string) => `smallest ${symbol}` },
  max: { name: "largest", of: (symbol: string) => `largest ${symbol}` },
  maxAbs: { name: "largest magnitude", of: (symbol: string) => `largest |${symbol}|` },
  mean: { name: "mean over time", of: (symbol: string) => `mean ${symbol}` },
} as const;
export type Ending = keyof typeof ENDINGS;

const COUNT = 41;
/** Parameters that are shown at first, where a model has them: strength of the interaction, size of the correlation. */
const FIRST = ["g", "c"];
const QUANTITY = "delta_U_chi";

/** The parameters of the axes; undefined where the model has none for both. */
export function axesOf(
  choice: Choice,
  parameters: readonly MapParameter[],
): { x: MapParameter; y: MapParameter } | undefined {
  const rank = ({ name }: MapParameter) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const byRank = [...parameters].sort((a, b) => rank(a) - rank(b));
  const named = (name: string | undefined) => parameters.find((parameter) => parameter.name === name);
  const x = named(choice.x) ?? byRank.find(({ name }) => name !== choice.y);
  const y = named(choice.y !== x?.name ? choice.y : undefined) ?? byRank.find(({ name }) => name !== x?.name);
  return x && y ? { x, y } : undefined;
}

/** The range of a parameter: what was chosen, else all that makes sense. */
export function rangeOf({ ranges }: Choice, { name, min, max }: MapParameter): Range {
  return { from: min, to: max, count: COUNT, ...ranges[name] };
}

/** The quantity, and the scalar that it becomes; `ending` is undefined for a number of the run as a whole. */
export function scalarOf(
  { quantity, ending = "end" }: Choice,
  { series, scalars }: Names,
): { quantity: string; ending: Ending | undefined; scalar: string } | undefined {
  const all = [...series, ...scalars];
  const chosen = all.find((name) => name === quantity) ?? all.find((name) => name === QUANTITY) ?? all[0];
  if (chosen === undefined) return undefined;
  if (!series.includes(chosen)) return { quantity: chosen, ending: undefined, scalar: chosen };
  return { quantity: chosen, ending, scalar: `${chosen}_${ending}` };
}

/** A label where there are no subscripts. */
export const plain = (label: string): string => label.replace(/_/g, "");

/** What is mapped, as a reader sees it: `delta_U_chi_end` -> "ΔU_χ at the end". */
export function wordsOf({ quantity, ending }: { quantity: string; ending: Ending | undefined }): string {
  const symbol = quantity.replace(/^delta_/, "Δ").replace(/_chi\b/, "_χ");
  return ending === undefined ? symbol : ENDINGS[ending].of(symbol);
}

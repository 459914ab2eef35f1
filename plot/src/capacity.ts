/**
 * The storage of a bipartite system: the interaction energy that its correlation can hold, and what it holds now.
 * @module
 */
import { type FigureOptions, sheetWidth, tile } from "./canvas.ts";
import { compactSizes, GRID, INK, WIDTH } from "./style.ts";
import { element, plainText } from "./svg.ts";
import { fit, numeral, textWidth, wrap } from "./text.ts";

/** Energies Tr[V χ]: `storage().capacity` of lindblad, with the energy of a state. */
export interface CapacityData {
  /** The smallest that a state can hold, at most 0. */
  readonly min: number;
  /** The largest, at least 0. */
  readonly max: number;
  /** No state goes beyond either by more than this. Default 0. */
  readonly gap?: number | undefined;
  /** Of the present state. None: there is no marker, for a state that is not in the storage. */
  readonly value?: number | undefined;
  /** What is said below, such as why there is no marker. */
  readonly label?: string | undefined;
}

const COLOR = "#009E73";
const EDGE_COLOR = "#9a9a9a";

/** Draws the storage as a bar, with a marker on it. @throws RangeError unless min <= 0 <= max, both finite, and for a width or a theme that is none */
export function capacityFigure(data: CapacityData, options: FigureOptions): SVGSVGElement {
  const { document } = options;
  const { min, max, label = "" } = checked(data);
  const value = data.value !== undefined && Number.isFinite(data.value) ? data.value : undefined;
  const sizes = compactSizes(options.width ?? WIDTH);
  const { font } = sizes;
  const width = sheetWidth(options, sizes);
  const measure = (text: string) => textWidth(text, font);
  const [low, high] = [Math.min(min, value ?? 0), Math.max(max, value ?? 0)];
  // never beyond the largest double
  const largest = Math.max(high, -low) || 1;
  const [from, to] = [3 * font, width - 3 * font];
  const at = (energy: number) => {
    const share = high > low ? (energy / largest - low / largest) / (high / largest - low / largest) : 0.5;
    return Math.round(10 * (from + share * (to - from))) / 10;
  };
  const bar = { x: at(min), y: 2.4 * font, width: at(max) - at(min), height: 1.6 * font };
  const middle = bar.y + bar.height / 2;
  const text = (content: string, x: number, y: number, attributes = {}) => {
    const half = measure(content) / 2 + 2;
    const within = Math.max(half, Math.min(x, width - half));
    return plainText(document, content, { x: within, y, "text-anchor": "middle", ...attributes });
  };
  const below = bar.y + bar.height + 1.5 * font;
  const ends = [...new Set([min, max])].map((energy) => ({ x: at(energy), name: numeral(energy, 3) }));
  const apart = ends.length < 2 || at(max) - at(min) > measure(ends[0]!.name) / 2 + measure(ends[1]!.name) / 2 + 4;
  // one label where they would meet
  const named = apart ? ends : [{ x: (at(min) + at(max)) / 2, name: `${ends[0]!.name} to ${ends[1]!.name}` }];
  const zero = named.every(({ x, name }) => Math.abs(at(0) - x) > measure(name) / 2 + font)
    ? [{ x: at(0), name: "0" }]
    : [];
  const notes = label === "" ? [] : wrap(label, width - 2 * sizes.edge, measure);
  const content = [
    element(document, "path", { d: `M${from},${middle} H${to}`, stroke: EDGE_COLOR }),
    element(document, "rect", { ...bar, fill: GRID, stroke: EDGE_COLOR }),
    element(document, "path", { d: `M${at(0)},${bar.y - 4} v${bar.height + 8}`, stroke: INK, "stroke-width": 1.5 }),
    ...[...named, ...zero].map(({ x, name }) => text(name, x, below)),
    ...(value === undefined
      ? []
      : [
          element(document, "circle", {
            cx: at(value),
            cy: middle,
            r: 0.5 * font,
            fill: COLOR,
            stroke: "white",
            "stroke-width": 1.5,
          }),
          text(numeral(value, 3), at(value), bar.y - 0.7 * font, { "font-weight": "bold", fill: COLOR }),
        ]),
    ...notes.map((note, k) => text(fit(note, width - 4, measure), width / 2, below + (1.8 + 1.3 * k) * font)),
  ];
  const height = Math.round(below + (0.8 + (notes.length === 0 ? 0 : 0.5) + 1.3 * notes.length) * font);
  const title = "energy that the correlation can hold";
  return tile(options, { title, description: describeCapacity(data), sizes, height }, content);
}

/** What the bar shows, in words. @throws RangeError as {@link capacityFigure} */
export function describeCapacity(data: CapacityData): string {
  const { min, max, gap = 0, value, label = "" } = checked(data);
  const bound = gap > 0 ? `, certified to within ${numeral(gap)}` : "";
  const state = value === undefined ? "" : ` This state holds ${numeral(value)}.`;
  return `Interaction energy that the correlation can hold: from ${numeral(min)} to ${numeral(max)}${bound}.${state}${label === "" ? "" : ` ${label}.`}`;
}

function checked(data: CapacityData): CapacityData {
  const { min, max } = data;
  if (!(min <= 0 && min > Number.NEGATIVE_INFINITY)) throw new RangeError(`min: expected a number up to 0, got ${min}`);
  if (!(max >= 0 && max < Number.POSITIVE_INFINITY)) throw new RangeError(`max: expected a number from 0, got ${max}`);
  return data;
}

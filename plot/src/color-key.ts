/**
 * What maps have in common: a frame with ticks, and beside it a bar that says what the colours mean.
 * @module
 */
import { type Axis, nameOf, valueAxis } from "./axis.ts";
import { TICKS } from "./chart.ts";
import type { Color } from "./palette.ts";
import { pngUri } from "./png.ts";
import { FULL, INK, type Sizes } from "./style.ts";
import { element, plainText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

export const KEY_WIDTH = 22;
/** From the map to the key. */
export const KEY_GAP = 28;
/** Length of a tick, and from the axis to its label. */
const [TICK, TICK_LABEL] = [6, 10.2];

/** A rectangle on the sheet. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The bar, its ticks and its title. */
export function colorKey(
  document: Document,
  key: {
    /** From low to high. */
    readonly colors: readonly Color[];
    readonly range: readonly [number, number];
    /** Empty where the title says it. */
    readonly quantity: string;
    readonly beside: Area;
    /** Width of the sheet. */
    readonly sheet: number;
  },
  sizes: Sizes = FULL,
): SVGElement[] {
  const { colors, range, quantity, beside, sheet } = key;
  const { font, edge } = sizes;
  const { bar, gap } = keyRoom(range, sizes);
  const area = { ...beside, x: beside.x + beside.width + gap, width: bar };
  const axis = valueAxis(range, TICKS);
  const domain = [range[0] / axis.unit, range[1] / axis.unit] as const;
  const rows = Uint8Array.from(colors, (_, k) => colors.length - 1 - k);
  const title = fit(nameOf(axis, quantity), sheet / 2, (part) => textWidth(part, font));
  const x = Math.min(area.x + bar / 2, sheet - edge - textWidth(title, font) / 2);
  return [
    imageAt(document, pngUri(1, colors.length, rows, colors), area),
    frameAt(document, area),
    ...ticksAt(
      document,
      { ...axis, domain },
      "bar",
      (share) => [area.x + bar, area.y + (1 - share) * area.height],
      sizes,
    ),
    ...(title === "" ? [] : [plainText(document, title, { x, y: area.y - 0.875 * font, "text-anchor": "middle" })]),
  ];
}

/** How wide the bar is, how far from the map, and how much its labels take. */
export function keyRoom(range: readonly [number, number], sizes: Sizes): { bar: number; gap: number; labels: number } {
  const { ticks, format } = valueAxis(range, TICKS);
  const labels = TICK_LABEL + Math.max(0, ...ticks.map((tick) => textWidth(format(tick), sizes.font)));
  return sizes === FULL ? { bar: KEY_WIDTH, gap: KEY_GAP, labels } : { bar: sizes.font, gap: sizes.font, labels };
}

/** An image that fills an area. */
export function imageAt(document: Document, uri: string, area: Area): SVGElement {
  return element(document, "image", { ...area, preserveAspectRatio: "none", href: uri });
}

/** The outline of an area. */
export function frameAt(document: Document, area: Area): SVGElement {
  return element(document, "rect", { ...area, fill: "none", stroke: INK });
}

/** Ticks with their labels along one side. @param place where a share of the axis is */
export function ticksAt(
  document: Document,
  { ticks, format, domain: [low, high] }: Axis,
  side: "x" | "y" | "bar",
  place: (share: number) => readonly [number, number],
  { font }: Sizes = FULL,
): SVGElement[] {
  return ticks.flatMap((tick) => {
    if (tick < low || tick > high) return [];
    const [x, y] = place((tick - low) / (high - low));
    const [dx, dy] = { x: [0, TICK], y: [-TICK, 0], bar: [TICK, 0] }[side] as [number, number];
    const anchor = { x: "middle", y: "end", bar: "start" }[side];
    const at = {
      x: x + (dx / TICK) * TICK_LABEL,
      y: y + (side === "x" ? 1.5 * font : 0),
      dy: side === "x" ? 0 : "0.32em",
      "text-anchor": anchor,
    };
    return [
      element(document, "path", { d: `M${x},${y} l${dx},${dy}`, stroke: INK }),
      plainText(document, format(tick), at),
    ];
  });
}

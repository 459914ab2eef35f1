/**
 * What maps have in common: a frame with ticks, and beside it a bar that says what the colours mean.
 * @module
 */
import { type Axis, nameOf, valueAxis } from "./axis.ts";
import { TICKS } from "./chart.ts";
import type { Color } from "./palette.ts";
import { pngUri } from "./png.ts";
import { EDGE, FONT_SIZE, INK } from "./style.ts";
import { element, plainText } from "./svg.ts";
import { fit, textWidth } from "./text.ts";

export const KEY_WIDTH = 22;
/** From the map to the key. */
export const KEY_GAP = 28;

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
    readonly quantity: string;
    readonly beside: Area;
    /** Width of the sheet. */
    readonly sheet: number;
  },
): SVGElement[] {
  const { colors, range, quantity, beside, sheet } = key;
  const area = { ...beside, x: beside.x + beside.width + KEY_GAP, width: KEY_WIDTH };
  const axis = valueAxis(range, TICKS);
  const domain = [range[0] / axis.unit, range[1] / axis.unit] as const;
  const rows = Uint8Array.from(colors, (_, k) => colors.length - 1 - k);
  const title = fit(nameOf(axis, quantity), sheet / 2, (part) => textWidth(part, FONT_SIZE));
  const x = Math.min(area.x + KEY_WIDTH / 2, sheet - EDGE - textWidth(title, FONT_SIZE) / 2);
  return [
    imageAt(document, pngUri(1, colors.length, rows, colors), area),
    frameAt(document, area),
    ...ticksAt(document, { ...axis, domain }, "bar", (share) => [
      area.x + KEY_WIDTH,
      area.y + (1 - share) * area.height,
    ]),
    plainText(document, title, { x, y: area.y - 14, "text-anchor": "middle" }),
  ];
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
): SVGElement[] {
  return ticks.flatMap((tick) => {
    if (tick < low || tick > high) return [];
    const [x, y] = place((tick - low) / (high - low));
    const [dx, dy] = { x: [0, 6], y: [-6, 0], bar: [6, 0] }[side] as [number, number];
    const anchor = { x: "middle", y: "end", bar: "start" }[side];
    const at = {
      x: x + 1.7 * dx,
      y: y + (side === "x" ? 24 : 0),
      dy: side === "x" ? 0 : "0.32em",
      "text-anchor": anchor,
    };
    return [
      element(document, "path", { d: `M${x},${y} l${dx},${dy}`, stroke: INK }),
      plainText(document, format(tick), at),
    ];
  });
}

/**
 * Colours of values: two kinds around zero, or one scale from low to high.
 * @module
 */

/** Red, green and blue from 0 to 255. */
export type Color = readonly [number, number, number];

/** Colours of a palette: odd, so that there is one in the middle. */
export const COLORS = 255;

/** From negative to positive: ColorBrewer's RdBu from blue to red. */
const DIVERGING = [
  [5, 48, 97],
  [33, 102, 172],
  [67, 147, 195],
  [146, 197, 222],
  [247, 247, 247],
  [244, 165, 130],
  [214, 96, 77],
  [178, 24, 43],
  [103, 0, 31],
] as const;
/** The same for dark figures: dark in the middle. */
const DARK_DIVERGING = [
  [209, 229, 240],
  [146, 197, 222],
  [67, 147, 195],
  [33, 102, 172],
  [21, 24, 28],
  [178, 24, 43],
  [214, 96, 77],
  [244, 165, 130],
  [253, 219, 199],
] as const;
/** Viridis, of matplotlib: even to the eye, for colour-blind eyes too. */
const SEQUENTIAL = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
] as const;

/** Colours around zero, which is the one in the middle. */
export function divergingColors(isDark: boolean): Color[] {
  return interpolated(isDark ? DARK_DIVERGING : DIVERGING);
}

/** Colours from low to high. */
export function sequentialColors(): Color[] {
  return interpolated(SEQUENTIAL);
}

/** As SVG writes it. */
export function hex(color: Color): string {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function interpolated(anchors: readonly Color[]): Color[] {
  return Array.from({ length: COLORS }, (_, number) => {
    const at = (number / (COLORS - 1)) * (anchors.length - 1);
    const k = Math.min(anchors.length - 2, Math.floor(at));
    const between = (c: 0 | 1 | 2) => Math.round(anchors[k]![c] + (at - k) * (anchors[k + 1]![c] - anchors[k]![c]));
    return [between(0), between(1), between(2)];
  });
}

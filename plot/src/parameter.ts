/**
 * A parameter on an axis, linear or over powers of ten.
 * @module
 */
import { type Axis, logAxis, nameOf, timeAxis } from "./axis.ts";

/** Values of a parameter, one a point. */
export interface SweepAxis {
  /** What stands on the axis; what follows an underscore is a subscript. */
  readonly name: string;
  /** One value a point. */
  readonly values: ArrayLike<number>;
  /** Default "linear". */
  readonly scale?: "linear" | "log" | undefined;
}

/** Positions along an axis: the values, or their logarithms. */
export function coordinates({ values, scale }: SweepAxis, scalar: ArrayLike<number>, where: string): Float64Array {
  if (values.length !== scalar.length) {
    throw new RangeError(`values: expected one a point (${values.length}), got ${scalar.length}`);
  }
  if (scale !== "log") return Float64Array.from(values);
  return Float64Array.from(values, (value, k) => {
    if (value > 0) return Math.log10(value);
    throw new RangeError(`${where}.values[${k}]: expected a number > 0 for a logarithmic scale, got ${value}`);
  });
}

/** The least and the largest, apart. */
export function rangeOf(values: Float64Array): readonly [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  const half = low === high ? 0.5 * (Math.abs(low) || 1) : 0;
  return [low - half, high + half];
}

/** The axis over a range of {@link coordinates}, with as many ticks as have room. */
export function axisOf(
  { scale }: SweepAxis,
  range: readonly [number, number],
  fits: (labels: readonly string[]) => boolean,
): Axis {
  return scale === "log" ? logAxis(range, fits) : timeAxis(range, fits);
}

/** With what was taken off its values, and their power of ten. */
export function titleOf(axis: Axis, name: string): string {
  const since = axis.origin === 0 ? "" : axis.origin > 0 ? ` − ${axis.origin}` : ` + ${-axis.origin}`;
  return nameOf(axis, `${name}${since}`);
}

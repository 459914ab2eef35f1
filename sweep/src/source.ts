/**
 * Where a coordinator gets its points from: a spec, a list, or a refinement that grows while the sweep runs.
 * @module
 */
import { InvalidArgumentError } from "lindblad";
import type { Points } from "lindblad/model";
import { refinement } from "./adaptive.ts";
import { pointsOf, type SweepSpec } from "./axes.ts";
import { identityOf, type PointsIdentity } from "./hash.ts";

/** Points by index. */
export interface PointSource {
  readonly identity: PointsIdentity;
  /** Names of the parameters, in order. */
  readonly names: readonly string[];
  /** How many points there are, or at most. */
  readonly most: number;
  /** How many there are so far: those that may be computed now. */
  readonly ready: number;
  /** Points `from` to before `from + count`, all of them ready. */
  points(from: number, count: number): Points;
  /** Of points that depend on results: the scalar that they depend on. */
  readonly scalar?: string | undefined;
  /** Takes the scalar of the points that came last; afterwards `ready` is larger, or that was all. */
  extend?(values: ArrayLike<number>): void;
}

/** The points of a spec, or points given one by one. @throws InvalidArgumentError for columns of different lengths */
export function sourceOf(points: SweepSpec | Points): PointSource {
  if ("parameters" in points) return listed(points);
  if (points.adaptive !== undefined) return refinement(points, points.adaptive);
  const { count } = points;
  return {
    identity: points,
    names: points.axes.map(({ name }) => name),
    ...{ most: count, ready: count },
    points: (from, length) => pointsOf(points, from, length),
  };
}

function listed(points: Points): PointSource {
  const { count, parameters } = points;
  if (!(Number.isSafeInteger(count) && count >= 0)) {
    throw new InvalidArgumentError("points: count", count, "an integer >= 0");
  }
  const columns = Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)] as const);
  for (const [name, values] of columns) {
    if (values.length === count) continue;
    throw new InvalidArgumentError(`points: parameters.${name}`, values.length, `${count} values, one a point`);
  }
  return {
    identity: identityOf(points),
    names: columns.map(([name]) => name),
    ...{ most: count, ready: count },
    points: (from, length) => ({
      count: length,
      parameters: Object.fromEntries(columns.map(([name, values]) => [name, values.subarray(from, from + length)])),
    }),
  };
}

/**
 * L⁻¹ on a set of coordinates that L joins, for Arnoldi's method: by LU factors, or through the channel between jumps where these would not fit or take longer.
 * @module
 */
import { ConvergenceError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import type { HermitianOperator, Operator } from "../operators/operator.ts";
import { dot, norm } from "../operators/vectors.ts";
import { planEnvelope } from "../plan/envelope.ts";
import { graphOf } from "../plan/ordering.ts";
import { type RealRows, rowsTimes, transposedRows } from "../plan/rows.ts";
import { transpose } from "../plan/sparse.ts";
import type { Inverted } from "./arnoldi.ts";
import { type ChannelPlan, channelInverse, planChannel } from "./channel.ts";
import { Equations } from "./equations.ts";
import { directInverse, type Invertible, plainInverse, planBordered } from "./inverse.ts";
import { sectorBlocks, sectorsOf } from "./sectors.ts";

/** Multiplications a second of factors; bytes of factors read a second; share of the free memory for them. */
const FACTORING_RATE = 7e9;
const READING_RATE = 8e9;
const MEMORY = 0.5;
/** Solutions that are expected, and applications of the channel for each. */
const SOLUTIONS = 100;
const APPLICATIONS = 30;
/** Seconds that planning the other way is not worth. */
const SOON = 1;
/** Residual of the kernel's vectors, relative to ‖L‖, that is enough. */
export const STEADY = 1e-12;

/** Of a right-hand side, what is left of it when it counts as solved; and what is the most that is accepted, where rounding allows no less. */
const SOLVED = 1e-11;
const ACCEPTED = 1e-8;

/** Part of a generator on coordinates that it joins. */
export interface Part {
  readonly H: HermitianOperator;
  readonly jumps: readonly Operator[];
  readonly equations: Equations;
  /** Its coordinates in those of `equations`, and its matrix on them. */
  readonly rows: readonly number[];
  readonly matrix: RealRows;
  /** Default: what is expected to take less time. */
  readonly by?: "factors" | "channel";
  readonly where: string;
}

/** An inverse, and the vector of the kernel that it leaves out, of overlap 1 with that of the transpose; undefined where L has none on these coordinates. */
export type Use<T> = (kernel: Kernel, inverse: Inverted, stationary: Float64Array | undefined) => T;

/**
 * What `use` makes of the inverse of L, and then of that of its transpose; the other way where one does not invert it.
 * @throws {@link TooLargeError}, {@link ConvergenceError}, and what `use` throws
 */
export function withInverses<T>(part: Part, use: Use<T>): { right: T; left: T } {
  const ways = waysOf(part);
  for (let k = 0; ; k++) {
    try {
      return invertBy(part, ways[k], use);
    } catch (error) {
      if (!(error instanceof ConvergenceError) || k + 1 === ways.length) throw error;
    }
  }
}

/** Factors (undefined) and the channel, what is expected to take less time first. */
function waysOf(part: Part): (ChannelPart | undefined)[] {
  const { by } = part;
  if (by === "factors") return [undefined];
  const { bytes, operations } = planEnvelope(part.matrix);
  const fits = bytes <= MEMORY * getKernel().available;
  const channel = channelOf(part);
  if (!channel) return [undefined];
  if (by === "channel") return [channel];
  const seconds = operations / FACTORING_RATE + (SOLUTIONS * bytes) / READING_RATE;
  const expected = SOLUTIONS * APPLICATIONS * channel.plan.seconds;
  if (!fits) return [channel];
  return seconds < SOON || seconds <= expected ? [undefined, channel] : [channel, undefined];
}

function invertBy<T>(part: Part, channel: ChannelPart | undefined, use: Use<T>): { right: T; left: T } {
  const { equations, rows, where } = part;
  const position = new Map(rows.map((row, k) => [row, k]));
  const populations = equations.populations.map((row) => position.get(row) ?? -1);
  const trace = new Float64Array(rows.length);
  for (const k of populations) if (k >= 0) trace[k] = 1;
  let kernelOf: Float64Array | undefined;
  const side = (isLeft: boolean, functional: Float64Array) =>
    getKernel().frame((kernel) => {
      const { stationary, solve } = channel
        ? byChannel(kernel, part, channel, isLeft)
        : byFactors(kernel, part, populations, isLeft, functional);
      if (stationary) {
        const overlap = dot(functional, stationary);
        for (let k = 0; k < stationary.length; k++) stationary[k]! /= overlap;
      }
      kernelOf = stationary;
      const deflate = (x: Float64Array) => {
        if (!stationary) return;
        const along = dot(functional, x);
        for (let k = 0; k < x.length; k++) x[k]! -= along * stationary[k]!;
      };
      // What remains of a vector that was nearly all taken by orthogonalisation has more than rounding beside it.
      const inverse = (x: Float64Array) => {
        const b = x.slice();
        deflate(b);
        const out = solve(b);
        if (!out.every(Number.isFinite)) throw notInverted(where, channel ? "channel" : "factors", "no solution");
        deflate(out);
        return out;
      };
      return use(kernel, { count: rows.length, solve: inverse, deflate }, stationary);
    });
  const right = side(false, trace);
  return { right, left: side(true, kernelOf ?? trace) };
}

function notInverted(where: string, by: string, why: string): ConvergenceError {
  return new ConvergenceError(
    `${where}: L was not inverted (${by}: ${why}); there may be several stationary operators; which: "slowest" needs no inverse`,
  );
}

interface Solved {
  readonly stationary: Float64Array | undefined;
  /** Not numbers where it did not solve. */
  solve(x: Float64Array): Float64Array;
}

/** @param functional that vanishes where the part, or its transpose, is to be inverted */
function byFactors(
  kernel: Kernel,
  { equations, jumps, matrix, where }: Part,
  populations: Int32Array,
  isLeft: boolean,
  functional: Float64Array,
): Solved {
  const rows = isLeft ? transposedRows(matrix) : matrix;
  const count = functional.length;
  const apply = (x: Float64Array, out: Float64Array) => rowsTimes(rows, x, out);
  const used: Invertible = {
    ...{ rows, graph: graphOf(rows), populations, count, norm: equations.norm, apply },
    trace: (x) => dot(functional, x),
    residual(x) {
      const out = new Float64Array(count);
      apply(x, out);
      return norm(out);
    },
  };
  const levels = populations.filter((k) => k >= 0);
  if (levels.length === 0) {
    return {
      stationary: undefined,
      solve: plainInverse(kernel, used, planEnvelope(rows, undefined, used.graph), where),
    };
  }
  // The transpose is inverted with the border at which its kernel's partner has most weight.
  const heaviest = levels.reduce((a, b) => (functional[b]! > functional[a]! ? b : a));
  const plan = planBordered(used, jumps, isLeft ? heaviest : undefined);
  const { rho, residual, solve } = directInverse(kernel, used, jumps, plan, where);
  if (!(residual <= STEADY * equations.norm)) throw notInverted(where, "factors", "L rho did not vanish");
  return { stationary: rho, solve };
}

interface ChannelPart {
  readonly equations: Equations;
  readonly sectors: readonly (readonly number[])[];
  readonly plan: ChannelPlan;
}

/** The channel on these coordinates, where they are all those inside of sectors. */
function channelOf({ H, jumps, equations, rows }: Part): ChannelPart | undefined {
  const sectors = sectorsOf(new Equations(H, jumps));
  if (sectors.reduce((sum, { length }) => sum + length ** 2, 0) !== rows.length) return undefined;
  const inside = new Equations(H, jumps, [sectorBlocks(H.dims, sectors)]);
  const places = new Set(inside.places);
  if (!rows.every((row) => places.has(equations.places[row]!))) return undefined;
  return { equations: inside, sectors, plan: planChannel(inside, jumps, sectors) };
}

/** Both ways alike: L† = L0† + J† has G† and the adjoint jumps, and its kernel holds the identity. */
function byChannel(kernel: Kernel, part: Part, { equations, sectors, plan }: ChannelPart, isLeft: boolean): Solved {
  const { where, rows } = part;
  const used = isLeft ? adjointOf(equations) : equations;
  const adjoint = isLeft
    ? planChannel(
        used,
        part.jumps.map((L) => L.dag()),
        sectors,
      )
    : plan;
  const inverse = channelInverse(kernel, used, adjoint, STEADY, where);
  if (!inverse || !(inverse.residual <= STEADY * equations.norm)) {
    throw notInverted(where, "channel", "L rho did not vanish");
  }
  const position = new Map<number, number>();
  equations.places.forEach((place, k) => {
    position.set(place, k);
  });
  const order = Int32Array.from(rows, (row) => position.get(part.equations.places[row]!)!);
  const taken = (x: Float64Array) => Float64Array.from(order, (k) => x[k]!);
  const put = (x: Float64Array) => {
    const out = new Float64Array(x.length);
    order.forEach((k, j) => {
      out[k] = x[j]!;
    });
    return out;
  };
  // Rough solutions of what is left, as often as they help.
  const solve = (x: Float64Array) => {
    const b = put(x);
    const out = new Float64Array(b.length);
    const image = new Float64Array(b.length);
    const size = norm(b);
    let rest = b;
    for (let left = size; left > SOLVED * size; ) {
      const step = inverse.solve(rest, false);
      if (!step.every(Number.isFinite)) break;
      for (let k = 0; k < out.length; k++) out[k]! += step[k]!;
      used.apply(out, image);
      rest = b.map((value, k) => value - image[k]!);
      const before = left;
      left = norm(rest);
      if (!(left < 0.5 * before)) break;
    }
    if (!(norm(rest) <= ACCEPTED * size)) {
      throw notInverted(where, "channel", `GMRES left ${(norm(rest) / size).toExponential(1)} of the right-hand side`);
    }
    return taken(out);
  };
  return { stationary: taken(inverse.rho), solve };
}

/** The adjoint of the generator, on the same coordinates, which are orthonormal. */
function adjointOf(equations: Equations): Equations {
  const { G } = equations.couplings;
  const { im, ...columns } = transpose(G);
  const adjoint = { ...columns, im: im.map((x) => -x) };
  return Object.assign(Object.create(Equations.prototype), equations, {
    rows: transposedRows(equations.rows),
    couplings: { ...equations.couplings, G: adjoint },
  }) as Equations;
}

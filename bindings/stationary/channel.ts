/**
 * Solving with L through the channel from one jump to the next, without a matrix of L: for dimensions at which that would not fit, or fill.
 * @module
 */
import { FORM_COORDINATES } from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Operator } from "../operators/operator.ts";
import { type CoordinatesPlan, couplings, planCoordinates } from "../plan/coordinates.ts";
import { putSlices } from "../plan/representation.ts";
import type { Equations } from "./equations.ts";
import { Gmres } from "./gmres.ts";
import type { StationaryInverse } from "./inverse.ts";
import { sectorBlocks } from "./sectors.ts";

/** Krylov vectors of one cycle at most, and the share of free memory that they may take. */
const VECTORS = 150;
const MEMORY = 0.5;
/** Of the mean rate of jumps, what the slowest level has at least: else L0 is as good as singular, and is shifted. */
const DARK = 1e-2;
/** Of its right-hand side, what a rough solution may leave. */
const ROUGH = 1e-3;
const FINE = 1e-12;

/** What a solution took. */
export interface ChannelInverse extends StationaryInverse {
  /** Applications of the channel. */
  readonly applications: () => number;
  readonly shift: number;
}

export interface ChannelPlan {
  readonly coordinates: CoordinatesPlan;
  readonly sectors: readonly (readonly number[])[];
  /** Multiplications of one application, about; and bytes besides the Krylov vectors. */
  readonly operations: number;
  readonly bytes: number;
}

/** @param sectors levels that G and the jumps do not join in the coordinates of `equations`, which are all those inside of sectors */
export function planChannel(
  { d, dims }: Equations,
  jumps: readonly Operator[],
  sectors: readonly (readonly number[])[],
): ChannelPlan {
  const nothing = Operator.fromTriplets(dims, []);
  const coordinates = planCoordinates(couplings(nothing, jumps), [sectorBlocks(dims, sectors)], (d * (d + 1)) / 2)!;
  let operations = coordinates.values.length;
  let bytes = 16 * coordinates.values.length + 8 * coordinates.length;
  for (const { length } of sectors) {
    operations += 18 * length ** 3;
    bytes += 9 * 16 * (length + 8) ** 2 + 12 * length ** 2 + 4096;
  }
  return { coordinates, sectors, operations, bytes };
}

/**
 * With L = L0 + J, L0 X = G X + X G†, J X = sum L X L†, and any s >= 0: K = (J + s)(s - L0)⁻¹ conserves the trace, and y = K y belongs to the steady state x = (s - L0)⁻¹ y; (1 - K) y = -b
 * to the solution x of L x = b. Both are solved by GMRES on the traceless operators; its residual is that of L x.
 * Valid inside the open frame.
 * @param tol residual of the steady state that is enough, relative to ‖L‖
 * @throws {@link TooLargeError}
 */
export function channelInverse(
  kernel: Kernel,
  equations: Equations,
  plan: ChannelPlan,
  tol: number,
  what: string,
): ChannelInverse | undefined {
  const { length, places } = plan.coordinates;
  const { functions } = kernel;
  const all = putSectors(kernel, equations, plan, what);
  if (!all) return undefined;
  const sectors = all[0]!;
  const jumps =
    functions.createSuperoperator(FORM_COORDINATES, 1, putSlices(kernel, plan.coordinates, what)) >>> 0 ||
    kernel.allocate(4096, what);
  const shift = shiftFor(kernel, all, plan);
  const bytes = 8 * length;
  const vectors = Math.max(4, Math.min(VECTORS, Math.floor((MEMORY * kernel.available) / bytes) - 8));
  kernel.require(bytes * 6 + Gmres.bytes(length, vectors), what);
  const [inner, y, y0, image, right] = [0, 0, 0, 0, 0].map(() => kernel.allocate(bytes, what)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  let applications = 0;
  /** out = (1 - K) x */
  const apply = (x: number, out: number) => {
    functions.solveSectors(sectors, shift, x, inner);
    functions.rightHandSide(jumps, inner, out);
    if (shift !== 0) functions.addVector(out, shift, inner, length);
    functions.scaleVector(out, -1, length);
    functions.addVector(out, 1, x, length);
    applications++;
  };
  const gmres = new Gmres(kernel, length, vectors, apply, what);
  /** Solves (1 - K) y = r from y = 0, r at `right`; returns the residual. */
  const solve = (tolerance: number): number => {
    kernel.doubles.fill(0, y / 8, y / 8 + length);
    return gmres.solve(right, tolerance, (step) => {
      functions.addVector(y, 1, step, length);
      apply(step, image);
      functions.addVector(right, -1, image, length);
    });
  };
  const position = new Map<number, number>();
  equations.places.forEach((place, k) => {
    position.set(place, k);
  });
  const order = Int32Array.from(places, (place) => position.get(place)!);
  const put = (x: Float64Array, pointer: number) => {
    const { doubles } = kernel;
    order.forEach((from, k) => {
      doubles[pointer / 8 + k] = x[from]!;
    });
  };
  const get = (pointer: number) => {
    const { doubles } = kernel;
    const x = new Float64Array(equations.count);
    order.forEach((to, k) => {
      x[to] = doubles[pointer / 8 + k]!;
    });
    return x;
  };
  /** (s - L0)⁻¹ of what is at `pointer` */
  const between = (pointer: number) => {
    functions.solveSectors(sectors, shift, pointer, inner);
    return get(inner);
  };
  const start = new Float64Array(equations.count);
  for (const k of equations.populations) start[k] = 1 / equations.d;
  put(start, y0);
  apply(y0, right);
  functions.scaleVector(right, -1, length);
  const scale = equations.norm * equations.trace(between(y0));
  solve(0.3 * tol * scale);
  functions.addVector(y, 1, y0, length);
  const rho = between(y);
  const trace = equations.trace(rho);
  for (let k = 0; k < rho.length; k++) rho[k]! /= trace;
  return {
    rho,
    residual: equations.residual(rho),
    applications: () => applications,
    shift,
    solve(b, refine = true) {
      put(b, right);
      functions.scaleVector(right, -1, length);
      const wanted = (refine ? FINE : ROUGH) * gmres.norm(right);
      if (!(solve(wanted) <= 10 * wanted)) return new Float64Array(equations.count).fill(Number.NaN);
      const x = between(y);
      const part = equations.trace(x);
      for (let k = 0; k < x.length; k++) x[k]! -= part * rho[k]!;
      return x;
    },
  };
}

/** The mean rate of jumps where some levels hardly decay, else 0. */
function shiftFor(kernel: Kernel, all: readonly number[], { sectors }: ChannelPlan): number {
  let sum = 0;
  let count = 0;
  let least = Number.POSITIVE_INFINITY;
  all.forEach((sector, k) => {
    for (let level = 0; level < sectors[k]!.length; level++, count++) {
      const rate = -2 * kernel.functions.sectorEigenvalue(sector, level, 0);
      sum += rate;
      least = Math.min(least, rate);
    }
  });
  const mean = sum / count;
  return least < DARK * mean ? mean : 0;
}

/** The sectors' blocks of G, and where the coordinates lie in them; undefined where a Schur form was not found. */
function putSectors(
  kernel: Kernel,
  { d, couplings: { G } }: Equations,
  { coordinates: { places }, sectors }: ChannelPlan,
  what: string,
): number[] | undefined {
  const sectorOf = new Int32Array(d);
  const position = new Int32Array(d);
  sectors.forEach((levels, sector) => {
    levels.forEach((level, k) => {
      sectorOf[level] = sector;
      position[level] = k;
    });
  });
  const tables: number[][] = sectors.map(() => []);
  places.forEach((place, k) => {
    const column = (place >> 1) % d;
    const row = ((place >> 1) - column) / d;
    const sector = sectorOf[row]!;
    const { stride, plane } = kernel.layout(sectors[sector]!.length);
    const [i, j] = [position[row]!, position[column]!];
    const part = (place & 1) * plane;
    const at = (p: number, q: number) => 8 * (p * stride + q + part);
    tables[sector]!.push(8 * k, at(i, j), i === j ? 0 : at(j, i));
  });
  const all: number[] = [];
  for (const [sector, levels] of sectors.entries()) {
    const block = {
      size: levels.length,
      forEachNonzero(visit: (row: number, column: number, re: number, im: number) => void) {
        levels.forEach((level, row) => {
          for (let k = G.pointers[level]!; k < G.pointers[level + 1]!; k++) {
            visit(row, position[G.indices[k]!]!, G.re[k]!, G.im[k]!);
          }
        });
      },
    };
    const table = tables[sector]!;
    const added = kernel.functions.createSector(
      all[0] ?? 0,
      levels.length,
      kernel.putMatrix(block, what),
      table.length / 3,
      kernel.putIntegers(table, what),
    );
    if (added === 0) return undefined;
    all.push(added >>> 0);
  }
  return all;
}

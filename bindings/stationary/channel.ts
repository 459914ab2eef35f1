/**
 * Solving with L through the channel from one jump to the next, without a matrix of L: for dimensions at which that would not fit, or fill.
 * @module
 */
import { FORM_COORDINATES } from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Operator } from "../operators/operator.ts";
import { type CoordinatesPlan, couplings, planCoordinates } from "../plan/coordinates.ts";
import { coordinatesCost, matrixCost } from "../plan/cost.ts";
import { type GeneratorPlan, planGenerator } from "../plan/generator.ts";
import { putSlices } from "../plan/representation.ts";
import type { Equations } from "./equations.ts";
import { Gmres } from "./gmres.ts";
import type { StationaryInverse } from "./inverse.ts";
import { pushPlace, putPlaced } from "./placed.ts";
import { sectorBlocks } from "./sectors.ts";

/** Krylov vectors of one cycle at most, and the share of free memory that they may take. */
const VECTORS = 150;
const MEMORY = 0.5;
/** Nanoseconds: (s - L0)⁻¹ a cube of a sector's levels; coordinates into a matrix and out of it; a coordinate of J. */
const SOLVING = 3;
const PLACING = 4;
const COORDINATE = 0.4;
/** Of the mean rate of jumps, what the slowest level has at least: else L0 is as good as singular, and is shifted. */
const DARK = 1e-2;
/** Of its right-hand side, what a rough solution may leave. */
const ROUGH = 1e-3;
const FINE = 1e-12;
/** Of the residual that is accepted, what is aimed at: a digit and a half cost one application in twenty. */
const SAFETY = 0.01;

/** What a solution took. */
export interface ChannelInverse extends StationaryInverse {
  /** Applications of the channel. */
  readonly applications: () => number;
  readonly shift: number;
}

export interface ChannelPlan {
  /** J in coordinates, or in matrix form, and which coordinates vectors have then. */
  readonly jumps: CoordinatesPlan | { readonly matrix: GeneratorPlan; readonly places: Int32Array };
  readonly sectors: readonly (readonly number[])[];
  /** Seconds that one application takes, about. */
  readonly seconds: number;
}

/** @param sectors levels that G and the jumps do not join in the coordinates of `equations`, which are all those inside of sectors */
export function planChannel(
  { d, dims, places, count }: Equations,
  jumps: readonly Operator[],
  sectors: readonly (readonly number[])[],
): ChannelPlan {
  const nothing = Operator.fromTriplets(dims, []);
  const matrix = planGenerator(nothing, jumps);
  const nanoseconds = matrixCost(matrix) + PLACING * count;
  const between = sectors.reduce((sum, { length }) => sum + SOLVING * length ** 3 + PLACING * length ** 2, 0);
  // Every pair of elements of a jump that leads from sectors to sectors, in real numbers.
  const elements = (2 * count * jumps.reduce((sum, { nnz }) => sum + nnz ** 2, 0)) / d ** 2;
  const plan =
    COORDINATE * elements < nanoseconds
      ? planCoordinates(couplings(nothing, jumps), [sectorBlocks(dims, sectors)], (d * (d + 1)) / 2)
      : undefined;
  return plan
    ? { jumps: plan, sectors, seconds: 1e-9 * (coordinatesCost(plan) + between) }
    : { jumps: { matrix, places }, sectors, seconds: 1e-9 * (nanoseconds + between) };
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
  const { places } = plan.jumps;
  const length = Math.ceil(places.length / 8) * 8;
  const { functions } = kernel;
  const all = putSectors(kernel, equations, plan, what);
  if (!all) return undefined;
  const sectors = all[0]!;
  const jump = putJumps(kernel, plan, what);
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
    jump(inner, out);
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
  solve(SAFETY * tol * scale);
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

/** out = J x, on pointers. */
function putJumps(kernel: Kernel, { jumps }: ChannelPlan, what: string): (x: number, out: number) => void {
  const { functions } = kernel;
  if ("matrix" in jumps) {
    const placed = putPlaced(kernel, jumps.matrix, jumps.places, what);
    return (x, out) => functions.applyPlaced(placed, x, out);
  }
  const superoperator =
    functions.createSuperoperator(FORM_COORDINATES, 1, putSlices(kernel, jumps, what)) >>> 0 ||
    kernel.allocate(4096, what);
  return (x, out) => functions.rightHandSide(superoperator, x, out);
}

/** The sectors' blocks of G, and where the coordinates lie in them; undefined where a Schur form was not found. */
function putSectors(
  kernel: Kernel,
  { d, couplings: { G } }: Equations,
  { jumps: { places }, sectors }: ChannelPlan,
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
  const layouts = sectors.map(({ length }) => kernel.layout(length));
  places.forEach((place, k) => {
    const column = (place >> 1) % d;
    const row = ((place >> 1) - column) / d;
    const sector = sectorOf[row]!;
    pushPlace(tables[sector]!, layouts[sector]!, k, position[row]!, position[column]!, place & 1);
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

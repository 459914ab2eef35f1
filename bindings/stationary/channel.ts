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
import type { StationaryInverse } from "./inverse.ts";
import { sectorBlocks } from "./sectors.ts";

/** Krylov vectors of one cycle at most, cycles at most, and the share of free memory that the vectors may take. */
const VECTORS = 150;
const CYCLES = 8;
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
 * to the solution x of L x = b. Both are solved by GMRES (Saad and Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856) on the traceless operators; its residual is that of L x.
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
  kernel.require(bytes * (vectors + 8), what);
  const basis = kernel.allocate(bytes * (vectors + 1), what);
  const column = kernel.allocate(8 * (vectors + 2), what);
  const [inner, y, image, right] = [0, 0, 0, 0].map(() => kernel.allocate(bytes, what)) as [
    number,
    number,
    number,
    number,
  ];
  let applications = 0;
  /** out = K x */
  const apply = (x: number, out: number) => {
    functions.solveSectors(sectors, shift, x, inner);
    functions.rightHandSide(jumps, inner, out);
    if (shift !== 0) functions.addVector(out, shift, inner, length);
    applications++;
  };
  const size = (pointer: number) => Math.sqrt(dot(kernel, pointer, pointer, length));
  /** Solves (1 - K) y = r from y = 0, r at `right`; returns the residual. */
  const solve = (tolerance: number): number => {
    kernel.doubles.fill(0, y / 8, y / 8 + length);
    let residual = size(right);
    for (let cycle = 0; cycle < CYCLES && residual > tolerance; cycle++) {
      // right holds the residual.
      kernel.doubles.copyWithin(basis / 8, right / 8, right / 8 + length);
      const before = residual;
      const weights = cycleOf(kernel, { basis, column, bytes, length, vectors, residual, tolerance, apply });
      // y + dy, and r - (1 - K) dy, with dy put together in `image` first.
      kernel.doubles.fill(0, image / 8, image / 8 + length);
      weights.forEach((weight, k) => {
        functions.addVector(image, weight, basis + k * bytes, length);
      });
      functions.addVector(y, 1, image, length);
      functions.addVector(right, -1, image, length);
      apply(image, basis);
      functions.addVector(right, 1, basis, length);
      residual = size(right);
      if (!(residual < 0.5 * before)) break;
    }
    return residual;
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
  const y0 = kernel.allocate(bytes, what);
  put(start, image);
  apply(image, y0);
  apply(y0, right);
  functions.addVector(right, -1, y0, length);
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
      const wanted = (refine ? FINE : ROUGH) * size(right);
      if (!(solve(wanted) <= 10 * wanted)) return new Float64Array(equations.count).fill(Number.NaN);
      const x = between(y);
      const part = equations.trace(x);
      for (let k = 0; k < x.length; k++) x[k]! -= part * rho[k]!;
      return x;
    },
  };
}

interface Cycle {
  /** The residual is its first vector; those that follow are built. */
  readonly basis: number;
  readonly column: number;
  readonly bytes: number;
  readonly length: number;
  readonly vectors: number;
  readonly residual: number;
  readonly tolerance: number;
  apply(x: number, out: number): void;
}

/** Arnoldi's method for 1 - K; the least-squares problem is kept triangular by rotations. Returns the weights of the vectors in the solution. */
function cycleOf(kernel: Kernel, cycle: Cycle): Float64Array {
  const { basis, column, bytes, length, vectors, residual, tolerance, apply } = cycle;
  const { functions } = kernel;
  functions.scaleVector(basis, 1 / residual, length);
  const columns: Float64Array[] = [];
  const cosines: number[] = [];
  const sines: number[] = [];
  const g = [residual];
  for (let j = 0; j < vectors; j++) {
    const from = basis + j * bytes;
    const to = from + bytes;
    apply(from, to);
    functions.scaleVector(to, -1, length);
    functions.addVector(to, 1, from, length);
    kernel.doubles.fill(0, column / 8, column / 8 + j + 1);
    const rest = functions.orthogonaliseTwice(to, basis, j + 1, length, column);
    const h = kernel.doubles.slice(column / 8, column / 8 + j + 1);
    for (let k = 0; k < j; k++) {
      const [p, q] = [h[k]!, h[k + 1]!];
      h[k] = cosines[k]! * p + sines[k]! * q;
      h[k + 1] = cosines[k]! * q - sines[k]! * p;
    }
    const head = Math.hypot(h[j]!, rest);
    if (!(head > 0)) break;
    cosines.push(h[j]! / head);
    sines.push(rest / head);
    h[j] = head;
    columns.push(h);
    g.push(-sines[j]! * g[j]!);
    g[j] = cosines[j]! * g[j]!;
    if (Math.abs(g[j + 1]!) <= 0.5 * tolerance || rest === 0) break;
    functions.scaleVector(to, 1 / rest, length);
  }
  const m = columns.length;
  const weights = Float64Array.from(g.slice(0, m));
  for (let j = m - 1; j >= 0; j--) {
    weights[j]! /= columns[j]![j]!;
    for (let k = 0; k < j; k++) weights[k]! -= columns[j]![k]! * weights[j]!;
  }
  return weights;
}

function dot(kernel: Kernel, x: number, y: number, n: number): number {
  const { doubles } = kernel;
  let sum = 0;
  for (let k = 0, p = x / 8, q = y / 8; k < n; k++, p++, q++) sum += doubles[p]! * doubles[q]!;
  return sum;
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

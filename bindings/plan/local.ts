/**
 * Operators on kets as sums of products of local factors (assembly/superoperator/local.ts), found in their elements: in blocks of the levels of the last sites, a block off the diagonal is mostly a
 * number times the identity, and the others are few different ones. Spins, and whatever else is coupled by pairs, need neither an index nor a value for an element.
 * @module
 */
import type { Kernel } from "../kernel/kernel.ts";
import { putSlices } from "./representation.ts";
import { type RealRows, type Slices, slices } from "./rows.ts";
import type { Sparse } from "./sparse.ts";

/** Different blocks at most: with more of them the operator is no sum of few products. */
const MOST_BLOCKS = 256;
/** Levels of the last sites: a multiple of the kernel's tile, at most so many. */
const TILE = 8;
const MOST_LEVELS = 64;
/** The element that a block is a multiple of is at least so large, relative to the largest. */
const LEAST_SHARE = 1e-3;

/** A matrix in rows of blocks. */
export interface Local {
  /** Doubles of a vector. */
  readonly length: number;
  /** Largest row sum of |elements| of the real matrix. */
  readonly norm: number;
  /** Levels of a block. */
  readonly half: number;
  /** Diagonal elements by amplitudes' places, or none. */
  readonly diagonal: Float64Array | undefined;
  /** Numbers times the identity: ends of the imaginary and of the real ones in turn, row after row; places of the blocks that they multiply, and the numbers. */
  readonly ends: Int32Array;
  readonly sources: Uint32Array;
  readonly numbers: Float64Array;
  /** Small matrices, likewise: which of `blocks`, and a factor. */
  readonly blockEnds: Int32Array;
  readonly blockSources: Uint32Array;
  readonly blockNumbers: Int32Array;
  readonly blockFactors: Float64Array;
  readonly blocks: readonly Slices[];
}

/** Levels of the last sites that make a block, for subsystems of these dimensions; undefined where there is no such part. */
export function blockLevels(dims: readonly number[]): number | undefined {
  let levels = 1;
  for (let k = dims.length - 1; k > 0; k--) {
    levels *= dims[k]!;
    if (levels % TILE === 0) return levels <= MOST_LEVELS ? levels : undefined;
  }
  return undefined;
}

/** Where the real and the imaginary part of amplitude i lie, at 2i and 2i + 1. */
export function localPositions(d: number, half: number): Int32Array {
  return Int32Array.from({ length: 2 * d }, (_, k) => {
    const level = k >> 1;
    const inside = level % half;
    return 2 * (level - inside) + inside + (k & 1) * half;
  });
}

/** The matrix of an operator plus i·energy; undefined where its blocks are too many different ones. */
export function localFactors(rows: Sparse, half: number, energy: number): Local | undefined {
  const d = rows.pointers.length - 1;
  const count = d / half;
  const diagonal = new Float64Array(2 * d);
  let hasDiagonal = energy !== 0;
  const ends = new Int32Array(2 * count);
  const blockEnds = new Int32Array(count);
  const sources: number[] = [];
  const numbers: number[] = [];
  const blockSources: number[] = [];
  const blockNumbers: number[] = [];
  const blockFactors: number[] = [];
  const shapes = new Shapes(half);
  let norm = 0;
  for (let c = 0; c < count; c++) {
    const groups = new Map<number, Group>();
    for (let l = 0; l < half; l++) {
      const i = c * half + l;
      const place = 2 * half * c + l;
      diagonal[place + half] = energy;
      let sum = 0;
      for (let k = rows.pointers[i]!; k < rows.pointers[i + 1]!; k++) {
        const j = rows.indices[k]!;
        const [re, im] = [rows.re[k]!, rows.im[k]!];
        if (i === j) {
          diagonal[place] = re;
          diagonal[place + half] = im + energy;
          hasDiagonal = true;
          continue;
        }
        sum += Math.abs(re) + Math.abs(im);
        const m = j % half;
        const source = (j - m) / half;
        let group = groups.get(source);
        if (group === undefined) {
          group = { levels: [], values: [] };
          groups.set(source, group);
        }
        group.levels.push(l * half + m);
        group.values.push(re, im);
      }
      norm = Math.max(norm, sum + Math.abs(diagonal[place]!) + Math.abs(diagonal[place + half]!));
    }
    const scalars: [number, Group][] = [];
    const others: [number, Group][] = [];
    for (const entry of groups) (isScalar(entry[1], half) ? scalars : others).push(entry);
    for (const part of [1, 0]) {
      for (const [source, { values }] of scalars) {
        if (values[part] === 0) continue;
        sources.push(16 * half * source);
        numbers.push(values[part]!);
      }
      ends[2 * c + 1 - part] = sources.length;
    }
    for (const [source, group] of others) {
      const { number, factor } = shapes.find(group);
      if (number >= MOST_BLOCKS) return undefined;
      blockSources.push(16 * half * source);
      blockNumbers.push(number);
      blockFactors.push(factor);
    }
    blockEnds[c] = blockSources.length;
  }
  return {
    ...{ length: 2 * d, norm, half, ends, blockEnds, blocks: shapes.matrices() },
    diagonal: hasDiagonal ? diagonal : undefined,
    sources: Uint32Array.from(sources),
    numbers: Float64Array.from(numbers),
    blockSources: Uint32Array.from(blockSources),
    blockNumbers: Int32Array.from(blockNumbers),
    blockFactors: Float64Array.from(blockFactors),
  };
}

/** Elements of a block: half·row + column, and their values, interleaved. */
interface Group {
  readonly levels: number[];
  readonly values: number[];
}

/** Whether a block is a number times the identity. */
function isScalar({ levels, values }: Group, half: number): boolean {
  return (
    levels.length === half &&
    levels.every((at, k) => at === k * (half + 1) && values[2 * k] === values[0] && values[2 * k + 1] === values[1])
  );
}

/** Blocks that differ by more than a real factor. */
class Shapes {
  readonly #half: number;
  readonly #known: Group[] = [];
  readonly #byHash = new Map<number, number[]>();

  constructor(half: number) {
    this.#half = half;
  }

  /** The number of a block's shape, and what it is times that shape. */
  find({ levels, values }: Group): { number: number; factor: number } {
    // Not the first of all: what rounding leaves of a zero may be as small as numbers get.
    const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const factor = values.find((x) => Math.abs(x) > LEAST_SHARE * largest) ?? 1;
    const scaled = values.map((x) => x / factor);
    let hash = levels.length;
    for (const at of levels) hash = (Math.imul(hash, 31) + at) | 0;
    const alike = this.#byHash.get(hash) ?? [];
    this.#byHash.set(hash, alike);
    const found = alike.find((number) => {
      const known = this.#known[number]!;
      return equal(known.levels, levels) && equal(known.values, scaled);
    });
    if (found !== undefined) return { number: found, factor };
    alike.push(this.#known.length);
    this.#known.push({ levels, values: scaled });
    return { number: this.#known.length - 1, factor };
  }

  matrices(): Slices[] {
    const all = Int32Array.from({ length: 2 * this.#half }, (_, k) => k);
    return this.#known.map((group) => slices(realRows(group, this.#half), all, all));
  }
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x, k) => x === b[k]);
}

/** A block as a real matrix on the real parts, then the imaginary parts, of its amplitudes. */
function realRows({ levels, values }: Group, half: number): RealRows {
  const rows = Array.from({ length: 2 * half }, (): [column: number, value: number][] => []);
  levels.forEach((at, k) => {
    const m = at % half;
    const l = (at - m) / half;
    const [re, im] = [values[2 * k]!, values[2 * k + 1]!];
    if (re !== 0) rows[l]!.push([m, re]);
    if (im !== 0) rows[l]!.push([half + m, -im]);
    if (im !== 0) rows[half + l]!.push([m, im]);
    if (re !== 0) rows[half + l]!.push([half + m, re]);
  });
  const pointers = new Int32Array(2 * half + 1);
  rows.forEach((row, k) => {
    pointers[k + 1] = pointers[k]! + row.length;
  });
  const elements = rows.flat();
  return {
    pointers,
    columns: Int32Array.from(elements, ([column]) => column),
    values: Float64Array.from(elements, ([, value]) => value),
  };
}

/** Kernel memory that it takes, in bytes. */
export function localBytes({ diagonal, ends, sources, blockEnds, blockSources, blocks }: Local): number {
  const small = blocks.reduce((sum, { values, length }) => sum + 12 * values.length + length + 128, 0);
  return (
    8 * (diagonal?.length ?? 0) +
    4 * ends.length +
    12 * sources.length +
    4 * blockEnds.length +
    16 * blockSources.length +
    small +
    1024
  );
}

/** Copies it into the open frame: the address of a Coordinates. @throws {@link TooLargeError} */
export function putLocal(kernel: Kernel, plan: Local, what: string): number {
  const blocks = plan.blocks.map((block) => putSlices(kernel, block, what));
  const pointer = kernel.functions.createLocalCoordinates(
    plan.blockEnds.length,
    plan.half,
    plan.diagonal ? kernel.putDoubles(plan.diagonal, what) : 0,
    kernel.putIntegers(plan.ends, what),
    kernel.putIntegers(plan.sources, what),
    kernel.putDoubles(plan.numbers, what),
    kernel.putIntegers(plan.blockEnds, what),
    kernel.putIntegers(plan.blockSources, what),
    kernel.putIntegers(
      Int32Array.from(plan.blockNumbers, (number) => blocks[number]!),
      what,
    ),
    kernel.putDoubles(plan.blockFactors, what),
  );
  return pointer >>> 0 || kernel.allocate(4096, what);
}

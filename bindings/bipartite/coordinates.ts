/**
 * Hermitian operators on A ⊗ B as real vectors, and the generator as real matrices, in parts.
 *
 * The basis is that of the eigenstates of the local Hamiltonians: -i[H_A + H_B, .] then turns pairs of coordinates into one another, exactly, and no
 * rounding of a large local Hamiltonian covers a small coupling or slow baths.
 * @module
 */
import { eigenHermitian } from "../kernel/dense.ts";
import { qeye } from "../operators/builders.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { applyGeneratorToAll } from "../solvers/apply.ts";
import { actsOnOnePart, correlating } from "./conditions.ts";
import type { Parts } from "./energies.ts";
import { addScaled } from "./small.ts";

/** A part of the generator, or all of it: row k holds the coordinates of the image of G_k. */
export type Images = Float64Array;

/** An element of the basis: what is not zero of its matrix (row-major, re and im interleaved) in the local eigenbases. */
interface Element {
  readonly places: readonly number[];
  readonly values: readonly number[];
  /** -i[H_A + H_B, G] = rate · (the element `partner`) */
  readonly rate: number;
  readonly partner: number;
}

/** The whole generator, by what its parts are for the traceless products. */
export interface GeneratorParts {
  /** Jumps of one part each: they lead out of no traceless products. */
  readonly local: Images;
  /** V. */
  readonly coupling: Images;
  /** What of V acts on both parts: it alone leads out of the traceless products. */
  readonly across: Images;
  /** Jumps that act on both parts. */
  readonly shared: Images;
  /** All of it, with the local Hamiltonians. */
  readonly whole: Images;
}

/** What coordinates are made for. */
interface System extends Parts {
  readonly V: HermitianOperator;
  readonly HA: HermitianOperator;
  readonly HB: HermitianOperator;
  readonly jumps: readonly Operator[];
}

/**
 * Coordinates in an orthonormal Hermitian basis. The first `kernel` span the operators X with Tr_B X = Tr_A X = 0, then come those of A alone, of B
 * alone, and 1/sqrt(d), the last.
 */
export class Coordinates {
  readonly dims: readonly number[];
  /** Number of coordinates, (dA·dB)². */
  readonly count: number;
  /** (dA² - 1)(dB² - 1) */
  readonly kernel: number;
  /** Largest of the local energies, by absolute value: what rounding of frequencies is measured by. */
  readonly energy: number;
  readonly #size: number;
  readonly #elements: readonly Element[];
  /** Columns: products of eigenstates. */
  readonly #frame: Operator;
  readonly #coupling: Operator;
  readonly #system: System;

  constructor(system: System) {
    const { HA, HB, V } = system;
    const A = eigenHermitian(HA);
    const B = eigenHermitian(HB);
    this.#coupling = V.sub(qeye(V.dims).scale(V.tr().re / V.size)).hermitianPart();
    this.#system = system;
    this.dims = V.dims;
    this.#size = V.size;
    this.count = V.size ** 2;
    this.#frame = columns(HA.dims, A.vectors).kron(columns(HB.dims, B.vectors));
    this.energy = Math.max(...[...A.values, ...B.values].map(Math.abs), 0);
    const { elements, kernel } = basisOf(A.values, B.values);
    this.#elements = elements;
    this.kernel = kernel;
  }

  /** Of coordinate k: -i[H_A + H_B, G_k] = rate · G_partner. */
  turn(k: number): { rate: number; partner: number } {
    return this.#elements[k]!;
  }

  /** Tr[G_k X] for all k, of a Hermitian X. */
  of(X: Operator): Float64Array {
    return this.#read(this.#inFrame(X));
  }

  /** sum_k x_k G_k; coordinates that are missing at the end are 0. */
  operator(x: ArrayLike<number>): HermitianOperator {
    const data = new Float64Array(2 * this.#size ** 2);
    for (let k = 0; k < x.length; k++) {
      const { places, values } = this.#elements[k]!;
      places.forEach((place, j) => {
        data[place]! += x[k]! * values[j]!;
      });
    }
    const inFrame = Operator.dense(this.dims, data);
    return this.#frame.mul(inFrame).mul(this.#frame.dag()).hermitianPart();
  }

  /** The generator in this basis. */
  generator(): GeneratorParts {
    const nothing = Operator.fromTriplets(this.dims, []);
    const { jumps } = this.#system;
    const ofOnePart = jumps.map((jump) => actsOnOnePart(this.#system, jump));
    const [local, shared] = [true, false].map((which) =>
      this.#dissipator(jumps.filter((_, k) => ofOnePart[k] === which)),
    ) as [Images, Images];
    const coupling = this.#images(this.#coupling, []);
    const acrossBoth = correlating(this.#system, this.#coupling);
    // Rounding of a V that acts on single parts only is no coupling.
    const none = acrossBoth.norm() <= 16 * this.#size * Number.EPSILON * this.#coupling.norm();
    const across = this.#images(none ? nothing : acrossBoth, []);
    const whole = local.map((x, k) => x + shared[k]! + coupling[k]!);
    this.#elements.forEach(({ rate, partner }, k) => {
      whole[k * this.count + partner]! += rate;
    });
    return { local, shared, coupling, across, whole };
  }

  /** Of jumps, those of a size together: the rounding of fast ones is not to cover slow ones. */
  #dissipator(jumps: readonly Operator[]): Images {
    const bySize = new Map<number, Operator[]>();
    for (const jump of jumps) {
      const size = Math.round(Math.log10(jump.norm()));
      bySize.set(size, [...(bySize.get(size) ?? []), jump]);
    }
    const sum = new Float64Array(this.count ** 2);
    const nothing = Operator.fromTriplets(this.dims, []);
    for (const group of bySize.values()) addScaled(sum, 1, this.#images(nothing, group));
    return sum;
  }

  /** Without what is rounding: to a slow motion that a zero would leave alone it can be much. */
  #images(H: Operator, jumps: readonly Operator[]): Images {
    const images = new Float64Array(this.count ** 2);
    if (H.nnz === 0 && jumps.length === 0) return images;
    const matrices = this.#elements.map(({ places, values }) => {
      const data = new Float64Array(2 * this.#size ** 2);
      places.forEach((place, j) => {
        data[place] = values[j]!;
      });
      return Operator.dense(this.dims, data);
    });
    const turned = jumps.map((jump) => this.#inFrame(jump));
    applyGeneratorToAll(this.#inFrame(H).hermitianPart(), turned, matrices).forEach((image, k) => {
      images.set(this.#read(image), k * this.count);
    });
    const rounding = 4 * this.#size * Number.EPSILON * images.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    return images.map((x) => (Math.abs(x) <= rounding ? 0 : x));
  }

  #inFrame(X: Operator): Operator {
    return this.#frame.dag().mul(X).mul(this.#frame);
  }

  #read(X: Operator): Float64Array {
    const data = X.toDense();
    return Float64Array.from(this.#elements, ({ places, values }) =>
      places.reduce((sum, place, k) => sum + values[k]! * data[place]!, 0),
    );
  }
}

function columns(dims: readonly number[], vectors: readonly Float64Array[]): Operator {
  return Operator.fromTriplets(
    dims,
    vectors.flatMap((vector, column) =>
      Array.from(
        { length: vectors.length },
        (_, row) => [row, column, vector[2 * row]!, vector[2 * row + 1]!] as const,
      ),
    ),
  );
}

/** The elements between products of eigenstates of energies a_m + b_k. */
function basisOf(a: Float64Array, b: Float64Array): { elements: readonly Element[]; kernel: number } {
  const [dA, dB] = [a.length, b.length];
  const d = dA * dB;
  const elements: Element[] = [];
  const place = (row: number, column: number) => 2 * (row * d + column);
  /** sum_r weight_r |i_r><j_r| + h.c., and i times that with - h.c. */
  const addPair = (entries: readonly (readonly [row: number, column: number, weight: number])[], omega: number) => {
    const h = Math.SQRT1_2;
    const k = elements.length;
    elements.push(
      {
        places: entries.flatMap(([i, j]) => [place(i, j), place(j, i)]),
        values: entries.flatMap(([, , w]) => [w * h, w * h]),
        rate: -omega,
        partner: k + 1,
      },
      {
        places: entries.flatMap(([i, j]) => [place(i, j) + 1, place(j, i) + 1]),
        values: entries.flatMap(([, , w]) => [w * h, -w * h]),
        rate: omega,
        partner: k,
      },
    );
  };
  const addDiagonal = (weights: readonly number[]) => {
    const used = weights.map((w, k) => [w, k] as const).filter(([w]) => w !== 0);
    elements.push({
      places: used.map(([, k]) => place(k, k)),
      values: used.map(([w]) => w),
      rate: 0,
      partner: elements.length,
    });
  };
  const products = (x: readonly number[], y: readonly number[]) => x.flatMap((p) => y.map((q) => p * q));
  const [diagonalsA, diagonalsB] = [tracelessDiagonals(dA), tracelessDiagonals(dB)];
  const oneA = Array.from(a, () => 1 / Math.sqrt(dA));
  const oneB = Array.from(b, () => 1 / Math.sqrt(dB));
  /** |m><n| ⊗ diagonal */
  const addOfA = (diagonals: readonly (readonly number[])[]) => {
    for (const [m, n] of pairs(dA)) {
      for (const w of diagonals)
        addPair(nonzero(w.map((weight, k) => [m * dB + k, n * dB + k, weight] as const)), a[m]! - a[n]!);
    }
  };
  const addOfB = (diagonals: readonly (readonly number[])[]) => {
    for (const [k, l] of pairs(dB)) {
      for (const w of diagonals)
        addPair(nonzero(w.map((weight, m) => [m * dB + k, m * dB + l, weight] as const)), b[k]! - b[l]!);
    }
  };
  for (const x of diagonalsA) for (const y of diagonalsB) addDiagonal(products(x, y));
  addOfA(diagonalsB);
  addOfB(diagonalsA);
  for (const [m, n] of pairs(dA)) {
    for (const [k, l] of pairs(dB)) {
      const [ofA, ofB] = [a[m]! - a[n]!, b[k]! - b[l]!];
      addPair([[m * dB + k, n * dB + l, 1]], ofA + ofB);
      addPair([[m * dB + l, n * dB + k, 1]], ofA - ofB);
    }
  }
  const kernel = elements.length;
  for (const x of diagonalsA) addDiagonal(products(x, oneB));
  addOfA([oneB]);
  for (const y of diagonalsB) addDiagonal(products(oneA, y));
  addOfB([oneA]);
  addDiagonal(products(oneA, oneB));
  return { elements, kernel };
}

const nonzero = (entries: readonly (readonly [number, number, number])[]) =>
  entries.filter(([, , weight]) => weight !== 0);

const pairs = (d: number): [number, number][] =>
  Array.from({ length: d }, (_, m) => m).flatMap((m) =>
    Array.from({ length: d - m - 1 }, (_, k): [number, number] => [m, m + 1 + k]),
  );

/** The diagonal generalised Gell-Mann matrices over sqrt(2). */
function tracelessDiagonals(d: number): number[][] {
  return Array.from({ length: d - 1 }, (_, j) => {
    const l = j + 1;
    const norm = 1 / Math.sqrt(l * (l + 1));
    return Array.from({ length: d }, (_value, k) => (k < l ? norm : k === l ? -l * norm : 0));
  });
}

/**
 * The generator on one triangle of rho: for G of few diagonals near the main one, and jumps on one diagonal each. Cavities, single
 * spins and a cavity with a two-level system in it are of this kind.
 * @module
 */
import {
  LEAD_COUPLED,
  LEAD_DIAGONAL,
  LEAD_LOWER,
  LEAD_LOWER_OTHER,
  LEAD_LOWER_RAISE,
  LEAD_OTHER,
  TERM_JUMP_COMPLEX,
  TERM_JUMP_REAL,
  TERM_PAIR_COMPLEX,
  TERM_PAIR_IMAGINARY,
  TERM_PAIR_REAL,
} from "../../assembly/constants.ts";
import type { Operator } from "../operators/operator.ts";
import { asShiftJump, count, type Places, type ShiftJump } from "./generator.ts";

/** Pairs of diagonals of G beside the main one, and jumps, at most: every term is a pass. */
const MOST_PAIRS = 4;
const MOST_JUMPS = 12;
/** Width of the band on one side, as a share of d and in any case: what lies below the diagonal is stored as well. */
const BAND_SHARE = 1 / 8;
const NARROW = 3;
/** What each element is multiplied with for being stored: with 2 no digit is lost, and norms are never below Frobenius norms. */
export const TRIANGLE_SCALE = 2;

export type TermKind =
  | typeof TERM_JUMP_REAL
  | typeof TERM_JUMP_COMPLEX
  | typeof TERM_PAIR_REAL
  | typeof TERM_PAIR_IMAGINARY
  | typeof TERM_PAIR_COMPLEX;

/** A term in a pass of its own; `coefficients` as the kernel has them. */
interface TriangleTerm {
  readonly kind: TermKind;
  readonly shift: number;
  readonly coefficients: Float64Array;
}

/** The same with one array for each diagonal. */
interface Term {
  readonly kind: TermKind;
  readonly shift: number;
  readonly arrays: readonly Float64Array[];
}

/** Where the elements of rho lie in a vector (assembly/superoperator/triangle.ts). */
interface TriangleLayout {
  /** Doubles of a vector. */
  readonly length: number;
  /** Distance from real to imaginary parts, in doubles. */
  readonly plane: number;
  /** Per row: the place of its column 0, were it kept. */
  readonly rows: Float64Array;
}

export interface TrianglePlan extends TriangleLayout {
  readonly d: number;
  readonly band: number;
  /** The first pass: LEAD_…, how many jumps it takes along, the shift of the last of them. */
  readonly lead: {
    readonly kind: number;
    readonly jumps: number;
    readonly otherJump: number;
    /** How many arrays lie side by side. */
    readonly arrays: number;
    readonly coefficients: Float64Array;
  };
  readonly terms: readonly TriangleTerm[];
  /** Which term the coupling to a distance is, by distance; which a jump: 0 the first pass, k + 1 `terms[k]`. */
  readonly pairPlaces: ReadonlyMap<number, TermPlace>;
  readonly jumpPlaces: readonly TermPlace[];
  /** What was chosen, in words. */
  readonly form: string;
}

/** Where the arrays of a term begin among those of its pass, and how many that pass has. */
interface TermPlace {
  readonly pass: number;
  readonly first: number;
  readonly arrays: number;
  readonly kind: TermKind;
  readonly turned: boolean;
}

/** One diagonal: elements |i><i + shift| at i, zeros where there are none. */
interface Diagonal {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * @param G -iH - ½ sum L†L
 * @param jumps rates inside
 * @returns undefined when G is not banded or a jump lies on several diagonals
 */
export function planTriangle(G: Operator, jumps: readonly Operator[]): TrianglePlan | undefined {
  const d = G.size;
  if (jumps.length > MOST_JUMPS) return undefined;
  const diagonals = diagonalsOf(G, Math.max(NARROW, Math.floor(d * BAND_SHARE)));
  if (diagonals === undefined) return undefined;
  const distances = [...new Set([...diagonals.keys()].map(Math.abs))]
    .filter((shift) => shift > 0)
    .sort((a, b) => a - b);
  if (distances.length > MOST_PAIRS) return undefined;
  const shifted = jumps.map(asShiftJump);
  const moved = shifted.filter((jump) => jump !== undefined);
  if (moved.length < shifted.length) return undefined;
  // A SIMD vector that holds the diagonal holds its neighbour as well.
  const band = Math.max(1, distances.at(-1) ?? 0);
  const zero = { re: new Float64Array(d), im: new Float64Array(d) };
  const none = (values: Float64Array) => values.every((x) => x === 0);
  const pairs = distances.map((shift): Term => {
    const sides = [diagonals.get(-shift) ?? zero, diagonals.get(shift) ?? zero];
    const re = sides.map((side) => side.re);
    const im = sides.map((side) => side.im);
    if (re.every(none)) return { kind: TERM_PAIR_IMAGINARY, shift, arrays: im };
    if (im.every(none)) return { kind: TERM_PAIR_REAL, shift, arrays: re };
    return { kind: TERM_PAIR_COMPLEX, shift, arrays: [...re, ...im] };
  });
  const leading = pairs.find(({ kind, shift }) => kind === TERM_PAIR_IMAGINARY && shift === 1);
  const { kind: leadKind, jumps: leadJumps } = leading ? leadOf(moved) : { kind: LEAD_DIAGONAL, jumps: [] };
  const main = diagonals.get(0) ?? zero;
  const jumpTerms = moved.map(
    ({ shift, real, re, im }): Term =>
      real ? { kind: TERM_JUMP_REAL, shift, arrays: [re] } : { kind: TERM_JUMP_COMPLEX, shift, arrays: [re, im] },
  );
  const rest: Term[] = [
    ...pairs.filter((pair) => pair !== leading),
    ...jumpTerms.filter((_, k) => !leadJumps.includes(moved[k]!)),
  ];
  const leadArrays = [...[main.re, main.im], ...(leading?.arrays ?? []), ...leadJumps.map(({ re }) => re)];
  const placeOf = ({ kind, arrays }: Term, pass: number, first: number, turned: boolean): TermPlace =>
    pass === 0
      ? { kind, pass, first, arrays: leadArrays.length, turned }
      : { kind, pass, first: 0, arrays: arrays.length, turned };
  const afterPair = 2 + (leading?.arrays.length ?? 0);
  const reach = Math.max(band, ...moved.map(({ shift }) => Math.abs(shift)));
  return {
    d,
    band,
    ...layout(d, band, reach),
    lead: {
      coefficients: sideBySide(d, leadArrays),
      kind: leadKind,
      arrays: leadArrays.length,
      jumps: leadJumps.length,
      otherJump: leadJumps.at(-1)?.shift ?? 0,
    },
    terms: rest.map(({ kind, shift, arrays }) => ({ kind, shift, coefficients: sideBySide(d, arrays) })),
    pairPlaces: new Map(pairs.map((pair) => [pair.shift, placeOf(pair, 1 + rest.indexOf(pair), 2, false)])),
    jumpPlaces: jumpTerms.map((term, k) =>
      placeOf(term, 1 + rest.indexOf(term), afterPair + leadJumps.indexOf(moved[k]!), moved[k]!.turned),
    ),
    form: `one triangle of a Hermitian matrix: ${count(diagonals.size, "diagonal")}, ${count(jumps.length, "jump")}`,
  };
}

/** Which of the jumps the first pass takes along, in their order there. */
function leadOf(jumps: readonly ShiftJump[]): { kind: number; jumps: readonly ShiftJump[] } {
  const real = jumps.filter((jump) => jump.real);
  const lower = real.find(({ shift }) => shift === 1);
  const rest = real.filter((jump) => jump !== lower);
  const other = rest.find(({ shift }) => shift === -1) ?? rest[0];
  if (lower === undefined) return other ? { kind: LEAD_OTHER, jumps: [other] } : { kind: LEAD_COUPLED, jumps: [] };
  if (other === undefined) return { kind: LEAD_LOWER, jumps: [lower] };
  return { kind: other.shift === -1 ? LEAD_LOWER_RAISE : LEAD_LOWER_OTHER, jumps: [lower, other] };
}

/** The diagonals of an operator that has none farther out than `widest`. */
function diagonalsOf(operator: Operator, widest: number): Map<number, Diagonal> | undefined {
  const d = operator.size;
  const diagonals = new Map<number, Diagonal>();
  let banded = true;
  operator.forEachNonzero((row, column, re, im) => {
    const shift = column - row;
    if (Math.abs(shift) > widest) banded = false;
    let diagonal = diagonals.get(shift);
    if (diagonal === undefined) {
      if (!banded || diagonals.size > 2 * MOST_PAIRS) {
        banded = false;
        return;
      }
      diagonal = { re: new Float64Array(d), im: new Float64Array(d) };
      diagonals.set(shift, diagonal);
    }
    diagonal.re[row] = re;
    diagonal.im[row] = im;
  });
  return banded ? diagonals : undefined;
}

/** @param reach farthest that a term moves an element: as many zeros stand around the parts, and one for the half of a SIMD vector */
function layout(d: number, band: number, reach: number): TriangleLayout {
  const columns = (d + 1) & ~1;
  const zeros = (reach + 2) & ~1;
  const rows = new Float64Array(d);
  let at = zeros;
  for (let i = 0; i < d; i++) {
    const first = Math.max(0, i - band) & ~1;
    rows[i] = at - first;
    at += columns - first;
  }
  return { rows, plane: at, length: Math.ceil((2 * at + zeros) / 8) * 8 };
}

/** Where elements lie once a plan has been copied to the kernel: `passes` are the addresses of the first pass' and the terms' arrays. */
export function trianglePlaces({ lead, pairPlaces, jumpPlaces }: TrianglePlan, passes: readonly number[]): Places {
  const at = ({ pass, arrays }: Pick<TermPlace, "pass" | "arrays">, array: number, i: number) =>
    passes[pass]! + 8 * (2 * (arrays * (i >> 1) + array) + (i & 1));
  const main = { pass: 0, arrays: lead.arrays };
  return {
    drift(row, column) {
      const plain = { scale: 1, turned: false };
      const shift = column - row;
      if (shift === 0) {
        return { re: at(main, 0, row), im: at(main, 1, row), ...plain };
      }
      const place = pairPlaces.get(Math.abs(shift))!;
      const side = place.first + (shift > 0 ? 1 : 0);
      if (place.kind === TERM_PAIR_REAL) return { re: at(place, side, row), im: 0, ...plain };
      if (place.kind === TERM_PAIR_IMAGINARY) return { re: 0, im: at(place, side, row), ...plain };
      return { re: at(place, side, row), im: at(place, side + 2, row), ...plain };
    },
    jump(k) {
      const place = jumpPlaces[k]!;
      const im = place.kind === TERM_JUMP_COMPLEX;
      return (row) => ({
        re: at(place, place.first, row),
        im: im ? at(place, place.first + 1, row) : 0,
        scale: 1,
        turned: place.turned,
      });
    },
  };
}

/** Two elements of the first array, two of the second, …, padded to whole SIMD vectors. */
function sideBySide(d: number, arrays: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(2 * arrays.length * Math.ceil(d / 2));
  arrays.forEach((values, k) => {
    values.forEach((value, i) => {
      out[2 * (arrays.length * (i >> 1) + k) + (i & 1)] = value;
    });
  });
  return out;
}

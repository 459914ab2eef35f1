/**
 * Energies, and flows between A, B and chi, of many states at once: functionals of the state that the solver evaluates, and the kernel's
 * polynomials in them (assembly/bipartite/energetics.ts).
 * @module
 */
import { ENERGETICS_FIXED, ENERGETICS_PER_BATH, NO_FUNCTIONAL } from "../../assembly/constants.ts";
import type { RealFunction } from "../coefficients/real.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { qeye } from "../operators/builders.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import { Operator } from "../operators/operator.ts";
import { adjointDissipator } from "./adjoint.ts";
import type { ResolvedBath } from "./baths.ts";

/** A part of H with one coefficient: H_A ⊗ 1 + 1 ⊗ H_B + V, each of which may be missing. The first one does not change. */
export interface Component {
  readonly HA?: Operator;
  readonly HB?: Operator;
  readonly V?: Operator;
  readonly coefficient: RealFunction;
}

/** Columns of a row of results. */
export const COLUMN = {
  U: 0,
  UA: 1,
  UB: 2,
  Ulocal: 3,
  Uchi: 4,
  rateA: 6,
  rateB: 7,
  flowA: 8,
  flowB: 9,
  workA: 10,
  workB: 11,
  work: 12,
} as const;

/** Columns of bath k: its flows into A and B, Tr[rho' H], Tr[rho' H_bath]. */
export const bathColumns = (k: number) => {
  const first = ENERGETICS_FIXED + ENERGETICS_PER_BATH * k;
  return { A: first, B: first + 1, all: first + 2, local: first + 3 };
};

/** Elements (i, j), i <= j, of a Hermitian matrix; the number of doubles that all of them take. */
const triangleOf = (d: number) =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d - i }, (_, j) => [i, i + j] as const)).flat();
const doublesOf = (d: number) => d * (d + 1);

interface Coupling {
  readonly rowPointers: number[];
  readonly columns: number[];
  readonly values: number[];
}

interface PlannedComponent {
  readonly coefficient: RealFunction;
  readonly hA: Float64Array | undefined;
  readonly hB: Float64Array | undefined;
  readonly coupling: Coupling | undefined;
  readonly flowA: number;
  readonly flowB: number;
  readonly energy: number;
}

export class Energetics {
  /** Operators O whose Tr[O rho] a row consists of. */
  readonly functionals: readonly Operator[];
  /** Numbers of a row of results. */
  readonly columns: number;
  readonly #dA: number;
  readonly #dB: number;
  readonly #alphaA: number;
  readonly #components: readonly PlannedComponent[];
  readonly #baths: readonly { flowA: number; flowB: number; energy: number; local: number }[];
  readonly #stateB: number;
  readonly #interaction: number;

  constructor(
    dimsA: readonly number[],
    dimsB: readonly number[],
    alphaA: number,
    components: readonly Component[],
    baths: readonly ResolvedBath[],
  ) {
    const functionals: Operator[] = [];
    const push = (operators: readonly Operator[]) => functionals.push(...operators) - operators.length;
    const [oneA, oneB] = [qeye(dimsA), qeye(dimsB)];
    const [unitsA, unitsB] = [unitsOf(dimsA), unitsOf(dimsB)];
    const [onA, onB] = [unitsA.map((unit) => unit.kron(oneB)), unitsB.map((unit) => oneA.kron(unit))];
    const dims = [...dimsA, ...dimsB];
    push(onA);
    this.#stateB = push(onB);
    const whole = components.map(({ HA, HB, V }) =>
      [HA?.kron(oneB), HB && oneA.kron(HB), V]
        .filter((operator) => operator !== undefined)
        .reduce((sum, operator) => sum.add(operator), Operator.fromTriplets(dims, [])),
    );
    this.#interaction = push([components[0]?.V ?? Operator.fromTriplets(dims, [])]);
    this.#components = components.map(({ HA, HB, V, coefficient }, j) => {
      const commute = commutatorWith(whole[j]!);
      return {
        coefficient,
        hA: HA && rowOf(HA),
        hB: HB && rowOf(HB),
        coupling: V && V.nnz > 0 ? couplingOf(V, oneA.size, oneB.size) : undefined,
        flowA: HA || V ? push(onA.map(commute)) : NO_FUNCTIONAL,
        flowB: HB || V ? push(onB.map(commute)) : NO_FUNCTIONAL,
        energy: push([whole[j]!]),
      };
    });
    this.#baths = baths.map((bath) => {
      const { site, jumps, ownJumps } = bath;
      const adjoint = adjointDissipator(jumps, dims);
      const own = site === "global" ? undefined : adjointDissipator(ownJumps, site === "A" ? dimsA : dimsB);
      return {
        flowA: site === "B" ? NO_FUNCTIONAL : push(own ? unitsA.map((unit) => own(unit).kron(oneB)) : onA.map(adjoint)),
        flowB: site === "A" ? NO_FUNCTIONAL : push(own ? unitsB.map((unit) => oneA.kron(own(unit))) : onB.map(adjoint)),
        energy: push(whole.map(adjoint)),
        local: push([adjoint(bath.hamiltonian)]),
      };
    });
    this.functionals = functionals;
    this.columns = ENERGETICS_FIXED + ENERGETICS_PER_BATH * baths.length;
    this.#dA = oneA.size;
    this.#dB = oneB.size;
    this.#alphaA = alphaA;
  }

  /** Coefficients of the components at times, or their derivatives. */
  #coefficients(times: Float64Array, of: (f: RealFunction, t: number) => number): Float64Array {
    const out = new Float64Array(times.length * this.#components.length);
    let at = 0;
    for (const t of times) for (const { coefficient } of this.#components) out[at++] = of(coefficient, t);
    return out;
  }

  /**
   * Rows of results from rows of functionals: `values` as {@link FunctionalRows} has them.
   * @param slope derivatives of coefficients
   */
  compute(
    times: Float64Array,
    { values, width, offset }: { values: Float64Array; width: number; offset: number },
    slope: (f: RealFunction, t: number) => number,
  ): Float64Array {
    const what = "the energies of a run";
    const coefficients = this.#coefficients(times, (f, t) => f.at(t));
    const slopes = this.#coefficients(times, slope);
    return getKernel().frame((kernel) => {
      const pointer = this.#put(kernel, what);
      const rows = kernel.putDoubles(values, what) + 8 * offset;
      const c = kernel.putDoubles(coefficients, what);
      const s = kernel.putDoubles(slopes, what);
      const out = kernel.allocate(8 * this.columns * times.length + 8, what);
      kernel.functions.energetics(pointer, times.length, rows, width / 2, c, s, out);
      return kernel.doubles.slice(out / 8, out / 8 + this.columns * times.length);
    });
  }

  /** One state. */
  at(rho: Operator, time: number, slope: (f: RealFunction, t: number) => number): Float64Array {
    const values = Float64Array.from(
      this.functionals.flatMap((operator) => {
        const { re, im } = traceOfProduct(operator, rho);
        return [re, im];
      }),
    );
    return this.compute(Float64Array.of(time), { values, width: values.length, offset: 0 }, slope);
  }

  /** Reduced states, row-major and interleaved, from one row of functionals. */
  reduced(values: Float64Array, row: number): { A: Float64Array; B: Float64Array } {
    return {
      A: matrixOf(this.#dA, values, row),
      B: matrixOf(this.#dB, values, row + 2 * this.#stateB),
    };
  }

  #put(kernel: Kernel, what: string): number {
    const { functions } = kernel;
    const pointer =
      functions.createEnergetics(
        doublesOf(this.#dA),
        doublesOf(this.#dB),
        this.#components.length,
        this.#baths.length,
        this.#alphaA,
        0,
        this.#stateB,
        this.#interaction,
      ) >>> 0;
    if (pointer === 0) kernel.allocate(2 ** 32, what);
    this.#components.forEach(({ hA, hB, coupling, flowA, flowB, energy }, j) => {
      functions.setEnergeticsComponent(
        pointer,
        j,
        hA ? kernel.putDoubles(hA, what) : 0,
        hB ? kernel.putDoubles(hB, what) : 0,
        coupling ? kernel.putIntegers(coupling.rowPointers, what) : 0,
        coupling ? kernel.putIntegers(coupling.columns, what) : 0,
        coupling ? kernel.putDoubles(coupling.values, what) : 0,
        flowA,
        flowB,
        energy,
      );
    });
    this.#baths.forEach(({ flowA, flowB, energy, local }, k) => {
      functions.setEnergeticsBath(pointer, k, flowA, flowB, energy, local);
    });
    return pointer;
  }
}

/** |j><i|, i <= j: Tr[|j><i| X] is the element (i, j) of X. */
function unitsOf(dims: readonly number[]): Operator[] {
  const d = dims.reduce((a, b) => a * b, 1);
  return triangleOf(d).map(([i, j]) => Operator.fromTriplets(dims, [[j, i, 1, 0]]));
}

/** E -> -i[E, H]: Tr[E (-i)[H, X]] = Tr[-i[E, H] X]. For sparse E. */
function commutatorWith(H: Operator): (E: Operator) => Operator {
  const rows = Array.from({ length: H.size }, (): [number, number, number][] => []);
  H.forEachNonzero((row, column, re, im) => rows[row]!.push([column, re, im]));
  return (E) => {
    const triplets: [number, number, number, number][] = [];
    E.forEachNonzero((row, column) => {
      // The elements of E are 1. Row `column` of H, and column `row` of it by Hermiticity.
      for (const [to, re, im] of rows[column]!) triplets.push([row, to, im, -re]);
      for (const [from, re, im] of rows[row]!) triplets.push([from, column, im, re]);
    });
    return Operator.fromTriplets(H.dims, triplets);
  };
}

/** h with Tr[H X] = h·x. */
function rowOf(H: Operator): Float64Array {
  return Float64Array.from(
    triangleOf(H.size).flatMap(([i, j]) => {
      const { re, im } = H.get(j, i);
      return i === j ? [re, 0] : [2 * re, -2 * im];
    }),
  );
}

/** K with Tr[V X ⊗ Y] = x·K y. */
function couplingOf(V: Operator, dA: number, dB: number): Coupling {
  const positions = (d: number) => {
    const at = new Map(triangleOf(d).map(([i, j], k) => [i * d + j, 2 * k]));
    // X_ij = x[at] + sign·i·x[at + 1]
    return (i: number, j: number) =>
      i <= j ? ([at.get(i * d + j)!, 1] as const) : ([at.get(j * d + i)!, -1] as const);
  };
  const [placeA, placeB] = [positions(dA), positions(dB)];
  const rows = Array.from({ length: doublesOf(dA) }, () => new Map<number, number>());
  const add = (row: number, column: number, value: number) => {
    if (value !== 0) rows[row]!.set(column, (rows[row]!.get(column) ?? 0) + value);
  };
  V.forEachNonzero((row, column, re, im) => {
    // V_(ib)(jc) multiplies X_ji Y_cb; of the product only the real part remains in the sum.
    const [i, b] = [Math.floor(row / dB), row % dB];
    const [j, c] = [Math.floor(column / dB), column % dB];
    const [p, s] = placeA(j, i);
    const [q, u] = placeB(c, b);
    add(p, q, re);
    add(p + 1, q + 1, -s * u * re);
    add(p, q + 1, -u * im);
    add(p + 1, q, -s * im);
  });
  const coupling: Coupling = { rowPointers: [0], columns: [], values: [] };
  for (const row of rows) {
    for (const [column, value] of [...row].sort(([a], [b]) => a - b)) {
      if (value === 0) continue;
      coupling.columns.push(column);
      coupling.values.push(value);
    }
    coupling.rowPointers.push(coupling.columns.length);
  }
  return coupling;
}

/** A Hermitian matrix from its upper triangle. */
function matrixOf(d: number, values: Float64Array, from: number): Float64Array {
  const data = new Float64Array(2 * d * d);
  let at = from;
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++, at += 2) {
      const [re, im] = [values[at]!, i === j ? 0 : values[at + 1]!];
      data[2 * (i * d + j)] = re;
      data[2 * (j * d + i)] = re;
      data[2 * (i * d + j) + 1] = im;
      data[2 * (j * d + i) + 1] = -im;
    }
  }
  return data;
}

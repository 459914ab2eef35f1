/**
 * Energies, and flows between A, B and chi, of many states at once: functionals of the state that the solver evaluates, and the kernel's
 * polynomials in them (assembly/bipartite/energetics.ts).
 * @module
 */
import { ENERGETICS_FIXED, ENERGETICS_PER_BATH, NO_FUNCTIONAL } from "../../assembly/constants.ts";
import { isConstant, type RealFunction } from "../coefficients/real.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { qeye } from "../operators/builders.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import { Operator } from "../operators/operator.ts";
import { adjointDissipator } from "./adjoint.ts";
import type { ResolvedBath } from "./baths.ts";
import { type Coupling, meansOf } from "./means.ts";

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
  /** Doubles of the means of A and of B. */
  readonly #nA: number;
  readonly #nB: number;
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
    const dims = [...dimsA, ...dimsB];
    const nothing = Operator.fromTriplets(dims, []);
    const { A, B, couplings } = meansOf(components, dimsA, dimsB);
    const spreadA = (operators: readonly Operator[]) => pairs(operators).map((operator) => operator.kron(oneB));
    const spreadB = (operators: readonly Operator[]) => pairs(operators).map((operator) => oneA.kron(operator));
    const [onA, onB] = [spreadA(A.operators), spreadB(B.operators)];
    push(onA);
    this.#stateB = push(onB);
    const whole = components.map(({ HA, HB, V }) =>
      [HA?.kron(oneB), HB && oneA.kron(HB), V]
        .filter((operator) => operator !== undefined)
        .reduce((sum, operator) => sum.add(operator), nothing),
    );
    this.#interaction = push([components[0]?.V ?? nothing]);
    this.#components = components.map(({ HA, HB, V, coefficient }, j) => {
      const commute = commutatorWith(whole[j]!);
      return {
        coefficient,
        hA: padded(A.energies[j]),
        hB: padded(B.energies[j]),
        coupling: couplings[j] && withRows(couplings[j], 2 * onA.length),
        flowA: HA || V ? push(onA.map(commute)) : NO_FUNCTIONAL,
        flowB: HB || V ? push(onB.map(commute)) : NO_FUNCTIONAL,
        energy: push([whole[j]!]),
      };
    });
    this.#baths = baths.map(({ site, jumps, ownJumps, hamiltonian }) => {
      if (site === "global") {
        const adjoint = adjointDissipator(jumps, dims);
        return {
          flowA: push(onA.map(adjoint)),
          flowB: push(onB.map(adjoint)),
          energy: push(whole.map(adjoint)),
          local: push([adjoint(hamiltonian)]),
        };
      }
      const isA = site === "A";
      const own = adjointDissipator(ownJumps, isA ? dimsA : dimsB);
      const spread = (operator: Operator) => (isA ? operator.kron(oneB) : oneA.kron(operator));
      // Nothing happens to the other part's Hamiltonian.
      const ofBare = components.map(({ HA, HB }) => {
        const bare = isA ? HA : HB;
        return bare ? spread(own(bare)) : nothing;
      });
      return {
        flowA: isA ? push(spreadA(A.operators.map(own))) : NO_FUNCTIONAL,
        flowB: isA ? NO_FUNCTIONAL : push(spreadB(B.operators.map(own))),
        energy: push(
          components.map(({ V }, j) => (V ? ofBare[j]!.add(onPart(isA, own, V, dimsA, dimsB)) : ofBare[j]!)),
        ),
        // The bath knows what does not change.
        local: push([ofBare[0]!]),
      };
    });
    this.functionals = functionals;
    this.columns = ENERGETICS_FIXED + ENERGETICS_PER_BATH * baths.length;
    this.#nA = 2 * onA.length;
    this.#nB = 2 * onB.length;
    this.#alphaA = alphaA;
  }

  /** Coefficients of the components at times, or their derivatives. */
  #coefficients(times: Float64Array, of: (f: RealFunction, t: number) => number): Float64Array {
    const count = this.#components.length;
    const out = new Float64Array(times.length * count);
    this.#components.forEach(({ coefficient }, j) => {
      const still = isConstant(coefficient) ? of(coefficient, 0) : undefined;
      for (let k = 0; k < times.length; k++) out[k * count + j] = still ?? of(coefficient, times[k]!);
    });
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

  #put(kernel: Kernel, what: string): number {
    const { functions } = kernel;
    const pointer =
      functions.createEnergetics(
        this.#nA,
        this.#nB,
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

/** Two Hermitian operators to a functional: G + iG' has the means of G and of G' as its parts. */
function pairs(operators: readonly Operator[]): Operator[] {
  return Array.from({ length: Math.ceil(operators.length / 2) }, (_, k) => {
    const [first, second] = [operators[2 * k]!, operators[2 * k + 1]];
    return second ? first.add(second.scale({ re: 0, im: 1 })) : first;
  });
}

/** Pairs have an even number of means. */
function padded(values: Float64Array | undefined): Float64Array | undefined {
  if (values === undefined || values.length % 2 === 0) return values;
  return Float64Array.from([...values, 0]);
}

function withRows({ rowPointers, columns, values }: Coupling, rows: number): Coupling {
  const empty = new Array<number>(rows + 1 - rowPointers.length).fill(columns.length);
  return { rowPointers: [...rowPointers, ...empty], columns, values };
}

/** E -> -i[E, H]: Tr[E (-i)[H, X]] = Tr[-i[E, H] X]. */
function commutatorWith(H: Operator): (E: Operator) => Operator {
  return (E) => E.mul(H).sub(H.mul(E)).scale({ re: 0, im: -1 });
}

/** A linear map of the operators of A (or B), on that part of an operator of both: block by block of the other part. */
function onPart(
  isA: boolean,
  map: (X: Operator) => Operator,
  V: Operator,
  dimsA: readonly number[],
  dimsB: readonly number[],
): Operator {
  const dB = dimsB.reduce((a, b) => a * b, 1);
  const blocks = new Map<string, { i: number; j: number; triplets: [number, number, number, number][] }>();
  V.forEachNonzero((row, column, re, im) => {
    const [a, b] = [Math.floor(row / dB), row % dB];
    const [c, e] = [Math.floor(column / dB), column % dB];
    const [i, j, k, l] = isA ? [b, e, a, c] : [a, c, b, e];
    const key = `${i},${j}`;
    const block = blocks.get(key) ?? { i, j, triplets: [] };
    if (block.triplets.push([k, l, re, im]) === 1) blocks.set(key, block);
  });
  const triplets: [number, number, number, number][] = [];
  for (const { i, j, triplets: elements } of blocks.values()) {
    map(Operator.fromTriplets(isA ? dimsA : dimsB, elements)).forEachNonzero((k, l, re, im) => {
      triplets.push(isA ? [k * dB + i, l * dB + j, re, im] : [i * dB + k, j * dB + l, re, im]);
    });
  }
  return Operator.fromTriplets(V.dims, triplets);
}

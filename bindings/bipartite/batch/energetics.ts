/**
 * Energies, and flows between A, B and chi, of many systems at once: what {@link Energetics} and its kernel compute of one, lane by lane, of
 * systems that nothing drives.
 */
import { add, commutator, dag, mul, scale } from "../../batch/algebra.ts";
import { type OperatorBatch, sameOperators } from "../../batch/operators.ts";
import { qeye } from "../../operators/builders.ts";
import type { Operator } from "../../operators/operator.ts";
import { bathColumns, COLUMN } from "../energetics.ts";
import { Units } from "../means.ts";
import { type BatchSystem, embedded, type PlacedBath } from "./system.ts";

/** The same operator on the whole space. */
function onWhole(unit: Operator, site: "A" | "B", { HA, HB }: BatchSystem): Operator {
  return site === "A" ? unit.kron(qeye(HB.dims)) : qeye(HA.dims).kron(unit);
}

/** No such functional: it is zero. */
const NONE = -1;

/** The means of one part: of the units that H_A (H_B) and V have, each with its coefficient in H_A. */
interface Side {
  readonly units: readonly Operator[];
  /** By unit: one number a system. */
  readonly energies: readonly Float64Array[];
  /** First of the functionals, one a unit. */
  readonly state: number;
  /** Functionals of the rates of change by the Hamiltonian, and by each bath. */
  readonly flow: readonly number[];
  readonly baths: readonly (readonly number[])[];
  /** Fields of the other part, one after another: scratch. */
  readonly field: Float64Array;
}

/** V = sum K G_p ⊗ G_q */
interface Coupling {
  readonly p: number;
  readonly q: number;
  /** One number a system. */
  readonly K: Float64Array;
}

export class BatchEnergetics {
  /** Hermitian operators whose means the energies are made of. */
  readonly functionals: (OperatorBatch | Operator)[] = [];
  readonly #count: number;
  readonly #alphaA: Float64Array;
  readonly #A: Side;
  readonly #B: Side;
  readonly #couplings: readonly Coupling[];
  readonly #energy: number;
  readonly #interaction: number;
  readonly #baths: readonly { all: number; local: number }[];
  readonly #flows: boolean;

  /** @param flows whether rates are wanted, not energies alone */
  constructor(system: BatchSystem, flows: boolean) {
    const { HA, HB, V, H, alphaA, baths } = system;
    this.#count = H.count;
    this.#alphaA = alphaA;
    this.#flows = flows;
    const [unitsA, unitsB] = [new Units(HA.dims), new Units(HB.dims)];
    const table = couplingsOf(V, unitsA, unitsB);
    const usedA = usedUnits(
      unitsA,
      HA,
      [...table.keys()].map((key) => Math.floor(key / unitsB.count)),
    );
    const usedB = usedUnits(
      unitsB,
      HB,
      [...table.keys()].map((key) => key % unitsB.count),
    );
    const placeIn = (used: readonly number[]) => new Map(used.map((place, at) => [place, at]));
    const [placeA, placeB] = [placeIn(usedA), placeIn(usedB)];
    this.#couplings = [...table].map(([key, K]) => ({
      p: placeA.get(Math.floor(key / unitsB.count))!,
      q: placeB.get(key % unitsB.count)!,
      K,
    }));
    this.#energy = this.#push(H);
    this.#interaction = this.#push(V);
    this.#A = this.#side("A", usedA, unitsA, HA, system);
    this.#B = this.#side("B", usedB, unitsB, HB, system);
    this.#baths = baths.map((bath) => {
      if (!flows) return { all: NONE, local: NONE };
      return { all: this.#push(adjoint(bath, H)), local: this.#push(adjoint(bath, bath.hamiltonian)) };
    });
  }

  #push(functional: OperatorBatch): number {
    return functional.rows.length === 0 ? NONE : this.functionals.push(functional) - 1;
  }

  #side(site: "A" | "B", used: readonly number[], all: Units, bare: OperatorBatch, system: BatchSystem): Side {
    const units = used.map((place) => all.operator([[place, 1]]));
    const state = this.functionals.push(...units.map((unit) => onWhole(unit, site, system))) - units.length;
    const embed = units.map((unit) => embedded(sameOperators(unit, this.#count), site, system));
    const other = site === "A" ? "B" : "A";
    const rates = (map: (E: OperatorBatch) => OperatorBatch) => embed.map((E) => this.#push(map(E)));
    return {
      units,
      energies: energiesOf(bare, used, all),
      state,
      // Tr[E (-i)[H, X]] = Tr[-i[E, H] X]
      flow: this.#flows ? rates((E) => scale(commutator(E, system.H), { re: 0, im: -1 })) : [],
      baths: system.baths.map((bath) => (this.#flows && bath.site !== other ? rates((E) => adjoint(bath, E)) : [])),
      field: new Float64Array(units.length * this.#count),
    };
  }

  /**
   * Columns of results, as {@link COLUMN} and {@link bathColumns} number them; row t of system k is number `t * count + k`. Rates are undefined unless they are wanted and not zero for all systems.
   * @param values of the functionals: of number f at row t in system k, `(f * rows + t) * count + k`
   */
  compute(values: Float64Array, rows: number): (Float64Array | undefined)[] {
    const n = this.#count;
    const out: (Float64Array | undefined)[] = [];
    const column = (index: number) => {
      out[index] = new Float64Array(rows * n);
      return out[index];
    };
    const copied = (f: number, index: number) => {
      if (f !== NONE) out[index] = values.subarray(f * rows * n, (f + 1) * rows * n);
    };
    const [A, B] = [this.#A, this.#B];
    const [UA, UB, Ulocal, Uchi] = [COLUMN.UA, COLUMN.UB, COLUMN.Ulocal, COLUMN.Uchi].map(column) as Four;
    if (this.#energy === NONE) column(COLUMN.U);
    else copied(this.#energy, COLUMN.U);
    const flows: { side: Side; rate: Float64Array; into: Float64Array; functionals: readonly number[] }[] = [];
    if (this.#flows) {
      const rates = [column(COLUMN.rateA), column(COLUMN.rateB)] as const;
      const channel = (s: 0 | 1, functionals: readonly number[], index: number) => {
        if (functionals.every((f) => f === NONE)) return;
        flows.push({ side: s === 0 ? A : B, rate: rates[s], into: column(index), functionals });
      };
      channel(0, A.flow, COLUMN.flowA);
      channel(1, B.flow, COLUMN.flowB);
      this.#baths.forEach(({ all, local }, b) => {
        channel(0, A.baths[b]!, bathColumns(b).A);
        channel(1, B.baths[b]!, bathColumns(b).B);
        copied(all, bathColumns(b).all);
        copied(local, bathColumns(b).local);
      });
    }
    const [v, slopeV] = [new Float64Array(n), new Float64Array(n)];
    const alpha = this.#alphaA;
    let t = 0;
    const at = (f: number) => (f * rows + t) * n;
    for (; t < rows; t++) {
      const o = t * n;
      this.#fields(values, at);
      v.fill(0);
      for (let p = 0; p < A.units.length; p++) addProduct(v, 0, A.field, p * n, values, at(A.state + p), n);
      addMeans(UA, o, A, values, at, n);
      addMeans(UB, o, B, values, at, n);
      const interaction = this.#interaction === NONE ? NONE : at(this.#interaction);
      for (let k = 0, to = o; k < n; k++, to++) {
        const own = v[k]!;
        const [a, b] = [UA[to]! + (1 - alpha[k]!) * own, UB[to]! + alpha[k]! * own];
        UA[to] = a;
        UB[to] = b;
        Ulocal[to] = a + b;
        Uchi[to] = (interaction === NONE ? 0 : values[interaction + k]!) - own;
      }
      if (flows.length === 0) continue;
      slopeV.fill(0);
      for (const { side, rate, into, functionals } of flows) {
        addRates(into, rate, slopeV, o, side, functionals, values, at, n);
      }
      const [rateA, rateB] = [out[COLUMN.rateA]!, out[COLUMN.rateB]!];
      for (let k = 0, to = o; k < n; k++, to++) {
        rateA[to]! += (1 - alpha[k]!) * slopeV[k]!;
        rateB[to]! += alpha[k]! * slopeV[k]!;
      }
    }
    return out;
  }

  /** Fields of the parts on each other: K x_B and K^T x_A. */
  #fields(values: Float64Array, at: (f: number) => number): void {
    const n = this.#count;
    const [A, B] = [this.#A, this.#B];
    A.field.fill(0);
    B.field.fill(0);
    for (const { p, q, K } of this.#couplings) {
      addProduct(A.field, p * n, K, 0, values, at(B.state + q), n);
      addProduct(B.field, q * n, K, 0, values, at(A.state + p), n);
    }
  }
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

/** out += a b, n numbers of each. */
function addProduct(
  out: Float64Array,
  o: number,
  a: Float64Array,
  p: number,
  b: Float64Array,
  q: number,
  n: number,
): void {
  for (let k = 0; k < n; k++) out[o + k]! += a[p + k]! * b[q + k]!;
}

/** out += h·x */
function addMeans(
  out: Float64Array,
  o: number,
  { energies, state }: Side,
  values: Float64Array,
  at: (f: number) => number,
  n: number,
): void {
  for (let p = 0; p < energies.length; p++) addProduct(out, o, energies[p]!, 0, values, at(state + p), n);
}

/** Of rates r of the means: flow += (h + field)·r, slope += h·r, slopeV += field·r. */
function addRates(
  flow: Float64Array,
  slope: Float64Array,
  slopeV: Float64Array,
  o: number,
  { energies, field }: Side,
  functionals: readonly number[],
  values: Float64Array,
  at: (f: number) => number,
  n: number,
): void {
  for (let p = 0; p < functionals.length; p++) {
    if (functionals[p] === NONE) continue;
    const [h, from, shift] = [energies[p]!, at(functionals[p]!), p * n];
    for (let k = 0, to = o; k < n; k++, to++) {
      const rate = values[from + k]!;
      const own = h[k]! * rate;
      const mean = field[shift + k]! * rate;
      flow[to]! += own + mean;
      slope[to]! += own;
      slopeV[k]! += mean;
    }
  }
}

/** D#[O] = sum L†OL - ½{L†L, O} of a bath, O on the whole space. */
export function adjoint({ jumps }: PlacedBath, O: OperatorBatch): OperatorBatch {
  return jumps.reduce(
    (sum, L) => {
      const dagger = dag(L);
      const decay = scale(mul(dagger, L), -0.5);
      return add(sum, add(mul(mul(dagger, O), L), add(mul(decay, O), mul(O, decay))));
    },
    scale(O, 0),
  );
}

/** Coordinates of a Hermitian operator: coefficients of the units in `used`. */
function energiesOf({ count, rows, columns, re, im }: OperatorBatch, used: readonly number[], units: Units) {
  const out = new Map(used.map((place) => [place, new Float64Array(count)]));
  rows.forEach((i, e) => {
    const j = columns[e]!;
    if (i > j) return;
    const take = (values: Float64Array) => values.subarray(e * count, (e + 1) * count);
    out.get(units.place(i, j))!.set(take(re));
    if (i < j) out.get(units.place(i, j) + 1)!.set(take(im));
  });
  return used.map((place) => out.get(place)!);
}

/** Units that H_A has, and V, in order. */
function usedUnits(units: Units, { rows, columns }: OperatorBatch, ofV: readonly number[]): number[] {
  const own = Array.from(rows, (i, e) => {
    const j = columns[e]!;
    const place = units.place(Math.min(i, j), Math.max(i, j));
    return i === j ? [place] : [place, place + 1];
  });
  return [...new Set([...own.flat(), ...ofV])].sort((a, b) => a - b);
}

/** K with V = sum_pq K_pq G_p ⊗ G_q, by the number p·(units of B) + q. */
function couplingsOf({ count, rows, columns, re, im }: OperatorBatch, A: Units, B: Units): Map<number, Float64Array> {
  const table = new Map<number, Float64Array>();
  rows.forEach((row, e) => {
    const column = columns[e]!;
    const left = A.ofElement(Math.floor(row / B.d), Math.floor(column / B.d));
    const right = B.ofElement(row % B.d, column % B.d);
    for (const [p, a, b] of left) {
      for (const [q, c, f] of right) {
        const [x, y] = [a * c - b * f, a * f + b * c];
        const key = p * B.count + q;
        const K = table.get(key) ?? new Float64Array(count);
        table.set(key, K);
        // Of the sum only the real part remains.
        for (let k = 0; k < count; k++) K[k]! += re[e * count + k]! * x - im[e * count + k]! * y;
      }
    }
  });
  return new Map([...table].filter(([, K]) => K.some((value) => value !== 0)));
}

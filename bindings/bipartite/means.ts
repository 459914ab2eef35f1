/**
 * Which means of Hermitian operators of A and of B the energies are made of: those of H_A, of H_B, and of the factors of
 * V = sum_k a_k ⊗ b_k, a few of them where V is simple; never more than make up rho_A and rho_B.
 * @module
 */
import { Operator } from "../operators/operator.ts";

/** A real matrix in compressed sparse rows. */
export interface Coupling {
  readonly rowPointers: number[];
  readonly columns: number[];
  readonly values: number[];
}

/** H = H_A ⊗ 1 + 1 ⊗ H_B + V, each of which may be missing. */
interface Terms {
  readonly HA?: Operator | undefined;
  readonly HB?: Operator | undefined;
  readonly V?: Operator | undefined;
}

/** Operators G_p of a part, and H_A (or H_B) as sums of them. */
export interface PartMeans {
  readonly operators: readonly Operator[];
  /** By component: h with H_A = sum_p h_p G_p. */
  readonly energies: readonly (Float64Array | undefined)[];
}

export interface Means {
  readonly A: PartMeans;
  readonly B: PartMeans;
  /** By component: K with V = sum_pq K_pq G_p ⊗ G_q. */
  readonly couplings: readonly (Coupling | undefined)[];
}

/** Multiply-adds that factors of V may take to be found. */
const MOST_WORK = 2 ** 25;
/** Roundings of the largest element below which what is left of V is nothing. */
const ROUNDINGS = 8;

/** @param components those with V have it on A ⊗ B */
export function meansOf(components: readonly Terms[], dimsA: readonly number[], dimsB: readonly number[]): Means {
  const [unitsA, unitsB] = [new Units(dimsA), new Units(dimsB)];
  const tables = components.map(({ V }) => (V && V.nnz > 0 ? elementsOf(V, unitsA, unitsB) : undefined));
  const factors = tables.map((table) => table && factorsOf(table));
  const own = (units: Units, side: "rows" | "columns", of: (c: Terms) => Operator | undefined) => {
    if (factors.some((found, j) => found === undefined && tables[j] !== undefined)) return undefined;
    const operators: Operator[] = [];
    const energies = components.map((c) => {
      const H = of(c);
      return H && operators.push(H) - 1;
    });
    const starts = factors.map((found) => {
      for (const factor of found ?? []) operators.push(units.operator(factor[side]));
      return operators.length - (found?.length ?? 0);
    });
    return operators.length < units.count ? { operators, energies, starts } : undefined;
  };
  const ownA = own(unitsA, "rows", ({ HA }) => HA);
  const ownB = own(unitsB, "columns", ({ HB }) => HB);
  const part = (found: typeof ownA, units: Units, of: (c: Terms) => Operator | undefined): PartMeans => {
    if (!found) {
      return {
        operators: units.operators,
        energies: components.map((c) => {
          const H = of(c);
          return H && units.coordinates(H);
        }),
      };
    }
    const { operators, energies } = found;
    const unit = (at: number) => Float64Array.from(operators, (_, p) => (p === at ? 1 : 0));
    return { operators, energies: energies.map((at) => (at === undefined ? undefined : unit(at))) };
  };
  const A = part(ownA, unitsA, ({ HA }) => HA);
  const B = part(ownB, unitsB, ({ HB }) => HB);
  const couplings = tables.map((table, j): Coupling | undefined => {
    if (table === undefined) return undefined;
    if (!ownA && !ownB) return compressed(A.operators.length, table);
    const rows: Table = new Map();
    factors[j]!.forEach((factor, k) => {
      const left: Vector = ownA ? [[ownA.starts[j]! + k, 1]] : factor.rows;
      const right: Vector = ownB ? [[ownB.starts[j]! + k, 1]] : factor.columns;
      for (const [p, x] of left) for (const [q, y] of right) add(rows, p, q, x * y);
    });
    return compressed(A.operators.length, rows);
  });
  return { A, B, couplings };
}

/** Elements that are not zero: of a vector, and of a matrix by rows. */
type Vector = (readonly [index: number, value: number])[];
type Table = Map<number, Map<number, number>>;

function add(table: Table, row: number, column: number, value: number): void {
  if (value === 0) return;
  let elements = table.get(row);
  if (elements === undefined) {
    elements = new Map();
    table.set(row, elements);
  }
  elements.set(column, (elements.get(column) ?? 0) + value);
}

function compressed(rows: number, table: Table): Coupling {
  const out: Coupling = { rowPointers: [0], columns: [], values: [] };
  for (let row = 0; row < rows; row++) {
    for (const [column, value] of [...(table.get(row) ?? [])].sort(([a], [b]) => a - b)) {
      if (value === 0) continue;
      out.columns.push(column);
      out.values.push(value);
    }
    out.rowPointers.push(out.columns.length);
  }
  return out;
}

/**
 * The Hermitian operators |i><j| + |j><i| and i|i><j| - i|j><i|, i < j, one after the other, then |i><i|: coordinates of a Hermitian X are re and
 * im of X_ij, then X_ii.
 */
export class Units {
  readonly dims: readonly number[];
  readonly d: number;
  readonly count: number;

  constructor(dims: readonly number[]) {
    this.dims = dims;
    this.d = dims.reduce((a, b) => a * b, 1);
    this.count = this.d ** 2;
  }

  /** Place of the real part of element (i, j), i < j, or of (i, i). */
  place(i: number, j: number): number {
    const { d } = this;
    return i === j ? d * (d - 1) + i : i * (2 * d - i - 1) + 2 * (j - i - 1);
  }

  get operators(): Operator[] {
    return Array.from({ length: this.count }, (_, p) => this.operator([[p, 1]]));
  }

  coordinates(X: Operator): Float64Array {
    const out = new Float64Array(this.count);
    X.forEachNonzero((i, j, re, im) => {
      if (i > j) return;
      out[this.place(i, j)] = re;
      if (i < j) out[this.place(i, j) + 1] = im;
    });
    return out;
  }

  /** sum_p x_p G_p */
  operator(x: Vector): Operator {
    const triplets: [number, number, number, number][] = [];
    for (const [p, value] of x) {
      const [i, j] = this.#element(p);
      if (i === j) triplets.push([i, i, value, 0]);
      else if ((p & 1) === 0) triplets.push([i, j, value, 0], [j, i, value, 0]);
      else triplets.push([i, j, 0, value], [j, i, 0, -value]);
    }
    return Operator.fromTriplets(this.dims, triplets);
  }

  #element(p: number): [number, number] {
    const { d } = this;
    if (p >= d * (d - 1)) return [p - d * (d - 1), p - d * (d - 1)];
    let i = 0;
    while (i + 1 < d && this.place(i + 1, i + 2) <= p) i++;
    return [i, i + 1 + Math.floor((p - this.place(i, i + 1)) / 2)];
  }

  /** Coordinates of |i><j|, which are complex. */
  ofElement(i: number, j: number): (readonly [place: number, re: number, im: number])[] {
    if (i === j) return [[this.place(i, i), 1, 0]];
    const at = this.place(Math.min(i, j), Math.max(i, j));
    return [
      [at, 0.5, 0],
      [at + 1, 0, i < j ? -0.5 : 0.5],
    ];
  }
}

/** K with V = sum_pq K_pq G_p ⊗ G_q. */
function elementsOf(V: Operator, A: Units, B: Units): Table {
  const table: Table = new Map();
  V.forEachNonzero((row, column, re, im) => {
    const left = A.ofElement(Math.floor(row / B.d), Math.floor(column / B.d));
    const right = B.ofElement(row % B.d, column % B.d);
    for (const [p, a, b] of left) {
      for (const [q, c, e] of right) {
        // Of the sum only the real part remains.
        add(table, p, q, re * (a * c - b * e) - im * (a * e + b * c));
      }
    }
  });
  return table;
}

/** A product of a vector over the rows and one over the columns. */
interface Factor {
  readonly rows: Vector;
  readonly columns: Vector;
}

/**
 * A matrix as a sum of products: elimination with complete pivoting, which stops when nothing but rounding is left. Undefined where that takes
 * too long.
 */
function factorsOf(table: Table): Factor[] | undefined {
  const rows = [...table.keys()];
  const columns = [...new Set([...table.values()].flatMap((row) => [...row.keys()]))];
  const [m, n] = [rows.length, columns.length];
  if (m * n * Math.min(m, n) > MOST_WORK) return undefined;
  const place = new Map(columns.map((column, k) => [column, k]));
  const rest = new Float64Array(m * n);
  rows.forEach((row, k) => {
    for (const [column, value] of table.get(row)!) rest[k * n + place.get(column)!] = value;
  });
  const factors: Factor[] = [];
  let least = 0;
  while (factors.length < Math.min(m, n)) {
    let at = 0;
    for (let k = 1; k < rest.length; k++) if (Math.abs(rest[k]!) > Math.abs(rest[at]!)) at = k;
    const pivot = rest[at]!;
    if (factors.length === 0) least = ROUNDINGS * Number.EPSILON * Math.abs(pivot);
    if (!(Math.abs(pivot) > least)) break;
    const [i, j] = [Math.floor(at / n), at % n];
    const left = Float64Array.from({ length: m }, (_, k) => rest[k * n + j]! / pivot);
    const right = rest.slice(i * n, (i + 1) * n);
    for (let k = 0; k < m; k++) {
      const factor = left[k]!;
      if (factor !== 0) for (let l = 0; l < n; l++) rest[k * n + l]! -= factor * right[l]!;
    }
    // Exactly, whatever rounding says.
    rest.fill(0, i * n, (i + 1) * n);
    for (let k = 0; k < m; k++) rest[k * n + j] = 0;
    const vector = (values: Float64Array, of: readonly number[]): Vector =>
      Array.from(values, (value, k) => [of[k]!, value] as const).filter(([, value]) => value !== 0);
    factors.push({ rows: vector(left, rows), columns: vector(right, columns) });
  }
  return factors;
}

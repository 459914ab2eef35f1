/**
 * Generators that depend on time: L(t) = L_0 + sum_k c_k(t) L_k with real coefficients. Every form keeps one set of numbers, those of a sum
 * in which nothing cancels; the kernel writes anew what depends on a coefficient when time moves, and nothing else.
 * @module
 */
import { DIRECT_LIMIT } from "../../assembly/constants.ts";
import type { NamedCoefficient } from "../coefficients/named.ts";
import type { RealFunction, Span } from "../coefficients/real.ts";
import { type CoefficientTable, intervalsOf, putTable, tableBytes, tableOf } from "../coefficients/table.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Operator } from "../operators/operator.ts";
import { type Couplings, couplings, planChangingCoordinates } from "./coordinates.ts";
import { coordinatesCost, passCost } from "./cost.ts";
import { type Place, type Places, planGenerator } from "./generator.ts";
import { withNoJump } from "./implicit.ts";
import { inPicture, withoutEnergies } from "./picture.ts";
import { elementCost, type RepresentationChoice, SMALL, termsPerElement } from "./plan.ts";
import {
  coordinatesRepresentation,
  matrixRepresentation,
  type Representation,
  triangleRepresentation,
} from "./representation.ts";
import { planTriangle } from "./triangle.ts";

/** A coefficient times an operator. */
export interface DrivenTerm {
  readonly coefficient: RealFunction;
  readonly operator: Operator;
}

/** L(t) = base + sum of coefficients times operators. */
export interface DrivenJump {
  readonly base: Operator | undefined;
  readonly terms: readonly DrivenTerm[];
}

/** What a generator is made of besides its constant part. */
export interface DrivenParts {
  /** Of G = -iH - ½ sum L†L. */
  readonly drift: readonly DrivenTerm[];
  /** Jumps that change; undefined when one of them has a rate that may be negative, which is no jump. */
  readonly jumps: readonly DrivenJump[] | undefined;
  /** The same as weight·c(t)·L rho L†, summed. */
  readonly sandwiches: readonly (DrivenTerm & { readonly weight: number })[];
  /** The caller's coefficients, for messages. */
  readonly named: readonly NamedCoefficient[];
}

/** Nanoseconds of writing one number anew. */
const TARGET = 3;
/** Elements of rho that are looked at one by one, at most. */
const MOST_ELEMENTS = 2 ** 19;

/** Share of the tolerance that coefficients together may spend by not being what they interpolate. */
const NEGLIGIBLE = 0.1;

/** The span of a run to a tolerance: coefficients know from it what of them would not show. */
export function spanOf(
  times: Float64Array,
  { drift, sandwiches }: Pick<DrivenParts, "drift" | "sandwiches">,
  tolerance: number,
): Span {
  const [from, to] = [times[0]!, times.at(-1)!];
  let negligible: number | undefined;
  return {
    from,
    to,
    times,
    // Only tables ask for it.
    get negligible() {
      negligible ??= (NEGLIGIBLE * tolerance) / Math.max(1, (to - from) * actionOf(drift, sandwiches, times));
      return negligible;
    },
  };
}

/** A bound of how fast the terms turn the state. */
function actionOf(drift: readonly DrivenTerm[], sandwiches: readonly DrivenTerm[], times: Float64Array): number {
  const every = Math.ceil(times.length / SAMPLES);
  const [from, to] = [times[0]!, times.at(-1)!];
  const samples = [
    ...times.filter((_, k) => k % every === 0),
    ...Array.from({ length: SAMPLES }, (_, k) => from + ((k + 0.5) * (to - from)) / SAMPLES),
  ];
  const height = (f: RealFunction) => samples.reduce((most, t) => Math.max(most, Math.abs(f.at(t))), 0);
  return (
    drift.reduce((sum, { coefficient, operator }) => sum + 2 * height(coefficient) * operator.norm(), 0) +
    sandwiches.reduce((sum, { coefficient, operator }) => sum + height(coefficient) * operator.norm() ** 2, 0)
  );
}

/** Times at which the size of a coefficient is looked at, about. */
const SAMPLES = 64;

/** Sums of numbers in the kernel's tables and coefficients, by address. */
export class Targets {
  readonly byAddress = new Map<number, { base: number; terms: [coefficient: RealFunction, weight: number][] }>();

  add(address: number, coefficient: RealFunction | undefined, weight: number): void {
    if (address === 0 || weight === 0) return;
    let target = this.byAddress.get(address);
    if (target === undefined) {
      target = { base: 0, terms: [] };
      this.byAddress.set(address, target);
    }
    if (coefficient === undefined) target.base += weight;
    else target.terms.push([coefficient, weight]);
  }

  /** An operator's elements, at their places. */
  addOperator(operator: Operator, place: (row: number, column: number) => Place, coefficient?: RealFunction): void {
    operator.forEachNonzero((row, column, x, y) => {
      const { re, im, scale, turned } = place(row, column);
      const [u, v] = turned ? [y, -x] : [x, y];
      this.add(re, coefficient, scale * u);
      this.add(im, coefficient, scale * v);
    });
  }
}

/** Numbers of which no sum of a few is zero. */
function generic(k: number): number {
  return 1 + 0.5 * Math.sin(12.9898 * (k + 1)) + 0.01 * k;
}

/** A sum of all operators none of whose elements is zero, or real, or imaginary, unless all of them are. */
function unionOf(base: Operator | undefined, operators: readonly Operator[], dims: readonly number[]): Operator {
  const sum = new Map<number, [number, number]>();
  const d = dims.reduce((a, b) => a * b, 1);
  const add = (operator: Operator, factor: number) => {
    operator.forEachNonzero((row, column, re, im) => {
      const element = sum.get(d * row + column) ?? [0, 0];
      sum.set(d * row + column, [element[0] + re * factor, element[1] + im * factor]);
    });
  };
  // What nothing is added to stays as it is.
  if (base) add(base, 1);
  operators.forEach((operator, k) => {
    add(operator, generic(k));
  });
  const triplets = [...sum].map(([at, [re, im]]): [number, number, number, number] => {
    const column = at % d;
    return [(at - column) / d, column, re, im];
  });
  return Operator.fromTriplets(dims, triplets);
}

/** What is asked of a form: numbers that are linear in the coefficients, which those of jumps with rates are in coordinates only. */
export type DrivenForm = "any" | "interaction" | "implicit" | "linear";

/**
 * The cheapest form of a generator that changes.
 * @param G the constant part of -iH - ½ sum L†L
 * @param jumps those that do not change
 * @param states Hermitian operators, evolved side by side
 */
export function chooseDriven(
  G: Operator,
  jumps: readonly Operator[],
  parts: DrivenParts,
  states: readonly Operator[],
  span: Span,
  form: DrivenForm,
  where: string,
): RepresentationChoice {
  const all = (G.size * (G.size + 1)) / 2;
  const union = unionCouplings(G, jumps, parts);
  if (form === "implicit") {
    const factored = changingCoordinates(G, jumps, parts, union, states, Math.min(all, DIRECT_LIMIT), span);
    if (factored && factored.length <= DIRECT_LIMIT) {
      return { representation: factored.representation, reason: "few enough coordinates for LU factors" };
    }
  }
  if (form === "interaction" || form === "implicit") {
    if (!parts.jumps) throw negativeRatesError(where, all, DIRECT_LIMIT);
    const reason =
      form === "interaction"
        ? "the interaction picture needs matrices"
        : `more than ${DIRECT_LIMIT} coordinates: GMRES`;
    return { representation: matrixForm(G, jumps, parts, parts.jumps, span, form).representation, reason };
  }
  const terms = termsPerElement(union);
  if (G.size <= SMALL.d && terms <= SMALL.terms) {
    const small = changingCoordinates(G, jumps, parts, union, states, all, span);
    if (small) return { representation: small.representation, reason: "a small system" };
  }
  const possible = form !== "linear" || parts.sandwiches.length === 0;
  const whole = parts.jumps && possible ? cheapestWhole(G, jumps, parts, parts.jumps, span) : undefined;
  const most = Math.min(all, MOST_ELEMENTS);
  // What changes is one number in each of two rows.
  const changing = parts.drift.reduce((sum, { operator }) => sum + (2 * operator.nnz) / G.size, 0);
  const perElement = elementCost(terms) + 1.5 * TARGET * changing;
  const limit = whole ? Math.min(most, Math.max(1, Math.floor(whole.cost / perElement))) : most;
  const coordinates = changingCoordinates(G, jumps, parts, union, states, limit, span);
  if (whole === undefined) {
    if (!coordinates) throw form === "linear" ? linearError(where, all, limit) : negativeRatesError(where, all, limit);
    const reason = form === "linear" ? "jumps depend on time" : "a rate may be negative";
    return { representation: coordinates.representation, reason };
  }
  if (!coordinates)
    return { representation: whole.representation, reason: `rho fills more than ${limit} of ${all} elements` };
  const [a, b] = [coordinates.cost, whole.cost].map((ns) => `${(ns / 1000).toPrecision(2)} µs`);
  return coordinates.cost <= whole.cost
    ? { representation: coordinates.representation, reason: `${a} expected, ${b} on all of rho` }
    : { representation: whole.representation, reason: `${b} expected, ${a} on ${coordinates.count} coordinates` };
}

function linearError(where: string, elements: number, limit: number): InvalidArgumentError {
  const expected = `at most ${limit} elements of rho with method "magnus" where jumps depend on time`;
  return new InvalidArgumentError(`${where}: method`, elements, expected);
}

function negativeRatesError(where: string, elements: number, limit: number): InvalidArgumentError {
  const expected = `at most ${limit} elements of rho where rates may be negative`;
  return new InvalidArgumentError(`${where}: negativeRates`, elements, expected);
}

interface Candidate {
  readonly representation: Representation;
  readonly cost: number;
}

/** A sum of everything G may ever be, and of every jump. */
function unionsOf(G: Operator, parts: DrivenParts, changing: readonly DrivenJump[]) {
  const operatorsOf = (terms: readonly DrivenTerm[]) => terms.map(({ operator }) => operator);
  const drift = unionOf(G, operatorsOf(parts.drift), G.dims);
  return { drift, jumps: changing.map(({ base, terms }) => unionOf(base, operatorsOf(terms), G.dims)) };
}

/** Whole matrices; in the interaction picture; or with what implicit methods precondition with. */
function matrixForm(
  G: Operator,
  jumps: readonly Operator[],
  parts: DrivenParts,
  changing: readonly DrivenJump[],
  span: Span,
  kind: "any" | "interaction" | "implicit",
): Candidate {
  const rest = kind === "interaction" ? withoutEnergies(G) : G;
  const unions = unionsOf(rest, parts, changing);
  const diagonal = parts.drift.some(({ operator }) => hasDiagonal(operator));
  const plan = planGenerator(
    unions.drift,
    [...jumps, ...unions.jumps],
    { diagonal, jumpsFrom: jumps.length },
    kind === "interaction",
  );
  const matrix = matrixRepresentation(plan);
  const form =
    kind === "interaction" ? inPicture(matrix, plan, G) : kind === "implicit" ? withNoJump(matrix, G) : matrix;
  return placedForm(form, 2 * G.size ** 2, rest, jumps, parts, changing, span);
}

/** One triangle, where that is possible, or whole matrices. */
function cheapestWhole(
  G: Operator,
  jumps: readonly Operator[],
  parts: DrivenParts,
  changing: readonly DrivenJump[],
  span: Span,
): Candidate {
  const matrix = matrixForm(G, jumps, parts, changing, span, "any");
  const unions = unionsOf(G, parts, changing);
  const plan = planTriangle(unions.drift, [...jumps, ...unions.jumps]);
  if (!plan) return matrix;
  const triangle = placedForm(triangleRepresentation(plan), plan.length, G, jumps, parts, changing, span);
  return triangle.cost <= matrix.cost ? triangle : matrix;
}

function placedForm(
  form: Representation,
  length: number,
  G: Operator,
  jumps: readonly Operator[],
  parts: DrivenParts,
  changing: readonly DrivenJump[],
  span: Span,
): Candidate {
  const terms = [...parts.drift, ...changing.flatMap((jump) => jump.terms)];
  const numbers = 2 * terms.reduce((sum, { operator }) => sum + operator.nnz, 0);
  return {
    cost: form.cost + passCost(length) + TARGET * numbers,
    representation: driven(form, terms, span, numbers, (kernel, copies, what) => {
      const { superoperator, places } = form.putPlaced!(kernel, copies, what);
      return { superoperator, targets: placedTargets(G, jumps.length, parts, changing, places) };
    }),
  };
}

function hasDiagonal(operator: Operator): boolean {
  let found = false;
  operator.forEachNonzero((row, column) => {
    found ||= row === column;
  });
  return found;
}

function placedTargets(
  G: Operator,
  constantJumps: number,
  parts: DrivenParts,
  changing: readonly DrivenJump[],
  places: Places,
): Targets {
  const targets = new Targets();
  targets.addOperator(G, places.drift);
  for (const { operator, coefficient } of parts.drift) targets.addOperator(operator, places.drift, coefficient);
  changing.forEach(({ base, terms }, k) => {
    const place = places.jump(constantJumps + k);
    if (base) targets.addOperator(base, place);
    for (const { operator, coefficient } of terms) targets.addOperator(operator, place, coefficient);
  });
  return targets;
}

/** What every part of a generator may feed. */
function unionCouplings(G: Operator, jumps: readonly Operator[], parts: DrivenParts): Couplings {
  const { drift } = unionsOf(G, parts, []);
  return couplings(drift, [...jumps, ...parts.sandwiches.map(({ operator }, k) => operator.scale(generic(k)))]);
}

/** Coordinates of a generator that changes: those of its constant part, and what each term of `drift`, then `sandwiches`, adds to them. */
export function planDrivenCoordinates(
  G: Operator,
  jumps: readonly Operator[],
  parts: DrivenParts,
  states: readonly Operator[],
  limit: number,
  union: Couplings = unionCouplings(G, jumps, parts),
): ReturnType<typeof planChangingCoordinates> {
  const nothing = Operator.fromTriplets(G.dims, []);
  const changing = [
    ...parts.drift.map(({ operator }) => ({ parts: couplings(operator, []), weight: 1 })),
    ...parts.sandwiches.map(({ operator, weight }) => ({ parts: couplings(nothing, [operator]), weight })),
  ];
  return planChangingCoordinates(union, couplings(G, jumps), changing, states, limit);
}

function changingCoordinates(
  G: Operator,
  jumps: readonly Operator[],
  parts: DrivenParts,
  union: Couplings,
  states: readonly Operator[],
  limit: number,
  span: Span,
): (Candidate & { count: number; length: number }) | undefined {
  const found = planDrivenCoordinates(G, jumps, parts, states, limit, union);
  if (!found) return undefined;
  const { plan, contributions } = found;
  const form = coordinatesRepresentation(plan);
  const coefficients = [...parts.drift, ...parts.sandwiches];
  const numbers = contributions.reduce((sum, { places }) => sum + places.length, 0);
  const base = plan.values.slice();
  return {
    count: plan.count,
    length: plan.length,
    cost: coordinatesCost(plan) + passCost(plan.length) + TARGET * numbers,
    representation: driven(form, coefficients, span, numbers, (kernel, copies, what) => {
      const { superoperator, values } = form.putValues!(kernel, copies, what);
      const targets = new Targets();
      contributions.forEach(({ places, weights }, k) => {
        places.forEach((place, j) => {
          targets.add(values + 8 * place, coefficients[k]!.coefficient, weights[j]!);
        });
      });
      for (const [address, target] of targets.byAddress) target.base = base[(address - values) / 8]!;
      return { superoperator, targets };
    }),
  };
}

/** A form whose numbers change: `put` as its own, then the table of coefficients and what depends on them. */
export function driven<S>(
  form: Representation<S>,
  terms: readonly DrivenTerm[],
  span: Span,
  numbers: number,
  put: (kernel: Kernel, copies: number, what: string) => { superoperator: number; targets: Targets },
): Representation<S> {
  const functions = [...new Set(terms.map(({ coefficient }) => coefficient))];
  // Of the forms that are weighed only one is used.
  let made: { table: CoefficientTable; start: number; intervals: Float64Array } | undefined;
  const tables = () => {
    made ??= { table: tableOf(functions), ...intervalsOf(functions, span) };
    return made;
  };
  return {
    ...form,
    description: `${form.description}; ${functions.length} coefficient${functions.length === 1 ? "" : "s"} of time`,
    cost: form.cost + TARGET * numbers,
    bytes(kernel) {
      const { table, intervals } = tables();
      return form.bytes(kernel) + tableBytes(table) + 64 * numbers + 8 * intervals.length + 4096;
    },
    put(kernel, copies, what) {
      const { table, start, intervals } = tables();
      const position = new Map(functions.map((f, k) => [f, table.positions[k]!]));
      const { superoperator, targets } = put(kernel, copies, what);
      const { pointer, release } = putTable(kernel, table, what);
      kernel.onRelease(release);
      const intervalsAt = kernel.putDoubles(intervals, what);
      const { setDrive, setDriveTargets } = kernel.functions;
      if (!setDrive(superoperator, table.entries.length, pointer, intervals.length / 3, intervalsAt, start)) {
        kernel.allocate(2 ** 32, what);
      }
      const list = [...targets.byAddress].filter(([, { terms: some }]) => some.length > 0).sort(([a], [b]) => a - b);
      const starts = [0];
      for (const [, target] of list) starts.push(starts.at(-1)! + target.terms.length);
      const flat = list.flatMap(([, target]) => target.terms);
      setDriveTargets(
        superoperator,
        list.length,
        kernel.putIntegers(
          list.map(([address]) => address | 0),
          what,
        ),
        kernel.putDoubles(
          list.map(([, { base }]) => base),
          what,
        ),
        kernel.putIntegers(starts, what),
        kernel.putIntegers(
          flat.map(([f]) => position.get(f)!),
          what,
        ),
        kernel.putDoubles(
          flat.map(([, weight]) => weight),
          what,
        ),
      );
      kernel.functions.setTime(superoperator, span.from);
      return superoperator;
    },
  };
}

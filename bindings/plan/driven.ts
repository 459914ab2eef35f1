/**
 * Generators that depend on time: L(t) = L_0 + sum_k c_k(t) L_k with real coefficients. Every form keeps one set of numbers, those of a sum
 * in which nothing cancels; the kernel writes anew what depends on a coefficient when time moves, and nothing else.
 * @module
 */
import { DIRECT_LIMIT } from "../../assembly/constants.ts";
import type { NamedCoefficient } from "../coefficients/named.ts";
import { isSmooth, type RealFunction, type Span } from "../coefficients/real.ts";
import { type CoefficientTable, intervalsOf, putTable, tableBytes, tableOf } from "../coefficients/table.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Operator } from "../operators/operator.ts";
import { type CoordinatesPlan, type Couplings, couplings, planCoordinates } from "./coordinates.ts";
import { passCost } from "./cost.ts";
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
/** `SMALL.d` where the generator changes: to look at other forms costs more. */
const SMALL_DRIVEN = 16;
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
class Targets {
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
  const linear = linearParts(G, jumps, parts);
  if (form === "implicit") {
    const factored = changingCoordinates(linear, states, Math.min(all, DIRECT_LIMIT), span);
    if (factored && factored.length <= DIRECT_LIMIT) {
      return { representation: factored.representation, reason: "few enough coordinates for LU factors" };
    }
  }
  if (form === "interaction" || form === "implicit") {
    if (!parts.jumps) {
      throw form === "interaction"
        ? new InvalidArgumentError(`${where}: picture`, form, '"schrodinger": rates may be negative')
        : negativeRatesError(where, all, DIRECT_LIMIT);
    }
    const reason =
      form === "interaction"
        ? "the interaction picture needs matrices"
        : `more than ${DIRECT_LIMIT} coordinates: GMRES`;
    return { representation: matrixForm(G, jumps, parts, parts.jumps, span, form).representation, reason };
  }
  const terms = [linear.constant, ...linear.changing].reduce((sum, part) => sum + termsPerElement(part), 0);
  if (G.size <= SMALL_DRIVEN && terms <= SMALL.terms) {
    const small = changingCoordinates(linear, states, all, span);
    if (small) return { representation: small.representation, reason: "a small system" };
  }
  const possible = form !== "linear" || parts.sandwiches.length === 0;
  const whole = parts.jumps && possible ? cheapestWhole(G, jumps, parts, parts.jumps, span) : undefined;
  const most = Math.min(all, MOST_ELEMENTS);
  const limit = whole ? Math.min(most, Math.max(1, Math.floor(whole.cost / elementCost(terms)))) : most;
  const coordinates = changingCoordinates(linear, states, limit, span);
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

/** A generator as L_0 + sum of weight·c(t)·L_k, one part for every coefficient and weight. */
interface LinearParts {
  readonly constant: Couplings;
  readonly changing: readonly Couplings[];
  readonly terms: readonly LinearTerm[];
}

/** What one of the changing parts is multiplied with. */
export interface LinearTerm {
  readonly coefficient: RealFunction;
  readonly weight?: number;
}

function linearParts(G: Operator, jumps: readonly Operator[], parts: DrivenParts): LinearParts {
  const groups: { coefficient: RealFunction; weight: number; drift: Operator | undefined; jumps: Operator[] }[] = [];
  const groupOf = (coefficient: RealFunction, weight: number) => {
    let group = groups.find((other) => other.coefficient === coefficient && other.weight === weight);
    if (group === undefined) {
      group = { coefficient, weight, drift: undefined, jumps: [] };
      groups.push(group);
    }
    return group;
  };
  for (const { coefficient, operator } of parts.drift) {
    const group = groupOf(coefficient, 1);
    group.drift = group.drift?.add(operator) ?? operator;
  }
  for (const { coefficient, weight, operator } of parts.sandwiches) groupOf(coefficient, weight).jumps.push(operator);
  const nothing = Operator.fromTriplets(G.dims, []);
  return {
    constant: couplings(G, jumps),
    changing: groups.map((group) => couplings(group.drift ?? nothing, group.jumps)),
    terms: groups,
  };
}

/** Coordinates of a generator that changes, and what each of the plan's changing matrices is multiplied with. */
export function planDrivenCoordinates(
  G: Operator,
  jumps: readonly Operator[],
  parts: DrivenParts,
  states: readonly Operator[],
  limit: number,
): { plan: CoordinatesPlan; terms: readonly LinearTerm[] } | undefined {
  const { constant, changing, terms } = linearParts(G, jumps, parts);
  const plan = planCoordinates(constant, states, limit, changing);
  return plan && { plan, terms };
}

function changingCoordinates(
  { constant, changing, terms }: LinearParts,
  states: readonly Operator[],
  limit: number,
  span: Span,
): (Candidate & { count: number; length: number }) | undefined {
  const plan = planCoordinates(constant, states, limit, changing);
  if (!plan) return undefined;
  const representation = withFactors(coordinatesRepresentation(plan), terms, span);
  return { count: plan.count, length: plan.length, cost: representation.cost + passCost(plan.length), representation };
}

/** A form that is a sum of matrices, all but the first with factors: nothing is written anew but those. */
export function withFactors<S>(form: Representation<S>, terms: readonly LinearTerm[], span: Span): Representation<S> {
  return driven(form, terms, span, terms.length, (kernel, copies, what) => {
    const { superoperator, factors } = form.putFactors!(kernel, copies, what);
    const targets = new Targets();
    terms.forEach(({ coefficient, weight = 1 }, k) => {
      targets.add(factors[k]!, coefficient, weight);
    });
    return { superoperator, targets };
  });
}

/** A form whose numbers change: `put` as its own, then the table of coefficients and what depends on them. */
function driven<S>(
  form: Representation<S>,
  terms: readonly LinearTerm[],
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
    smooth: functions.every(isSmooth),
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

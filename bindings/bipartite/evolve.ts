/**
 * Evolves a bipartite system and keeps the energy ledger along the run.
 * @module
 */
import { isConstant, overlay, type RealFunction, type Span } from "../coefficients/real.ts";
import { slopeOn } from "../coefficients/slope.ts";
import { qeye } from "../operators/builders.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import { checkInitial, checkObservables, checkTimes } from "../solvers/checks.ts";
import { mapTerms, type TermSum } from "../solvers/hamiltonian.ts";
import { type Observables, OPTION_NAMES, resolveOptions } from "../solvers/options.ts";
import { type FunctionalRows, solve } from "../solvers/solve.ts";
import { placesOf } from "../solvers/stepping.ts";
import { type ResolvedGenerator, resolveGenerator } from "../solvers/terms.ts";
import type { ResolvedBath } from "./baths.ts";
import { conditionSeries } from "./conditions.ts";
import { bathColumns, COLUMN, type Component, type Energetics } from "./energetics.ts";
import { energySeries, flowSeries, heatSeries, ledgerDefects, rateSeries, totalFlow } from "./flows.ts";
import { firstLawDefects, firstLawWarnings } from "./laws.ts";
import { type Balance, Ledger } from "./ledger.ts";
import { reducedFunctionals } from "./reduced.ts";
import type { BipartiteEvolveOptions, BipartiteRun } from "./run.ts";
import type { BipartiteSystem, Given, Planned } from "./system.ts";
import { turningRate } from "./turning.ts";
import { type StateWatch, WATCH_OPTIONS, watchStates } from "./watch.ts";
import { balanced, isWork, slopeWarnings, worksByFunctions } from "./work.ts";

/** A ledger is expected to close to the tolerance, but for what a few steps add up. */
const DEFECT_MARGIN = 100;

/** The first column that is integrated: rates, flows, and what follows. */
const FIRST = COLUMN.rateA;
/** Panels that are divided at once where a function of the caller's does work: its slope may be rough everywhere. */
const BY_FUNCTIONS = 48;

/** Ends of a coefficient's stretches, at most, that are edges of panels. */
const MOST_EDGES = 4096;

const CLASSICAL = "classical: H, the jumps and the state leave populations to themselves";

const EVOLVE_OPTIONS = /* @__PURE__ */ OPTION_NAMES.filter(
  (name) => !["cOps", "args", "negativeRates", "checkState"].includes(name),
);

/** See {@link BipartiteSystem.evolve}. */
export function evolveBipartite<E extends Observables>(
  system: BipartiteSystem,
  given: Given,
  planned: Planned,
  rho0: Operator | Ket,
  tlist: ArrayLike<number>,
  options: BipartiteEvolveOptions & { eOps?: E | undefined },
): BipartiteRun<E> {
  const started = performance.now();
  const { components, energetics } = planned;
  const where = "evolve";
  checkKeys(options, [...EVOLVE_OPTIONS, ...WATCH_OPTIONS], where);
  const { measures, reference, entropicHeat, ...common } = options;
  const resolved = resolveOptions(common, where, EVOLVE_OPTIONS);
  const eOps = options.eOps ?? ({} as E);
  checkObservables(eOps, system.H.dims, `${where}: eOps`);
  const times = checkTimes(tlist, `${where}: tlist`);
  const span = { from: times[0]!, to: times.at(-1)!, times };
  const { rtol } = resolved;
  const { breaks, edges } = breaksOf(components, span);
  const { columns, functionals } = energetics;
  const rho = checkInitial(rho0, system.H.dims, `${where}: rho0`);
  const fastest = turningRate(system.H, system.jumps, components, rho, span);
  // Narrow pulses get panels of their own.
  const run = { times, breaks: edges, rate: fastest, rtol };
  const byFunctions = worksByFunctions(components);
  const ledger = new Ledger({
    ...run,
    columns,
    first: FIRST,
    balances: balancesOf(system.baths),
    floor: strengthOf(components),
    // Slopes of functions of the caller's may be rough, and what they do is found otherwise.
    ...(byFunctions && { judged: (column: number) => column >= COLUMN.flowA && !isWork(column), most: BY_FUNCTIONS }),
  });
  const watch = watchStates(system, planned, { measures, reference, entropicHeat }, run, where);
  const generator = planned.generator() ?? drivenGenerator(system, given, span);
  const problem = { generator, rho0, functionals, started, where };
  const { visit, visitsBetween } = watch;
  const { solution, rows } = solve({
    ...problem,
    times,
    eOps,
    between: ledger.between,
    visit,
    visitsBetween,
    options: resolved,
  });
  const { applies: classical } = system.classical(rho);
  if (classical) Object.assign(solution.stats, { reasons: [...solution.stats.reasons, CLASSICAL] });

  const slope = slopeOn(span);
  const computed = (found: FunctionalRows) => ({
    times: found.times,
    table: energetics.compute(found.times, found, slope),
  });
  const found = computed(rows);
  const outputs = solution.times.length;
  const places = placesOf(solution.times, rows.times);
  const scale = largest(found.table, columns, [COLUMN.U, COLUMN.UA, COLUMN.UB]);
  // Steps as they were, no matter who watches.
  const { signal: _signal, onProgress: _onProgress, until: _until, ...rest } = resolved;
  const again = { ...rest, storeStates: false, stateTimes: undefined, keepFinal: false };
  const solveAt = (wanted: Float64Array, visitMore?: StateWatch["visit"]) => {
    const withStart = wanted[0] === times[0] ? wanted : Float64Array.from([times[0]!, ...wanted]);
    return solve({ ...problem, times: withStart, eOps: {}, visit: visitMore, options: again }).rows;
  };
  const jumps = jumpsOf(components, [...breaks, times[outputs - 1]!], rows, energetics);
  const more = (wanted: Float64Array) => computed(solveAt(wanted));
  const { integrals: bySlopes, smooth, left, divided } = ledger.integrate(found, outputs, scale, more, jumps);
  const table = columnsOf(found.table, columns, places);
  const series = (column: number) => table.slice(column * outputs, (column + 1) * outputs);
  const energy = energySeries(series);
  const integrals = byFunctions ? balanced(smooth, energy, system.baths) : bySlopes;
  const check = (column: number) => (isWork(column) ? bySlopes : integrals)(column);
  const ledgerFlows = flowSeries(integrals, system.baths, system.driven);
  const ledgerDefect = ledgerDefects(energy, totalFlow(flowSeries(check, system.baths, system.driven)))[0]!;
  const rate = rateSeries(series, system.baths);
  const heat = heatSeries(series, integrals, system.baths, outputs);
  const work = { rate: series(COLUMN.work), integrated: integrals(COLUMN.work) };
  const margin = marginOf(resolved);
  const { steps } = solution.stats;
  const firstLaw = firstLawDefects(energy.U, heat.integrated, check(COLUMN.work))[0]!;
  const allowed = Math.max(scale, 1) * margin;
  const seen = watch.results({
    times: solution.times,
    energy,
    rateU: rate.U,
    heat,
    work,
    scale,
    firstLaw,
    margin,
    steps,
    divided,
    solveAt,
  });
  const warnings = [
    ...solution.warnings,
    ...(byFunctions
      ? slopeWarnings(Math.max(firstLaw, ledgerDefect), left, allowed)
      : [...ledgerWarnings(ledgerDefect, left, allowed), ...firstLawWarnings(firstLaw, allowed)]),
    ...seen.warnings,
  ];
  const { commutators, ...states } = seen.results;
  const result = Object.assign(solution, {
    warnings,
    classical,
    energy,
    rate,
    flow: flowSeries(series, system.baths, system.driven),
    ledger: ledgerFlows,
    ledgerDefect,
    ...states,
  });
  // Matrices only where somebody wants them.
  const reduced = once(() => {
    const { parts, functionals } = reducedFunctionals(system);
    return parts(solve({ ...problem, functionals, times: solution.times, eOps: {}, options: again }).rows);
  });
  const conditions = once(() => conditionSeries((k) => system.at(solution.times[k]!), reduced(), commutators));
  Object.defineProperty(result, "reduced", { enumerable: true, get: reduced });
  Object.defineProperty(result, "conditions", { enumerable: true, get: conditions });
  return result as unknown as BipartiteRun<E>;
}

/** The share of a size that an error within the tolerances may reach. */
export const marginOf = ({ rtol, atol }: { rtol: number; atol: number }): number => (rtol + atol) * DEFECT_MARGIN;

function drivenGenerator(system: BipartiteSystem, given: Given, span: Span): ResolvedGenerator {
  return resolveGenerator(wholeTerms(system, given, "evolve"), system.jumps, span, {}, "evolve");
}

/** H on the whole space, term by term. */
export function wholeTerms(system: BipartiteSystem, { HA, HB, V }: Given, where: string): TermSum {
  const [oneA, oneB] = [qeye(system.HA.dims), qeye(system.HB.dims)];
  return [
    ...mapTerms(HA, undefined, where, "HA", (operator) => operator.kron(oneB)),
    ...mapTerms(HB, undefined, where, "HB", (operator) => oneA.kron(operator)),
    ...V,
  ];
}

/** Size of the Hamiltonian: what an error of the state, relative to it, makes of an energy. */
function strengthOf(components: readonly Component[]): number {
  return components.reduce(
    (sum, { HA, HB, V }) => sum + [HA, HB, V].reduce((most, part) => Math.max(most, part?.maxAbs() ?? 0), 0),
    0,
  );
}

/** What is known at any time: the energies of A, of B, and of the whole. */
function balancesOf(baths: readonly ResolvedBath[]): Balance[] {
  return [
    { energy: COLUMN.UA, rates: [COLUMN.rateA], jumps: COLUMN.workA },
    { energy: COLUMN.UB, rates: [COLUMN.rateB], jumps: COLUMN.workB },
    { energy: COLUMN.U, rates: [...baths.map((_, k) => bathColumns(k).all), COLUMN.work], jumps: COLUMN.work },
  ];
}

/** Times within a run at which a coefficient jumps or has a kink, and all at which it begins or ceases to change so fast. */
function breaksOf(components: readonly Component[], span: Span): { breaks: number[]; edges: number[] } {
  const changing = components.filter(({ coefficient }) => !isConstant(coefficient));
  if (changing.length === 0 || span.from === span.to) return { breaks: [], edges: [] };
  const all = overlay(
    changing.map(({ coefficient }) => coefficient.stretches(span)),
    () => false,
  ).filter(({ end }) => end > span.from && end < span.to);
  const breaks = all.filter(({ hard }) => hard).map(({ end }) => end);
  return { breaks, edges: all.length <= MOST_EDGES ? all.map(({ end }) => end) : breaks };
}

/** What the integrated columns gain by sudden changes of H. */
function jumpsOf(
  components: readonly Component[],
  times: readonly number[],
  rows: FunctionalRows,
  energetics: Energetics,
): Map<number, Float64Array> {
  if (components.length === 1) return new Map();
  const reached = times.filter((time) => time > rows.times[0]! && time <= rows.times.at(-1)!);
  const { columns } = energetics;
  return new Map(
    placesOf(Float64Array.from(reached), rows.times).map((k, n) => {
      const time = reached[n]!;
      const before = time - Math.max(Math.abs(time) * Number.EPSILON, Number.MIN_VALUE);
      const step = (f: RealFunction) => f.at(time) - f.at(before);
      const row = energetics.compute(Float64Array.of(time), { ...rows, offset: rows.offset + k * rows.width }, step);
      // Flows of everything else go on as if nothing happened.
      const gain = new Float64Array(columns - FIRST);
      for (const column of [COLUMN.workA, COLUMN.workB, COLUMN.work]) gain[column - FIRST] = row[column]!;
      return [time, gain];
    }),
  );
}

/** The rows at some places, column by column. */
function columnsOf(table: Float64Array, columns: number, places: readonly number[]): Float64Array {
  const out = new Float64Array(columns * places.length);
  places.forEach((place, k) => {
    for (let f = 0; f < columns; f++) out[f * places.length + k] = table[columns * place + f]!;
  });
  return out;
}

function ledgerWarnings(defect: number, left: number, allowed: number): string[] {
  // Also when a defect is not a number.
  if (defect <= allowed && left === 0) return [];
  const why = left > 0 ? `; ${left} stretches of the run could not be integrated closely enough` : "";
  return [`the energy ledger does not close: energies differ from what flowed by ${defect.toExponential(1)}${why}`];
}

function largest(table: Float64Array, columns: number, of: readonly number[]): number {
  let most = 0;
  for (let at = 0; at < table.length; at += columns)
    for (const column of of) most = Math.max(most, Math.abs(table[at + column]!));
  return most;
}

/** What is made when it is wanted first. */
export function once<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}

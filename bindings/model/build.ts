/**
 * A validated {@link Model} -> the objects that the library's own functions take.
 * @module
 */
import {
  type Bath,
  type BipartiteSystem,
  bipartite,
  customBath,
  daviesBath,
  thermalBath,
  thermalState,
} from "../bipartite/index.ts";
import { checkMeasures } from "../bipartite/measures.ts";
import { InvalidArgumentError } from "../errors.ts";
import { qeye } from "../operators/builders.ts";
import { checkKeys, checkObject } from "../operators/checks.ts";
import { Operator } from "../operators/operator.ts";
import { checkDensityMatrix } from "../solvers/checks.ts";
import { resolveOptions } from "../solvers/options.ts";
import { bathWork, gibbsWork, positivityWork } from "./bath-work.ts";
import { energeticsNames } from "./energetics.ts";
import { atPath, ModelError, pathOf } from "./error.ts";
import type { Scope } from "./expression.ts";
import { MAX_DIMENSION, MAX_WORK } from "./limits.ts";
import type { BathSpec, BipartiteModel, GlobalBathSpec, LindbladModel, Model } from "./schema.ts";
import { Definitions, defineAll, withValues } from "./scope.ts";
import {
  anyValueOf,
  charging,
  dimensionOf,
  dimsOf,
  hermitianOf,
  type Jump,
  jumpsOf,
  nonNegativeOf,
  operatorOf,
  scalarOf,
  stateOf,
} from "./specs.ts";
import { type Exact, exactOf, timesOf } from "./times.ts";
import { ONE } from "./value.ts";
import { Work } from "./work.ts";

interface Built<M extends Model> {
  /** The model, its defaults filled in. */
  readonly model: M;
  /** Parameters with their expressions evaluated. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The initial state. */
  readonly rho0: Operator;
  /** The output times. */
  readonly tlist: Float64Array;
  /** Operators by name. */
  readonly observables: Readonly<Record<string, Operator>>;
  /** Closed forms to compare with. */
  readonly exact: readonly Exact[];
}

/** A model of kind `"lindblad"`, built. */
export interface BuiltLindblad extends Built<LindbladModel> {
  /** One system. */
  readonly kind: "lindblad";
  /** The Hamiltonian. */
  readonly H: Operator;
  /** The jump operators with their rates. */
  readonly jumps: readonly Jump[];
}

/** A model of kind `"bipartite"`, built. */
export interface BuiltBipartite extends Built<BipartiteModel> {
  /** Two parts. */
  readonly kind: "bipartite";
  /** The parts, their interaction and their baths. */
  readonly system: BipartiteSystem;
  /** The state that distances are measured to; undefined: the initial one. */
  readonly reference: Operator | undefined;
}

/** Either kind, told apart by `kind`. */
export type BuiltModel = BuiltLindblad | BuiltBipartite;

/** Names under which a result has other things than series. */
const RESULT_NAMES = ["t", "final_state", "states"];

/** Limits of {@link buildModel}, for models of strangers. */
export interface BuildLimits {
  /** Largest dimension of the whole system, refused before its operators are built. Default 4096, the largest there is. */
  readonly dimension?: number | undefined;
  /** Multiplications that expressions, formulas of `compare`, baths and the check of the initial state may take, each some nanoseconds. Default 5e8, the most there is. */
  readonly work?: number | undefined;
}

/**
 * Builds everything a run needs, and thereby checks it; nothing is integrated.
 * @param limits how large a model may be, and how long it may take; for programs that take models of strangers
 * @throws {@link ModelError}, also for a model beyond the limits; {@link UnknownOptionError}, {@link InvalidArgumentError} for limits that are none
 */
export function buildModel(model: Model, limits: BuildLimits = {}): BuiltModel {
  checkObject(model, "buildModel: model", "a model");
  checkKeys(limits, ["dimension", "work"], "buildModel: limits");
  const { dimension = MAX_DIMENSION, work = MAX_WORK } = limits;
  for (const [name, value, most] of [
    ["dimension", dimension, MAX_DIMENSION],
    ["work", work, MAX_WORK],
  ] as const) {
    if (!(value > 0 && value <= most)) {
      throw new InvalidArgumentError(`buildModel: limits.${name}`, value, `a number > 0, at most ${most}`);
    }
  }
  const parameters = new Definitions(ONE, undefined, new Work(work));
  defineAll(parameters, model.parameters, "$.parameters", scalarOf);
  const values = parameters.evaluateAll() as ReadonlyMap<string, number>;
  const scope = new Definitions(ONE, parameters);
  defineAll(scope, model.operators, "$.operators", anyValueOf);
  checkDimension(model, scope, dimension);
  scope.evaluateAll();
  const tlist = timesOf(model.times, parameters);
  checkSolver(model.solver);
  const common = { parameters: Object.fromEntries(values), tlist };
  return model.kind === "lindblad"
    ? buildLindblad(model, common, scope, parameters)
    : buildBipartite(model, common, scope, parameters);
}

function checkDimension(model: Model, scope: Scope, most: number): void {
  const part = (dim: BipartiteModel["A"]["dim"]) => (Array.isArray(dim) ? dim : [dim]);
  const [specs, path] =
    model.kind === "lindblad" ? [model.dims, "$.dims"] : [[...part(model.A.dim), ...part(model.B.dim)], "$"];
  const whole = specs.reduce<number>((size, spec) => size * scalarOf(spec, path, scope), 1);
  if (whole > most) throw new ModelError(path, `the whole dimension ${whole} is more than ${most}`);
}

function checkSolver(solver: Model["solver"]): void {
  if (solver.method === "rk4" && solver.dt === undefined) {
    throw new ModelError("$.solver.dt", 'is missing: the method "rk4" needs a step dt');
  }
  const placeOf = (where: string) => pathOf("$.solver", ...where.split(": ").slice(1));
  atPath(placeOf, () => resolveOptions(solver, "solver"));
}

type Common = Pick<Built<Model>, "parameters" | "tlist">;

function buildLindblad(model: LindbladModel, common: Common, scope: Scope, parameters: Scope): BuiltLindblad {
  const dims = dimsOf(model.dims, "$.dims", scope);
  const H = hermitianOf(model.hamiltonian, "$.hamiltonian", scope, dims);
  const jumps = jumpsOf(model.jumps, "$.jumps", scope, dims);
  const rho0 = initialOf(model, scope, dims);
  const observables = observablesOf(model, scope, dims, []);
  const exact = exactOf(model.compare, seriesNames(observables), common.tlist, parameters);
  return { kind: "lindblad", model, ...common, H, jumps, rho0, observables, exact };
}

function buildBipartite(model: BipartiteModel, common: Common, scope: Scope, parameters: Scope): BuiltBipartite {
  const A = partOf(model, "A", scope);
  const B = partOf(model, "B", scope);
  const dims = [...A.H.dims, ...B.H.dims];
  dimsOf(dims, "$", scope);
  const V = hermitianOf(model.V, "$.V", scope, dims);
  const globalBaths = model.globalBaths.map((spec, index) => {
    const path = pathOf("$.globalBaths", index);
    return { path, bath: globalBathOf(spec, path, scope, { A: A.H.dims, B: B.H.dims, global: dims }) };
  });
  const placed = [...A.baths, ...B.baths, ...globalBaths];
  const baths = placed.map(({ bath }) => bath);
  chargeBaths(placed, { A: A.H, B: B.H, V }, scope);
  const alphaA = model.alphaA === undefined ? {} : { alphaA: scalarOf(model.alphaA, "$.alphaA", scope) };
  const system = atPath(
    (where) => pathOfBath(where, placed),
    () => bipartite({ HA: A.H, HB: B.H, V, baths, ...alphaA }),
  );
  const stateScope = withValues(
    scope,
    new Map([
      ...(A.thermal === undefined ? [] : [["piA", A.thermal] as const]),
      ...(B.thermal === undefined ? [] : [["piB", B.thermal] as const]),
    ]),
  );
  const rho0 = initialOf(model, stateScope, dims);
  const given = model.reference === undefined ? undefined : stateOf(model.reference, "$.reference", stateScope, dims);
  if (given instanceof Operator) charging("$.reference", () => scope.work.charge(positivityWork(given)));
  const names = Array.isArray(model.measures) ? model.measures : [];
  const placeOfMeasure = (where: string) => (where.startsWith("measures") ? "$.measures" : "$.reference");
  const reference = atPath(placeOfMeasure, () => checkMeasures(names, given, system));
  const energies = energeticsNames(system, model.measures);
  const observables = observablesOf(model, stateScope, dims, energies);
  const series = [...energies, ...seriesNames(observables)];
  const exact = exactOf(model.compare, series, common.tlist, parameters);
  return { kind: "bipartite", model, ...common, system, rho0, reference, observables, exact };
}

/** A bath, and where it stands in the file. */
interface Placed {
  readonly path: string;
  readonly bath: Bath;
}

/** The Hamiltonian of the whole is as large as V: it is made for baths that ask for it, and not kept. */
function chargeBaths(placed: readonly Placed[], { A, B, V }: Record<"A" | "B" | "V", Operator>, scope: Scope): void {
  let whole: Operator | undefined;
  const bare = {
    ...{ A, B },
    get global() {
      whole ??= A.kron(qeye(B.dims)).add(qeye(A.dims).kron(B)).add(V);
      return whole;
    },
  };
  for (const { path, bath } of placed) charging(path, () => scope.work.charge(bathWork(bath, bare)));
}

/** The baths are built with the system: where it says that one of them is wrong, that bath is the place. */
function pathOfBath(where: string, placed: readonly Placed[]): string {
  const name = /^bath "(.*?)"/.exec(where)?.[1];
  return placed.find(({ bath }) => bath.name === name)?.path ?? "$";
}

interface Part {
  readonly H: Operator;
  readonly baths: readonly Placed[];
  /** exp(-beta H)/Z, where the baths have one temperature. */
  readonly thermal: Operator | undefined;
}

function partOf(model: BipartiteModel, site: "A" | "B", scope: Scope): Part {
  const path = pathOf("$", site);
  const { dim, hamiltonian, bath, baths: others } = model[site];
  const dimPath = pathOf(path, "dim");
  const dims = Array.isArray(dim) ? dimsOf(dim, dimPath, scope) : [dimensionOf(dim, dimPath, scope)];
  const H = hermitianOf(hamiltonian, pathOf(path, "hamiltonian"), scope, dims);
  const specs = [
    ...(bath === undefined ? [] : [{ spec: bath, path: pathOf(path, "bath"), name: site }]),
    ...others.map((spec, k) => ({ spec, path: pathOf(pathOf(path, "baths"), k), name: `${site}${k + 2}` })),
  ];
  const built = specs.map(({ spec, path: place, name }) => {
    const beta = spec.beta === undefined ? undefined : betaOf(spec.beta, place, scope);
    return { path: place, beta, bath: bathOf(spec, site, beta, { path: place, name }, scope, dims) };
  });
  const betas = new Set(built.map(({ beta }) => beta));
  const [beta] = betas;
  charging(path, () => scope.work.charge(gibbsWork(H)));
  const thermal =
    betas.size === 1 && beta !== undefined ? atPath(built[0]!.path, () => thermalState(H, beta)) : undefined;
  return { H, baths: built, thermal };
}

function bathOf(
  spec: BathSpec,
  site: "A" | "B",
  beta: number | undefined,
  { path, name: fallback }: { path: string; name: string },
  scope: Scope,
  dims: readonly number[],
): Bath {
  const name = spec.name ?? fallback;
  if ("jumps" in spec) {
    const jumps = jumpsOf(spec.jumps, pathOf(path, "jumps"), scope, dims);
    return atPath(path, () => customBath(site, { jumps, beta, name }));
  }
  const options = ratesOf(spec, path, scope);
  return atPath(path, () => thermalBath(site, { beta: beta!, name, ...options }));
}

function globalBathOf(
  spec: GlobalBathSpec,
  path: string,
  scope: Scope,
  dims: Readonly<Record<"A" | "B" | "global", readonly number[]>>,
): Bath {
  const { name } = spec;
  const beta = spec.beta === undefined ? undefined : betaOf(spec.beta, path, scope);
  if ("jumps" in spec) {
    const jumps = jumpsOf(spec.jumps, pathOf(path, "jumps"), scope, dims.global);
    return atPath(path, () => customBath("global", { name, jumps, beta }));
  }
  const { on = "global" } = spec;
  const couplings = spec.couplings.map((coupling, k) =>
    hermitianOf(coupling, pathOf(pathOf(path, "couplings"), k), scope, dims[on]),
  );
  const options = ratesOf(spec, path, scope);
  return atPath(path, () => daviesBath(name, { couplings, on, beta: beta!, ...options }));
}

function ratesOf(
  { rates, Gamma }: { rates?: "symmetric" | "ohmic" | undefined; Gamma?: number | string | undefined },
  path: string,
  scope: Scope,
) {
  return {
    rates,
    Gamma: Gamma === undefined ? undefined : nonNegativeOf(Gamma, pathOf(path, "Gamma"), scope, "Gamma"),
  };
}

/** Zero temperature has a name of its own: expressions are finite. */
const ZERO_TEMPERATURE = ["infinity", "Infinity", "inf"];

/** Whether that is meant. */
export const isZeroTemperature = (spec: number | string): boolean =>
  typeof spec === "string" && ZERO_TEMPERATURE.includes(spec);

const betaOf = (spec: number | string, path: string, scope: Scope): number =>
  isZeroTemperature(spec) ? Infinity : scalarOf(spec, pathOf(path, "beta"), scope);

function initialOf(model: Model, scope: Scope, dims: readonly number[]): Operator {
  const state = stateOf(model.initial, "$.initial", scope, dims);
  if (state instanceof Operator) charging("$.initial", () => scope.work.charge(positivityWork(state)));
  return atPath("$.initial", () => checkDensityMatrix(state, dims, "the initial state"));
}

function observablesOf(
  model: Model,
  scope: Scope,
  dims: readonly number[],
  taken: readonly string[],
): Record<string, Operator> {
  const entries = Object.entries(model.observables).map(([name, spec]) => {
    const path = pathOf("$.observables", name);
    if (taken.includes(name) || RESULT_NAMES.includes(name))
      throw new ModelError(path, `"${name}" is a series already: choose another name`);
    return [name, operatorOf(spec, path, scope, dims)] as const;
  });
  const names = new Set(entries.map(([name]) => name));
  for (const name of names) {
    for (const part of complexParts(name)) {
      // both would be columns of one table
      if (names.has(part))
        throw new ModelError(pathOf("$.observables", part), `may be mistaken for a part of "${name}"`);
    }
  }
  return Object.fromEntries(entries);
}

/** Names of the two series of a complex observable. */
export const complexParts = (name: string): [re: string, im: string] => [`${name}_re`, `${name}_im`];

/** Names of the series that the observables give: one for a real expectation value, two for a complex one. */
export function seriesNames(observables: Readonly<Record<string, Operator>>): string[] {
  return Object.entries(observables).flatMap(([name, operator]) =>
    operator.isHermitian() ? [name] : complexParts(name),
  );
}

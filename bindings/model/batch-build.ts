/**
 * A model at many points at once -> what the batched solver takes. What many points cannot do together is left to the one-by-one path:
 * a point that is marked, or all of them.
 * @module
 */
import * as algebra from "../batch/algebra.ts";
import { NumberBatch, type OperatorBatch } from "../batch/operators.ts";
import { type BatchBath, type BatchSystem, batchSystem, namedBath } from "../bipartite/batch/system.ts";
import { areThermal, type Levels, levelsOf, thermalJumps, thermalStates } from "../bipartite/batch/thermal.ts";
import type { Site } from "../bipartite/baths.ts";
import type { MeasureName } from "../bipartite/measures.ts";
import { LindbladError } from "../errors.ts";
import { product } from "../operators/checks.ts";
import { BatchArithmetic, type BatchValue, MAX_BATCHED, Unbatched } from "./batch-arithmetic.ts";
import {
  areHermitian,
  type BatchScope,
  hermitiansOf,
  jumpsOf,
  operatorsOf,
  realOf,
  realsOf,
  statesOf,
} from "./batch-specs.ts";
import { complexParts, isZeroTemperature } from "./build.ts";
import { Expression } from "./expression.ts";
import type { Points } from "./points.ts";
import type { BathSpec, BipartiteModel, LindbladModel, Model } from "./schema.ts";
import { Definitions, defineAll, withValues } from "./scope.ts";
import { anyValueOf, dimensionOf, dimsOf } from "./specs.ts";
import { timesOf } from "./times.ts";

/** Exact values of a series, number `t * count + k` those of point k at output time t. */
interface BatchExact {
  readonly series: string;
  readonly values: Float64Array;
}

/** A series that is the mean of a Hermitian operator. */
export interface Mean {
  readonly series: string;
  readonly operator: OperatorBatch;
}

export interface BatchModel {
  readonly count: number;
  readonly dims: readonly number[];
  readonly tlist: Float64Array;
  readonly H: OperatorBatch;
  readonly jumps: readonly OperatorBatch[];
  readonly rho0: OperatorBatch;
  readonly observables: readonly Mean[];
  readonly exact: readonly BatchExact[];
  /** Of a model of kind `"bipartite"`: its systems, and the measures that it asks for by name. */
  readonly system: BatchSystem | undefined;
  readonly asked: readonly MeasureName[];
  /** Not 0: the point has to be computed alone. */
  readonly failed: Uint8Array;
}

/** Undefined where the points of this model cannot be computed together. */
export function batchModel(model: Model, points: Points): BatchModel | undefined {
  try {
    return build(model, points);
  } catch (error) {
    // Each point says for itself what is wrong.
    if (error instanceof Unbatched || error instanceof LindbladError) return undefined;
    throw error;
  }
}

function build(model: Model, { count, parameters: given }: Points): BatchModel {
  const arithmetic = new BatchArithmetic(count);
  const parameters = new BatchDefinitions(arithmetic);
  defineAll(parameters, { ...model.parameters, ...given }, "$.parameters", (entry, path, scope) =>
    typeof entry === "object"
      ? new NumberBatch(count, Float64Array.from(entry))
      : realOf(entry, path, scope as BatchScope),
  );
  parameters.evaluateAll();
  const scope = new BatchDefinitions(arithmetic, parameters);
  defineAll(scope, model.operators, "$.operators", anyValueOf);
  scope.evaluateAll();
  const tlist = timesOf(model.times, parameters);
  const known = model.kind === "lindblad" ? buildLindblad(model, scope) : buildBipartite(model, scope);
  const { stateScope } = known;
  const { dims } = known.H;
  const rho0 = statesOf(model.initial, "$.initial", stateScope, dims);
  const observables = Object.entries(model.observables).flatMap(([name, spec]) =>
    meansOf(name, operatorsOf(spec, "$.observables", stateScope, dims), arithmetic),
  );
  const exact = Object.entries(model.compare).map(([series, formula]) => ({
    series,
    values: formulaAt(new Expression(formula, "$.compare"), tlist, parameters),
  }));
  const { H, jumps, system } = known;
  const asked = model.kind === "bipartite" && Array.isArray(model.measures) ? model.measures : [];
  const { failed } = arithmetic;
  return { count, dims, tlist, H, jumps, rho0, observables, exact, system, asked, failed };
}

class BatchDefinitions extends Definitions<BatchValue> implements BatchScope {
  declare readonly arithmetic: BatchArithmetic;
}

interface Known {
  readonly H: OperatorBatch;
  readonly jumps: readonly OperatorBatch[];
  readonly system: BatchSystem | undefined;
  /** Where states and observables are looked up. */
  readonly stateScope: BatchScope;
}

function buildLindblad(model: LindbladModel, scope: BatchScope): Known {
  const dims = checkedDims(dimsOf(model.dims, "$.dims", scope));
  const H = hermitiansOf(model.hamiltonian, "$.hamiltonian", scope, dims);
  return { H, jumps: jumpsOf(model.jumps, "$.jumps", scope, dims), system: undefined, stateScope: scope };
}

function buildBipartite(model: BipartiteModel, scope: BatchScope): Known {
  const { arithmetic } = scope;
  // It is checked at every point.
  if (model.reference !== undefined) throw new Unbatched();
  const [dimsA, dimsB] = [partDims(model, "A", scope), partDims(model, "B", scope)];
  const dims = checkedDims([...dimsA, ...dimsB]);
  const A = partOf(model, "A", scope, dimsA);
  const B = partOf(model, "B", scope, dimsB);
  const V = hermitiansOf(model.V, "$.V", scope, dims);
  const alphaA = realsOf(model.alphaA ?? 0.5, "$.alphaA", scope);
  arithmetic.demand((k) => Number.isFinite(alphaA[k]));
  const levelsOfWhole = () => {
    const parts = { HA: A.H, HB: B.H, V, alphaA, baths: [] };
    return checkedLevels(batchSystem(parts).H, arithmetic);
  };
  const globals = model.globalBaths.map((spec) => {
    if (!("jumps" in spec)) throw new Unbatched();
    const jumps = jumpsOf(spec.jumps, "$.globalBaths", scope, dims);
    const beta = spec.beta === undefined ? undefined : betaOf(spec.beta, "globalBaths", scope);
    return customBath(spec.name, "global", jumps, { beta, levels: levelsOfWhole }, arithmetic);
  });
  const { measures } = model;
  // Of a bath at beta = 0 there is none: its series would be missing at some points.
  if (Array.isArray(measures) && measures.includes("freeEnergy")) {
    if ([...A.baths, ...B.baths].some(({ beta }) => beta?.includes(0))) throw new Unbatched();
  }
  const system = batchSystem({ HA: A.H, HB: B.H, V, alphaA, baths: [...A.baths, ...B.baths, ...globals] });
  const thermal: [string, BatchValue][] = [
    ...(A.thermal ? [["piA", A.thermal] as [string, BatchValue]] : []),
    ...(B.thermal ? [["piB", B.thermal] as [string, BatchValue]] : []),
  ];
  const stateScope = withValues(scope, new Map(thermal)) as BatchScope;
  return { H: system.H, jumps: system.baths.flatMap(({ jumps }) => jumps), system, stateScope };
}

interface Part {
  readonly H: OperatorBatch;
  readonly baths: readonly BatchBath[];
  /** exp(-beta H)/Z, where the baths have one temperature. */
  readonly thermal: OperatorBatch | undefined;
}

function partDims(model: BipartiteModel, site: "A" | "B", scope: BatchScope): number[] {
  const { dim } = model[site];
  return Array.isArray(dim) ? dimsOf(dim, `$.${site}`, scope) : [dimensionOf(dim, `$.${site}`, scope)];
}

function partOf(model: BipartiteModel, site: "A" | "B", scope: BatchScope, dims: readonly number[]): Part {
  const { arithmetic } = scope;
  const { hamiltonian, bath, baths } = model[site];
  const H = hermitiansOf(hamiltonian, `$.${site}.hamiltonian`, scope, dims);
  let levels: Levels | undefined;
  const levelsOnce = () => {
    levels ??= checkedLevels(H, arithmetic);
    return levels;
  };
  const specs = [
    ...(bath === undefined ? [] : [{ spec: bath, name: site as string }]),
    ...baths.map((spec, k) => ({ spec, name: `${site}${k + 2}` })),
  ];
  const built = specs.map(({ spec, name }) => {
    const beta = spec.beta === undefined ? undefined : betaOf(spec.beta, site, scope);
    return { beta, bath: bathOf(spec, { site, name: spec.name ?? name, beta, levels: levelsOnce }, scope, dims) };
  });
  // Of several baths with different ones there is no thermal state; where that depends on the point, points go alone.
  const betas = built.map(({ beta }) => beta);
  const [first] = betas;
  const equal = (k: number) => betas.every((beta) => beta?.[k] === first?.[k]);
  const some = arithmetic.failed.indexOf(0);
  const haveOne = first !== undefined && betas.every((beta) => beta !== undefined) && some >= 0 && equal(some);
  if (first !== undefined) arithmetic.demand((k) => equal(k) === equal(Math.max(some, 0)));
  return { H, baths: built.map((one) => one.bath), thermal: haveOne ? thermalStates(levelsOnce(), first) : undefined };
}

function checkedLevels(H: OperatorBatch, arithmetic: BatchArithmetic): Levels {
  const levels = levelsOf(H, arithmetic.failed);
  for (const k of levels.degenerate) arithmetic.fail(k);
  return levels;
}

interface BathPlace {
  readonly site: "A" | "B";
  readonly name: string;
  readonly beta: Float64Array | undefined;
  readonly levels: () => Levels;
}

function bathOf(
  spec: BathSpec,
  { site, name, beta, levels }: BathPlace,
  scope: BatchScope,
  dims: readonly number[],
): BatchBath {
  const { arithmetic } = scope;
  if ("jumps" in spec) {
    return customBath(name, site, jumpsOf(spec.jumps, `$.${site}`, scope, dims), { beta, levels }, arithmetic);
  }
  const { rates = "symmetric" } = spec;
  const Gamma = realsOf(spec.Gamma ?? 1, `$.${site}`, scope);
  arithmetic.demand((k) => {
    const diverges = rates === "ohmic" ? beta![k] === 0 : beta![k] === Infinity;
    return beta![k]! >= 0 && !diverges && Gamma[k]! >= 0 && Gamma[k]! < Infinity;
  });
  const { jumps, failed } = thermalJumps(levels(), { beta: beta!, Gamma, rates });
  for (const k of failed) arithmetic.fail(k);
  return namedBath(name, site, jumps, beta);
}

/** The temperature of a bath given by its jumps, where it has one, must be theirs. */
function customBath(
  name: string,
  site: Site,
  jumps: readonly OperatorBatch[],
  { beta, levels }: Pick<BathPlace, "beta" | "levels">,
  arithmetic: BatchArithmetic,
): BatchBath {
  if (beta !== undefined) {
    const thermal = areThermal(levels(), jumps, beta);
    arithmetic.demand((k) => beta[k]! >= 0 && thermal[k]!);
  }
  return namedBath(name, site, jumps, beta);
}

function betaOf(spec: number | string, site: string, scope: BatchScope): Float64Array {
  if (isZeroTemperature(spec)) return new Float64Array(scope.arithmetic.count).fill(Infinity);
  return realsOf(spec, `$.${site}`, scope);
}

function checkedDims(dims: number[]): number[] {
  if (product(dims) > MAX_BATCHED) throw new Unbatched();
  return dims;
}

/** One series of a Hermitian observable, two of any other; a point at which that is different goes alone. */
function meansOf(name: string, operator: OperatorBatch, arithmetic: BatchArithmetic): Mean[] {
  const hermitian = areHermitian(operator);
  const expected = hermitian[Math.max(arithmetic.failed.indexOf(0), 0)]!;
  arithmetic.demand((k) => hermitian[k] === expected);
  const real = algebra.hermitianPart(operator);
  if (expected) return [{ series: name, operator: real }];
  // O = X + iY
  const imaginary = algebra.scale(algebra.sub(operator, real), { re: 0, im: -1 });
  const [re, im] = complexParts(name);
  return [
    { series: re, operator: real },
    { series: im, operator: imaginary },
  ];
}

function formulaAt(formula: Expression, times: Float64Array, parameters: BatchScope): Float64Array {
  const { arithmetic } = parameters;
  const values = new Float64Array(times.length * arithmetic.count);
  let at = 0;
  for (const value of formula.evaluateAlong<BatchValue>("t", times, parameters)) {
    values.set(arithmetic.reals(value), at);
    at += arithmetic.count;
  }
  return values;
}

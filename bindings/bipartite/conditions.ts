/**
 * Conditions (i) and (ii), the theorem that rests on them, and whether the product of the parts' thermal states is steady.
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), eqs. [11, A1-A4], with the commutator of the product steady state corrected.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { qeye } from "../operators/builders.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { applyGenerator } from "../solvers/apply.ts";
import { adjointDissipator } from "./adjoint.ts";
import type { ResolvedBath } from "./baths.ts";
import { fieldsAt, type Parts, type Reduced, reducedStates } from "./energies.ts";
import { thermalState } from "./gibbs.ts";

/** A norm (Frobenius) that a condition wants to be 0. */
export interface Condition {
  /** Whether it is 0 to rounding. */
  readonly holds: boolean;
  /** The Frobenius norm of what has to vanish. */
  readonly norm: number;
  /** Relative to the norms of what is commuted or applied, their traces taken off: no zero of energy counts. */
  readonly relative: number;
}

/** Condition (i) looked at for all states. */
export interface CommutatorCondition extends Condition {
  /** The product state, of those that decide, at which the norm is largest. */
  readonly worst: Reduced;
}

/** Both conditions at one state. */
export interface ConditionNorms {
  /** (i) [Ĥ_A + Ĥ_B, V] = 0 at this state. */
  readonly commutes: Condition;
  /** (ii) sum of L#[H] over all jumps = 0, whatever the state. */
  readonly adjoint: Condition;
}

/** Frobenius norms of commutators with V at the output times of a run. */
export interface CommutatorSeries {
  /** ‖[Ĥ_A + Ĥ_B, V]‖: 0 where condition (i) holds at the state. */
  readonly commutes: Float64Array;
  /** ‖[H_A + H_B, V]‖, of the bare Hamiltonians: constant unless the system is driven. */
  readonly bare: Float64Array;
}

/** The norms of both conditions at the output times of a run. */
export interface ConditionSeries extends CommutatorSeries {
  /** ‖sum of L#[H]‖ over all jumps, condition (ii). */
  readonly adjoint: Float64Array;
}

/** Whether pi_A ⊗ pi_B is steady, each part thermal for its bare Hamiltonian at the temperature of its baths. */
export type ProductSteadyState =
  | {
      /** Each part has baths of its own, all of one temperature, and none acts on both. */
      readonly applies: true;
      /** Inverse temperature of the baths of A, in units of 1/energy. */
      readonly betaA: number;
      /** Inverse temperature of the baths of B. */
      readonly betaB: number;
      /** Whether it is steady: the right commutator vanishes; at zero temperature, where that has no meaning, the residual does. */
      readonly holds: boolean;
      /** [V, beta_A H_A + beta_B H_B], which decides; absent at zero temperature. */
      readonly commutator?: Condition;
      /** [H_A + H_B, V], which the paper asks for: enough for equal temperatures only. */
      readonly paperCommutator: Condition;
      /** L[pi_A ⊗ pi_B] */
      readonly residual: Condition;
    }
  | {
      /** There is no such state to ask about. */
      readonly applies: false;
      /** Why there is no such state, in words. */
      readonly why: string;
    };

/** What {@link BipartiteSystem.conditions} finds. */
export interface Conditions {
  /** (i) [Ĥ_A + Ĥ_B, V] = 0, for all states. */
  readonly commutes: CommutatorCondition;
  /** (ii) sum of L#[H] over all jumps, local or global, = 0. */
  readonly adjoint: Condition;
  /**
   * Whether the theorem applies: (i) and (ii) for all states, every jump acting on one part alone. With jumps that act on both parts it says
   * nothing of U_⊗: the paper's theorem is about local dissipators, and correlated dephasing moves energy between U_⊗ and U_chi though (i) and
   * (ii) hold.
   */
  readonly theorem: boolean;
  /** Whether U is conserved for all states: (ii), and only then. */
  readonly conservesTotal: boolean;
  /**
   * Whether U_⊗ is conserved for all states. The theorem says so where it applies; it is decided exactly, for of [Ĥ_A + Ĥ_B, V] only
   * what acts on both parts moves energy between them and chi. Undefined, not decided, where jumps act on both parts.
   */
  readonly conservesLocal: boolean | undefined;
  /** Whether U_chi is conserved for all states; undefined likewise. */
  readonly conservesCorrelation: boolean | undefined;
  /**
   * Which states can exchange energy with the baths through correlation while U_⊗ stands still: none, where U or U_chi is conserved for all
   * states; otherwise special ones at most, never all, for where U_⊗ is conserved for all states U_chi is too. Where jumps act on both parts
   * and U is not conserved, nothing is decided.
   */
  readonly exchangeThroughCorrelation: "none" | "special states at most" | "not decided";
  /** Whether the product of the thermal states is steady. */
  readonly productSteadyState: ProductSteadyState;
  /** All of this in words, a sentence or two each. */
  readonly verdict: readonly string[];
}

/** What conditions are asked of. */
interface System extends Parts {
  readonly HA: HermitianOperator;
  readonly HB: HermitianOperator;
  readonly V: HermitianOperator;
  readonly H: HermitianOperator;
  readonly jumps: readonly Operator[];
  readonly baths: readonly ResolvedBath[];
  readonly driven: boolean;
}

/**
 * What rounding leaves of sums of a few products of d x d matrices, relative to their norms: a product errs by (d + 2) sqrt(2) eps (Higham,
 * Accuracy and Stability of Numerical Algorithms, 3.5-3.6); two of them make a commutator, and the factors are products themselves.
 */
const rounding = (d: number) => 16 * d * Number.EPSILON;

/** See {@link BipartiteSystem.conditionNorms}. */
export function conditionsAt(system: System, reduced: Reduced): ConditionNorms {
  return { commutes: scalesOf(system).commutator(commutatorAt(system, reduced)), adjoint: adjointOf(system).condition };
}

/** The norms along a run: systems as they are at the times of the reduced states; `known` are those that the kernel has found already. */
export function conditionSeries(
  systemAt: (k: number) => System,
  { A, B }: { readonly A: readonly Operator[]; readonly B: readonly Operator[] },
  known?: CommutatorSeries,
): ConditionSeries {
  let last: { system: System; norm: number; bare: number } | undefined;
  const [commutes, bare, adjoint] = [A, A, A].map(({ length }) => new Float64Array(length)) as Triple;
  A.forEach((rhoA, k) => {
    const system = systemAt(k);
    if (last?.system !== system) {
      const { HA, HB, V } = system;
      const local = HA.kron(qeye(HB.dims)).add(qeye(HA.dims).kron(HB));
      last = {
        system,
        norm: adjointOf(system).condition.norm,
        bare: known ? 0 : local.mul(V).sub(V.mul(local)).norm(),
      };
    }
    adjoint[k] = last.norm;
    bare[k] = last.bare;
    if (!known) commutes[k] = commutatorAt(system, { A: rhoA, B: B[k]! }).norm();
  });
  return { commutes, bare, adjoint, ...known };
}

type Triple = [Float64Array, Float64Array, Float64Array];

/** See {@link BipartiteSystem.conditions}. */
export function conditionsOf(given: System): Conditions {
  if (given.driven) {
    throw new InvalidArgumentError(
      "conditions",
      given,
      "a system that does not depend on time; ask system.at(t).conditions() for this one at a time",
    );
  }
  const system = withoutZeros(given);
  const scales = scalesOf(system);
  const adjoint = adjointOf(system);
  const localJumps = given.jumps.every((jump) => actsOnOnePart(given, jump));
  const nothing = Operator.fromTriplets(system.H.dims, []);
  const byBaths = correlating(system, adjoint.operator);
  let commutes: CommutatorCondition | undefined;
  let local = true;
  let correlation = true;
  for (const reduced of decidingStates(system.HA.dims, system.HB.dims)) {
    const commutator = commutatorAt(system, reduced);
    const condition = scales.commutator(commutator);
    if (commutes === undefined || condition.norm > commutes.norm) commutes = { ...condition, worst: reduced };
    // dU_chi/dt = Tr[(i[Ĥ_A + Ĥ_B, V] + sum L#[H]) chi], dU_⊗/dt = -i Tr[[Ĥ_A + Ĥ_B, V] chi] + Tr[sum L#[H] rho_A ⊗ rho_B]
    const across = condition.holds ? nothing : correlating(system, commutator);
    local &&= across.norm() <= scales.allowed;
    correlation &&= across.scale({ re: 0, im: 1 }).add(byBaths).norm() <= scales.allowed + adjoint.allowed;
  }
  const { holds: conservesTotal } = adjoint.condition;
  local ||= commutes!.holds;
  const facts = {
    commutes: commutes!,
    adjoint: adjoint.condition,
    theorem: localJumps && commutes!.holds && conservesTotal,
    conservesTotal,
    conservesLocal: localJumps ? conservesTotal && local : undefined,
    conservesCorrelation: localJumps ? (conservesTotal ? local : correlation) : undefined,
  };
  const none = conservesTotal || facts.conservesCorrelation === true;
  const found: Omit<Conditions, "verdict"> = {
    ...facts,
    exchangeThroughCorrelation: none ? "none" : localJumps ? "special states at most" : "not decided",
    productSteadyState: productSteadyState(given),
  };
  return { ...found, verdict: verdictOf(found) };
}

/** The same with zeros of energy that nothing depends on: rounding of a large one would hide what does not commute. */
function withoutZeros(system: System): System {
  const [HA, HB, V] = [system.HA, system.HB, system.V].map((X) => withoutTrace(X).hermitianPart()) as [
    HermitianOperator,
    HermitianOperator,
    HermitianOperator,
  ];
  const H = HA.kron(qeye(HB.dims)).add(qeye(HA.dims).kron(HB)).add(V);
  const { alphaA, jumps, baths, driven } = system;
  return { HA, HB, V, H, alphaA, jumps, baths, driven };
}

/** Whether a jump is X ⊗ 1 or 1 ⊗ Y. */
export function actsOnOnePart(parts: Parts, jump: Operator): boolean {
  const { A, B } = reducedStates(parts, jump);
  const [oneA, oneB] = [qeye(parts.HA.dims), qeye(parts.HB.dims)];
  const allowed = rounding(jump.size) * jump.norm();
  return [A.scale(1 / oneB.size).kron(oneB), oneA.kron(B.scale(1 / oneA.size))].some(
    (local) => jump.sub(local).norm() <= allowed,
  );
}

/** [Ĥ_A + Ĥ_B, V], without the numbers in Ĥ_A and Ĥ_B, which commute. */
function commutatorAt(system: System, reduced: Reduced): Operator {
  const { HA, HB, V } = system;
  const { A, B } = fieldsAt(system, reduced);
  const local = HA.add(A)
    .kron(qeye(HB.dims))
    .add(qeye(HA.dims).kron(HB.add(B)));
  return commutator(local, V);
}

const commutator = (X: Operator, Y: Operator) => X.mul(Y).sub(Y.mul(X));

const withoutTrace = (X: Operator) => X.sub(qeye(X.dims).scale(X.tr().re / X.size));

/** x/y, nothing of nothing being nothing. */
const share = (x: number, y: number) => (y === 0 ? 0 : x / y);

function scalesOf({ HA, HB, V, H }: System) {
  const sizeOf = (of: (X: Operator) => Operator) => {
    const interaction = of(V).norm();
    const bare = Math.sqrt(HB.size) * of(HA).norm() + Math.sqrt(HA.size) * of(HB).norm();
    return { interaction, bare };
  };
  const [whole, proper] = [sizeOf((X) => X), sizeOf(withoutTrace)];
  // Fields of the parts on each other: ‖Tr_B[V (1 ⊗ rho_B)] ⊗ 1‖ <= sqrt(dB) ‖V‖.
  const fields = (Math.sqrt(HA.size) + Math.sqrt(HB.size)) * whole.interaction;
  const allowed = rounding(H.size) * (whole.bare + fields) * whole.interaction;
  const size = (proper.bare + proper.interaction) * proper.interaction;
  return {
    allowed,
    commutator: (X: Operator): Condition => {
      const norm = X.norm();
      return { holds: norm <= allowed, norm, relative: share(norm, size) };
    },
  };
}

/** (ii) */
function adjointOf({ H, jumps }: System) {
  const operator = adjointDissipator(jumps, H.dims)(H);
  const norm = operator.norm();
  const strength = jumps.reduce((sum, L) => sum + L.norm() ** 2, 0);
  const allowed = rounding(H.size) * strength * H.norm();
  const condition: Condition = {
    holds: norm <= allowed,
    norm,
    relative: share(norm, strength * withoutTrace(H).norm()),
  };
  return { operator, allowed, condition };
}

/** What of an operator acts on both parts: both of its partial traces vanish. */
export function correlating(parts: Parts, X: Operator): Operator {
  const { A, B } = reducedStates(parts, X);
  const [oneA, oneB] = [qeye(parts.HA.dims), qeye(parts.HB.dims)];
  const mean = X.tr();
  const d = X.size;
  return X.sub(A.scale(1 / oneB.size).kron(oneB))
    .sub(oneA.kron(B.scale(1 / oneA.size)))
    .add(qeye(X.dims).scale({ re: mean.re / d, im: mean.im / d }));
}

/**
 * dA² + dB² - 1 affinely independent product states: what is affine in rho_A and in rho_B, one by one and added up, vanishes for all states
 * iff it does at these.
 */
function* decidingStates(dimsA: readonly number[], dimsB: readonly number[]): Generator<Reduced> {
  const [A, B] = [mixed(dimsA), mixed(dimsB)];
  yield { A, B };
  for (const pure of pureStates(dimsA)) yield { A: pure, B };
  for (const pure of pureStates(dimsB)) yield { A, B: pure };
}

const mixed = (dims: readonly number[]) => {
  const one = qeye(dims);
  return one.scale(1 / one.size);
};

/** |j>, and |j> + |k> and |j> + i|k> without their factor: d² states, but for |0>, which the others and the mixed state make up. */
function* pureStates(dims: readonly number[]): Generator<Operator> {
  const d = qeye(dims).size;
  for (let j = 0; j < d; j++) {
    if (j > 0) yield Operator.fromTriplets(dims, [[j, j, 1, 0]]);
    for (let k = j + 1; k < d; k++) {
      for (const [re, im] of [
        [0.5, 0],
        [0, 0.5],
      ] as const) {
        yield Operator.fromTriplets(dims, [
          [j, j, 0.5, 0],
          [k, k, 0.5, 0],
          [j, k, re, -im],
          [k, j, re, im],
        ]);
      }
    }
  }
}

/** The one inverse temperature of a part's baths, or why there is none. */
function temperatureOf(baths: readonly ResolvedBath[], site: "A" | "B"): number | string {
  const own = baths.filter((bath) => bath.site === site && bath.jumps.length > 0);
  if (own.length === 0) return `part ${site} has no bath of its own`;
  const without = own.find(({ beta }) => beta === undefined);
  if (without) return `bath "${without.name}" has no temperature`;
  const betas = [...new Set(own.map(({ beta }) => beta!))];
  return betas.length === 1 ? betas[0]! : `the baths of part ${site} have different beta: ${betas.join(", ")}`;
}

function productSteadyState(system: System): ProductSteadyState {
  const { HA, HB, V, H, baths, jumps } = system;
  const global = baths.find((bath) => bath.site === "global" && bath.jumps.length > 0);
  const betaA = global ? `bath "${global.name}" acts on both parts` : temperatureOf(baths, "A");
  const betaB = temperatureOf(baths, "B");
  if (typeof betaA === "string") return { applies: false, why: betaA };
  if (typeof betaB === "string") return { applies: false, why: betaB };
  const [oneA, oneB] = [qeye(HA.dims), qeye(HB.dims)];
  const weighted = (a: number, b: number): Condition => {
    const onA = HA.scale(a).kron(oneB);
    const onB = oneA.kron(HB.scale(b));
    const norm = commutator(onA.add(onB), V).norm();
    const size = (of: (X: Operator) => Operator) => (of(onA).norm() + of(onB).norm()) * of(V).norm();
    return {
      holds: norm <= rounding(H.size) * size((X) => X),
      norm,
      relative: share(norm, size(withoutTrace)),
    };
  };
  const state = thermalState(HA, betaA).kron(thermalState(HB, betaB));
  const norm = applyGenerator(H, jumps, state).norm();
  const strength = 2 * H.norm() + 2 * jumps.reduce((sum, L) => sum + L.norm() ** 2, 0);
  const size = strength * state.norm();
  const residual: Condition = { holds: norm <= rounding(H.size) * size, norm, relative: share(norm, size) };
  const paperCommutator = weighted(1, 1);
  if (betaA === Infinity || betaB === Infinity)
    return { applies: true, betaA, betaB, holds: residual.holds, paperCommutator, residual };
  const right = weighted(betaA, betaB);
  return { applies: true, betaA, betaB, holds: right.holds, commutator: right, paperCommutator, residual };
}

const short = (x: number) => x.toPrecision(3);

function verdictOf(found: Omit<Conditions, "verdict">): string[] {
  const { commutes, adjoint, theorem, conservesTotal, conservesLocal, conservesCorrelation } = found;
  const sizes = ({ norm, relative }: Condition) => `norm ${short(norm)}, relative ${short(relative)}`;
  const first = commutes.holds
    ? "(i) holds for all states: [Ĥ_A + Ĥ_B, V] = 0."
    : `(i) does not hold for all states: [Ĥ_A + Ĥ_B, V] ≠ 0, ${sizes(commutes)} at the worst of those that decide.`;
  const second = adjoint.holds
    ? "(ii) holds: the sum of L#[H] is 0."
    : `(ii) does not hold: the sum of L#[H] is not 0, ${sizes(adjoint)}.`;
  const follows =
    conservesLocal === undefined
      ? `Some jumps act on both parts: of U_⊗ and U_chi the theorem says nothing${conservesTotal ? "; by (ii) U is conserved for all states" : ""}.`
      : theorem
        ? "By the theorem U_⊗ is conserved for all states; by (ii) U is too, and so is U_chi: no energy is exchanged through correlation."
        : conservesTotal
          ? conservesLocal
            ? "By (ii) U is conserved for all states. So is U_⊗, for what does not commute acts on one part alone; and so is U_chi."
            : "By (ii) U is conserved for all states: what leaves U_⊗ enters U_chi. Energy leaves through correlation alone for no state."
          : conservesCorrelation
            ? "U is not conserved, but U_chi is, for all states: no energy is exchanged through correlation."
            : "The theorem says nothing: U is not conserved. Energy can be exchanged through correlation alone for special states at most.";
  return [first, second, follows, productWords(found.productSteadyState)];
}

function productWords(product: ProductSteadyState): string {
  if (!product.applies) return `Product steady state: not asked for, ${product.why}.`;
  const { holds, commutator: right, paperCommutator, residual, betaA, betaB } = product;
  const state = `pi_A ⊗ pi_B (beta ${betaA}, ${betaB})`;
  if (right === undefined)
    return `${state} is ${holds ? "" : "not "}steady: ‖L[pi_A ⊗ pi_B]‖ = ${short(residual.norm)}.`;
  const why = `[V, beta_A H_A + beta_B H_B] ${holds ? "= 0" : `≠ 0, norm ${short(right.norm)}`}`;
  const paper = paperCommutator.holds && !holds ? "; [H_A + H_B, V] = 0 is not enough at different temperatures" : "";
  return `${state} is ${holds ? "" : "not "}steady: ${why}, ‖L[pi_A ⊗ pi_B]‖ = ${short(residual.norm)}${paper}.`;
}

/**
 * Bipartite systems of one structure, many at once.
 * @module
 */
import { add, kron } from "../../batch/algebra.ts";
import { type OperatorBatch, operatorsAt, sameOperators } from "../../batch/operators.ts";
import { qeye } from "../../operators/builders.ts";
import type { Site } from "../baths.ts";

/** A bath as it acts. */
export interface BatchBath {
  readonly name: string;
  readonly site: Site;
  /** On the bath's own part, the whole of a global one; rates inside. */
  readonly ownJumps: readonly OperatorBatch[];
  /** Inverse temperature of each system, of a bath that has one. */
  readonly beta: Float64Array | undefined;
}

/** Baths with their jumps on the whole space, and the Hamiltonian that each knows. */
export interface PlacedBath extends BatchBath {
  readonly jumps: readonly OperatorBatch[];
  readonly hamiltonian: OperatorBatch;
}

/** H = H_A ⊗ 1 + 1 ⊗ H_B + V, and what belongs to it, as in {@link BipartiteSystem}. */
export interface BatchSystem {
  readonly HA: OperatorBatch;
  readonly HB: OperatorBatch;
  readonly V: OperatorBatch;
  readonly H: OperatorBatch;
  readonly alphaA: Float64Array;
  readonly baths: readonly PlacedBath[];
}

export function namedBath(
  name: string,
  site: Site,
  ownJumps: readonly OperatorBatch[],
  beta?: Float64Array | undefined,
): BatchBath {
  return { name, site, ownJumps, beta };
}

/** The same on the whole space. */
export function embedded(own: OperatorBatch, site: Site, { HA, HB }: Pick<BatchSystem, "HA" | "HB">): OperatorBatch {
  if (site === "global") return own;
  const one = (part: OperatorBatch) => sameOperators(qeye(part.dims), own.count);
  return site === "A" ? kron(own, one(HB)) : kron(one(HA), own);
}

export function batchSystem(
  given: Pick<BatchSystem, "HA" | "HB" | "V" | "alphaA"> & { readonly baths: readonly BatchBath[] },
): BatchSystem {
  const { HA, HB, V, alphaA } = given;
  const [onA, onB] = [embedded(HA, "A", given), embedded(HB, "B", given)];
  const H = add(add(onA, onB), V);
  const known = { A: onA, B: onB, global: H };
  const baths = given.baths.map((bath) => ({
    ...bath,
    jumps: bath.ownJumps.map((jump) => embedded(jump, bath.site, given)),
    hamiltonian: known[bath.site],
  }));
  return { HA, HB, V, H, alphaA, baths };
}

/** Some of the systems. */
export function systemsAt(system: BatchSystem, lanes: readonly number[]): BatchSystem {
  const take = (operators: OperatorBatch) => operatorsAt(operators, lanes);
  const some = (values: Float64Array) => Float64Array.from(lanes, (k) => values[k]!);
  const { HA, HB, V, H, alphaA, baths } = system;
  return {
    HA: take(HA),
    HB: take(HB),
    V: take(V),
    H: take(H),
    alphaA: some(alphaA),
    baths: baths.map((bath) => ({
      ...bath,
      ownJumps: bath.ownJumps.map(take),
      jumps: bath.jumps.map(take),
      hamiltonian: take(bath.hamiltonian),
      beta: bath.beta && some(bath.beta),
    })),
  };
}

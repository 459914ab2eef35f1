/**
 * Models of either kind as one thing: a Hamiltonian, jumps, and parts.
 * @module
 */
import { mesolve, type Operator, steadystate } from "lindblad";
import type { BuiltModel } from "lindblad/model";
import { UsageError } from "./problem.ts";

/** H and the jumps. */
export function generatorOf(built: BuiltModel) {
  return built.kind === "bipartite" ? { H: built.system.H, jumps: built.system.jumps } : built;
}

/** A part of a model: which factors of its space, and its own Hamiltonian where it has one. */
export interface Part {
  readonly name: string;
  readonly factors: readonly number[];
  readonly dims: readonly number[];
  readonly H: Operator | undefined;
}

/** The part of this name: A or B of a bipartite model, or the number of a factor. @throws {@link UsageError} */
export function partOf(built: BuiltModel, name: string): Part {
  const parts = partsOf(built);
  const found = parts.find((part) => part.name === name);
  if (found === undefined) {
    const known = parts.map((part) => `${part.name} (dims [${part.dims}])`).join(", ");
    throw new UsageError(`--part: the model has no part ${name}; it has ${known}`);
  }
  return found;
}

/** All of them: of a bipartite model A and B first. */
export function partsOf(built: BuiltModel): Part[] {
  const { dims } = built.rho0;
  const factors = dims.map((d, k): Part => ({ name: `${k}`, factors: [k], dims: [d], H: undefined }));
  if (built.kind === "lindblad") return factors;
  const { HA, HB } = built.system;
  const count = HA.dims.length;
  const indices = [...dims.keys()];
  return [
    { name: "A", factors: indices.slice(0, count), dims: HA.dims, H: HA },
    { name: "B", factors: indices.slice(count), dims: HB.dims, H: HB },
    ...factors,
  ];
}

/** When a state is wanted: a time, or the steady one. */
export type Moment = number | "steady";

/** The state then. @throws the solvers' errors */
export function stateAt(built: BuiltModel, moment: Moment): Operator {
  const { H, jumps } = generatorOf(built);
  if (moment === "steady") return steadystate(H, jumps, { all: false }).rho;
  const start = built.tlist[0]!;
  if (moment === start) return built.rho0;
  return mesolve(H, built.rho0, [start, moment], { ...built.model.solver, cOps: jumps }).finalState;
}

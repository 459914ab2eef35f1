/**
 * Quantum processes: linear maps of states in every form they are written in, and how good they are.
 * @module
 */
export { entanglingPower } from "./entangling.ts";
export { averageGateFidelity, isCompletelyPositive, isTracePreserving, processFidelity, unitarity } from "./quality.ts";
export {
  chiToSuper,
  choiToSuper,
  type Process,
  pauliStrings,
  toChi,
  toChoi,
  toKraus,
  toSuper,
} from "./representations.ts";

/**
 * Sweep files for tests: a qubit that decays, whose population is known in closed form.
 * @module
 */
import { type SweepFile, validateSweep } from "../../sweep/src/index.ts";

/** H = omega sigmaz / 2 and decay with the rate gamma: p(t) = exp(-gamma t) of the upper level. */
export const decay = {
  ...{ version: 1, kind: "lindblad", name: "Decay", dims: [2] },
  parameters: { omega: 1, gamma: 0.2, end: 1 },
  hamiltonian: "omega / 2 * sigmaz",
  jumps: [{ op: "sigmam", rate: "gamma" }],
  initial: "basis(2, 0)",
  times: { to: "end", count: 3 },
  observables: { p: "(qeye(2) + sigmaz) / 2" },
};

/** A sweep of it; where gamma is negative the point fails. */
export function sweepOf(sweep: object = {}): Record<string, unknown> {
  return {
    ...decay,
    sweep: {
      parameters: { omega: { from: 0, to: 2, count: 10 }, gamma: [-1, 0, 0.5] },
      outputs: { scalars: ["p_end"], series: ["p"] },
      ...sweep,
    },
  };
}

/** The same, checked. */
export const sweepFile = (sweep: object = {}): SweepFile => validateSweep(sweepOf(sweep));

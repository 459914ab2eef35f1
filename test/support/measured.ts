/**
 * Continuous measurements that follow a noise or a record that is given, step by step.
 */
import { SCHEME_ROUCHON } from "../../assembly/constants.ts";
import { basis, destroy, fock, type Ket, ket2dm, num, Operator, sigmam, sigmax, sigmaz } from "../../bindings/index.ts";
import {
  type Measured,
  planMeasuredKet,
  planMeasuredState,
  planPositive,
} from "../../bindings/trajectories/measurement-plan.ts";
import { type MeasurementProblem, withMeasurements } from "../../bindings/trajectories/measurement-runner.ts";

/** Increments of each channel, and their integrals, one a step. */
export interface Path {
  readonly increments: Float64Array[];
  readonly integrals: Float64Array[];
}

export interface Case {
  readonly measured: Measured;
  readonly state: Operator | Ket;
}

/** What a scheme makes of a noise or a record, or of `draw` steps of trajectory `index` on its own, from 0 to `end`: the operators' expectation values and the state at the end, and the record. */
export function follower({ measured, state }: Case, scheme: number, end: number, functionals: Operator[] = []) {
  const pure = !(state instanceof Operator);
  const plan = pure
    ? planMeasuredKet(measured, state)
    : scheme === SCHEME_ROUCHON
      ? planPositive(measured)
      : planMeasuredState(measured, state);
  return (followed: { record?: Path; noise?: Path; draw?: number }, index = 0) => {
    const count = followed.draw ?? (followed.record ?? followed.noise)!.increments[0]!.length;
    const problem = {
      plan,
      scheme,
      initial: state,
      times: Float64Array.of(0, end),
      steps: Int32Array.of(0, count),
      functionals,
      seed: 0,
      storeStates: true,
      record: followed.record,
      noise: followed.noise,
      where: "test",
    } as unknown as MeasurementProblem;
    return withMeasurements(problem, measured.channels.length, (run) => {
      const { states, values, increments, integrals } = run(index);
      return {
        state: states[1]!,
        values: functionals.map((_, k) => values[2 * (functionals.length + k)]!),
        record: { increments: [...increments], integrals: [...integrals] },
      };
    });
  };
}

// Coherent states know nothing of heterodyne noise: a superposition that does.
const superposition = fock(6, 0).add(fock(6, 3)).scale(Math.SQRT1_2);
const excited = ket2dm(basis(2, 0));

const qubit: Case = {
  measured: {
    H: sigmax().scale(1.3),
    jumps: [sigmaz().scale(0.3)],
    channels: [{ operator: sigmam().scale(1.2), efficiency: 0.7 }],
  },
  state: ket2dm(basis(2, 0)),
};
const heterodyne: Case = {
  measured: {
    H: num(6).hermitianPart(),
    jumps: [],
    channels: [
      { operator: destroy(6).scale(Math.SQRT1_2), efficiency: 0.8 },
      { operator: destroy(6).scale({ re: 0, im: -Math.SQRT1_2 }), efficiency: 0.8 },
    ],
  },
  state: ket2dm(superposition),
};
const ket: Case = {
  measured: {
    H: sigmax().scale(1.1),
    jumps: [],
    channels: [{ operator: sigmam().add(excited.scale(0.4)), efficiency: 1 }],
  },
  state: basis(2, 0),
};
const kets: Case = {
  measured: {
    H: num(6).hermitianPart(),
    jumps: [],
    channels: [
      { operator: destroy(6).scale(Math.SQRT1_2), efficiency: 1 },
      { operator: destroy(6).scale({ re: 0, im: -Math.SQRT1_2 }), efficiency: 1 },
    ],
  },
  state: superposition,
};

/** Measured operators of each of them commute. */
export const cases: Record<string, Case> = { qubit, heterodyne, ket, kets };

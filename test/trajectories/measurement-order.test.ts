/**
 * Strong orders of the schemes of continuous measurement, as slopes: the same noise, and the same record, in steps of different length.
 */
import { describe, expect, it } from "vitest";
import { SCHEME_EULER, SCHEME_MILSTEIN, SCHEME_ROUCHON, SCHEME_TAYLOR } from "../../assembly/constants.ts";
import { basis, destroy, fock, type Ket, ket2dm, num, Operator, sigmam, sigmax, sigmaz } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import {
  type Measured,
  planMeasuredKet,
  planMeasuredState,
  planPositive,
} from "../../bindings/trajectories/measurement-plan.ts";
import { type MeasurementProblem, withMeasurements } from "../../bindings/trajectories/measurement-runner.ts";
import { slope } from "../support/order.ts";

interface Path {
  readonly increments: Float64Array[];
  readonly integrals: Float64Array[];
}

const END = 0.5;
const FINEST = 8192;
const COARSE = [64, 128, 256, 512];
const PATHS = 40;

/** A Wiener path in steps of END/FINEST: increments, and their integrals over the step. */
function path(index: number, channels: number): Path {
  const h = END / FINEST;
  const normals = getKernel().frame((kernel) => {
    const count = 2 * channels * FINEST;
    const out = kernel.allocate(8 * count, "test");
    kernel.functions.randomNumbers(99, 0, index, 0, 1, count, out);
    return kernel.doubles.slice(out / 8, out / 8 + count);
  });
  const pick = (j: number, of: (a: number, b: number) => number) =>
    Float64Array.from({ length: FINEST }, (_, k) => {
      const at = 2 * (channels * k + j);
      return of(normals[at]!, normals[at + 1]!);
    });
  const all = Array.from({ length: channels }, (_, j) => j);
  return {
    increments: all.map((j) => pick(j, (a) => Math.sqrt(h) * a)),
    integrals: all.map((j) => pick(j, (a, b) => 0.5 * h ** 1.5 * (a + b / Math.sqrt(3)))),
  };
}

/** The same path in fewer steps. */
function coarser({ increments, integrals }: Path, count: number): Path {
  const ratio = increments[0]!.length / count;
  const h = END / increments[0]!.length;
  const sums = increments.map((fine, j) => {
    const [steps, areas] = [new Float64Array(count), new Float64Array(count)];
    for (let k = 0; k < fine.length; k++) {
      const at = Math.floor(k / ratio);
      areas[at]! += integrals[j]![k]! + h * steps[at]!;
      steps[at]! += fine[k]!;
    }
    return [steps, areas] as const;
  });
  return { increments: sums.map(([steps]) => steps), integrals: sums.map(([, areas]) => areas) };
}

interface Case {
  readonly measured: Measured;
  readonly state: Operator | Ket;
}

function final(
  { measured, state }: Case,
  scheme: number,
  followed: { record?: Path; noise?: Path },
): { state: Float64Array; record: Path } {
  const pure = !(state instanceof Operator);
  const plan = pure
    ? planMeasuredKet(measured, state)
    : scheme === SCHEME_ROUCHON
      ? planPositive(measured)
      : planMeasuredState(measured, state);
  const count = (followed.record ?? followed.noise)!.increments[0]!.length;
  const problem = {
    plan,
    scheme,
    initial: state,
    times: Float64Array.of(0, END),
    steps: Int32Array.of(0, count),
    functionals: [],
    seed: 0,
    storeStates: true,
    record: followed.record,
    noise: followed.noise,
    where: "test",
  } as unknown as MeasurementProblem;
  return withMeasurements(problem, measured.channels.length, (run) => {
    const { states, increments, integrals } = run(0);
    return { state: states[1]!, record: { increments: [...increments], integrals: [...integrals] } };
  });
}

const distance = (a: Float64Array, b: Float64Array) => Math.sqrt(a.reduce((sum, x, k) => sum + (x - b[k]!) ** 2, 0));

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
const cases: Record<string, Case> = { qubit, heterodyne, ket, kets };
const orders: [string, number, number][] = [
  ["Euler and Maruyama", SCHEME_EULER, 0.5],
  ["Milstein", SCHEME_MILSTEIN, 1],
  ["Taylor", SCHEME_TAYLOR, 1.5],
  ["Rouchon", SCHEME_ROUCHON, 1],
];

describe.each(Object.keys(cases))("%s", (name) => {
  const one = cases[name]!;
  const channels = one.measured.channels.length;
  it.each(orders.filter(([, scheme]) => scheme !== SCHEME_ROUCHON || one.state instanceof Operator))(
    "%s: strong order, driven by a noise",
    (_, scheme, order) => {
      const errors = COARSE.map(() => 0);
      for (let p = 0; p < PATHS; p++) {
        const fine = path(p, channels);
        const exact = final(one, SCHEME_TAYLOR, { noise: fine }).state;
        COARSE.forEach((count, k) => {
          errors[k]! += distance(final(one, scheme, { noise: coarser(fine, count) }).state, exact) ** 2 / PATHS;
        });
      }
      const found = slope(
        COARSE.map((count) => END / count),
        errors.map(Math.sqrt),
      );
      expect(Math.abs(found - order)).toBeLessThan(0.2);
    },
  );
});

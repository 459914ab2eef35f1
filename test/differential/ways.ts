/**
 * Every way in which the library can solve a problem: methods, forms of the generator, pictures, kets, propagators, batches, model files.
 */

import { DIRECT_LIMIT, STATUS_DONE } from "../../assembly/constants.ts";
import {
  Ket,
  ket2dm,
  type MesolveOptions,
  mesolve,
  mesolveBatch,
  mesolveSteps,
  Operator,
  operatorToVector,
  propagator,
  type Series,
  sesolve,
  vectorToOperator,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { runModel, validateModel } from "../../bindings/model/index.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { withNoJump } from "../../bindings/plan/implicit.ts";
import { planTriangle } from "../../bindings/plan/triangle.ts";
import { type Method, resolveOptions } from "../../bindings/solvers/options.ts";
import { combineParts, runSegment, shapeOf } from "../../bindings/solvers/segment.ts";
import { NO_STEPS } from "../../bindings/solvers/statistics.ts";
import { type Form, represent } from "../support/forms.ts";
import { type Built, shortestOf } from "./problem.ts";

/** What a way computed. */
export interface Trajectory {
  /** States at the output times, row-major and interleaved; undefined where the way does not give them. */
  readonly states: readonly (Float64Array | undefined)[];
  /** By observable and time. */
  readonly expect: readonly Series[] | undefined;
  /** Steps, accepted ones. */
  readonly steps: number;
  /** The form, in the words of the library. */
  readonly form: string;
}

/** What is promised: an error of the whole run, of every step, or of a step of fixed length. */
export type Promised = "run" | "step" | "fixed";

export interface Way {
  readonly name: string;
  readonly promised: Promised;
  /** Whether its table has every tolerance: methods of `mesolve` whose error follows it. */
  readonly follows?: boolean;
  /** What the tolerance is multiplied with, where it is that of more than a state. */
  scale?(built: Built): number;
  /** The step of a method that has a fixed one. */
  solve(built: Built, rtol: number, dt?: number): Trajectory;
}

/** The absolute tolerance beside a relative one, as in the defaults. */
export const atolOf = (rtol: number): number => rtol / 100;

/** Strength times length from which on explicit methods, and those with an error a step, take too long. */
const EXPLICIT_TURNS = 3000;
/** Of the shortest time between jumps, kinks and outputs, as many in a run at most. */
const MOST_FIXED = 2000;
/** The same for series of a whole run. */
const SERIES_TURNS = 2e5;

const PROMISES: Readonly<Record<string, Promised>> = {
  auto: "run",
  faber: "run",
  krylov: "run",
  expm: "run",
  rk4: "fixed",
};
const promiseOf = (method: string): Promised => PROMISES[method] ?? "step";

const optionsOf = ({ cOps, eOps, problem }: Built, rtol: number): MesolveOptions & { eOps: Built["eOps"] } => ({
  cOps,
  eOps,
  rtol,
  atol: atolOf(rtol),
  storeStates: "all",
  ...(problem.negativeRates && { negativeRates: true }),
  ...(problem.initial.kind === "operator" && { checkState: false }),
});

function viaMesolve(name: string, options: MesolveOptions): Way {
  const method = options.method ?? "auto";
  return {
    name,
    promised: promiseOf(method),
    follows: method !== "expm" && method !== "rk4",
    solve(built, rtol, dt) {
      const given = { ...optionsOf(built, rtol), ...options, ...(method === "rk4" && { dt }) };
      const run = mesolve(built.H, built.initial, built.times, given);
      return {
        states: run.states!.map((state) => state.toDense()),
        expect: Object.values(run.expect),
        steps: run.stats.steps,
        form: run.stats.form,
      };
    },
  };
}

/** Output by output, at which the kernel stops and begins anew. */
function viaSteps(method: "auto" | Method): Way {
  return {
    name: `mesolveSteps ${method}`,
    promised: promiseOf(method),
    solve(built, rtol) {
      const points = mesolveSteps(built.H, built.initial, built.times, { ...optionsOf(built, rtol), method });
      const states: Float64Array[] = [];
      for (;;) {
        const { done, value } = points.next();
        if (done) {
          return { states, expect: Object.values(value.expect), steps: value.stats.steps, form: value.stats.form };
        }
        states.push(value.state.toDense());
      }
    },
  };
}

/** In a form that is chosen here, by the kernel's integrator alone. */
function viaForm(form: Form, method: Method): Way {
  return {
    name: `${form} ${method}`,
    promised: promiseOf(method),
    solve(built, rtol) {
      const { rho, d, eOps } = built;
      const H = built.H0.hermitianPart();
      const general = built.problem.initial.kind === "operator";
      const states = general
        ? [rho.hermitianPart(), rho.scale({ re: 0, im: -1 }).hermitianPart()]
        : [rho.hermitianPart()];
      const own = represent(form, H, built.jumps, states.length === 1 ? states[0]! : allOf(built.H0.dims, d));
      const representation =
        method === "kencarp4" && form === "matrix" ? withNoJump(own, noJumpOperator(H, built.jumps)) : own;
      const times = Float64Array.from(built.times);
      const options = resolveOptions({ method, rtol, atol: atolOf(rtol), storeStates: true }, "test");
      const functionals = Object.values(eOps);
      const kernel = getKernel();
      const end = kernel.frame(() =>
        runSegment(
          kernel,
          {
            representation,
            method,
            states,
            times,
            first: 0,
            functionals,
            shape: shapeOf(representation, states.length, times, functionals, options),
            leak: undefined,
            stateBytes: 16 * d * d * states.length,
            combine: combineParts,
            yields: false,
            options,
            where: "test",
          },
          times,
          NO_STEPS,
        ),
      );
      if (end.status !== STATUS_DONE) throw new Error(`${form} ${method} ended with status ${end.status}`);
      const width = 2 * functionals.length;
      const series = (offset: number) => Float64Array.from(times, (_, k) => end.values[width * k + offset]!);
      return {
        states: end.states,
        expect: functionals.map((_, k) => ({ re: series(2 * k), im: series(2 * k + 1) })),
        steps: end.statistics.steps,
        form: representation.description,
      };
    },
  };
}

/** An operator that reaches every coordinate. */
const allOf = (dims: readonly number[], d: number): Operator =>
  Operator.dense(
    dims,
    new Float64Array(2 * d * d).fill(1).map((x, k) => x * (1 + (k % 7))),
  )
    .hermitianPart()
    .add(
      Operator.dense(
        dims,
        Float64Array.from({ length: 2 * d * d }, (_, k) => Math.sin(k + 1)),
      ).hermitianPart(),
    );

/** Kets, where the initial state is one and nothing jumps. */
function viaKets(method: "auto" | Method): Way {
  return {
    name: `sesolve ${method}`,
    promised: promiseOf(method),
    solve(built, rtol, dt) {
      const { eOps, H, times } = built;
      const run = sesolve(H, built.initial as Ket, times, {
        ...{ eOps, rtol, atol: atolOf(rtol), storeStates: "all", method },
        ...(method === "rk4" && { dt }),
      });
      return {
        states: run.states!.map((psi) => ket2dm(psi).toDense()),
        expect: Object.values(run.expect),
        steps: run.stats.steps,
        form: run.stats.form,
      };
    },
  };
}

const viaPropagator: Way = {
  name: "propagator",
  promised: "run",
  // Of all states at once: the norm of the identity on operators
  scale: ({ d }) => d,
  solve(built, rtol) {
    const all = propagator(built.H, built.times, {
      ...{ cOps: built.cOps, rtol, atol: atolOf(rtol) },
      ...(built.problem.negativeRates && { negativeRates: true }),
    });
    const closed = built.cOps.length === 0;
    return {
      states: all.map((P) =>
        (closed ? P.mul(built.rho).mul(P.dag()) : vectorToOperator(P.apply(operatorToVector(built.rho)))).toDense(),
      ),
      expect: undefined,
      steps: 1,
      form: "superoperator",
    };
  },
};

/** The problem as one of five in a batch, the others weaker and stronger. */
function viaBatch(method: "auto" | "expm" | "taylor" | "tsit5" | "rk4"): Way {
  const own = 2;
  return {
    name: `mesolveBatch ${method}`,
    promised: method === "tsit5" ? "step" : method === "rk4" ? "fixed" : "run",
    solve({ H0, initial, times, jumps, eOps }, rtol, dt) {
      const factors = [0.7, 1.2, 1, 0.3, 0.9];
      const run = mesolveBatch(
        factors.map((factor) => H0.scale(factor)),
        initial,
        times,
        {
          ...{ cOps: jumps, eOps, method, rtol, atol: atolOf(rtol), storeStates: "final" },
          ...(method === "rk4" && { dt }),
        },
      );
      const [failed] = run.failures;
      if (failed) throw failed.error;
      const part = (all: Float64Array) => all.subarray(own * times.length, (own + 1) * times.length);
      return {
        states: times.map((_, k) => (k === times.length - 1 ? run.finalStates![own]!.toDense() : undefined)),
        expect: Object.values(run.expect).map((series: Series) =>
          series instanceof Float64Array ? part(series) : { re: part(series.re), im: part(series.im) },
        ),
        steps: run.stats.steps,
        form: "batch",
      };
    },
  };
}

/** Written as a model file, read again, run. */
const viaModel: Way = {
  name: "model file",
  promised: "run",
  solve({ problem, H0, rho, jumps, eOps, times, initial }, rtol) {
    const matrix = (operator: Operator) => {
      const { re, im } = operator.toArrays();
      return { dims: [...operator.dims], re, im };
    };
    const text = JSON.stringify({
      version: 1,
      kind: "lindblad",
      dims: problem.dims,
      hamiltonian: matrix(H0),
      jumps: jumps.map(matrix),
      initial: matrix(initial instanceof Operator ? initial : rho),
      times,
      observables: Object.fromEntries(Object.entries(eOps).map(([name, operator]) => [name, matrix(operator)])),
      solver: { rtol, atol: atolOf(rtol) },
    });
    const run = runModel(validateModel(JSON.parse(text)), { storeStates: true });
    return {
      states: run.states!.map((state) => state.toDense()),
      expect: Object.entries(eOps).map(([name, operator]) =>
        operator.isHermitian() ? run.series[name]! : { re: run.series[`${name}_re`]!, im: run.series[`${name}_im`]! },
      ),
      steps: run.stats.steps,
      form: run.stats.form,
    };
  },
};

/** Elements of a superoperator on all coordinates, at most, for forms that are forced. */
const MOST_COORDINATES = 1024;

/**
 * The ways that apply to a problem.
 * @param turns strength of the generator times length of the run
 */
export function waysOf(built: Built, turns: number): Way[] {
  const { d, driven, cOps, initial, problem } = built;
  const state = problem.initial.kind !== "operator";
  const explicit = turns <= EXPLICIT_TURNS;
  const series = turns <= SERIES_TURNS;
  const ways: Way[] = [viaMesolve("auto", { method: "auto" }), viaSteps("auto")];
  const add = (condition: boolean, make: () => Way[]) => {
    if (condition) ways.push(...make());
  };
  const named = (...methods: Method[]) => methods.map((method) => viaMesolve(method, { method }));
  const fixed = explicit && built.times.at(-1)! - built.times[0]! < MOST_FIXED * shortestOf(built);
  add(explicit, () => [...named("tsit5", "dop853"), viaSteps("tsit5")]);
  add(fixed, () => named("rk4"));
  add(explicit && !problem.negativeRates, () =>
    (["tsit5", "dop853"] as const).map((method) =>
      viaMesolve(`interaction ${method}`, { method, picture: "interaction" }),
    ),
  );
  add(true, () => named("kencarp4"));
  if (driven) {
    add(d <= 16, () => named("magnus"));
  } else {
    add(series, () => named("krylov", "magnus"));
    add(series, () => named("faber"));
    add(d * d <= 256, () => named("expm"));
    const forms: Form[] = ["matrix"];
    if (d * d <= MOST_COORDINATES) forms.push("coordinates");
    if (planTriangle(noJumpOperator(built.H0.hermitianPart(), built.jumps), built.jumps)) forms.push("triangle");
    for (const form of forms) {
      add(explicit, () => [viaForm(form, "tsit5"), viaForm(form, "dop853")]);
      add(series, () => [viaForm(form, "faber"), viaForm(form, "krylov")]);
      add(form === "matrix" || (form === "coordinates" && d * d <= DIRECT_LIMIT), () => [viaForm(form, "kencarp4")]);
    }
    add(state && d <= 12, () => [viaBatch("auto"), viaBatch("expm"), viaBatch("taylor")]);
    add(state && d <= 12 && explicit, () => [viaBatch("tsit5")]);
    add(state && d <= 12 && fixed, () => [viaBatch("rk4")]);
    add(state, () => [viaModel]);
  }
  add(d <= 12, () => [viaPropagator]);
  add(initial instanceof Ket && cOps.length === 0, () => [
    ...(["auto", "kencarp4"] as const).map(viaKets),
    ...(explicit ? (["tsit5", "dop853"] as const).map(viaKets) : []),
    ...(fixed ? [viaKets("rk4")] : []),
    ...(driven ? [] : (["faber", "krylov", "expm"] as const).map(viaKets)),
  ]);
  return ways;
}

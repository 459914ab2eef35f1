/**
 * Wrong input of random problems: every function and every method refuses it by the same typed error, or all take it, within the tolerance that is
 * documented, and give the same numbers.
 */
import { describe, expect, it } from "vitest";
import {
  Ket,
  ket2dm,
  LindbladError,
  mcsolve,
  mesolve,
  mesolveBatch,
  mesolveSteps,
  Operator,
  propagator,
  pulse,
  sesolve,
  steadystate,
} from "../../bindings/index.ts";
import { buildModel, validateModel } from "../../bindings/model/index.ts";
import { METHODS } from "../../bindings/solvers/options.ts";
import { generator, randomHermitian, randomKet, randomOperator, randomState } from "../support/random.ts";

/** What a call is made of; any of it may be wrong. */
// biome-ignore lint/suspicious/noExplicitAny: what is wrong has no type
type Input = Record<"H" | "rho" | "psi" | "jumps" | "times" | "eOps", any> & { options: Record<string, unknown> };

type Call = (input: Input) => unknown;

const CONSTANT = ["faber", "krylov", "expm"];
const lists = (jumps: unknown) => ({ cOps: jumps as never });

/** `mesolve` by every method, in both pictures, and output by output. */
function masters(): [string, Call][] {
  const call =
    (options: object): Call =>
    ({ H, rho, jumps, times, eOps, options: given }) =>
      mesolve(H, rho, times, { ...options, ...lists(jumps), eOps, ...given }).finalState;
  return [
    ["auto", call({})],
    ...METHODS.map((method): [string, Call] => [method, call({ method, ...(method === "rk4" && { dt: 0.01 }) })]),
    ["interaction", call({ method: "dop853", picture: "interaction" })],
    [
      "mesolveSteps",
      ({ H, rho, jumps, times, eOps, options }) =>
        [...mesolveSteps(H, rho, times, { ...lists(jumps), eOps, ...options })].at(-1)!.state,
    ],
  ];
}

const batch: [string, Call] = [
  "mesolveBatch",
  ({ H, rho, jumps, times, eOps, options }) =>
    mesolveBatch([H, H], rho, times, { ...lists(jumps), eOps, storeStates: "final", ...options }).finalStates![1],
];
const closed: [string, Call] = [
  "sesolve",
  ({ H, psi, times, eOps, options }) => ket2dm(sesolve(H, psi as Ket, times, { eOps, ...options }).finalState),
];
const jumping: [string, Call] = [
  "mcsolve",
  ({ H, rho, jumps, times, eOps, options }) =>
    mcsolve(H, rho, times, { ...lists(jumps), eOps, ntraj: 2, seed: 1, ...options }).times,
];
const whole: [string, Call] = [
  "propagator",
  ({ H, jumps, times, options }) =>
    (propagator(H, times as number[], { ...lists(jumps), ...options }) as Operator[]).at(-1),
];
const steady: [string, Call] = ["steadystate", ({ H, jumps }) => steadystate(H, jumps).rho];

/** A problem of two parts, and one thing changed. */
function inputOf(seed: number): Input {
  const random = generator(seed);
  const dims = [2, 3];
  return {
    H: randomHermitian(random, dims),
    rho: randomState(random, dims),
    psi: randomKet(random, dims),
    jumps: [randomOperator(random, dims).scale(0.4), { op: randomOperator(random, dims), rate: 0.1 }],
    times: [0, 0.3, 1],
    eOps: { o: randomHermitian(random, dims) },
    options: {},
  };
}

/** One element of an operator changed by a share of the largest. */
function nudged(operator: Operator, share: number, row = 0, column = 1): Operator {
  const size = share * operator.maxAbs();
  return operator.add(Operator.fromTriplets(operator.dims, [[row, column, size, 0]]));
}

const swapped = (operator: Operator) => Operator.dense([...operator.dims].reverse(), operator.toDense());

interface Mistake {
  readonly what: string;
  readonly change: (input: Input) => Partial<Input>;
  readonly calls: readonly [string, Call][];
  readonly code: string;
}

const all = [...masters(), batch, closed, jumping, whole, steady];
const timed = [...masters(), batch, closed, jumping, whole];
const states = [...masters(), batch, jumping];
const observing = [...masters(), batch, closed, jumping];
const open = [...masters(), batch, jumping, whole, steady];
const driven = [...masters().filter(([name]) => !CONSTANT.includes(name)), closed, jumping, whole];

const mistakes: readonly Mistake[] = [
  { what: "H not Hermitian by 1e-6", change: ({ H }) => ({ H: nudged(H, 1e-6) }), calls: all, code: "NOT_HERMITIAN" },
  {
    what: "H imaginary on its diagonal",
    change: ({ H }) => ({ H: H.add(Operator.fromTriplets(H.dims, [[1, 1, 0, 1e-3]])) }),
    calls: all,
    code: "NOT_HERMITIAN",
  },
  {
    what: "rho not Hermitian by 1e-6",
    change: ({ rho }) => ({ rho: nudged(rho, 1e-6) }),
    calls: states,
    code: "NOT_DENSITY_MATRIX",
  },
  {
    what: "rho of trace 1 + 1e-6",
    change: ({ rho }) => ({ rho: rho.scale(1 + 1e-6) }),
    calls: states,
    code: "NOT_DENSITY_MATRIX",
  },
  {
    what: "rho with a negative eigenvalue",
    change: ({ psi }) => ({
      rho: ket2dm(psi)
        .scale(1.1)
        .sub(Operator.fromTriplets([2, 3], [[0, 0, 0.1, 0]])),
    }),
    calls: states,
    code: "NOT_DENSITY_MATRIX",
  },
  {
    what: "rho of swapped parts",
    change: ({ rho }) => ({ rho: swapped(rho) }),
    calls: states,
    code: "DIMENSION_MISMATCH",
  },
  { what: "H of swapped parts", change: ({ H }) => ({ H: swapped(H) }), calls: states, code: "DIMENSION_MISMATCH" },
  {
    what: "a jump of swapped parts",
    change: ({ jumps }) => ({ jumps: [swapped(jumps[0])] }),
    calls: open,
    code: "DIMENSION_MISMATCH",
  },
  {
    what: "an observable of swapped parts",
    change: ({ eOps }) => ({ eOps: { o: swapped(eOps.o) } }),
    calls: observing,
    code: "DIMENSION_MISMATCH",
  },
  {
    what: "a rate below zero",
    change: ({ jumps }) => ({ jumps: [{ op: jumps[0], rate: -1e-9 }] }),
    calls: open,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "a rate that is no number",
    change: ({ jumps }) => ({ jumps: [{ op: jumps[0], rate: Number.NaN }] }),
    calls: open,
    code: "INVALID_ARGUMENT",
  },
  { what: "one jump, not a list", change: ({ jumps }) => ({ jumps: jumps[0] }), calls: open, code: "INVALID_ARGUMENT" },
  { what: "times that fall", change: () => ({ times: [0, 1, 0.5] }), calls: timed, code: "INVALID_TIMES" },
  { what: "a time twice", change: () => ({ times: [0, 1, 1] }), calls: timed, code: "INVALID_TIMES" },
  { what: "a time that is no number", change: () => ({ times: [0, Number.NaN] }), calls: timed, code: "INVALID_TIMES" },
  { what: "no times", change: () => ({ times: [] }), calls: timed, code: "INVALID_TIMES" },
  {
    what: "an option that there is not",
    change: () => ({ options: { rToL: 1e-8 } }),
    calls: timed,
    code: "UNKNOWN_OPTION",
  },
  { what: "rtol 0", change: () => ({ options: { rtol: 0 } }), calls: timed, code: "INVALID_ARGUMENT" },
  { what: "rtol no number", change: () => ({ options: { rtol: Number.NaN } }), calls: timed, code: "INVALID_ARGUMENT" },
  { what: "atol below zero", change: () => ({ options: { atol: -1e-9 } }), calls: timed, code: "INVALID_ARGUMENT" },
  {
    what: "a term without its adjoint",
    change: ({ H }) => ({ H: [H, [Operator.fromTriplets(H.dims, [[0, 1, 1, 0]]), pulse.rotation({ omega: 2 })]] }),
    calls: driven,
    code: "NOT_HERMITIAN",
  },
  {
    what: "a coefficient that is not finite",
    change: ({ H }) => ({ H: [H, [H, (t: number) => (t > 0.5 ? Number.NaN : 1)]] }),
    calls: driven,
    code: "NON_FINITE",
  },
  {
    what: "a rate that falls below zero",
    change: ({ jumps }) => ({ jumps: [{ op: jumps[0], rate: pulse.cosine({ omega: 4 }) }] }),
    calls: driven.filter(([name]) => name !== "sesolve"),
    code: "INVALID_ARGUMENT",
  },
];

function codeOf(call: Call, input: Input): string {
  try {
    call(input);
  } catch (error) {
    return error instanceof LindbladError ? error.code : `${error}`;
  }
  return "taken";
}

describe.each(mistakes)("$what: $code", ({ change, calls, code }) => {
  it.each(calls)("%s", (_, call) => {
    for (const seed of [1, 2, 3]) {
      const input = inputOf(seed);
      expect(codeOf(call, input)).toBe("taken");
      expect(codeOf(call, { ...input, ...change(input) })).toBe(code);
    }
  });
});

describe("a ket of another norm", () => {
  const change = ({ psi }: Input) => ({ psi: psi.scale(1 + 1e-6), rho: psi.scale(1 + 1e-6) });
  it.each([...masters(), batch])("%s: no density matrix", (_, call) => {
    expect(codeOf(call, { ...inputOf(1), ...change(inputOf(1)) })).toBe("NOT_DENSITY_MATRIX");
  });
  it.each([closed, jumping])("%s: not normalised", (_, call) => {
    expect(codeOf(call, { ...inputOf(1), ...change(inputOf(1)) })).toBe("NOT_NORMALISED");
  });
});

describe("what is not finite", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "an element %d is refused by the operator, before any solver",
    (x) => {
      expect(() => Operator.dense([2], [1, 0, 0, 0, 0, x, 0, 0])).toThrow(
        expect.objectContaining({ code: "NON_FINITE" }),
      );
      expect(() => Operator.fromTriplets([2], [[0, 1, x, 0]])).toThrow(expect.objectContaining({ code: "NON_FINITE" }));
      expect(() => new Ket([2], [1, x, 0, 0])).toThrow(expect.objectContaining({ code: "NON_FINITE" }));
    },
  );
});

describe("what rounding leaves in building H and rho is taken off by all alike", () => {
  // The documented tolerances: 1e-12 of the largest element of H, 1e-10 of rho.
  const change = ({ H, rho }: Input) => ({ H: nudged(H, 4e-13), rho: nudged(rho, 4e-11) });
  it.each([...masters(), batch])("%s", (_, call) => {
    for (const seed of [1, 2, 3]) {
      const input = inputOf(seed);
      const changed = { ...input, ...change(input) };
      const halves = { ...input, H: changed.H.hermitianPart(), rho: changed.rho.hermitianPart() };
      expect((call(changed) as Operator).toDense()).toEqual((call(halves) as Operator).toDense());
    }
  });
});

describe("in a model file", () => {
  const modelOf = ({ H, rho, jumps }: Input) => {
    const matrix = (operator: Operator) => ({ ...operator.toArrays(), dims: [...operator.dims] });
    return {
      ...{ version: 1, kind: "lindblad", dims: [2, 3], hamiltonian: matrix(H), initial: matrix(rho), times: [0, 1] },
      jumps: jumps.map((jump: Operator | { op: Operator; rate: number }) =>
        jump instanceof Operator ? matrix(jump) : { op: matrix(jump.op), rate: jump.rate },
      ),
    };
  };
  const paths: Record<string, string> = {
    "H not Hermitian by 1e-6": "hamiltonian",
    "rho not Hermitian by 1e-6": "initial",
    "rho of trace 1 + 1e-6": "initial",
    "rho with a negative eigenvalue": "initial",
    "rho of swapped parts": "initial",
    "H of swapped parts": "hamiltonian",
    "a jump of swapped parts": "jumps",
    "a rate below zero": "jumps",
  };
  it.each(Object.entries(paths))("%s: refused at %s", (what, path) => {
    const { change } = mistakes.find((one) => one.what === what)!;
    const input = inputOf(1);
    const build = (given: Input) => buildModel(validateModel(JSON.parse(JSON.stringify(modelOf(given)))));
    expect(build(input).kind).toBe("lindblad");
    expect(() => build({ ...input, ...change(input) })).toThrow(
      expect.objectContaining({ path: expect.stringContaining(path) }),
    );
  });
});

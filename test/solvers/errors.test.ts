/**
 * Bad input meets a typed error that says what was wrong, where, and what would be right, before anything is computed.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  bipartite,
  create,
  customBath,
  destroy,
  expect as expectation,
  fock,
  LindbladError,
  maximallyMixedDm,
  mesolve,
  num,
  Operator,
  ptrace,
  qeye,
  StepLimitError,
  sigmam,
  sigmax,
  sigmaz,
  type TooLargeError,
  tensor,
  thermalBath,
  twoQubitExample,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";

const H = sigmaz();
const ket = basis(2, 0);
const t = [0, 1];

/** The error thrown by `body`, as a plain object. */
function caught(body: () => unknown): Record<string, unknown> & { message: string } {
  try {
    body();
  } catch (error) {
    return { ...(error as object), message: (error as Error).message, name: (error as Error).name };
  }
  throw new Error("nothing was thrown");
}

describe("mesolve refuses", () => {
  it("an H that is no operator, or not Hermitian", () => {
    expect(caught(() => mesolve([[1]] as unknown as Operator, ket, t))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "mesolve: H[0]: expected an Operator, or [Operator, coefficient], got an array of 1",
    });
    expect(caught(() => mesolve(destroy(3), fock(3), t))).toMatchObject({
      code: "NOT_HERMITIAN",
      deviation: Math.SQRT2,
      row: 1,
      column: 2,
    });
  });

  it("dims that do not fit", () => {
    expect(caught(() => mesolve(H, fock(3), t))).toMatchObject({
      code: "DIMENSION_MISMATCH",
      message: "mesolve: rho0: expected dims [2], got dims [3]",
    });
    expect(caught(() => mesolve(H, ket, t, { cOps: [sigmam(), destroy(3)] })).message).toBe(
      "mesolve: cOps[1]: expected dims [2], got dims [3]",
    );
    expect(caught(() => mesolve(H, ket, t, { eOps: { n: num(3) } })).message).toBe(
      "mesolve: eOps.n: expected dims [2], got dims [3]",
    );
    // The same dimension, but other parts.
    expect(caught(() => mesolve(tensor(H, H), fock(4), t)).message).toMatch("expected dims [2,2], got dims [4]");
  });

  it("an initial operator that is not a state, with the number", () => {
    expect(caught(() => mesolve(H, qeye(2), t))).toMatchObject({
      code: "NOT_DENSITY_MATRIX",
      reason: "trace",
      value: 2,
      message: "mesolve: rho0 is not a density matrix: its trace is 2, expected 1 (to 1e-10)",
    });
    const negative = maximallyMixedDm(2).add(sigmaz().scale(0.75));
    expect(caught(() => mesolve(H, negative, t))).toMatchObject({ reason: "positivity", value: -0.25 });
    const skew = maximallyMixedDm(2).add(sigmam().scale(0.1));
    expect(caught(() => mesolve(H, skew, t))).toMatchObject({ reason: "hermiticity", value: 0.1 });
    expect(caught(() => mesolve(H, ket.scale(2), t))).toMatchObject({ reason: "trace", value: 4 });
  });

  it("times that are empty, not finite or not increasing, with the index", () => {
    expect(caught(() => mesolve(H, ket, []))).toMatchObject({ code: "INVALID_TIMES", reason: "empty", index: -1 });
    expect(caught(() => mesolve(H, ket, [0, 1, 1]))).toMatchObject({ reason: "not increasing", index: 2 });
    expect(caught(() => mesolve(H, ket, [0, Number.NaN]))).toMatchObject({ reason: "non-finite", index: 1 });
    expect(caught(() => mesolve(H, ket, 3 as unknown as number[]))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("unknown options, naming the valid ones", () => {
    const error = caught(() => mesolve(H, ket, t, { c_ops: [] } as object));
    expect(error).toMatchObject({ code: "UNKNOWN_OPTION", option: "c_ops" });
    expect(error.message).toMatch(/unknown option "c_ops"; valid options are cOps, eOps, method, rtol/);
    const system = bipartite({ HA: H, HB: H, V: tensor(H, H) });
    expect(caught(() => system.evolve(tensor(ket, ket), t, { cOps: [] } as object)).message).toMatch(
      /evolve: unknown option "cOps"/,
    );
  });

  it.each([
    [{ rtol: 0 }, /rtol: expected a number from 1e-15/],
    [{ atol: -1 }, /atol/],
    [{ maxSteps: 1.5 }, /maxSteps: expected a positive integer, got 1.5/],
    [{ method: "euler" }, /method: expected "auto" or one of "expm", .*, "rk4", got "euler"/],
    [{ method: "rk4" }, /dt: expected a step, because method "rk4" has a fixed one/],
    [{ method: "tsit5", dt: 0.1 }, /dt: expected no dt with method "tsit5"/],
    [{ dt: 0 }, /dt: expected a finite number > 0/],
    [{ storeStates: 1 }, /storeStates: expected true, false, "all", "final", "none", or an array of times, got 1/],
    [{ cOps: sigmam() }, /cOps: expected an array of jump operators, got a Operator/],
    [{ cOps: [{ op: sigmam(), rate: -1 }] }, /cOps\[0\]\.rate: expected a finite number >= 0, got -1/],
    [{ signal: {} }, /signal: expected an AbortSignal/],
  ])("the option %o", (options, message) => {
    expect(() => mesolve(H, ket, t, options as object)).toThrow(message);
  });

  it("numbers that are not finite", () => {
    expect(caught(() => Operator.dense(2, [0, 0, Number.NaN, 0, 0, 0, 0, 0]))).toMatchObject({ code: "NON_FINITE" });
    expect(caught(() => H.scale(Number.POSITIVE_INFINITY))).toMatchObject({ code: "NON_FINITE" });
    const large = H.scale(1e200);
    expect(caught(() => large.mul(large))).toMatchObject({ code: "NON_FINITE", where: "Operator.mul" });
    expect(caught(() => Operator.dense(2, large.toDense()).mul(large))).toMatchObject({ code: "NON_FINITE" });
    expect(caught(() => mesolve(H, ket, t, { cOps: [large] }))).toMatchObject({
      code: "NON_FINITE",
      where: "mesolve: cOps[0]",
    });
    const eOps = { e: sigmax().add(H).scale(1.5e308) };
    const between = basis(2, 0).add(basis(2, 1)).unit();
    expect(caught(() => mesolve(H, between, [0, 1e-3], { eOps }))).toMatchObject({
      code: "NON_FINITE",
      where: "mesolve: expectation values",
    });
  });

  it("a problem that cannot fit the memory, with the bytes it needs, before it starts", () => {
    const before = getKernel().available;
    const d = 6000;
    const coupled = (levels: number) =>
      num(levels)
        .scale(1e-4)
        .add(destroy(levels).add(create(levels)).scale(1e-4));
    const far = (levels: number) =>
      Operator.fromTriplets(levels, [
        [0, levels - 1, 1e-4, 0],
        [levels - 1, 0, 1e-4, 0],
      ]);
    const error = caught(() =>
      mesolve(coupled(d).add(far(d)), maximallyMixedDm(d), t, { method: "tsit5" }),
    ) as unknown as TooLargeError;
    expect(error.code).toBe("TOO_LARGE");
    // State, nine working matrices and one of the generator, 16 bytes an element.
    expect(error.bytesNeeded).toBeGreaterThan(11 * 16 * d * d);
    expect(error.bytesNeeded).toBeLessThan(11.1 * 16 * d * d);
    expect(error.bytesAvailable).toBeLessThan(2 ** 32);
    expect(getKernel().available).toBe(before);

    // Sizes that wrap around in 32 bits.
    for (const huge of [16383, 16384, 23180, 30000, 65536]) {
      const size = caught(() =>
        mesolve(coupled(huge).add(far(huge)), basis(huge, 0), t, { method: "faber" }),
      ) as unknown as TooLargeError;
      expect(size.code).toBe("TOO_LARGE");
      expect(size.bytesNeeded / (13 * 16 * huge * huge)).toBeCloseTo(1, 1);
      // One triangle of each matrix, and no matrix for the generator.
      const half = caught(() =>
        mesolve(coupled(huge), basis(huge, 0), t, { method: "faber" }),
      ) as unknown as TooLargeError;
      expect(half.code).toBe("TOO_LARGE");
      expect(half.bytesNeeded / (12 * 8 * huge * huge)).toBeCloseTo(1, 1);
    }
    expect(getKernel().available).toBe(before);

    const states = caught(() =>
      mesolve(
        num(200),
        fock(200),
        Array.from({ length: 10_000 }, (_, k) => k),
        { storeStates: true },
      ),
    );
    expect(states).toMatchObject({ code: "TOO_LARGE" });
    expect(states.message).toMatch(/an evolution of 200 levels with 10000 stored states needs \d+ bytes/);
  });
});

describe("mesolve stops", () => {
  it("at maxSteps, saying that the problem is stiff when it is", () => {
    const attempt = () => mesolve(H, ket, [0, 1000], { cOps: [sigmam().scale(100)], method: "tsit5", maxSteps: 500 });
    expect(attempt).toThrow(StepLimitError);
    expect(attempt).toThrow(/held by stability, not by accuracy: .*\(a stiff problem\)/);
    expect(caught(attempt)).toMatchObject({ code: "STEP_LIMIT", steps: 500, end: 1000 });
  });

  it("at maxSteps, telling rates only where there is an estimate of them", () => {
    const ladder = num(30).add(destroy(30).add(create(30)));
    const attempt = (method: "faber" | "krylov") => () =>
      mesolve(ladder, fock(30, 3), [0, 1e4], { method, maxSteps: 3 });
    // Energies spread from near -1 to 40 or so.
    expect(attempt("faber")).toThrow(
      /Each step is a series as long as may be, for .* up to about [34]\d\.\d; about \d+ more steps/,
    );
    expect(attempt("krylov")).toThrow(/Each step is a series as long as may be, about \d+ more steps/);
  });

  it("at maxSteps, saying that accuracy holds the steps when it does", () => {
    expect(() => mesolve(sigmax(), ket, [0, 1000], { method: "tsit5", rtol: 1e-10, maxSteps: 100 })).toThrow(
      /held by accuracy/,
    );
    expect(() => mesolve(sigmax(), ket, [0, 1000], { dt: 0.01, maxSteps: 100 })).toThrow(
      /reached t = 1 of 1000. dt = 0.01 is fixed: about 99900 more steps/,
    );
    expect(() => mesolve(sigmax(), ket, [0, 1], { method: "tsit5", maxStep: 1e-3, maxSteps: 100 })).toThrow(
      /maxStep = 0.001 holds the steps: about 9\d\d more steps/,
    );
    // Too few steps for the estimate that is made now and then: there must be one at the limit.
    expect(() =>
      mesolve(sigmaz(), ket, [0, 10], { cOps: [sigmam().scale(100)], method: "tsit5", maxSteps: 15 }),
    ).toThrow(/held by/);
  });

  it("with what it has computed", () => {
    const times = Array.from({ length: 11 }, (_, k) => k);
    const options = { cOps: [sigmam()], eOps: { H }, storeStates: true, method: "tsit5" } as const;
    const whole = mesolve(H, ket, times, options);
    const error = caught(() => mesolve(H, ket, times, { ...options, maxSteps: 12 })) as unknown as StepLimitError;
    const { times: reached, expect: series, states, finalState, stats } = error.partial!;
    expect(reached.length).toBeGreaterThan(1);
    expect(reached.length).toBeLessThan(11);
    expect(series.H).toEqual((whole.expect.H as Float64Array).slice(0, reached.length));
    expect(states).toHaveLength(reached.length);
    expect(stats.steps).toBe(12);
    expect(finalState.tr().re).toBeCloseTo(1, 12);
    expect(reached.at(-1)!).toBeLessThanOrEqual(error.time);
  });

  it("when numbers stop being finite, with the time", () => {
    // Ten times past the stability limit: every step multiplies the state by about 1e3.
    const error = caught(() => mesolve(H, ket, [0, 1e4], { cOps: [sigmam().scale(6)], dt: 1, maxSteps: 1e5 }));
    expect(error).toMatchObject({ code: "NON_FINITE" });
    expect(error.time).toBeGreaterThan(10);
    expect(error.time).toBeLessThan(200);
    expect(caught(() => mesolve(H.scale(1e200), ket.add(basis(2, 1)).unit(), [0, 1]))).toMatchObject({
      code: "NON_FINITE",
      time: 0,
    });
  });

  it("when the step falls below the spacing of numbers, saying that and not something else", () => {
    const error = caught(() => mesolve(H, ket, [1e16, 1e16 + 1000], { cOps: [sigmam()], method: "tsit5" }));
    expect(error).toMatchObject({ code: "STEP_SIZE", time: 1e16, steps: 0 });
    expect(error.message).toMatch(
      /after 0 steps the next one is shorter than the spacing of numbers at t = 10000000000000000 /,
    );
    expect(caught(() => mesolve(H, ket, [1e16, 1e16 + 1000], { dt: 0.1 }))).toMatchObject({ code: "STEP_SIZE" });
  });

  it("counting rejected steps into maxSteps", () => {
    const run = (maxSteps: number) =>
      mesolve(num(12), fock(12, 6), [0, 20], { cOps: [destroy(12).scale(3)], method: "tsit5", rtol: 1e-3, maxSteps })
        .stats;
    const { steps, rejected } = run(10_000);
    expect(rejected).toBeGreaterThan(0);
    expect(run(steps + rejected).steps).toBe(steps);
    expect(() => run(steps + rejected - 1)).toThrow(StepLimitError);
  });

  it("naming the function that was called", () => {
    const system = bipartite({ HA: H, HB: H, V: tensor(H, H), baths: [thermalBath("A", { beta: 9 })] });
    const attempt = () => system.evolve(tensor(ket, ket), [0, 1000], { method: "tsit5", maxSteps: 5 });
    expect(caught(attempt)).toMatchObject({ code: "STEP_LIMIT", where: "evolve" });
  });

  it("leaves the kernel as it found it", () => {
    const before = getKernel().available;
    for (let k = 0; k < 3; k++)
      caught(() => mesolve(H, ket, [0, 1000], { cOps: [sigmam()], method: "tsit5", maxSteps: 5 }));
    expect(getKernel().available).toBe(before);
    expect(mesolve(H, ket, t, { cOps: [sigmam()], eOps: { H } }).expect.H).toHaveLength(2);
  });
});

describe("every public function refuses what it cannot take", () => {
  const V = tensor(H, H);
  it.each([
    ["bipartite()", () => bipartite(undefined as never)],
    ["bipartite, unknown key", () => bipartite({ HA: H, HB: H, V, bath: [] } as never)],
    ["bipartite, baths no array", () => bipartite({ HA: H, HB: H, V, baths: thermalBath("A", { beta: 1 }) as never })],
    ["bipartite, no bath", () => bipartite({ HA: H, HB: H, V, baths: [null as never] })],
    ["bipartite, bath of another make", () => bipartite({ HA: H, HB: H, V, baths: [{} as never] })],
    ["thermalBath, no options", () => thermalBath("A", undefined as never)],
    ["thermalBath, unknown key", () => thermalBath("A", { beta: 1, gamma: 5 } as never)],
    ["customBath, no options", () => customBath("A", undefined as never)],
    ["customBath, unknown key", () => customBath("A", { jumps: [], betta: 1 } as never)],
    ["customBath, name", () => customBath("A", { jumps: [], name: "" })],
    ["twoQubitExample()", () => twoQubitExample(undefined as never)],
    ["twoQubitExample, unknown key", () => twoQubitExample({ omega: 1 } as never)],
    ["ptrace", () => ptrace(undefined as never, 0)],
    ["ptrace, keep", () => ptrace(V, "0" as never)],
    ["expect, no operator", () => expectation(undefined as never, ket)],
    ["expect, ket as operator", () => expectation(ket as never, ket)],
    ["expect, no state", () => expectation(H, undefined as never)],
    ["tensor, mixed", () => tensor(H, ket as never)],
    ["Ket.add", () => ket.add(H as never)],
    ["fromArrays", () => Operator.fromArrays(null as never)],
    ["csr", () => Operator.csr(2, {} as never)],
    ["fromTriplets, row", () => Operator.fromTriplets(3, [[5, 0, 1, 0]])],
    ["fromTriplets, column", () => Operator.fromTriplets(3, [[0, 1e8, 1, 0]])],
    ["fromTriplets, nothing", () => Operator.fromTriplets(3, undefined as never)],
    ["qeye, text", () => qeye("2" as never)],
    ["qeye, huge", () => qeye(5e9)],
    ["basis, huge", () => basis(1e10)],
    ["kron, huge", () => tensor(num(5000), num(5000))],
    ["mesolve, options null", () => mesolve(H, ket, t, null as never)],
    ["mesolve, times BigInt", () => mesolve(H, ket, [0n, 1n] as never)],
    ["mesolve, times as an object", () => mesolve(H, ket, { length: 1e12 } as never)],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    ["mesolve, cOps with a hole", () => mesolve(H, ket, t, { cOps: [, sigmam()] as never })],
    [
      "mesolve, unknown key of a jump",
      () => mesolve(H, ket, t, { cOps: [{ op: sigmam(), rate: 1, gamma: 2 } as never] }),
    ],
    ["mesolve, eOps a Map", () => mesolve(H, ket, t, { eOps: new Map([["H", H]]) as never })],
  ] as [string, () => unknown][])("%s", (_name, body) => {
    expect(body).toThrow(LindbladError);
  });

  it("derivative and rates, for an operator that is not Hermitian", () => {
    const system = bipartite({ HA: H, HB: H, V });
    expect(caught(() => system.derivative(tensor(sigmam(), qeye(2))))).toMatchObject({ code: "NOT_HERMITIAN" });
    expect(caught(() => system.rates(tensor(sigmam(), qeye(2))))).toMatchObject({ code: "NOT_HERMITIAN" });
  });

  it("an H that is Hermitian to 1e-9 only", () => {
    expect(caught(() => mesolve(H.add(sigmam().scale(1e-9)), ket, t))).toMatchObject({ code: "NOT_HERMITIAN" });
  });
});

describe("bipartite refuses", () => {
  it("parts that do not fit", () => {
    expect(caught(() => bipartite({ HA: H, HB: num(3), V: tensor(num(3), H) })).message).toBe(
      "bipartite: V: expected dims [2,3], got dims [3,2]",
    );
    expect(caught(() => bipartite({ HA: destroy(2), HB: H, V: tensor(H, H) })).message).toMatch(
      /bipartite: HA is not Hermitian/,
    );
    expect(caught(() => bipartite({ HA: H, HB: H, V: tensor(H, H), alphaA: Number.NaN })).message).toMatch(/alphaA/);
    expect(() => thermalBath("A", { beta: 1, rates: "cubic" as "ohmic" })).toThrow(/rates/);
  });
});

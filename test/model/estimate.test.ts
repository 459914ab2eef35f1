/** How long a run will take is told before it begins: not much less than it takes, or a server would let it in. */
import { expect, it } from "vitest";
import { buildModel, estimateRun, loadModel, runModel } from "../../bindings/model/index.ts";

const cavity = (solver: object, times: object = { to: 10, count: 11 }) =>
  loadModel(
    JSON.stringify({
      ...{ version: 1, kind: "lindblad", dims: [20], hamiltonian: "num(20) + 0.5 * (create(20) + destroy(20))" },
      ...{ jumps: ["0.3 * destroy(20)"], initial: "fock(20, 1)", times, observables: { n: "num(20)" }, solver },
    }),
  );
const seconds = (solver: object, times?: object) => estimateRun(buildModel(cavity(solver, times))).seconds;

/** What is told of one application of the generator: by a method that takes four a step, whose length is given. */
const application = seconds({ method: "rk4", dt: 1e-4 }) / 4e5;
/** What a step of kencarp4 takes, in applications: five stages, each solved by triangular factors of some ten times the generator's elements. */
const implicitStep = 50;

// Counts, not seconds: how fast or busy a machine is does not matter.
it.each<[string, object]>([
  ["auto", {}],
  ["tsit5, exact", { method: "tsit5", rtol: 1e-14 }],
  ["dop853 of short steps", { method: "dop853", maxStep: 1e-4 }],
  ["kencarp4", { method: "kencarp4" }],
  ["kencarp4, exact", { method: "kencarp4", rtol: 1e-11, atol: 1e-13 }],
])("%s takes at most twice what was told", (_, solver) => {
  const { stats } = runModel(cavity(solver));
  const { steps, rhsEvaluations, method } = stats as { steps: number; rhsEvaluations: number; method: string };
  const taken = method === "kencarp4" ? implicitStep * steps : rhsEvaluations;
  expect(taken).toBeGreaterThan(0);
  expect(taken * application).toBeLessThan(2 * seconds(solver));
});

it("knows what bounds of steps, tolerances and distances of times cost", () => {
  const few = seconds({ method: "tsit5" });
  expect(seconds({ method: "tsit5", maxStep: 1e-5 })).toBeGreaterThan(100 * few);
  expect(seconds({ method: "tsit5", maxStep: 1e-5, maxSteps: 10 })).toBeLessThan(few);
  expect(seconds({ method: "kencarp4", rtol: 1e-12 })).toBeGreaterThan(20 * seconds({ method: "kencarp4" }));
  const uneven = Array.from({ length: 11 }, (_, k) => k ** 1.5);
  expect(seconds({ method: "expm" }, uneven)).toBeGreaterThan(9 * seconds({ method: "expm" }));
});

it("is a number, and large, however long the run is and however short its steps", () => {
  const solvers = [
    ...["auto", "tsit5", "dop853", "kencarp4", "krylov", "faber", "magnus"].flatMap((method) => [
      { method },
      { method, maxStep: 1e-300 },
      { method, rtol: 1e-15, atol: 1e-300 },
    ]),
    { method: "rk4", dt: 1e-300 },
  ];
  for (const solver of solvers) {
    for (const to of [1e300, 1e308, Number.MAX_VALUE]) {
      expect(seconds(solver, { to, count: 2 }), JSON.stringify({ ...solver, to })).toBeGreaterThan(1);
    }
  }
});

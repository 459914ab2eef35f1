/** What fuzz-api.test.ts has found, each smallest: errors of the engine, and one call that ended the process. */
import { describe, expect, it } from "vitest";
import {
  basis,
  bipartite,
  callable,
  chiToSuper,
  coefficientFrom,
  destroy,
  floquet,
  floquetSteadystate,
  fock,
  gellMannMatrices,
  ghzState,
  Ket,
  ket2dm,
  LindbladError,
  mcsolve,
  mesolve,
  mesolveBatch,
  num,
  Operator,
  permute,
  pulse,
  purity,
  qeye,
  rectification,
  StepLimitError,
  samples,
  sigmam,
  sigmax,
  sigmaz,
  spinState,
  squeeze,
  steadystate,
  TooLargeError,
  tensor,
  thermalBath,
} from "../../bindings/index.ts";

const any = (value: unknown) => value as never;
const H = [sigmaz(), [sigmax(), pulse.cosine({ omega: 2 })]] as const;
const detached = () => {
  const array = Float64Array.of(0, 1);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
};
const shrinking = () => {
  const list = [0, 1, 2];
  Object.defineProperty(list, 0, {
    get: () => {
      list.length = 1;
      return 0;
    },
  });
  return list;
};
const parts = { HA: sigmaz(), HB: sigmaz(), V: tensor(sigmax(), sigmax()) };
const baths = [thermalBath("A", { beta: 1 }), thermalBath("B", { beta: 2 })];
const hotAndCold = ({ A, B }: { A: number; B: number }) =>
  bipartite({ ...parts, baths: [thermalBath("A", { beta: 1 / A }), thermalBath("B", { beta: 1 / B })] });

const CALLS: [what: string, call: () => unknown][] = [
  ["a GHZ state of a thousand million qubits", () => ghzState(1e9)],
  ["a GHZ state of 10^15 qubits", () => ghzState(1e15)],
  ["a chi matrix of eight qubits", () => chiToSuper(Operator.fromTriplets(65536, [[0, 0, 1, 0]]))],
  ["Gell-Mann matrices of 65 536 levels", () => gellMannMatrices(65536)],
  [
    "a periodic steady state at no time",
    () => floquetSteadystate(any(H), Math.PI, { cOps: [sigmam()] }).at(Number.NaN),
  ],
  [
    "the same by harmonics",
    () => floquetSteadystate(any(H), Math.PI, { cOps: [sigmam()], by: "fourier" }).at(any(Symbol())),
  ],
  ["a period that is no number", () => floquet(any(H), any(Object.create(null)))],
  ["a sum with a hole", () => mesolve(any([sigmaz(), ...new Array(1)]), basis(2, 0), [0, 1])],
  ["an array of terms that is sparse", () => mesolve(any(new Array(2)), basis(2, 0), [0, 1])],
  ["detached times", () => mesolve(sigmaz(), basis(2, 0), detached())],
  ["samples of which only the length is there", () => samples(any({ length: 2 ** 31 }), [0])],
  ["a function whose support is a detached array", () => callable(Math.cos, { support: any(detached()) })],
  ["a function whose scale is one", () => callable(Math.cos, { scale: any(detached()) })],
  ["elements in a detached array", () => Operator.fromTriplets([2], any(detached()))],
  ["a coefficient at a detached array", () => pulse.cosine({ omega: 1 }).at(any(detached()))],
  [
    "a recipe whose name is a detached array",
    () => coefficientFrom(any({ kind: "pulse", name: detached(), parameters: {} })),
  ],
  ["an order of objects", () => permute(tensor(sigmax(), sigmax()), any([0, Object.create(null)]))],
  ["a spin component that is no number", () => spinState(1, any(Object.create(null)))],
  ["a tolerance that is no number", () => sigmax().isHermitian(any(Object.create(null)))],
  ["a proxy of an operator", () => purity(any(new Proxy(ket2dm(basis(2, 0)), {})))],
  ["an object with an operator's prototype", () => sigmax().mul(any(Object.create(Object.getPrototypeOf(sigmax()))))],
  ["an object with a ket's prototype", () => purity(any(Object.create(Object.getPrototypeOf(basis(2, 0)))))],
  [
    "a bath whose name is no text",
    () => bipartite({ ...parts, baths: [{ ...thermalBath("A", { beta: 1 }), name: any(Object.create(null)) }] }),
  ],
  ["a current of a bath whose name is no text", () => rectification(hotAndCold, 1, 0.5, any(Object.create(null)))],
  [
    "a batch whose jumps are gone while they are read",
    () => mesolveBatch(sigmaz(), basis(2, 0), [0, 1], { cOps: any(shrinking()) }),
  ],
  [
    "a histogram of a bath whose name is no text",
    () =>
      bipartite({ ...parts, baths })
        .trajectories(tensor(basis(2, 0), basis(2, 0)), [0, 1], { ntraj: 1 })
        .histogram(any({ bath: Object.create(null) })),
  ],
  [
    "trajectories that turn 1e300 times",
    () => mcsolve(sigmax().scale(1e300), basis(2, 0), [0, 1], { cOps: [sigmam()] }),
  ],
  ["times of states that are bigints", () => mesolve(sigmaz(), basis(2, 0), [0, 1], { storeStates: any([0n]) })],
  [
    "a bath whose rate is a bigint",
    () => bipartite({ ...parts, baths: [{ ...thermalBath("A", { beta: 1 }), Gamma: any(5n) }] }),
  ],
];

it.each(CALLS)("%s: a typed error", (_, call) => {
  expect(call).toThrow(LindbladError);
});

describe("a dense matrix that no memory holds", () => {
  it.each<[string, () => unknown]>([
    ["toDense", () => qeye(2 ** 20).toDense()],
    ["toArrays", () => qeye(2 ** 16).toArrays()],
    ["JSON.stringify", () => JSON.stringify(qeye(2 ** 16))],
    ["squeeze", () => squeeze(65536, 0.1)],
  ])("by %s is refused, with the bytes it needs", (_, call) => {
    expect(call).toThrow(TooLargeError);
    expect(call).toThrow(/a dense \d+ x \d+ matrix needs \d+ bytes .* of memory/);
  });
});

it("instanceof tells operators and kets by what they are", () => {
  for (const [whole, kind] of [
    [sigmax(), Operator],
    [basis(2, 0), Ket],
  ] as const) {
    expect(whole).toBeInstanceOf(kind);
    expect(new Proxy(whole, {}) instanceof kind).toBe(false);
    expect(Object.create(kind.prototype) instanceof kind).toBe(false);
  }
});

it("a steady state of one coordinate needs no multiplications, and none are spoken of", () => {
  const { reasons } = steadystate(sigmaz(), [sigmam()]);
  expect(reasons.join()).not.toContain("0e+0");
});

it("a run whose length times its rates overflows ends: it was squared 2^31 times", () => {
  const { finalState } = mesolve(sigmaz(), basis(2, 0), [0, 1e308], { cOps: [sigmam()], method: "expm" });
  expect(finalState.get(1, 1).re).toBeCloseTo(1, 12);
  const H = [sigmaz(), sigmaz().scale(2)];
  const batch = mesolveBatch(H, basis(2, 0), [0, 1e308], { cOps: [sigmam()], eOps: { z: sigmaz() }, method: "expm" });
  expect(Array.from(batch.expect.z)).toEqual([1, -1, 1, -1].map((z) => expect.closeTo(z, 12)));
});

it.each(["krylov", "magnus"] as const)("%s over times without end stops, and says why", (method) => {
  const run = () => mesolve(sigmaz(), basis(2, 0), [0, 1e308], { cOps: [sigmam()], method });
  expect(run).toThrow(StepLimitError);
  expect(run).toThrow(/Steps had so many pieces/);
});

it("magnus has pieces by the number of steps that it may have: a step of ten million turns took minutes", () => {
  const a = destroy(12);
  const drive = [a.add(a.dag()), pulse.cosine({ omega: 0.01 })] as const;
  const run = () =>
    mesolve([num(12).mul(num(12)).scale(1000), drive], fock(12, 0), [0, 1e4], {
      cOps: [a],
      method: "magnus",
      maxSteps: 100,
    });
  expect(run).toThrow(/Steps had so many pieces/);
});

it("photocurrents of intervals that have no length to speak of", () => {
  const run = mcsolve(sigmax(), basis(2, 0), [0, 1e-320, 1], { cOps: [sigmam()], ntraj: 3 });
  expect(run.photocurrents[0]![0]).toBe(0);
});

it("samples refuses options that are null, and values whose slopes overflow", () => {
  expect(() => samples([0, 1, 2, 3], [0, 1, 2, 3], any(null))).toThrow(LindbladError);
  expect(() => samples([0, 1, 2, 3], [0, 1e308, -1e308, 1e308])).toThrow(/samples: values/);
  expect(samples([0, 1, 2, 3], [0, 1e300, -1e300, 1e300]).at(1).re).toBe(1e300);
});

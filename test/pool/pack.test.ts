/**
 * What crosses between threads arrives as what it was: classes, storages, bits, identities; and its memory is handed over.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import * as library from "../../bindings/index.ts";
import { type LindbladError, mesolve, Operator } from "../../bindings/index.ts";
import { pack, unpack } from "../../bindings/pool/pack.ts";
import { isFromWorker } from "../../bindings/pool/protocol.ts";
import { snapshot } from "../../bindings/pool/tree.ts";
import { contentsOf, oscillator } from "./support.ts";

/** There and back, as a message. */
function send(value: unknown): unknown {
  const { transfer, ...packed } = pack(value, "value");
  expect(new Set(transfer).size).toBe(transfer.length);
  return unpack(structuredClone(packed, { transfer }));
}

const bits = (numbers: Float64Array) => [...new BigUint64Array(numbers.slice().buffer)];

describe("an operator", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  test.prop([
    fc.uniqueArray(fc.tuple(fc.nat(5), fc.nat(5), number, number), { selector: ([i, j]) => 6 * i + j, maxLength: 12 }),
  ])("keeps its elements to the bit, its storage and its dims; rows may be empty", (elements) => {
    const sparse = Operator.fromTriplets([2, 3], elements);
    const dense = Operator.dense([3, 2], sparse.toDense());
    for (const operator of [sparse, dense]) {
      const arrived = send(operator) as Operator;
      expect(arrived).toBeInstanceOf(Operator);
      expect([arrived.dims, arrived.storage]).toEqual([operator.dims, operator.storage]);
      expect(bits(arrived.toDense())).toEqual(bits(operator.toDense()));
    }
  });

  it("that is there twice is sent once, and arrives as one", () => {
    const n = library.num(4);
    const tree = { a: n, b: [n, { n }], psi: library.fock(4, 1) };
    expect(pack(tree, "").objects).toHaveLength(2);
    const arrived = send(tree) as { a: Operator; b: [Operator, { n: Operator }]; psi: library.Ket };
    expect(arrived.b[0]).toBe(arrived.a);
    expect(arrived.b[1].n).toBe(arrived.a);
    expect(arrived.psi).toBeInstanceOf(library.Ket);
    expect(bits(arrived.psi.toArray())).toEqual(bits(tree.psi.toArray()));
  });
});

describe("plain data", () => {
  it("arrives as it was, whatever its keys", () => {
    const packedLookalike = { kind: "operator", dims: [2], matrix: { data: [1] } };
    const tree = {
      packedLookalike,
      kind: "ket",
      list: [1, "a", true, null, undefined, Number.NaN, -0, 5n],
      ["__proto__"]: 7,
      nested: [[{}]],
    };
    expect(send(tree)).toStrictEqual(tree);
    expect(Object.keys(send(JSON.parse('{"__proto__": 1}')) as object)).toEqual(["__proto__"]);
  });

  it("may hold no functions, symbols or unknown objects: the path is named", () => {
    for (const [value, got] of [
      [() => 1, "a Function"],
      [Symbol("s"), "Symbol(s)"],
      [new Map(), "a Map"],
      [new Date(), "a Date"],
      [new DataView(new ArrayBuffer(8)), "a DataView"],
    ] as const) {
      for (const walk of [pack, snapshot]) {
        expect(() => walk({ a: [0, value] }, "root")).toThrow(
          new RegExp(`^root\\.a\\[1\\]: expected .*got ${got.replace(/[()]/g, "\\$&")}$`),
        );
      }
    }
  });
});

describe("memory", () => {
  it("of a whole buffer is handed over once, not copied", () => {
    const large = new Float64Array(1e6).fill(3);
    const other = new Int32Array([1, 2]);
    const { transfer, ...packed } = pack({ large, again: large, bytes: new Uint8Array(large.buffer), other }, "");
    expect(transfer).toEqual([large.buffer, other.buffer]);
    const arrived = unpack(structuredClone(packed, { transfer })) as { large: Float64Array; bytes: Uint8Array };
    expect([large.byteLength, other.byteLength]).toEqual([0, 0]);
    expect(arrived.large).toHaveLength(1e6);
    expect(arrived.bytes.buffer).toBe(arrived.large.buffer);
  });

  it("that other things lie in, such as the kernel's, stays where it is", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const view = new Float64Array(memory.buffer, 64, 4).fill(2);
    const part = new Float64Array([0, 1, 2, 3]).subarray(1, 3);
    const shared = new Float64Array(new SharedArrayBuffer(16));
    expect(send({ view, part, shared })).toEqual({
      view: Float64Array.of(2, 2, 2, 2),
      part: Float64Array.of(1, 2),
      shared: Float64Array.of(0, 0),
    });
    expect([memory.buffer.byteLength, part.length, shared.length]).toEqual([65536, 2, 2]);
  });

  it("of a solution is all handed over; what the library shares is not touched", () => {
    const [H, psi, times, options] = oscillator();
    const solution = mesolve(H, psi, times, { ...options, storeStates: true });
    const before = structuredClone(contentsOf(solution));
    const { transfer, ...packed } = pack(solution, "");
    const arrived = unpack(structuredClone(packed, { transfer })) as typeof solution;
    expect(contentsOf(arrived)).toEqual(before);
    expect(solution.times.buffer.byteLength + solution.expect.n.byteLength).toBe(0);
    // Operators never change, not even when sent.
    expect(solution.finalState.toDense()).toEqual(arrived.finalState.toDense());
    // Times, one real and one complex series, four states.
    expect(transfer).toHaveLength(1 + 1 + 2 + 4);
    expect(Object.getOwnPropertyDescriptor(arrived.stats, "minEigenvalue")?.get).toBeTypeOf("function");
  });
});

describe("an error", () => {
  const errors: LindbladError[] = [
    new library.DimensionMismatchError("a", "b", "c"),
    new library.NotHermitianError("H", 1e-3, 1, 2),
    new library.NotPeriodicError("floquet: H[1]", 2, 0.5, 0.25),
    new library.NotDensityMatrixError("rho0", "trace", 2, 1e-10),
    new library.NotNormalisedError("psi0", 1.1, 1e-10),
    new library.InvalidTimesError("t", 1, 0, "not increasing"),
    new library.UnknownOptionError("f", "x", ["y", "z"]),
    new library.InvalidArgumentError("f", Float64Array.of(1, 2), "a number"),
    new library.OutOfRangeError("c", 2, 0, 1, "why"),
    new library.TooLargeError(5e9, 4e9, "it"),
    new library.StepLimitError("f", 1, 2, 3, "why"),
    new library.StepSizeError("f", 1, 2, 3),
    new library.ConvergenceError("no"),
    new library.NonFiniteError("f", undefined, "NaN"),
    new library.DetailedBalanceError("bath", [1, 0], 2, 3),
    new library.NotThermalError("bath", 0.5, 0.1),
    new library.NotSteadyError("storage", 0.1, 1e-9),
    new library.SteadyStateNotUniqueError("storage", 3, false, "give it", { below: 1e-17, above: 0.1, tol: 1e-12 }),
    new library.OutsideStorageError("evolve", 0.1, 1e-9),
    new library.KernelUnavailableError("none"),
    new library.KernelTrapError("norm", "release", new Error("memory access out of bounds")),
    new library.WorkerCrashedError("f", "run", "gone", new Error("cause")),
    new library.PoolClosedError("f"),
  ];

  it("of every class of the library arrives whole", () => {
    const concrete = Object.entries(library).filter(
      ([name]) => name.endsWith("Error") && name !== "LindbladError" && name !== "RunError",
    );
    expect(errors.map((error) => error.constructor)).toEqual(expect.arrayContaining(concrete.map(([, c]) => c)));
    for (const error of errors) {
      const fields = structuredClone({ ...error });
      const arrived = send(error) as LindbladError;
      expect(arrived).toBeInstanceOf(error.constructor);
      expect({ ...arrived }).toEqual(fields);
      expect([arrived.message, arrived.name, arrived.code]).toEqual([error.message, error.name, error.code]);
      expect(arrived.stack).toBe(error.stack);
      expect(arrived.cause).toEqual(error.cause);
    }
  });

  it("of another class arrives as the nearest that is known", () => {
    class Special extends library.LindbladError {
      readonly code = "SPECIAL";
      readonly extra = [1];
    }
    const special = send(new Special("s")) as Special;
    expect(special).toBeInstanceOf(library.LindbladError);
    expect(special).toMatchObject({ code: "SPECIAL", extra: [1], message: "s", name: "Special" });
    const trap = send(new WebAssembly.RuntimeError("unreachable")) as Error;
    expect(trap).toBeInstanceOf(Error);
    expect([trap.name, trap.message]).toEqual(["RuntimeError", "unreachable"]);
    expect(send(new RangeError("r"))).toBeInstanceOf(RangeError);
    expect((send(new DOMException("d", "AbortError")) as Error).name).toBe("AbortError");
  });

  it("arrives without what cannot be sent", () => {
    const error = Object.assign(new TypeError("t"), { f: () => 1, kept: library.num(2) });
    const arrived = send(error) as typeof error;
    expect(arrived).toBeInstanceOf(TypeError);
    expect(arrived.f).toBeUndefined();
    expect(arrived.kept).toBeInstanceOf(Operator);
  });
});

it("a message of a worker is told from any other", () => {
  expect(isFromWorker({ type: "done", job: 1, value: { value: 1, objects: [] } })).toBe(true);
  for (const other of [undefined, null, "done", { type: "done" }, { type: "init", job: 1 }, { job: 1 }]) {
    expect(isFromWorker(other)).toBe(false);
  }
});

/**
 * After a trap the library is as it was: the call that trapped throws a {@link KernelTrapError}, all others run on a fresh instance and find the
 * same numbers to the bit. What a caller's own function throws is no trap, and costs nothing.
 */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  basis,
  callable,
  destroy,
  fock,
  init,
  KernelTrapError,
  mcsolve,
  mesolve,
  mesolveBatch,
  num,
  type Operator,
  sesolve,
  sigmam,
  sigmax,
  sigmaz,
  steadystate,
  TooLargeError,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { LONG_LIVED } from "./long-lived.ts";
import { trap, withMostPages } from "./traps.ts";

const { build } = getKernel();
const wasm = new Uint8Array(readFileSync(`build/wasm/${build}.wasm`));

const thrown = (f: () => unknown): unknown => {
  try {
    f();
  } catch (error) {
    return error;
  }
  return expect.fail("nothing was thrown");
};

/** Numbers that any wrong bit of the kernel would change. */
const solved = () => {
  const options = { cOps: [destroy(9).scale(0.5)], eOps: { n: num(9) } };
  return [
    mesolve(num(9).add(destroy(9).add(destroy(9).dag())), fock(9, 2), [0, 1, 2], options).expect.n,
    steadystate(sigmax(), [sigmam()]).rho.toDense(),
  ];
};
const expected = solved();

/** Ruins the state of an evolution that is running. */
const ruin = () => {
  const { integers } = getKernel();
  integers.fill(-1, integers.length >> 2);
};
const DECAY = { cOps: [sigmam()], method: "rk4", dt: 1e-4 } as const;

afterEach(() => vi.restoreAllMocks());

describe("a trap", () => {
  it("is a typed error, which names the call and has the engine's as its cause; the next call finds the same numbers", () => {
    const kernel = getKernel();
    const error = thrown(() => trap()) as KernelTrapError;
    expect(error).toBeInstanceOf(KernelTrapError);
    expect(error).toMatchObject({ code: "KERNEL_TRAP", name: "KernelTrapError", call: "norm", build });
    expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError);
    expect(error.message).toMatch(/function norm \(build "\w+"\) has trapped: .*out of bounds.*the kernel is replaced/);
    expect(kernel.isBroken).toBe(true);
    expect(solved()).toEqual(expected);
    expect(getKernel()).not.toBe(kernel);
    expect(getKernel().build).toBe(build);
  });

  it("leaves the instance unusable, whoever still has it: nothing is computed on its memory", () => {
    const kernel = getKernel();
    kernel.frame(() => {
      const pointer = kernel.putDoubles([3, 4, 0, 0, 0, 0, 0, 0], "test");
      expect(kernel.functions.norm(pointer, 8)).toBe(5);
      expect(() => trap()).toThrow(KernelTrapError);
      expect(() => kernel.functions.norm(pointer, 8)).toThrow(KernelTrapError);
      expect(() => kernel.allocate(8, "test")).toThrow(KernelTrapError);
      expect(() => kernel.statistics(pointer)).toThrow(KernelTrapError);
      expect(() => kernel.frame(() => 0)).toThrow(KernelTrapError);
    });
    expect(solved()).toEqual(expected);
  });

  it.each([
    ["mesolve", () => mesolve(sigmax(), basis(2, 0), [0, 100], { ...DECAY, onProgress: ruin })],
    ["sesolve", () => sesolve(sigmax(), basis(2, 0), [0, 100], { method: "rk4", dt: 1e-4, onProgress: ruin })],
  ])("in the midst of %s is told of by that call", (_, run) => {
    const kernel = getKernel();
    expect(run).toThrow(KernelTrapError);
    expect(kernel.isBroken).toBe(true);
    expect(solved()).toEqual(expected);
  });

  it("inside of a coefficient that hides it is told of by the run that calls the coefficient", () => {
    const f = callable(
      (t) => {
        if (t > 0.5 && !getKernel().isBroken) thrown(() => trap());
        return t;
      },
      { scale: 1 },
    );
    // The last call: probing also calls the function, outside of the kernel.
    const error = thrown(() => mesolve([sigmaz(), [sigmax(), f]], basis(2, 0), [0, 1], { cOps: [sigmam()] }));
    expect(error).toBeInstanceOf(KernelTrapError);
    expect(solved()).toEqual(expected);
  });

  it("inside of onProgress that hides it likewise", () => {
    const onProgress = () => void thrown(() => trap());
    expect(() => mesolve(sigmax(), basis(2, 0), [0, 100], { ...DECAY, onProgress })).toThrow(KernelTrapError);
    expect(solved()).toEqual(expected);
  });

  it("a hundred times over is as harmless as once", () => {
    for (let k = 0; k < 100; k++) {
      expect(() => trap()).toThrow(KernelTrapError);
      getKernel();
    }
    expect(solved()).toEqual(expected);
  });

  it("of a full stack does no harm either, wherever the stack ends", () => {
    let [failed, succeeded] = [0, 0];
    const deeper = (): void => {
      try {
        deeper();
      } catch {
        // On the way up there is a little more room each time: until the kernel has enough of it.
        try {
          expect(solved()).toEqual(expected);
          succeeded++;
        } catch (error) {
          failed++;
          throw error;
        }
      }
    };
    deeper();
    expect(failed).toBeGreaterThan(0);
    expect(succeeded).toBe(1);
    expect(solved()).toEqual(expected);
  });

  it("is followed by a kernel of the same kind: the bytes given to init, and the choice of register blocks", async () => {
    const given = wasm.slice();
    await init({ wasm: given });
    // Whoever gave them may use their memory for something else.
    given.fill(0);
    getKernel().functions.useWideTiles(0);
    expect(() => trap()).toThrow(KernelTrapError);
    expect(getKernel().build).toBe(build);
    expect(solved()).toEqual(expected);
  });
});

describe.each(LONG_LIVED)("%s, made before a trap", (_, make) => {
  it("gives the same afterwards, to the bit", () => {
    const use = make();
    const before = use();
    const kernel = getKernel();
    expect(() => trap()).toThrow(KernelTrapError);
    expect(use()).toEqual(before);
    expect(getKernel()).not.toBe(kernel);
  });
});

describe("what a caller's function throws", () => {
  const boom = new Error("boom");
  const throwing = (after: number) => {
    let calls = 0;
    return callable(
      (t) => {
        if (++calls > after) throw boom;
        return Math.cos(t);
      },
      { scale: 1 },
    );
  };
  const H = (after: number): [Operator, [Operator, ReturnType<typeof callable>]] => [
    sigmaz(),
    [sigmax(), throwing(after)],
  ];
  const fail = () => {
    throw boom;
  };
  const long = { method: "rk4", dt: 1e-3, cOps: [sigmam()] } as const;
  it.each([
    ["a coefficient, at once", () => mesolve(H(0), basis(2, 0), [0, 1], { cOps: [sigmam()] })],
    ["a coefficient, in the midst of a run", () => mesolve(H(400), basis(2, 0), [0, 30], { cOps: [sigmam()] })],
    ["a coefficient of kets", () => sesolve(H(400), basis(2, 0), [0, 30])],
    ["a coefficient of trajectories", () => mcsolve(H(400), basis(2, 0), [0, 30], { cOps: [sigmam()], ntraj: 3 })],
    ["onProgress", () => mesolve(sigmax(), basis(2, 0), [0, 100], { ...long, onProgress: fail })],
    ["until", () => mesolve(sigmax(), basis(2, 0), [0, 1, 2], { cOps: [sigmam()], until: fail })],
  ])("%s, comes out as it is; the kernel is the same and has its memory back", (_, run) => {
    const kernel = getKernel();
    const { available } = kernel;
    expect(thrown(run)).toBe(boom);
    expect(getKernel()).toBe(kernel);
    expect(kernel.isBroken).toBe(false);
    expect(kernel.available).toBe(available);
    expect(solved()).toEqual(expected);
  });

  it.each<[what: string, value: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["NaN", Number.NaN],
    ["zero", -0],
    ["a text", "boom"],
    ["a symbol", Symbol("boom")],
    ["a frozen object", Object.freeze({})],
    ["an object that answers to nothing", revoked()],
    ["what looks like a trap", new WebAssembly.RuntimeError("unreachable")],
    ["what looks like a full stack", new RangeError("Maximum call stack size exceeded")],
  ])("may be anything: %s", (_, value) => {
    const f = callable(
      (t) => {
        if (t > 0.5) throw value;
        return 1;
      },
      { scale: 10, breakpoints: [0.6] },
    );
    const kernel = getKernel();
    const { available } = kernel;
    let found: unknown = "nothing was thrown";
    try {
      mesolve([sigmaz(), [sigmax(), f]], basis(2, 0), [0, 1], { cOps: [sigmam()] });
    } catch (error) {
      found = error;
    }
    // Not by what is expected of it: nothing may be asked of some of them, not even in a message.
    expect(Object.is(found, value)).toBe(true);
    expect(getKernel()).toBe(kernel);
    expect(kernel.isBroken).toBe(false);
    expect(kernel.available).toBe(available);
    expect(solved()).toEqual(expected);
  });
});

/** A proxy whose every use throws. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe("an engine that grants less memory than 4 GiB", () => {
  afterEach(() => init({ wasm }));

  it("has every problem either solved, to the bit, or refused with the memory it needs, wherever it ends", async () => {
    const H = num(24).add(destroy(24).add(destroy(24).dag()));
    const options = { cOps: [destroy(24)], eOps: { n: num(24) }, storeStates: true };
    const tlist = Array.from({ length: 21 }, (_, k) => k / 20);
    const problems: [name: string, run: () => Float64Array][] = [
      ["tsit5", () => mesolve(H, fock(24, 1), tlist, { ...options, method: "tsit5" }).finalState.toDense()],
      ["krylov", () => mesolve(H, fock(24, 1), tlist, { ...options, method: "krylov" }).finalState.toDense()],
      ["faber", () => mesolve(H, fock(24, 1), tlist, { ...options, method: "faber" }).finalState.toDense()],
      ["dop853", () => mesolve(H, fock(24, 1), tlist, { ...options, method: "dop853" }).finalState.toDense()],
      ["steadystate", () => steadystate(H, [destroy(24)]).rho.toDense()],
      [
        "mcsolve",
        () => mcsolve(H, fock(24, 5), tlist, { cOps: [destroy(24)], eOps: { n: num(24) }, ntraj: 4, seed: 1 }).expect.n,
      ],
      [
        "mesolveBatch",
        () =>
          mesolveBatch(
            Array.from({ length: 40 }, (_, k) => num(6).scale(k)),
            fock(6, 1),
            tlist,
            { cOps: [destroy(6)], eOps: { n: num(6) } },
          ).expect.n as unknown as Float64Array,
      ],
    ];
    const free = problems.map(([, run]) => run());
    let refused = 0;
    const solvedAt = new Set<string>();
    // The initial memory is 32 pages, the first of which the runtime keeps.
    for (let pages = 32; pages <= 140; pages += 9) {
      await init({ wasm: withMostPages(wasm, pages) });
      for (const [k, [name, run]] of problems.entries()) {
        let found: Float64Array;
        try {
          found = run();
        } catch (error) {
          expect(error, `${name} in ${pages} pages`).toBeInstanceOf(TooLargeError);
          refused++;
          continue;
        }
        solvedAt.add(name);
        expect(found, `${name} in ${pages} pages`).toEqual(free[k]);
      }
      expect(getKernel().isBroken).toBe(false);
    }
    expect(refused).toBeGreaterThan(4);
    expect(solvedAt.size).toBe(problems.length);
  });
});

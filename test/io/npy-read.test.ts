import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../../bindings/errors.ts";
import { type NpyArray, npy, npz, readNpy, readNpz } from "../../bindings/io/index.ts";
import { makePython, PYTHON_TIMEOUT, type Python } from "../support/python.ts";

const directory = mkdtempSync(join(tmpdir(), "lindblad-npy-read-"));
let python: Python;
beforeAll(async () => {
  python = await makePython();
}, PYTHON_TIMEOUT);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The file that a program in Python saves as `path`. */
function saved(program: string): Uint8Array {
  const path = join(directory, "file.npz");
  python(`import sys, numpy as np\npath = sys.argv[1]\n${program}\nprint("true")`, path);
  return readFileSync(path);
}

describe("what numpy writes", () => {
  it("is read in C order and double precision, whatever numpy kept it in", () => {
    const file = saved(`
m = np.arange(6).reshape(2, 3)
np.savez(path, f8=m / 7, big=(m / 7).astype(">f8"), fortran=np.asfortranarray(m / 7), f4=(m / 4).astype("f4"), c16=m * (1 - 2j),
  c8=(m * 1j).astype("c8"), c_fortran=np.asfortranarray(m * (1 - 2j)), i8=-m, i4=m.astype(">i4"), u1=m.astype("u1"), flag=m > 2,
  point=np.float64(7), empty=np.zeros((0, 3)), cube=np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)), extreme=np.array([5e-324, -0.0, np.inf, np.nan]))`);
    const arrays = readNpz(file);
    const sixth = [0, 1, 2, 3, 4, 5];
    const matrix = (values: number[]) => ({ dtype: "float64", shape: [2, 3], data: Float64Array.from(values) });
    const complex = (values: number[]) => ({ ...matrix(values), dtype: "complex128" });
    expect(arrays).toEqual({
      f8: matrix(sixth.map((x) => x / 7)),
      big: matrix(sixth.map((x) => x / 7)),
      fortran: matrix(sixth.map((x) => x / 7)),
      f4: matrix(sixth.map((x) => x / 4)),
      c16: complex(sixth.flatMap((x) => [x, 0 - 2 * x])),
      c8: complex(sixth.flatMap((x) => [0, x])),
      c_fortran: complex(sixth.flatMap((x) => [x, 0 - 2 * x])),
      i8: matrix(sixth.map((x) => 0 - x)),
      i4: matrix(sixth),
      u1: matrix(sixth),
      flag: matrix([0, 0, 0, 1, 1, 1]),
      point: { dtype: "float64", shape: [], data: Float64Array.of(7) },
      empty: { dtype: "float64", shape: [0, 3], data: new Float64Array(0) },
      cube: { dtype: "float64", shape: [2, 3, 4], data: Float64Array.from({ length: 24 }, (_, k) => k) },
      extreme: { dtype: "float64", shape: [4], data: Float64Array.of(5e-324, -0, Infinity, NaN) },
    });
  });

  it("compressed, and one array alone, too", () => {
    expect(readNpz(saved("np.savez_compressed(path, x=np.ones(1000), ψ=np.ones(2))"))).toEqual({
      x: { dtype: "float64", shape: [1000], data: new Float64Array(1000).fill(1) },
      ψ: { dtype: "float64", shape: [2], data: Float64Array.of(1, 1) },
    });
    expect(readNpy(saved("np.save(open(path, 'wb'), [[1j]])"))).toEqual({
      dtype: "complex128",
      shape: [1, 1],
      data: Float64Array.of(0, 1),
    });
  });

  it.each([
    ["objects", "np.array([{}], dtype=object)", "dtype |O"],
    ["texts", "np.array(['a'])", "dtype <U1"],
    ["records", "np.zeros(2, dtype=[('a', 'f8')])", "a plain dtype"],
    ["extended precision", "np.zeros(2, dtype=np.longdouble)", "dtype <f16"],
    ["integers beyond 2^53", "np.array([2**53 + 1])", "beyond 2^53"],
  ])("is refused by name where it holds %s", (_, value, message) => {
    const file = saved(`np.savez(path, good=np.ones(2), bad=${value})`);
    expect(() => readNpz(file)).toThrow(InvalidArgumentError);
    expect(() => readNpz(file)).toThrow("readNpz: bad");
    expect(() => readNpz(file)).toThrow(message);
  });
});

describe("what we write", () => {
  const dtypes = fc.constantFrom("float64" as const, "complex128" as const);
  const arrays = fc
    .tuple(dtypes, fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }))
    .chain(([dtype, shape]) => {
      const length = shape.reduce((a, b) => a * b, dtype === "complex128" ? 2 : 1);
      return fc
        .float64Array({ minLength: length, maxLength: length })
        .map((data): NpyArray => ({ dtype, shape, data }));
    });
  test.prop([fc.dictionary(fc.stringMatching(/^[\wψ.]{1,8}$/), arrays, { maxKeys: 4, noNullPrototype: true })])(
    "is read back to the bit",
    (named) => {
      expect(readNpz(npz(named))).toEqual(named);
    },
  );
});

describe("a file that is damaged", () => {
  const stored = npz({
    x: { dtype: "float64", shape: [7], data: Float64Array.from({ length: 7 }, (_, k) => Math.sqrt(k)) },
    y: { dtype: "complex128", shape: [1, 1], data: Float64Array.of(1, 2) },
  });

  it("is refused wherever it is cut", () => {
    for (let length = 0; length < stored.length; length++) {
      expect(() => readNpz(stored.subarray(0, length)), `${length} bytes`).toThrow(InvalidArgumentError);
    }
  });

  it("never gives other numbers, whichever byte is changed", () => {
    const right = readNpz(stored);
    for (let at = 0; at < stored.length; at++) {
      const changed = stored.slice();
      changed[at]! ^= 0x55;
      let read: Record<string, NpyArray>;
      try {
        read = readNpz(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidArgumentError);
        continue;
      }
      // dates, versions and attributes of the archive mean nothing here
      expect(read, `byte ${at}`).toEqual(right);
    }
  });

  it("is refused where the header of an array lies about it", () => {
    const bytes = npy({ dtype: "float64", shape: [2], data: Float64Array.of(1, 2) });
    const text = Buffer.from(bytes).toString("latin1");
    const lie = (from: string, to: string) => Uint8Array.from(text.replace(from, to), (c) => c.charCodeAt(0));
    expect(() => readNpy(lie("(2,)", "(3,)"))).toThrow("24 bytes for <f8 of shape [3]");
    expect(() => readNpy(lie("(2,)", "(,)"))).toThrow(InvalidArgumentError);
    expect(() => readNpy(lie("'<f8'", "'<q8'"))).toThrow("dtype <q8");
    expect(() => readNpy(bytes.subarray(0, 40))).toThrow("a header that ends");
    expect(() => readNpy(Uint8Array.of(1, 2))).toThrow("an .npy file");
    expect(() => readNpy([] as unknown as Uint8Array)).toThrow("a Uint8Array");
  });
});

describe("what unpacks to more than is allowed", () => {
  it("is refused before it is unpacked", () => {
    const zeros = npz({ x: { dtype: "float64", shape: [1_000_000], data: new Float64Array(1_000_000) } });
    expect(zeros.length).toBeLessThan(20_000);
    expect(() => readNpz(zeros, { maxBytes: 1_000_000 })).toThrow("at most maxBytes = 1000000");
    expect(readNpz(zeros).x!.data.length).toBe(1_000_000);
  });

  it("counts the doubles that small integers become", () => {
    const header = npy({ dtype: "float64", shape: [1000], data: new Float64Array(1000) }).slice(0, 128);
    const text = Buffer.from(header).toString("latin1").replace("'<f8'", "'|i1'");
    const bytes = new Uint8Array(1128);
    bytes.set(Uint8Array.from(text, (c) => c.charCodeAt(0)));
    const two = zipSync({ "x.npy": bytes, "y.npy": bytes });
    expect(() => readNpz(two, { maxBytes: 15_999 })).toThrow("readNpz: y: expected at most maxBytes = 15999");
    expect(readNpz(two, { maxBytes: 16_000 }).y!.data.length).toBe(1000);
  });

  it("is refused where the archive lies about it", () => {
    const bomb = zipSync({ "x.npy": npy({ dtype: "float64", shape: [100_000], data: new Float64Array(100_000) }) });
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    const directory = view.getUint32(bomb.length - 6, true);
    view.setUint32(directory + 24, 64, true);
    expect(() => readNpz(bomb, { maxBytes: 1000 })).toThrow(InvalidArgumentError);
  });
});

it("options are checked", () => {
  expect(() => readNpz(new Uint8Array(0), { maxBytes: 0 })).toThrow("maxBytes");
  expect(() => readNpz(new Uint8Array(0), { max: 1 } as object)).toThrow("max");
});

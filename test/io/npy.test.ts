import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DimensionMismatchError, InvalidArgumentError } from "../../bindings/errors.ts";
import { npy, npz } from "../../bindings/io/index.ts";
import { makePython, PYTHON_TIMEOUT, type Python } from "../support/python.ts";

const directory = mkdtempSync(join(tmpdir(), "lindblad-npy-"));
let python: Python;
beforeAll(async () => {
  python = await makePython();
}, PYTHON_TIMEOUT);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What numpy sees in every array of a file, numbers as hexadecimal so that every bit counts. */
const LOOK = `
import json, sys, numpy
file = numpy.load(sys.argv[1], allow_pickle=False)
print(json.dumps({name: {
  "dtype": str(file[name].dtype), "shape": file[name].shape, "order": bool(file[name].flags.c_contiguous),
  "values": [x.hex() for x in file[name].ravel().view(float).tolist()],
} for name in file.files}))`;

/** Python's float.hex() of a few doubles, spelled by Python itself. */
const hex = (values: Float64Array) =>
  python(
    "import json,struct,sys; print(json.dumps([x.hex() for x in struct.unpack('<%dd' % (len(sys.argv[1])//16), bytes.fromhex(sys.argv[1]))]))",
    Buffer.from(values.buffer).toString("hex"),
  );

describe("npz opens in numpy", () => {
  const real = Float64Array.of(0.1, -0, 5e-324, 1.7976931348623157e308, Number.NaN, Number.NEGATIVE_INFINITY);
  const complex = Float64Array.of(1, 2, 3, -4, 1 / 3, 0, 0, -1e-300);

  it("keeps every bit, the shape, and C order, without pickle", () => {
    const file = join(directory, "a.npz");
    writeFileSync(
      file,
      npz({
        real: { dtype: "float64", shape: [2, 3], data: real },
        rho: { dtype: "complex128", shape: [2, 2], data: complex },
        line: { dtype: "float64", shape: [6], data: real },
        point: { dtype: "float64", shape: [], data: Float64Array.of(7) },
        empty: { dtype: "float64", shape: [0, 3], data: new Float64Array(0) },
      }),
    );
    expect(python(LOOK, file)).toEqual({
      real: { dtype: "float64", shape: [2, 3], order: true, values: hex(real) },
      rho: { dtype: "complex128", shape: [2, 2], order: true, values: hex(complex) },
      line: { dtype: "float64", shape: [6], order: true, values: hex(real) },
      point: { dtype: "float64", shape: [], order: true, values: hex(Float64Array.of(7)) },
      empty: { dtype: "float64", shape: [0, 3], order: true, values: [] },
    });
  });

  it("reads element (row, column) where we put it", () => {
    const file = join(directory, "b.npz");
    writeFileSync(file, npz({ rho: { dtype: "complex128", shape: [2, 2], data: complex } }));
    expect(
      python(
        "import json,sys,numpy; x = numpy.load(sys.argv[1])['rho'][0, 1]; print(json.dumps([x.real, x.imag]))",
        file,
      ),
    ).toEqual([3, -4]);
  });

  it("gives the same bytes for the same arrays", () => {
    const once = npz({ x: { dtype: "float64", shape: [6], data: real } });
    expect(npz({ x: { dtype: "float64", shape: [6], data: real } })).toEqual(once);
  });
});

describe("npy", () => {
  it("aligns the data to 64 bytes", () => {
    const bytes = npy({ dtype: "float64", shape: [1], data: Float64Array.of(1) });
    expect((bytes.length - 8) % 64).toBe(0);
    expect(String.fromCharCode(...bytes.subarray(1, 6))).toBe("NUMPY");
  });

  it("refuses data that do not fill the shape", () => {
    expect(() => npy({ dtype: "complex128", shape: [2], data: new Float64Array(2) })).toThrow(DimensionMismatchError);
    expect(() => npy({ dtype: "float64", shape: [1.5], data: new Float64Array(1) })).toThrow(InvalidArgumentError);
    expect(() => npy(undefined as never)).toThrow(InvalidArgumentError);
    expect(() => npy({ dtype: "float64", shape: [1], data: [1] } as never)).toThrow(InvalidArgumentError);
  });

  it.each(["../x", "a/b", "a\\b", "", "a\0"])("refuses the name %j, which would leave the archive", (name) => {
    expect(() => npz({ [name]: { dtype: "float64", shape: [1], data: Float64Array.of(1) } })).toThrow(
      InvalidArgumentError,
    );
  });
});

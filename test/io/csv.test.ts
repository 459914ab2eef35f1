import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DimensionMismatchError, InvalidArgumentError } from "../../bindings/errors.ts";
import { csv } from "../../bindings/io/index.ts";

/** An independent reader of RFC 4180, field by field. */
function read(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === "\r\n") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe("csv", () => {
  it("writes a header, then a line per row, ended by CRLF", () => {
    expect(csv({ t: [0, 0.5], x: [1, -2e-7] })).toBe("t,x\r\n0,1\r\n0.5,-2e-7\r\n");
  });

  it("reads back every double bit for bit", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1 }), (values) => {
        const [, ...rows] = read(csv({ x: values }));
        expect(rows.map(([field]) => Number(field))).toEqual(values);
      }),
    );
  });

  it("reads back any column names", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 5 }), (names) => {
        const columns = Object.fromEntries(names.map((name) => [name, [1]]));
        expect(read(csv(columns))[0]).toEqual(Object.keys(columns));
      }),
    );
  });

  it("refuses columns of different length", () => {
    expect(() => csv({ t: [0, 1], x: [1] })).toThrow(DimensionMismatchError);
    expect(() => csv(null as never)).toThrow(InvalidArgumentError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { table } from "../../cli/src/table.ts";

describe("table", () => {
  it("fits sixty columns beside a difference in exponents, whatever the other numbers", () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 5, maxLength: 5 });
    const times = fc.array(fc.double({ min: 1e-9, max: 9999, noNaN: true }), { minLength: 5, maxLength: 5 });
    const tiny = fc.array(
      fc.double({ min: 1e-99, max: 1e-9, noNaN: true }).map((x) => -x),
      { minLength: 5, maxLength: 5 },
    );
    fc.assert(
      fc.property(times, fc.tuple(numbers, numbers, numbers, numbers), tiny, (t, columns, difference) => {
        const text = table([
          { name: "t", values: t, digits: 5 },
          ...columns.map((values, k) => ({ name: `a_long_name_${k}`, values })),
          { name: "diff", values: difference },
        ]);
        const lines = text.split("\n");
        expect(lines).toHaveLength(6);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
      }),
    );
  });

  it("leaves out columns that do not fit, the most expendable first", () => {
    const values = [0.123456789, -0.987654321];
    const columns = [
      { name: "t", values, digits: 5 },
      { name: "U_A", values, expendable: 1 },
      { name: "U_B", values, expendable: 1 },
      { name: "U_chi", values },
      { name: "exact", values, expendable: 2 },
      { name: "diff", values, expendable: 3 },
    ];
    const headings = (width: number) => table(columns, width).split("\n")[0]!.trim().split(/ +/);
    expect(headings(70)).toEqual(["t", "U_A", "U_B", "U_chi", "exact", "diff"]);
    expect(headings(60)).toEqual(["t", "U_A", "U_B", "U_chi", "exact"]);
    expect(headings(42)).toEqual(["t", "U_A", "U_B", "U_chi"]);
    expect(headings(30)).toEqual(["t", "U_A", "U_chi"]);
    expect(headings(5)).toEqual(["t", "U_chi"]);
    for (const width of [20, 30, 40, 50]) {
      for (const line of table(columns, width).split("\n")) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it("shows digits in which the numbers differ, but no rounding", () => {
    const cells = (values: number[]) =>
      table([{ name: "x", values }])
        .split("\n")
        .slice(1)
        .map((cell) => cell.trim());
    expect(cells([1e6, 1e6 + 1e-3, 1e6 - 5e-4])).toEqual(["1000000.0000", "1000000.0010", "999999.9995"]);
    expect(cells([1e12, 1e12 + 1e3])).toEqual(["1.00000000000e+12", "1.00000000100e+12"]);
    expect(cells([0.4145789, 0.4145789 + 1e-15])).toEqual(["0.414579", "0.414579"]);
    const extremes = cells([-1.7e308, 1.7e308]);
    expect(extremes).toEqual(["-1.7e+308", "1.7e+308"]);
  });

  it("thins long series evenly and keeps the ends", () => {
    const column = (length: number) =>
      table([{ name: "t", values: Float64Array.from({ length }, (_, k) => k) }])
        .split("\n")
        .slice(1)
        .map(Number);
    expect(column(5)).toEqual([0, 1, 2, 3, 4]);
    expect(column(101)).toEqual(Array.from({ length: 21 }, (_, k) => 5 * k));
    expect(column(100)).toEqual(Array.from({ length: 12 }, (_, k) => 9 * k));
    for (let length = 1; length < 400; length++) {
      const rows = column(length);
      expect(rows.length).toBeLessThanOrEqual(22);
      expect(rows[0]).toBe(0);
      expect(rows.at(-1)).toBe(length - 1);
      expect(rows).toEqual([...new Set(rows)]);
    }
  });

  it("writes no more decimals than the numbers have, and no minus before zero", () => {
    expect(table([{ name: "x", values: [0.5, -0.25, 0] }])).toBe("    x\n 0.50\n-0.25\n 0.00");
    expect(table([{ name: "x", values: [1, -1e-9] }])).toBe("x\n1\n0");
    expect(table([{ name: "x", values: [1e-9, 0] }])).toBe("     x\n1.0e-9\n     0");
  });
});

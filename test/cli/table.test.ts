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

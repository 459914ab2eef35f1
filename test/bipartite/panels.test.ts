/**
 * The ledger's panels by themselves: rates and energies known in closed form, without a solver.
 */
import { describe, expect, it } from "vitest";
import { type Integrand, Ledger } from "../../bindings/bipartite/ledger.ts";
import { union } from "../../bindings/solvers/stepping.ts";

const times = Float64Array.of(0, 0.5, 1);
/** Columns of a row: an energy, its rate, and what it gains at jumps. */
const columns = 3;
const balances = [{ energy: 0, rates: [1], jumps: 2 }];
const rtol = 1e-9;

/** The integrals of a rate by a ledger, and the times at which it asked for rows, pass by pass. */
function integrated(
  energy: (t: number) => number,
  rate: (t: number) => number,
  settings: Partial<Integrand> = {},
  { outputs = 3, jumps = new Map<number, Float64Array>() } = {},
) {
  const asked: number[] = [];
  const end = times[outputs - 1]!;
  const rowsAt = (wanted: Float64Array) => {
    if (wanted.some((t) => t > end)) throw new Error("a time that the run did not reach");
    return { times: wanted, table: Float64Array.from([...wanted].flatMap((t) => [energy(t), rate(t), 0])) };
  };
  const ledger = new Ledger({ times, breaks: [], rate: 1, rtol, columns, first: 1, balances, ...settings });
  const found = rowsAt(union(times, ledger.between).filter((t) => t <= end));
  const more = (wanted: Float64Array) => {
    asked.push(wanted.length);
    return rowsAt(wanted);
  };
  const { integrals, smooth, left, divided } = ledger.integrate(found, outputs, 1, more, jumps);
  return { sums: integrals(1), smooth: smooth(1), left, divided, asked };
}

/** A peak of area near pi. */
const peak = (centre: number, width: number) =>
  [(t: number) => Math.atan((t - centre) / width), (t: number) => width / ((t - centre) ** 2 + width ** 2)] as const;

describe("a peak that is narrower than the panels", () => {
  it("is integrated, by dividing the panels around it", () => {
    for (const [centre, width] of [
      [0.3337, 1e-3],
      [0.71, 1e-5],
    ] as const) {
      const [energy, rate] = peak(centre, width);
      const { sums, left, divided, asked } = integrated(energy, rate);
      sums.forEach((sum, k) => {
        // Shares of panels add up to rtol, of parts of panels to a few times that; the size of the energies is pi.
        expect(Math.abs(sum - (energy(times[k]!) - energy(0)))).toBeLessThan(4 * rtol * Math.PI);
      });
      expect(left).toBe(0);
      expect(asked.length).toBeGreaterThan(1);
      const stretches = Array.from({ length: divided.length / 2 }, (_, k) => divided.slice(2 * k, 2 * k + 2));
      expect(stretches.some(([from, to]) => from! <= centre && centre <= to!)).toBe(true);
      for (const [from, to] of stretches) expect(to!).toBeGreaterThan(from!);
    }
  });

  it("between all nodes is told by the energy that it gives", () => {
    const [energy, rate] = [(t: number) => (t < 0.4321 ? 0 : 1), () => 0];
    // Nothing at any node: only the balance of energies knows, and no panel is small enough.
    expect(integrated(energy, rate).left).toBe(1);
    expect(integrated(energy, rate, { balances: [] }).left).toBe(0);
  });

  it("is not looked at where its column is not judged", () => {
    const [energy, rate] = peak(0.3337, 1e-3);
    const { asked, left } = integrated(energy, rate, { balances: [], judged: (column) => column !== 1 });
    expect([asked.length, left]).toEqual([0, 0]);
    expect(integrated(energy, rate, { balances: [], judged: (column) => column === 1 }).asked.length).toBeGreaterThan(
      1,
    );
  });
});

it("what has no end is given up: after a dozen passes, or where too many panels would be divided at once", () => {
  const [energy, rate] = [
    (t: number) => Math.sign(t - 1 / 3) * Math.abs(t - 1 / 3) ** 0.1,
    (t: number) => 0.1 * Math.abs(t - 1 / 3) ** -0.9,
  ];
  const singular = integrated(energy, rate);
  expect(singular.left).toBeGreaterThan(0);
  expect(singular.asked.length).toBe(12);
  let state = 1;
  const noise = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const rough = integrated(() => 0, noise, { balances: [], most: 2 });
  expect(rough.left).toBeGreaterThan(2);
  expect(rough.asked.length).toBeLessThan(2);
});

it("gains at jumps count from their time on, and are no part of what is smooth", () => {
  const energy = (t: number) => t + (t >= 0.25 ? 2 : 0);
  const jumps = new Map([[0.25, Float64Array.of(2, 2)]]);
  const { sums, smooth, left } = integrated(energy, () => 1, { breaks: [0.25] }, { jumps });
  expect(left).toBe(0);
  [0, 2.5, 3].forEach((exact, k) => {
    expect(sums[k]).toBeCloseTo(exact, 12);
    expect(smooth[k]).toBeCloseTo(times[k]!, 12);
  });
});

it("a run that ends early is integrated up to its end, whatever the panels", () => {
  for (const rate of [0.1, 1, 20]) {
    const [energy, slope] = peak(0.4, 0.05);
    const { sums, left } = integrated(energy, slope, { rate }, { outputs: 2 });
    expect(sums.length).toBe(2);
    expect(Math.abs(sums[1]! - (energy(0.5) - energy(0)))).toBeLessThan(4 * rtol * Math.PI);
    expect(left).toBe(0);
  }
});

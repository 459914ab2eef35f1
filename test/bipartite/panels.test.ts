/**
 * The ledger's panels by themselves: rates and energies known in closed form, without a solver.
 */
import { describe, expect, it } from "vitest";
import { allowances, type Integrand, Ledger } from "../../bindings/bipartite/ledger.ts";
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
  { outputs = 3, jumps = new Map<number, Float64Array>(), scale = 1 } = {},
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
  const { integrals, smooth, left, divided } = ledger.integrate(found, outputs, scale, more, jumps);
  return { sums: integrals(1), others: [integrals(0), integrals(2)], smooth: smooth(1), left, divided, asked };
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

describe("what is given up", () => {
  // Too narrow for one panel; the balance of energies is not asked.
  const [energy, rate] = peak(0.3337, 0.02);

  it("counts as it was found", () => {
    const { sums, left, divided, asked } = integrated(energy, rate, { balances: [], most: 0 });
    expect([left, divided.length, asked.length]).toEqual([1, 0, 0]);
    expect(sums[2]).toBeCloseTo(energy(1) - energy(0), 0);
    expect(sums[2]).toBeGreaterThan(1);
  });

  it("is more at once than may be divided", () => {
    // Two panels, a peak in each.
    const two = [(t: number) => energy(t) + energy(t - 0.5), (t: number) => rate(t) + rate(t - 0.5)] as const;
    const settings = { balances: [], breaks: [0.5] };
    expect(integrated(...two, { ...settings, most: 1 }).asked.length).toBe(0);
    expect(integrated(...two, { ...settings, most: 2 }).asked.length).toBeGreaterThan(0);
  });
});

describe("what errors may be", () => {
  it("is a share of rtol, and more of what an energy and the integral of its rate differ by; never less than rounding", () => {
    const rounding = 4 * Number.EPSILON;
    const { imbalance, error } = allowances(0.5, 1e-6);
    expect(imbalance).toBeCloseTo(1e-5, 18);
    expect(error).toBeCloseTo(5e-7, 18);
    expect(allowances(0.01, 1e-6).imbalance).toBe(1e-6);
    expect(allowances(0.01, 1e-6).error).toBeCloseTo(1e-8, 18);
    expect(allowances(0.01, 1e-18)).toEqual({ imbalance: 64 * rounding, error: rounding });
  });

  it("goes half by the lengths of panels, half by how many there are: shares that add up to all of it", () => {
    // Of the error of one rule: the rtol at which it is just small enough, by bisection. Panels between the edges do not depend on it.
    const edges = [2, 3.8, 4];
    const threshold = (from: number, to: number, breaks: number[]) => {
      const half = (to - from) / 2;
      // One value that is not 0, at the node in the middle of a panel, and of the same integral whatever its length.
      const rate = (t: number) => (Math.abs(t - (from + half)) < 1e-9 ? 1e-3 / half : 0);
      const passes = (exponent: number) => {
        const settings = {
          times: Float64Array.of(2, 4),
          breaks,
          rate: 1e-9,
          rtol: 2 ** exponent,
          columns: 1,
          first: 0,
        };
        const ledger = new Ledger({ ...settings, most: 0 });
        const rows = (at: Float64Array) => ({ times: at, table: at.map(rate) });
        const all = rows(union([2, 4], ledger.between));
        return ledger.integrate(all, 2, 1, rows, new Map()).left === 0;
      };
      let [low, high] = [-40, 10];
      while (high - low > 1e-9) {
        const middle = (low + high) / 2;
        if (passes(middle)) high = middle;
        else low = middle;
      }
      return 2 ** high;
    };
    const alone = threshold(2, 4, []);
    expect(alone / threshold(edges[0]!, edges[1]!, [3.8])).toBeCloseTo(0.7, 8);
    expect(alone / threshold(edges[1]!, edges[2]!, [3.8])).toBeCloseTo(0.3, 8);
  });

  it("goes with the size of what flows, in any units, as found at first", () => {
    const [energy, rate] = peak(0.3337, 1e-3);
    const one = integrated(energy, rate, {}, { scale: 0 });
    // A power of two: the same digits.
    for (const unit of [2 ** -30, 2 ** 30]) {
      const other = integrated(
        (t) => unit * energy(t),
        (t) => unit * rate(t),
        {},
        { scale: 0 },
      );
      expect(other.asked).toEqual(one.asked);
      expect([...other.sums]).toEqual([...one.sums].map((sum) => unit * sum));
    }
    // Of the energies, where those are larger; and of what flows in other panels.
    const size = 1e4;
    const coarse = integrated(energy, rate, {}, { scale: size }).asked;
    expect(coarse.length).toBeLessThan(one.asked.length);
    const late = (t: number) => (t < 0.5 ? 0 : t - 0.5);
    const beside = integrated(
      (t) => energy(t) + 2 * size * late(t),
      (t) => rate(t) + (t < 0.5 ? 0 : 2 * size),
      { breaks: [0.5], balances: [] },
    ).asked;
    expect(beside).toEqual(integrated(energy, rate, { breaks: [0.5], balances: [] }, { scale: size + Math.PI }).asked);
  });
});

it("columns that are not integrated have none, and those beside are judged each by itself", () => {
  const [energy, rate] = peak(0.3337, 1e-3);
  const zeros = [0, 0, 0];
  const { others } = integrated(energy, rate);
  expect([...others[0]!]).toEqual(zeros);
  const alone = integrated(energy, rate, { last: 1 });
  expect(alone.others.map((sums) => [...sums])).toEqual([zeros, zeros]);
  // The third column is the rough one.
  const settings = { times, breaks: [], rate: 1, rtol, columns, first: 1 };
  const asked = (judged: (column: number) => boolean) => {
    let count = 0;
    const rows = (at: Float64Array) => ({
      times: at,
      table: Float64Array.from([...at].flatMap((t) => [energy(t), 1, rate(t)])),
    });
    const ledger = new Ledger({ ...settings, judged });
    const more = (at: Float64Array) => {
      count++;
      return rows(at);
    };
    const { integrals } = ledger.integrate(rows(union(times, ledger.between)), 3, 1, more, new Map());
    expect(integrals(1)[2]).toBeCloseTo(1, 14);
    return count;
  };
  expect(asked((column) => column !== 2)).toBe(0);
  expect(asked((column) => column === 2)).toBeGreaterThan(1);
});

it("a jump that does not balance is told", () => {
  const energy = (t: number) => t + (t >= 0.25 ? 2.5 : 0);
  const jumps = new Map([[0.25, Float64Array.of(2, 2)]]);
  expect(integrated(energy, () => 1, { breaks: [0.25] }, { jumps }).left).toBeGreaterThan(0);
});

it("a run that ends where a panel does asks for nothing more", () => {
  const { asked, sums } = integrated(
    (t) => t,
    () => 1,
    { breaks: [0.5] },
    { outputs: 2 },
  );
  expect(asked).toEqual([]);
  expect(sums[1]).toBeCloseTo(0.5, 14);
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

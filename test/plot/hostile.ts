/** Figures whose numbers and names are as awkward as they come. */
import type { FigureData } from "../../plot/src/index.ts";

const over = (from: number, to: number, count = 11) =>
  Float64Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
const unit = over(0, 1);
const decay = unit.map((t) => Math.exp(-3 * t));
const plain = (series: FigureData["series"], times: ArrayLike<number> = unit): FigureData => ({
  kind: "lindblad",
  times,
  series,
  comparisons: [],
});
const scaled = (factor: number) => plain({ n: decay.map((x) => factor * x) });
const named = (count: number, name: (k: number) => string) =>
  plain(Object.fromEntries(Array.from({ length: count }, (_, k) => [name(k), decay.map((x) => x * (1 + k / 50))])));

const energies = {
  delta_U_A: unit.map(() => 0),
  delta_U_B: unit.map(() => 1e-16),
  delta_U_chi: decay.map((x) => x - 1),
};

export const hostile: Readonly<Record<string, FigureData>> = {
  "values of 1e-9": scaled(4e-9),
  "values of 1e12": scaled(3e12),
  "values of 1e6": scaled(-1e6),
  "values of 1e-310": scaled(1e-310),
  "values over the whole range of doubles": plain({ n: Float64Array.from(unit, (t) => (t < 0.5 ? -1 : 1) * 1.7e308) }),
  "1e6 and a thousandth": plain({ n: unit.map((t) => 1e6 + 1e-3 * Math.sin(9 * t)) }),
  "values that differ by rounding": plain({ n: unit.map((t) => 1 + (t > 0.5 ? 2e-16 : 0)) }),
  "times to 1e-9": plain({ n: decay }, over(0, 1e-9)),
  "times to 1e7": plain({ n: decay }, over(0, 12_345_678)),
  "late times": plain({ n: decay }, over(1e6, 1e6 + 1e-3)),
  "times of a few roundings": plain({ n: [1, 2, 3] }, [1e16, 1e16 + 2, 1e16 + 4]),
  "twelve series of long names": named(12, (k) => `expectation_of_a_rather_long_name_number_${k}`),
  "twelve series of short names": named(12, (k) => `n${k}`),
  "fourteen series": named(14, (k) => `n_${k}`),
  "sixty series of the longest names": named(60, (k) => `${"W".repeat(62)}${k + 10}`),
  "a long comparison": {
    kind: "bipartite",
    name: "A title ".repeat(25),
    times: unit,
    series: energies,
    comparisons: [
      {
        series: "delta_U_chi",
        formula: "4 * g * c * (exp(-lambda * t) - 1) + ".repeat(40),
        exact: energies.delta_U_chi,
        difference: unit.map((t) => 1e-13 * t),
      },
    ],
  },
  "long comparisons of long names": {
    ...named(3, (k) => `${"m".repeat(63)}${k}`),
    comparisons: [0, 1].map((k) => ({
      series: `${"m".repeat(63)}${k}`,
      formula: "W".repeat(200),
      exact: decay,
      difference: unit.map(() => 5e-324),
    })),
  },
  "a bipartite run with observables": {
    kind: "bipartite",
    times: unit,
    series: { U: decay, U_A: decay, ...energies, zz: decay.map((x) => 2 * x), coherence_re: decay },
    comparisons: [{ series: "zz", formula: "2 * exp(-3 * t)", exact: decay, difference: decay.map((x) => 1e-12 * x) }],
  },
  "one time": {
    ...plain({ n: [0.5], m: [1e9] }, [3]),
    comparisons: [{ series: "n", formula: "1/2", exact: [0.5], difference: [1e-17] }],
  },
  "nothing recorded": plain({}),
  "no times": plain({ n: [] }, []),
  "a difference at one time of many": {
    ...plain({ n: over(0, 1, 5001) }, over(0, 1, 5001)),
    comparisons: [
      {
        series: "n",
        formula: "t",
        exact: over(0, 1, 5001),
        difference: over(0, 1, 5001).map((_, k) => (k === 1 ? 1e-15 : 0)),
      },
    ],
  },
};

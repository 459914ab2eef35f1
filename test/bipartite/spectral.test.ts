/**
 * What eigenvalues of many states tell, without a run: against the functions of single states.
 */
import { describe, expect, it } from "vitest";
import {
  BATCH_DOUBLES,
  entropyFlowColumn,
  SPECTRUM,
  Spectral,
  SpectralRecorder,
} from "../../bindings/bipartite/spectral.ts";
import { constant } from "../../bindings/coefficients/real.ts";
import {
  bipartite,
  customBath,
  entropyVn,
  negativity,
  Operator,
  purity,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  thermalBath,
} from "../../bindings/index.ts";
import { eigenHermitian, eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";
import { traceOfProduct } from "../../bindings/operators/expectation.ts";
import { applyGenerator } from "../../bindings/solvers/apply.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const ROUNDING = 1e-11;
const [dA, dB] = [2, 3];
const random = generator(20311);
const system = bipartite({
  HA: randomHermitian(random, [dA]),
  HB: randomHermitian(random, [dB]),
  V: randomHermitian(random, [dA, dB]),
  baths: [
    customBath("A", { name: "of A", jumps: [randomOperator(random, [dA]), randomOperator(random, [dA])] }),
    thermalBath("B", { name: "of B", beta: 0.7 }),
    customBath("global", { name: "of both", jumps: [randomOperator(random, [dA, dB]).scale(0.3)] }),
    customBath("B", { name: "idle", jumps: [] }),
  ],
});
const drive = randomHermitian(random, [dA]);
const coefficient = { ...constant(1), at: (t: number) => t ** 2 };
const components = [
  { HA: system.HA, HB: system.HB, V: system.V, coefficient: constant(1) },
  { HA: drive, coefficient },
];
const spectral = new Spectral(dA, dB, components, system.baths);
const run = { from: 0, rate: 10 };
const states = Array.from({ length: 5 }, () => randomState(random, [dA, dB]));
const times = states.map((_, k) => k / 2);
const nothing = Operator.fromTriplets([dA, dB], []);

/** -Tr[X ln rho] */
function flowOf(rho: Operator, X: Operator): number {
  const { values, vectors } = eigenHermitian(rho);
  return vectors.reduce((sum, vector, k) => {
    const ket = Operator.dense(
      rho.dims,
      Float64Array.from({ length: 2 * rho.size ** 2 }, (_, at) => {
        const [i, j] = [Math.floor(at / 2 / rho.size), Math.floor(at / 2) % rho.size];
        const [a, b, c, d] = [vector[2 * i]!, vector[2 * i + 1]!, vector[2 * j]!, vector[2 * j + 1]!];
        return at % 2 === 0 ? a * c + b * d : b * c - a * d;
      }),
    );
    return sum - traceOfProduct(X, ket).re * Math.log(values[k]!);
  }, 0);
}

describe("rows of states", () => {
  const all = Float64Array.from(states.flatMap((rho) => [...rho.toDense()]));
  const { table, spectra } = spectral.compute(times, all, run, true);
  const { columns, levels } = spectral;

  it("have their entropies and measures", () => {
    expect([columns, levels]).toEqual([9 + 4, 6 + 2 + 3]);
    expect(table.length).toBe(columns * states.length);
    states.forEach((rho, k) => {
      const row = table.subarray(columns * k, columns * (k + 1));
      const { A, B } = system.reduced(rho);
      const exact = {
        S: entropyVn(rho),
        SA: entropyVn(A),
        SB: entropyVn(B),
        purity: purity(rho),
        chiNorm: system.correlation(rho).norm(),
        negativity: negativity(rho, 0),
      };
      for (const [name, value] of Object.entries(exact))
        expect(Math.abs(row[SPECTRUM[name as keyof typeof exact]]! - value), name).toBeLessThan(ROUNDING);
      const expected = [rho, A, B].flatMap((X) => [...eigenvaluesHermitian(X.hermitianPart())]);
      expected.forEach((value, j) => {
        expect(Math.abs(spectra![levels * k + j]! - value)).toBeLessThan(ROUNDING);
      });
    });
    expect(spectral.compute(times, all, run, false).spectra).toBeUndefined();
  });

  it("have what each bath does to the entropy, and the heat of populations, at H of the time", () => {
    states.forEach((rho, k) => {
      // As of a run that begins there: later a level is known to have been filled.
      const start = { from: times[k]!, rate: run.rate };
      const row = spectral.compute([times[k]!], rho.toDense(), start, false).table;
      system.baths.forEach(({ jumps }, b) => {
        const flow = flowOf(rho, applyGenerator(nothing, jumps, rho.hermitianPart()));
        expect(Math.abs(row[entropyFlowColumn(b)]! - flow)).toBeLessThan(ROUNDING * Math.max(1, Math.abs(flow)));
      });
      const H = system.H.add(
        tensor(
          drive,
          Operator.fromTriplets(
            [dB],
            [0, 1, 2].map((j) => [j, j, 1, 0] as const),
          ),
        ).scale(times[k]! ** 2),
      );
      const { vectors } = eigenHermitian(rho);
      const change = applyGenerator(nothing, system.jumps, rho.hermitianPart());
      const mean = (X: Operator, v: Float64Array) => {
        const column = X.toDense();
        let sum = 0;
        for (let i = 0; i < rho.size; i++)
          for (let j = 0; j < rho.size; j++) {
            const [re, im] = [column[2 * (i * rho.size + j)]!, column[2 * (i * rho.size + j) + 1]!];
            const x = v[2 * i]! * v[2 * j]! + v[2 * i + 1]! * v[2 * j + 1]!;
            const y = v[2 * i]! * v[2 * j + 1]! - v[2 * i + 1]! * v[2 * j]!;
            sum += re * x - im * y;
          }
        return sum;
      };
      const heat = vectors.reduce((sum, v) => sum + mean(change, v) * mean(H, v), 0);
      expect(Math.abs(row[SPECTRUM.entropicHeat]! - heat)).toBeLessThan(ROUNDING * Math.max(1, Math.abs(heat)));
    });
  });
});

describe("a level that is empty", () => {
  // |1><1| ⊗ |1><1|, and baths that take A up and down, and B down: |0><0| ⊗ |1><1| is filled at a rate r.
  const [r, down, other] = [0.3, 0.2, 0.5];
  const pure = Operator.fromTriplets([2, 2], [[3, 3, 1, 0]]).toDense();
  const filled = bipartite({
    HA: sigmaz(),
    HB: sigmaz(),
    V: Operator.fromTriplets([2, 2], []),
    baths: [
      customBath("A", { jumps: [sigmap().scale(Math.sqrt(r)), sigmam().scale(Math.sqrt(down))] }),
      customBath("B", { jumps: [sigmam().scale(Math.sqrt(other))] }),
    ],
  });
  const { HA, HB, V, baths } = filled;
  const of = new Spectral(2, 2, [{ HA, HB, V, coefficient: constant(1) }], baths);

  it("is one at the start of a run; later it has what the bath has filled in the time, or in r/Lambda², at least", () => {
    const start = 3;
    const rate = 1.7;
    // Lambda: the rate of H, and twice the norm of sum L†L = (r|1><1| + down |0><0|) ⊗ 1 + 1 ⊗ other |0><0|.
    const norm = Math.hypot(down + other, down, r + other, r);
    const short = r / (rate + 2 * norm) ** 2;
    const flow = (t: number) =>
      of.compute([start + t], pure, { from: start, rate }, false).table[entropyFlowColumn(0)]!;
    expect(flow(0)).toBe(Number.POSITIVE_INFINITY);
    for (const [t, time] of [
      [0.5 * short, 0.5 * short],
      [2 * short, short],
      [7, short],
    ] as const)
      expect(flow(t)).toBeCloseTo(-r * Math.log((r / 2) * time), 10);
  });
});

describe("a recorder", () => {
  const small = bipartite({
    HA: sigmaz(),
    HB: sigmaz(),
    V: tensor(sigmax(), sigmax()),
    baths: [customBath("A", { jumps: [sigmam()] })],
  });
  const of = new Spectral(2, 2, [{ HA: small.HA, HB: small.HB, V: small.V, coefficient: constant(1) }], small.baths);
  // A batch of two qubits is 2048 states.
  const batch = BATCH_DOUBLES / 32;
  const few = Array.from({ length: 7 }, () => randomState(random, [2, 2]).toDense());

  it.each([1, 5, batch, batch + 1, 2 * batch + 3])("has all rows, and shows all states once, of %i", (count) => {
    const one = of.compute([0, 0, 0, 0, 0, 0, 0], Float64Array.from(few.flatMap((state) => [...state])), run, true);
    for (const expected of [count, Number.POSITIVE_INFINITY, 1]) {
      const seen: number[] = [];
      const recorder = new SpectralRecorder(of, run, 4, expected, (time, state, row, spectra) => {
        seen.push(time);
        const which = time % 7;
        // Not one by one: a comparison of thousands would take longer than what it is about.
        const same =
          few[which]!.every((x, k) => x === state[k]) &&
          row.every((x, k) => Object.is(x, one.table[of.columns * which + k])) &&
          spectra.every((x, k) => x === one.spectra![of.levels * which + k]);
        if (!same) throw new Error(`state ${time} is not shown as it is`);
      });
      for (let k = 0; k < count; k++) recorder.add(few[k % 7]!, k);
      const { times: found, table } = recorder.rows();
      expect(found.length).toBe(count);
      expect(found.every((time, k) => time === k)).toBe(true);
      expect(seen.length).toBe(count);
      expect(seen.every((time, k) => time === k)).toBe(true);
      expect(table.length).toBe(count * of.columns);
      expect(table.every((x, at) => Object.is(x, one.table[at % (7 * of.columns)]))).toBe(true);
    }
  });
});

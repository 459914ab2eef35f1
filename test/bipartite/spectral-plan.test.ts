/**
 * How baths are laid out for the kernel: jumps element by element, and maps of parts that stand for them.
 */
import { describe, expect, it } from "vitest";
import { operatorsOf } from "../../bindings/batch/operators.ts";
import { planBath } from "../../bindings/bipartite/spectral-plan.ts";
import { Operator, qeye, tensor } from "../../bindings/index.ts";
import { generator, randomOperator } from "../support/random.ts";

const random = generator(20301);
const COUNT = 3;
const [dA, dB] = [3, 2];
/** Jumps of some systems each, one after the other. */
const many = (dims: readonly number[], density = 1) => {
  const pattern = randomOperator(random, dims, density);
  return Array.from({ length: COUNT }, () =>
    Operator.fromTriplets(
      dims,
      pattern
        .toArrays()
        .re.flatMap((row, i) =>
          row.flatMap((x, j) => (x === 0 ? [] : [[i, j, 2 * random() - 1, 2 * random() - 1] as const])),
        ),
    ),
  );
};
const planOf = (site: "A" | "B" | "global", jumps: Operator[][]) => {
  const embedded = jumps.map((own) =>
    own.map((L) => (site === "A" ? tensor(L, qeye(dB)) : site === "B" ? tensor(qeye(dA), L) : L)),
  );
  return {
    embedded,
    plan: planBath(
      site,
      embedded.map((one) => operatorsOf(one)),
      jumps.map((one) => operatorsOf(one)),
      dA,
      dB,
    ),
  };
};

describe.each([
  ["A", [dA]],
  ["B", [dB]],
  ["global", [dA, dB]],
] as const)("a bath on %s", (site, dims) => {
  const jumps = [many(dims), many(dims, 0.4), many(dims)];
  const { plan, embedded } = planOf(site, jumps);

  it("has its jumps, element by element, of every system", () => {
    const { starts, places, values } = plan;
    expect(starts.length).toBe(jumps.length + 1);
    expect([places.length, values.re.length, values.im.length]).toEqual(
      [2, COUNT, COUNT].map((each) => each * starts[jumps.length]!),
    );
    embedded.forEach((one, j) => {
      one.forEach((L, k) => {
        const found = Operator.fromTriplets(
          [dA, dB],
          Array.from({ length: starts[j + 1]! - starts[j]! }, (_, n) => {
            const e = starts[j]! + n;
            return [places[2 * e]!, places[2 * e + 1]!, values.re[e * COUNT + k]!, values.im[e * COUNT + k]!] as const;
          }),
        );
        expect(found.sub(L).maxAbs()).toBe(0);
      });
    });
  });

  it("has the map sum L X L† where it acts on one part", () => {
    const { map } = plan;
    expect(map === undefined).toBe(site === "global");
    if (map === undefined) return;
    expect(map.onA).toBe(site === "A");
    const X = randomOperator(random, dims);
    for (let k = 0; k < COUNT; k++) {
      const exact = jumps.reduce(
        (sum, one) => sum.add(one[k]!.mul(X).mul(one[k]!.dag())),
        Operator.fromTriplets(dims, []),
      );
      const entries = Array.from({ length: map.places.length / 4 }, (_, e) => {
        const [i, j, m, n] = map.places.subarray(4 * e, 4 * e + 4);
        const { re, im } = X.get(m!, n!);
        const [x, y] = [map.values.re[e * COUNT + k]!, map.values.im[e * COUNT + k]!];
        return Operator.fromTriplets(dims, [[i!, j!, x * re - y * im, x * im + y * re]]);
      });
      const found = entries.reduce((sum, one) => sum.add(one), Operator.fromTriplets(dims, []));
      expect(found.sub(exact).maxAbs()).toBeLessThan(1e-14);
    }
  });
});

describe("a map", () => {
  const mapOf = (own: number, others: number, jumps: Operator[]) => {
    const elements = jumps.map((L) => operatorsOf([L]));
    const wide = jumps.map((L) => operatorsOf([tensor(L, qeye(others))]));
    return planBath("A", wide, elements, own, others).map;
  };
  const hop = (d: number, from: number, to: number) => Operator.fromTriplets([d], [[to, from, 1, 0]]);

  it("stands for jumps where its entries are less work", () => {
    // One entry times 4, or a jump of one element on 2·2·2 columns, twice.
    expect(mapOf(2, 2, [hop(2, 0, 1)])!.places).toEqual(Int32Array.of(1, 1, 0, 0));
    expect([...mapOf(2, 2, [hop(2, 1, 0)])!.values.re]).toEqual([1]);
    expect(mapOf(2, 2, [])).toBeUndefined();
    expect(mapOf(2, 2, [Operator.fromTriplets([2], [])])).toBeUndefined();
    // A full jump of d levels: d⁴ entries times 1, or d² elements on d columns, twice.
    const full = (d: number) => randomOperator(random, [d]);
    expect(mapOf(3, 1, [full(3)])).toBeUndefined();
    expect(mapOf(3, 2, [full(3)])).toBeUndefined();
    expect(mapOf(3, 1, [full(3), full(3)])!.places.length).toBe(4 * 81);
  });

  it("is made of up to 24 levels", () => {
    expect(mapOf(24, 2, [hop(24, 3, 7)])).toBeDefined();
    expect(mapOf(25, 2, [hop(25, 3, 7)])).toBeUndefined();
  });
});

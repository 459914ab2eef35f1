import { expect, it } from "vitest";
import { create, destroy, num, Operator, qeye, sigmam, sigmap, tensor } from "../../bindings/index.ts";
import { couplings } from "../../bindings/plan/coordinates.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { growingLevels } from "../../bindings/stationary/recurrence.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";

function growing(H: Operator, jumps: readonly Operator[], F: Float64Array): number[] {
  const found = growingLevels(couplings(noJumpOperator(H, jumps), jumps), F);
  return [...found.keys()].filter((k) => found[k] === 1);
}

it("of random generators: rows of L†[F], by Gershgorin", () => {
  const random = generator(3);
  for (let trial = 0; trial < 30; trial++) {
    const d = 3 + (trial % 4);
    const H = randomHermitian(random, [d], 0.6);
    const jumps = [randomOperator(random, [d], 0.4), randomOperator(random, [d], 0.4).scale(0.3)];
    const F = Float64Array.from({ length: d }, () => 3 * random());
    const f = Operator.fromTriplets(
      [d],
      Array.from(F, (x, k) => [k, k, x, 0] as const),
    );
    const commutator = H.mul(f).sub(f.mul(H)).scale({ re: 0, im: 1 });
    const image = jumps.reduce<Operator>((sum, L) => {
      const [a, b] = [L.dag().mul(f).mul(L), L.dag().mul(L)];
      return sum.add(a).sub(b.mul(f).add(f.mul(b)).scale(0.5));
    }, commutator);
    const bounds = Array.from({ length: d }, (_, a) =>
      Array.from({ length: d }, (_, b) => image.get(a, b)).reduce(
        (sum, { re, im }, b) => sum + (a === b ? re : Math.hypot(re, im)),
        0,
      ),
    );
    expect(growing(H, jumps, F)).toEqual([...bounds.keys()].filter((a) => bounds[a]! >= 0));
  }
});

it("of a driven oscillator: up to about (2F/kappa)² photons", () => {
  const N = 60;
  const [drive, kappa] = [2, 1];
  const H = num(N)
    .scale(0.7)
    .add(create(N).add(destroy(N)).scale(drive));
  const levels = growing(
    H,
    [destroy(N).scale(Math.sqrt(kappa))],
    Float64Array.from({ length: N }, (_, n) => n),
  );
  // kappa n <= drive (sqrt(n) + sqrt(n + 1))
  const most = Array.from({ length: N - 1 }, (_, n) => n).filter(
    (n) => kappa * n <= drive * (Math.sqrt(n) + Math.sqrt(n + 1)),
  );
  expect(levels).toEqual(most);
  expect(levels.at(-1)).toBe(16);
});

it("of an atom in a cavity, F the number of excitations: where the pump outweighs the loss", () => {
  const N = 30;
  const a = tensor(destroy(N), qeye(2));
  const F = Float64Array.from({ length: 2 * N }, (_, k) => Math.floor(k / 2) + (k % 2 === 0 ? 1 : 0));
  const exchange = a.dag().mul(tensor(qeye(N), sigmam()));
  const H = exchange.add(exchange.dag());
  const pump = tensor(qeye(N), sigmap()).scale(Math.sqrt(3));
  const levels = growing(H, [a, pump], F);
  // Photons are lost at n, won at 3 by an atom that is down: n <= 3 there, and n = 0 with the atom up.
  expect(levels.map((k) => [Math.floor(k / 2), k % 2])).toEqual([
    [0, 0],
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
});

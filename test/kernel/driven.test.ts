/**
 * Generators that depend on time, in every form: against the definition with the operators of that time.
 */
import { describe, expect, it } from "vitest";
import { type Coefficient, Operator, pulse } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { chooseDriven } from "../../bindings/plan/driven.ts";
import type { TermSum } from "../../bindings/solvers/hamiltonian.ts";
import { resolveGenerator } from "../../bindings/solvers/terms.ts";
import { definition } from "../support/definition.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const span = { from: 0, to: 3, times: Float64Array.of(0, 3) };
const f = pulse.cosine({ omega: 1.7, phase: 0.3 });
const g = pulse.gaussian({ center: 1, sigma: 0.8 });
const z = pulse.rotation({ omega: 0.9 });
const rate = pulse.sine({ omega: 1 }).mul(0.4).add(0.5);

type Sum = [Operator, Coefficient | undefined][];

/** A sum of operators at time t. */
function at(sum: Sum, t: number): Operator {
  const terms = sum.map(([operator, coefficient]) => (coefficient ? operator.scale(coefficient.at(t)) : operator));
  return terms.reduce((a, b) => a.add(b));
}

const written = (sum: Sum): TermSum => sum.map(([operator, c]) => (c === undefined ? operator : [operator, c]));

/** Random operators on `band` diagonals next to the main one. */
function banded(random: () => number, d: number, band: number): Operator {
  const elements: [number, number, number, number][] = [];
  for (let i = 0; i < d; i++) {
    for (let j = Math.max(0, i - band); j <= Math.min(d - 1, i + band); j++)
      elements.push([i, j, random() - 0.5, random() - 0.5]);
  }
  return Operator.fromTriplets([d], elements);
}

/** On one diagonal. */
function shifted(random: () => number, d: number, shift: number): Operator {
  const elements: [number, number, number, number][] = [];
  for (let i = Math.max(0, -shift); i < Math.min(d, d - shift); i++)
    elements.push([i, i + shift, random() - 0.5, random() - 0.5]);
  return Operator.fromTriplets([d], elements);
}

interface Case {
  readonly name: string;
  readonly H: Sum;
  readonly jumps: Operator[];
  /** Sums, and operators with rates. */
  readonly changing: Sum[];
  readonly rated: [Operator, Coefficient][];
}

function cases(d: number): Case[] {
  const random = generator(3100 + d);
  const hermitian = (density = 1) => randomHermitian(random, [d], density);
  const real = (o: Operator) => Operator.fromArrays({ dims: [d], re: o.toArrays().re.map((row) => [...row]) });
  const A = randomOperator(random, [d], 0.5);
  const band = banded(random, d, 1);
  const herm = (o: Operator) => o.add(o.dag()).scale(0.5);
  return [
    {
      name: "dense",
      H: [
        [hermitian(), undefined],
        [hermitian(), f],
        [hermitian(0.3), g],
      ],
      jumps: [randomOperator(random, [d])],
      changing: [
        [
          [randomOperator(random, [d]), undefined],
          [randomOperator(random, [d], 0.4), z],
          [A, f],
        ],
      ],
      rated: [[randomOperator(random, [d], 0.2), rate]],
    },
    {
      name: "real",
      H: [
        [real(hermitian()), undefined],
        [real(hermitian()), f],
      ],
      jumps: [real(randomOperator(random, [d]))],
      changing: [[[real(randomOperator(random, [d])), g]]],
      rated: [],
    },
    {
      name: "a complex coefficient and its conjugate",
      H: [
        [hermitian(0.2), undefined],
        [A, z],
        [A.dag(), z.conj()],
      ],
      jumps: [],
      changing: [],
      rated: [
        [shifted(random, d, 1), rate],
        [shifted(random, d, 0), g],
      ],
    },
    {
      name: "banded",
      H: [
        [herm(banded(random, d, 2)), undefined],
        [band, z],
        [band.dag(), z.conj()],
        [herm(shifted(random, d, 2)), g],
      ],
      jumps: [shifted(random, d, 1), real(shifted(random, d, 0))],
      changing: [
        [
          [shifted(random, d, 1), undefined],
          [shifted(random, d, 1), z],
        ],
        [[real(shifted(random, d, -1)), f]],
      ],
      rated: [
        [real(shifted(random, d, 1)), rate],
        [shifted(random, d, 0), rate],
      ],
    },
    {
      name: "nothing but what changes",
      H: [[hermitian(0.4), f]],
      jumps: [],
      changing: [[[shifted(random, d, -1).scale({ re: 0, im: 1 }), f]]],
      rated: [],
    },
  ];
}

describe.each([1, 2, 3, 4, 5, 8, 9, 17, 24])("d = %i", (d) => {
  it.each(cases(d))("$name", ({ H, jumps, changing, rated }) => {
    const kernel = getKernel();
    const cOps = [...jumps, ...changing.map(written), ...rated.map(([op, c]) => ({ op, rate: c }))];
    const { G, jumps: still, driven } = resolveGenerator(written(H), cOps, span, {}, "test");
    const rho = randomState(generator(d), [d]);
    const forms = (["any", "implicit", "interaction"] as const).map((kind) => {
      return chooseDriven(G, still, driven!, [rho], span, kind, "test").representation;
    });
    // Without anything on the diagonal the interaction picture is Schrödinger's, but for phases that are one at the start of a step.
    for (const form of forms) {
      kernel.frame(() => {
        const bytes = 8 * form.length(kernel);
        const superoperator = form.put(kernel, 1, "test");
        const x = kernel.allocate(bytes, "test");
        const canary = kernel.allocate(1024, "test");
        form.write(kernel, rho, x);
        for (const t of [0, 0.4, 1.3, 0.4, 2.9]) {
          const out = kernel.allocate(bytes, "test");
          kernel.functions.setTime(superoperator, t);
          kernel.functions.rightHandSide(superoperator, x, out);
          const computed = Operator.dense(d, form.read(kernel, out, "test"));
          const all = [
            ...jumps,
            ...changing.map((sum) => at(sum, t)),
            ...rated.map(([op, c]) => op.scale(Math.sqrt(c.at(t).re))),
          ];
          const exact = definition(picture(at(H, t), form.description, G), all, rho);
          // Sums of 6 d terms a jump, below 10 d in modulus.
          expect(maxDifference(computed, exact), `${form.description}, t = ${t}`).toBeLessThan(
            200 * d * d * Number.EPSILON,
          );
        }
        expect(kernel.doubles.slice(canary / 8, canary / 8 + 128).every((value) => value === 0)).toBe(true);
      });
    }
  });
});

/** In the interaction picture the constant diagonal of H is missing from the generator. */
function picture(H: Operator, description: string, G: Operator): Operator {
  if (!description.includes("interaction")) return H;
  const energies: [number, number, number, number][] = [];
  G.forEachNonzero((row, column, _re, im) => {
    if (row === column) energies.push([row, row, -im, 0]);
  });
  return H.sub(Operator.fromTriplets(H.dims, energies));
}

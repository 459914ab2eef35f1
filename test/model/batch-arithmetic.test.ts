import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  KetBatch,
  ketAt,
  NumberBatch,
  numberAt,
  numbersOf,
  OperatorBatch,
  operatorAt,
} from "../../bindings/batch/operators.ts";
import { LindbladError } from "../../bindings/errors.ts";
import { BatchArithmetic, type BatchValue, Unbatched } from "../../bindings/model/batch-arithmetic.ts";
import { Expression, type Scope } from "../../bindings/model/expression.ts";
import { type Arithmetic, ONE, type Value } from "../../bindings/model/value.ts";
import { Work } from "../../bindings/model/work.ts";
import { Ket, Operator } from "../../bindings/operators/index.ts";

const scopeOf = <V>(arithmetic: Arithmetic<V>, values: Readonly<Record<string, V>>): Scope<V> => ({
  get: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
  names: () => Object.keys(values),
  arithmetic,
  work: new Work(),
});

const X = [0.5, -1.25, 0, 2, 3];
const Y = [1, 0.25, -2, 0, 7];
const COUNT = X.length;

/** The value of an expression in x and y at each point: undefined where it fails. */
function oneByOne(source: string): (Value | undefined)[] {
  const expression = new Expression(source, "$");
  return X.map((x, k) => {
    try {
      return expression.evaluate(scopeOf<Value>(ONE, { x, y: Y[k]! }));
    } catch (error) {
      expect(error).toBeInstanceOf(LindbladError);
      return undefined;
    }
  });
}

/** The same at all points at once; undefined where that cannot be. */
function together(source: string): (Value | undefined)[] | undefined {
  const arithmetic = new BatchArithmetic(COUNT);
  const scope = scopeOf<BatchValue>(arithmetic, { x: numbersOf(X), y: numbersOf(Y) });
  let value: BatchValue;
  try {
    value = new Expression(source, "$").evaluate(scope);
  } catch (error) {
    if (error instanceof Unbatched || error instanceof LindbladError) return undefined;
    throw error;
  }
  return X.map((_, k) => {
    if (arithmetic.failed[k]) return undefined;
    if (value instanceof NumberBatch) return numberAt(value, k);
    if (value instanceof OperatorBatch) return operatorAt(value, k);
    return value instanceof KetBatch ? ketAt(value, k) : value;
  });
}

const numbersIn = (value: Value): number[] => {
  if (value instanceof Operator) return Array.from(value.toDense());
  if (value instanceof Ket) return Array.from(value.toArray());
  return typeof value === "number" ? [value, 0] : [value.re, value.im];
};

function expectSame(source: string): void {
  const exact = oneByOne(source);
  const found = together(source);
  expect(found, source).toBeDefined();
  exact.forEach((value, k) => {
    const at = found![k];
    expect(at === undefined, `${source} at point ${k}`).toBe(value === undefined);
    if (value === undefined) return;
    const [mine, theirs] = [numbersIn(at!), numbersIn(value)];
    expect(mine, source).toHaveLength(theirs.length);
    const size = theirs.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    // Sums of products in another order.
    mine.forEach((number, n) => {
      expect(Math.abs(number - theirs[n]!), source).toBeLessThanOrEqual(64 * Number.EPSILON * size);
    });
  });
}

describe("expressions at many points at once", () => {
  for (const source of [
    "x",
    "2 * cosh(x * y) + 1 / y",
    "log(x)",
    "sqrt(x - y) ** -2",
    "x ** y",
    "exp(i * x)",
    "abs(exp(i * x) * y) / (x + i * y)",
    "min(x, y, 1) - max(x, 0.5)",
    "exp(1000 * x)",
    "1 / exp(exp(100 * x))",
    "x * tensor(sigmaz, sigmax) + y * tensor(sigmax, sigmaz) ** 2",
    "-(x * sigmam) * dag(y * i * sigmam) / x",
    "(sigmaz + x * sigmax) ** 3",
    "ket2dm(cos(x) * basis(2, 0) + exp(i * y) * sin(x) * basis(2, 1))",
    "tensor(x * basis(2), basis(2, 1))",
    "(x * sigmax) * (basis(2) - y * basis(2, 1))",
    "thermalDm(3, x + 2) - y * num(3)",
    "exp(log(y) * sigmaz * 0)",
    "x * destroy(3) - create(3) / 3",
  ]) {
    it(source, () => {
      // Kinds are the same at all points here, but for what fails at all.
      if (oneByOne(source).some((value) => value !== undefined)) expectSame(source);
      else expect((together(source) ?? []).every((value) => value === undefined)).toBe(true);
    });
  }

  const { number, operator } = fc.letrec<Record<"number" | "operator", string>>((tie) => ({
    number: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom("x", "y", "2", "0.5", "pi"),
      fc
        .tuple(tie("number"), fc.constantFrom("+", "-", "*", "/"), tie("number"))
        .map(([a, o, b]) => `(${a} ${o} ${b})`),
      fc
        .tuple(fc.constantFrom("sqrt", "exp", "log", "sin", "tanh", "abs", "-"), tie("number"))
        .map(([f, a]) => `${f}(${a})`),
      fc.tuple(tie("number"), fc.constantFrom("2", "-1", "y")).map(([a, n]) => `(${a}) ** ${n}`),
    ),
    operator: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom("sigmax", "sigmaz", "sigmam", "x * sigmay", "(x + i * y) * sigmap", "ket2dm(y * basis(2))"),
      fc.tuple(tie("operator"), fc.constantFrom("+", "-", "*"), tie("operator")).map(([a, o, b]) => `(${a} ${o} ${b})`),
      fc.tuple(tie("number"), tie("operator")).map(([a, b]) => `(${a}) * ${b}`),
      tie("operator").map((a) => `dag(${a})`),
      tie("operator").map((a) => `(${a}) ** 2`),
    ),
  }));

  it.prop([fc.oneof(number, operator)], { seed: 21, numRuns: 300 })("are those at each of them", (source) => {
    // What fails at every point may not have a batch.
    if (oneByOne(source).some((value) => value !== undefined)) expectSame(source);
  });
});

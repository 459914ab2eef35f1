import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModelError } from "../../bindings/model/error.ts";
import { Expression, type Scope } from "../../bindings/model/expression.ts";
import { CONSTANTS, FUNCTIONS } from "../../bindings/model/functions.ts";
import { MAX_EXPRESSION, MAX_NESTING } from "../../bindings/model/limits.ts";
import { ONE, type Value } from "../../bindings/model/value.ts";
import { Work } from "../../bindings/model/work.ts";
import { create, Ket, num, Operator, qeye, sigmax, sigmay, sigmaz, tensor } from "../../bindings/operators/index.ts";

const scopeOf = (values: Record<string, Value>): Scope => ({
  get: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
  names: () => Object.keys(values),
  arithmetic: ONE,
  work: new Work(),
});
const NOTHING = scopeOf({});
const evaluate = (source: string, values: Record<string, Value> = {}) =>
  new Expression(source, "$.x").evaluate(scopeOf(values));

function failure(source: string, values: Record<string, Value> = {}): ModelError {
  try {
    evaluate(source, values);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return error as ModelError;
  }
  throw new Error(`${source} should have failed`);
}

function expectOperator(value: Value, expected: Operator) {
  expect(value).toBeInstanceOf(Operator);
  expect((value as Operator).dims).toEqual(expected.dims);
  expect((value as Operator).sub(expected).maxAbs()).toBeLessThan(1e-15);
}

describe("numbers", () => {
  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["8 / 4 / 2", 1],
    ["8 - 4 - 2", 2],
    ["2 ** 3 ** 2", 512],
    ["2 ^ 3 ^ 2", 512],
    ["-2 ** 2", -4],
    ["(-2) ** 2", 4],
    ["2 ** -1", 0.5],
    ["-2 ** -2", -0.25],
    ["3 * -2 ** 2", -12],
    ["- - 2", 2],
    ["+3", 3],
    ["exp(-2 ** 2)", Math.exp(-4)],
    ["sqrt(16) + log(e) + abs(-3)", 8],
    ["min(3, 1, 2) + max(3, 1, 2)", 4],
    ["cos(pi)", -1],
    ["tanh(0.5) - sinh(0.5) / cosh(0.5)", Math.tanh(0.5) - Math.sinh(0.5) / Math.cosh(0.5)],
    [".5e1", 5],
    ["i * i", -1],
    ["i ** 2", -1],
    ["i ** -1 * i", 1],
    ["abs(3 + 4 * i)", 5],
    ["dag(i) * i", 1],
    ["g_1 * ω", 6],
  ])("%s = %d", (source, expected) => {
    expect(evaluate(source, { g_1: 2, ω: 3 })).toBe(expected);
  });

  it("knows complex numbers", () => {
    expect(evaluate("(1 + 2*i) / (3 - i)")).toEqual({ re: expect.closeTo(0.1, 15), im: expect.closeTo(0.7, 15) });
    expect(evaluate("exp(i * pi / 2)")).toEqual({ re: expect.closeTo(0, 15), im: 1 });
  });

  it("agrees with JavaScript's arithmetic on random expressions, bit for bit", () => {
    interface Term {
      source: string;
      /** NaN as soon as anything in it is not finite. */
      value: number;
    }
    const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
    const operators: Record<string, (a: number, b: number) => number> = {
      " + ": (a, b) => a + b,
      "-": (a, b) => a - b,
      " * ": (a, b) => a * b,
      "/": (a, b) => a / b,
    };
    const number = fc
      .double({ min: -1e3, max: 1e3, noNaN: true })
      .map((value) => ({ source: `(${value})`, value: value + 0 }));
    const { term } = fc.letrec<{ term: Term }>((tie) => ({
      term: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        number,
        fc.tuple(tie("term"), fc.constantFrom(...Object.keys(operators)), tie("term")).map(([a, sign, b]) => ({
          source: `(${a.source}${sign}${b.source})`,
          value: finite(operators[sign]!(a.value, b.value)),
        })),
        tie("term").map(({ source, value }) => ({ source: `-${source}`, value: -value })),
      ),
    }));
    fc.assert(
      fc.property(term, ({ source, value }) => {
        if (Number.isNaN(value)) expect(() => evaluate(source)).toThrow(ModelError);
        else expect(evaluate(source)).toBe(value);
      }),
    );
  });

  it("binds and groups as JavaScript does", () => {
    const [a, b, c, d] = [3, 5, 7, 11];
    const values = { a, b, c, d };
    expect(evaluate("a - b * c / d - a + b", values)).toBe(a - (b * c) / d - a + b);
    expect(evaluate("a / b / c * d ** 2 ** a", values)).toBe((a / b / c) * d ** (2 ** a));
    expect(evaluate("-a ** 2 * -b - -c", values)).toBe(-(a ** 2) * -b + c);
  });
});

describe("operators", () => {
  it.each<[string, Operator]>([
    ["g * tensor(sigmaz, sigmaz())", tensor(sigmaz(), sigmaz()).scale(0.3)],
    ["create(4) * destroy(4)", num(4)],
    ["dag(destroy(4))", create(4)],
    ["sigmax + i * sigmay", sigmax().add(sigmay().scale({ re: 0, im: 1 }))],
    ["sigmax ** 2", qeye(2)],
    ["sigmax ** 1000001", sigmax()],
    ["sigmax ^ 0", qeye(2)],
    ["-sigmaz / 2", sigmaz().scale(-0.5)],
    ["ket2dm(basis(3, 1))", Operator.fromTriplets(3, [[1, 1, 1, 0]])],
    ["qeye(2, 3)", qeye([2, 3])],
    ["maximallyMixedDm(2) * 2", qeye(2)],
    ["thermalDm(2, 0)", Operator.fromTriplets(2, [[0, 0, 1, 0]])],
  ])("%s", (source, expected) => {
    expectOperator(evaluate(source, { g: 0.3 }), expected);
  });

  it("knows kets", () => {
    const ket = evaluate("(tensor(basis(2, 0), basis(2, 1)) + i * tensor(basis(2), basis(2))) / sqrt(2)") as Ket;
    expect(ket).toBeInstanceOf(Ket);
    expect(ket.norm()).toBeCloseTo(1, 15);
    expect((evaluate("create(3) * fock(3, 1)") as Ket).toArray()[4]).toBeCloseTo(Math.SQRT2, 15);
  });
});

describe("mistakes are named, with the column", () => {
  it.each([
    ["1 / 0", 3, "division by zero"],
    ["g / (g - g)", 3, "division by zero"],
    ["sigmaz / 0", 8, "division by zero"],
    ["0 ** -1", 3, "division by zero"],
    ["1 + sigmz", 5, 'unknown name "sigmz"; did you mean "sigmaz" or "sigmax"'],
    ["2 * foo", 5, 'unknown name "foo"; known here: g, pi, e, i, sqrt'],
    ["sigmaz + 1", 8, "cannot add an operator of dims [2] and the number 1"],
    ["basis(2) * sigmaz", 10, "cannot multiply a ket"],
    ["basis(2) * basis(2)", 10, "tensor(a, b)"],
    ["sigmaz + qeye(3)", 8, "expected dims [2], got dims [3]"],
    ["1 / sigmaz", 3, "cannot divide by an operator"],
    ["sigmaz ** 0.5", 8, "must be an integer >= 0"],
    ["2 ** sigmaz", 3, "the exponent must be a real number"],
    ["(-8) ** (1/3)", 6, "is not a real number"],
    ["destroy()", 1, "destroy(levels): 0 arguments given"],
    ["1 + sqrt(1, 2)", 5, "sqrt(x): 2 arguments given"],
    ["sqrt(-1)", 1, "sqrt(-1) is not a real number"],
    ["log(0)", 1, "log(0) is not a real number"],
    ["sin(i)", 1, "must be a real number, got a complex number"],
    ["exp(1000)", 1, "not a finite number"],
    ["10 ** 300 * 10 ** 300", 11, "not a finite number"],
    ["1e999", 1, "too large"],
    ["destroy", 1, '"destroy" is a function: write destroy(levels)'],
    ["g(3)", 1, "not a function; for a product write *"],
    ["destroy(2.5)", 1, "must be a positive integer"],
    ["destroy(1e9)", 1, "more than 4096"],
    ["qeye(1e9, 1e9)", 1, "more than 4096"],
    ["tensor(qeye(4096), qeye(2))", 1, "more than 4096"],
    ["basis(3, 3)", 1, "an integer from 0 to 2"],
    ["tensor(sigmaz, 2)", 1, "expected operators or kets"],
    ["tensor(sigmaz, basis(2))", 1, "operators only or kets only"],
    ["dag(basis(2))", 1, "expected an operator"],
    ["ket2dm(sigmaz)", 1, "expected a ket"],
    ["(1 + 2", 7, "unclosed ("],
    ["1 + ", 5, "expected expression after +"],
    ["1 2", 3, 'unexpected "2"'],
    ["1, 2", 2, 'unexpected ","'],
    ["min(1 2)", 7, 'expected "," or ")"'],
    ["min(1,", 7, "expected an argument"],
    ["1 +* 2", 4, "expected expression after +"],
    ["2 ** ", 6, "expected an exponent"],
    ["2 -", 4, "expected expression after -"],
    ["()", 2, 'unexpected ")"'],
    ["   ", 4, "expected an expression"],
    ["g = 1", 3, 'unexpected "="'],
  ])("%s", (source, column, message) => {
    const error = failure(source, { g: 0.3 });
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ code: "MODEL", path: "$.x", column });
  });

  it.each([
    "g.constructor",
    'g["constructor"]',
    "(1).toString()",
    "this",
    "this.process",
    "() => 1",
    "x => x",
    "g = 1",
    "g += 1",
    "g ? 1 : 2",
    "g && 1",
    "g == 1",
    "!g",
    "~g",
    "g % 2",
    "g << 1",
    "[1, 2]",
    "{}",
    "`x`",
    "/x/",
    "'x'",
    '"x" + 1',
    "true",
    "null",
    "new Date()",
    "1; 2",
    "(1; 2)",
    "g?.x",
    "sqrt.call(1)",
    "(sqrt)(4)(4)",
    "i[0]",
  ])("%s is not part of the language", (source) => {
    failure(source, { g: 0.3 });
  });

  it.each([
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "prototype",
    "undefined",
    "globalThis",
  ])("%s is just an unknown name, also when called", (name) => {
    expect(failure(name).message).toContain("unknown name");
    expect(failure(`${name}()`).message).toContain("unknown name");
  });

  it("refuses a huge text", () => {
    const source = "1+".repeat(5_000_000);
    expect(failure(source).message).toContain(`expected at most ${MAX_EXPRESSION}`);
  });

  it.each(["(", "-", "sin(", "2**", "2^-", "g[", "((-", "1+("])("bounds the depth of %s", (piece) => {
    const source = `${piece.repeat(Math.floor(MAX_EXPRESSION / piece.length) - 1)}1`;
    failure(source, { g: 1 });
  });

  it("reads a sum as long as an expression may be", () => {
    const terms = (MAX_EXPRESSION - 1) / 2;
    expect(evaluate(`1${"+1".repeat(Math.floor(terms))}`)).toBe(Math.floor(terms) + 1);
  });

  it(`allows ${MAX_NESTING - 1} parentheses`, () => {
    expect(evaluate(`${"(".repeat(MAX_NESTING - 1)}1${")".repeat(MAX_NESTING - 1)}`)).toBe(1);
  });

  it("refuses an operator that overflows in between", () => {
    expect(failure("(10 ** 200 * sigmax) ** 2").message).toContain("not finite");
  });
});

describe("no text whatever throws anything but a ModelError", () => {
  const safely = (source: string) => {
    try {
      new Expression(source, "$").evaluate(NOTHING);
    } catch (error) {
      if (!(error instanceof ModelError)) throw new Error(`${JSON.stringify(source)} threw`, { cause: error });
      if (error.column !== undefined) {
        expect(error.column).toBeGreaterThanOrEqual(1);
        expect(error.column).toBeLessThanOrEqual(source.length + 1);
      }
    }
  };

  it("any characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), safely), { numRuns: 2000 });
  });

  it("any order of the language's own words", () => {
    const word = fc.constantFrom(
      ...CONSTANTS.keys(),
      ...FUNCTIONS.keys(),
      ..."0 1 2 3 2.5 1e3 ( ( ) ) , + - * / ** ^ . [ ] ? : ; ' \" ` = ! this".split(" "),
      " ",
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }).map((words) => words.join("")),
        safely,
      ),
      { numRuns: 5000 },
    );
  });

  it("calls with any arguments", () => {
    const argument = fc.constantFrom(
      "0",
      "1",
      "2",
      "-1",
      "0.5",
      "i",
      "1e9",
      "sigmaz",
      "basis(2)",
      "qeye(3)",
      "basis(2, 1)*i",
    );
    const call = fc
      .tuple(fc.constantFrom(...FUNCTIONS.keys()), fc.array(argument, { maxLength: 4 }))
      .map(([name, args]) => `${name}(${args.join(", ")})`);
    const pair = fc.tuple(call, fc.constantFrom("+", "-", "*", "/", "**"), call).map((parts) => parts.join(" "));
    fc.assert(fc.property(fc.oneof(call, pair), safely), { numRuns: 3000 });
  });
});

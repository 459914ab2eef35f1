/**
 * The constants and functions that expressions know: a fixed list, nothing else can be called.
 * @module
 */
import * as build from "../operators/builders.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import * as state from "../operators/states.ts";
import { tensor } from "../operators/tensor.ts";
import { MAX_DIMENSION, MAX_NONZEROS, MAX_PARTS } from "./limits.ts";
import { type Callable, describe, elementsOf, Fault, isScalar, parts, scalar, type Value } from "./value.ts";

/** A function of the expression language. */
export interface KnownFunction extends Callable {
  /** How it is called, for messages: `destroy(levels)`. */
  readonly signature: string;
  readonly minArguments: number;
  readonly maxArguments: number;
}

/** `pi`, `e` and the imaginary unit `i`. */
export const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["pi", Math.PI],
  ["e", Math.E],
  ["i", { re: 0, im: 1 }],
]);

function define(signature: string, call: (...args: Value[]) => Value): [string, KnownFunction] {
  const [, name, inside] = /^(\w+)\((.*)\)$/.exec(signature)!;
  const parameters = inside === "" ? [] : inside!.split(", ");
  const maxArguments = parameters.at(-1)?.endsWith("...") ? Number.POSITIVE_INFINITY : parameters.length;
  const minArguments = parameters.filter((parameter) => !parameter.endsWith("?")).length;
  return [name!, { signature, minArguments, maxArguments, call: (args) => call(...args) }];
}

function real(value: Value, what: string): number {
  if (typeof value !== "number") throw new Fault(`${what} must be a real number, got ${describe(value)}`);
  return value;
}

function realFunction(name: string, f: (x: number) => number): [string, KnownFunction] {
  const call = (x?: Value) => {
    const argument = real(x!, `the argument of ${name}`);
    const result = f(argument);
    if (Number.isNaN(result)) throw new Fault(`${name}(${argument}) is not a real number`);
    return scalar(result);
  };
  return alsoReal(define(`${name}(x)`, call), f);
}

/** A function that is `f` of real numbers. */
function alsoReal([name, known]: [string, KnownFunction], f: (x: number) => number): [string, KnownFunction] {
  return [name, { ...known, real: f }];
}

function levels(value: Value, what: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
    throw new Fault(`${what} must be a positive integer, got ${describe(value)}`);
  }
  bounded(value, what);
  return value;
}

function bounded(dimension: number, what: string): void {
  if (dimension > MAX_DIMENSION) throw new Fault(`${what}: dimension ${dimension} is more than ${MAX_DIMENSION}`);
}

function dimsOf(values: readonly Value[], name: string): number[] {
  boundedParts(values.length, name);
  const dims = values.map((value) => levels(value, `the dimension of ${name}`));
  bounded(
    dims.reduce((a, b) => a * b, 1),
    name,
  );
  return dims;
}

function product(...factors: Value[]): Value {
  const odd = factors.find(isScalar);
  if (odd !== undefined) throw new Fault(`tensor: expected operators or kets, got ${describe(odd)}`);
  const objects = factors as (Operator | Ket)[];
  boundedParts(
    objects.reduce((count, { dims }) => count + dims.length, 0),
    "tensor",
  );
  bounded(
    objects.reduce((size, factor) => size * factor.size, 1),
    "tensor",
  );
  boundedNonzeros(
    objects.reduce((count, factor) => count * elementsOf(factor), 1),
    "tensor",
  );
  if (objects.every((factor) => factor instanceof Operator)) return tensor(...objects);
  if (objects.every((factor) => factor instanceof Ket)) return tensor(...objects);
  throw new Fault(`tensor: expected operators only or kets only, got ${objects.map(describe).join(", ")}`);
}

/** Parts of one level leave the dimension as it is. */
function boundedParts(count: number, what: string): void {
  if (count > MAX_PARTS) throw new Fault(`${what}: ${count} parts are more than ${MAX_PARTS}`);
}

function boundedNonzeros(count: number, what: string): void {
  if (count > MAX_NONZEROS) throw new Fault(`${what}: ${count} nonzero elements are more than ${MAX_NONZEROS}`);
}

function projector(psi: Value): Operator {
  if (!(psi instanceof Ket)) throw new Fault(`ket2dm: expected a ket, got ${describe(psi)}`);
  const amplitudes = psi.toArray();
  let occupied = 0;
  for (let k = 0; k < amplitudes.length; k += 2) if (amplitudes[k] !== 0 || amplitudes[k + 1] !== 0) occupied++;
  boundedNonzeros(occupied ** 2, "ket2dm");
  return state.ket2dm(psi);
}

function ketFunction(name: string, build: (levels: number, index: number) => Ket): [string, KnownFunction] {
  return define(`${name}(levels, index?)`, (count, index = 0) =>
    build(levels(count!, `the levels of ${name}`), real(index, `the index of ${name}`)),
  );
}

/** The functions by name. Those without arguments may be written without parentheses: `sigmaz`. */
export const FUNCTIONS: ReadonlyMap<string, KnownFunction> = new Map<string, KnownFunction>([
  realFunction("sqrt", Math.sqrt),
  alsoReal(
    define("exp(x)", (x) => {
      if (!isScalar(x!)) throw new Fault(`the argument of exp must be a number, got ${describe(x!)}`);
      const { re, im } = parts(x);
      return im === 0 ? scalar(Math.exp(re)) : scalar(Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im));
    }),
    Math.exp,
  ),
  realFunction("log", (x) => (x === 0 ? Number.NaN : Math.log(x))),
  realFunction("sin", Math.sin),
  realFunction("cos", Math.cos),
  realFunction("tan", Math.tan),
  realFunction("sinh", Math.sinh),
  realFunction("cosh", Math.cosh),
  realFunction("tanh", Math.tanh),
  alsoReal(
    define("abs(x)", (x) => {
      if (!isScalar(x!)) throw new Fault(`the argument of abs must be a number, got ${describe(x!)}`);
      return scalar(typeof x === "number" ? Math.abs(x) : Math.hypot(x.re, x.im));
    }),
    Math.abs,
  ),
  define("min(x...)", (...xs) => Math.min(...xs.map((x) => real(x, "each argument of min")))),
  define("max(x...)", (...xs) => Math.max(...xs.map((x) => real(x, "each argument of max")))),
  define("qeye(dimension...)", (...dims) => build.qeye(dimsOf(dims, "qeye"))),
  define("maximallyMixedDm(dimension...)", (...dims) => state.maximallyMixedDm(dimsOf(dims, "maximallyMixedDm"))),
  define("sigmax()", build.sigmax),
  define("sigmay()", build.sigmay),
  define("sigmaz()", build.sigmaz),
  define("sigmap()", build.sigmap),
  define("sigmam()", build.sigmam),
  define("destroy(levels)", (n) => build.destroy(levels(n!, "the levels of destroy"))),
  define("create(levels)", (n) => build.create(levels(n!, "the levels of create"))),
  define("num(levels)", (n) => build.num(levels(n!, "the levels of num"))),
  ketFunction("basis", state.basis),
  ketFunction("fock", state.fock),
  define("ket2dm(psi)", (psi) => projector(psi!)),
  define("thermalDm(levels, nbar)", (n, nbar) =>
    state.thermalDm(levels(n!, "the levels of thermalDm"), real(nbar!, "the mean occupation of thermalDm")),
  ),
  define("tensor(factor...)", product),
  define("dag(operator)", (operator) => {
    if (isScalar(operator!)) return scalar(parts(operator).re, -parts(operator).im);
    if (!(operator instanceof Operator)) throw new Fault(`dag: expected an operator, got ${describe(operator!)}`);
    return operator.dag();
  }),
]);

/** Names that mean something in some expressions only: the time in `compare`, the thermal states of the parts. */
export const CONTEXT_NAMES = ["t", "piA", "piB"];

/** Every name that a model file cannot give to something of its own. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...CONSTANTS.keys(),
  ...FUNCTIONS.keys(),
  ...CONTEXT_NAMES,
]);

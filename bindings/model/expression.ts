/**
 * Expressions of model files: `"g * tensor(sigmaz, sigmaz)"`, `"exp(-beta * omega / 2)"`. Parsed once, evaluated by a
 * whitelist over the tree: numbers, names, + - * / and powers (`**`, or `^` for the same), and the functions of
 * `functions.ts`. No property access, no assignment, nothing of JavaScript's own is reachable.
 * @module
 */
import { LindbladError } from "../errors.ts";
import { ModelError, shorten } from "./error.ts";
import { CONSTANTS, FUNCTIONS, type KnownFunction } from "./functions.ts";
import { unknownName } from "./names.ts";
import { type Node, type Parsed, parse } from "./parser.ts";
import { type Arithmetic, Fault, type Value } from "./value.ts";
import type { Work } from "./work.ts";

/** Named values that an expression may use besides the constants and functions, and what is done with them. */
export interface Scope<V = Value> {
  get(name: string): V | undefined;
  names(): Iterable<string>;
  readonly arithmetic: Arithmetic<V>;
  /** What is left of the arithmetic that the model may ask for. */
  readonly work: Work;
}

const BINARY = new Map<string, "add" | "subtract" | "multiply" | "divide" | "power">([
  ["+", "add"],
  ["-", "subtract"],
  ["*", "multiply"],
  ["/", "divide"],
  ["**", "power"],
]);

/** What the syntax allows in JavaScript and expressions do not have, by node type. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  MemberExpression: "property access is not part of expressions",
  ThisExpression: '"this" is not part of expressions',
  ArrayExpression:
    "lists are not part of expressions; a matrix is written as { dims, re, im } in place of the expression",
};

/** A parsed expression, to be evaluated in as many scopes as needed. */
export class Expression {
  readonly #parsed: Parsed;

  /**
   * @param path JSON path of the expression, for messages
   * @throws {@link ModelError} when it cannot be parsed
   */
  constructor(
    readonly source: string,
    readonly path: string,
  ) {
    this.#parsed = parse(source, path);
  }

  /** @throws {@link ModelError} with path and column, whatever goes wrong. */
  evaluate<V>(scope: Scope<V>): V {
    const { root } = this.#parsed;
    this.#at(root, () => scope.work.charge(CHARACTER_WORK * (PARSER_CHARACTERS + this.source.length)));
    return this.#evaluate(root, scope);
  }

  /** Evaluates at many values of one name: what does not depend on it is computed once. @throws {@link ModelError} */
  *evaluateAlong<V>(name: string, values: Iterable<V>, scope: Scope<V>): Generator<V> {
    const varying = nodesWith(name, this.#parsed.root);
    const kept: Kept<V> = { varying, values: new Map() };
    for (const value of values) {
      const get = (asked: string) => (asked === name ? value : scope.get(asked));
      const names = () => [name, ...scope.names()];
      yield this.#evaluate(this.#parsed.root, { get, names, arithmetic: scope.arithmetic, work: scope.work, kept });
    }
  }

  /** Evaluates to a real number. @throws {@link ModelError} */
  evaluateReal<V>(scope: Scope<V>): number {
    return this.real(this.evaluate(scope), scope);
  }

  /** A value of this expression, which must be a real number. @throws {@link ModelError} */
  real<V>(value: V, { arithmetic }: Scope<V>): number {
    if (typeof value === "number") return value;
    throw new ModelError(this.path, `expected a real number, got ${arithmetic.describe(value)}`);
  }

  #evaluate<V>(node: Node, scope: Evaluation<V>): V {
    const { kept } = scope;
    if (!kept || kept.varying.has(node)) return this.#compute(node, scope);
    const known = kept.values.get(node) ?? this.#compute(node, scope);
    kept.values.set(node, known);
    return known;
  }

  #compute<V>(node: Node, scope: Evaluation<V>): V {
    switch (node.type) {
      case "Literal":
        return scope.arithmetic.constant(this.#literal(node));
      case "Identifier":
        return this.#name(node, node.name, scope);
      case "UnaryExpression":
        return this.#unary(node, node.operator, this.#evaluate(node.argument as Node, scope), scope);
      case "BinaryExpression":
        return this.#binary(node, scope);
      case "CallExpression":
        return this.#call(node, node.callee as Node, node.arguments as Node[], scope);
      default:
        return this.#fail(node, FORBIDDEN[node.type] ?? "not part of expressions");
    }
  }

  #literal(node: Node): number {
    if (typeof node.value !== "number")
      this.#fail(node, `expected a number, a name or a function, got ${shorten(String(node.raw))}`);
    if (!Number.isFinite(node.value)) this.#fail(node, `the number ${shorten(String(node.raw))} is too large`);
    return node.value;
  }

  #name<V>(node: Node, name: string, scope: Scope<V>): V {
    const value: V | undefined = this.#at(node, () => scope.get(name) ?? constantOf(name, scope));
    // whoever asks for it looks at every element
    if (value !== undefined) return this.#at(node, () => charged(value, scope));
    const known = FUNCTIONS.get(name);
    if (known === undefined) {
      // H(t) and L(t) are for programs.
      if (name === "t")
        this.#fail(node, 'the time "t" stands in "compare" alone: a model file describes what is constant');
      return this.#fail(node, unknownName(name, [...scope.names(), ...CONSTANTS.keys(), ...FUNCTIONS.keys()]));
    }
    if (known.minArguments > 0) this.#fail(node, `"${name}" is a function: write ${known.signature}`);
    return scope.arithmetic.constant(known.call([]));
  }

  #unary<V>(node: Node, operator: string, value: V, scope: Scope<V>): V {
    if (operator === "+") return value;
    if (operator !== "-") this.#fail(node, `the operator "${operator}" is not part of expressions`);
    return this.#at(node, () => charged(scope.arithmetic.negate(value), scope));
  }

  /** A sum of a thousand terms is a tree a thousand deep to the left: folded in a loop, not by recursion. */
  #binary<V>(node: Node, scope: Evaluation<V>): V {
    const chain: Node[] = [];
    const varying = scope.kept?.varying;
    let leftmost = node;
    while (leftmost.type === "BinaryExpression" && varying?.has(leftmost) === varying?.has(node)) {
      chain.push(leftmost);
      leftmost = leftmost.left as Node;
    }
    let value = this.#evaluate(leftmost, scope);
    for (const step of chain.reverse()) {
      const operation = BINARY.get(String(step.operator));
      if (operation === undefined) this.#fail(step, `the operator "${step.operator}" is not part of expressions`);
      const right = this.#evaluate(step.right as Node, scope);
      value = this.#at(step, () => charged(scope.arithmetic[operation](value, right, scope.work), scope));
    }
    return value;
  }

  #call<V>(node: Node, callee: Node, args: readonly Node[], scope: Evaluation<V>): V {
    if (callee.type !== "Identifier") return this.#fail(callee, "only a function of the list can be called");
    const known = FUNCTIONS.get(callee.name);
    if (known === undefined) {
      const value: V | undefined = this.#at(callee, () => scope.get(callee.name) ?? constantOf(callee.name, scope));
      if (value === undefined) this.#fail(callee, unknownName(callee.name, FUNCTIONS.keys()));
      const what = scope.arithmetic.describe(value);
      return this.#fail(callee, `"${callee.name}" is ${what}, not a function; for a product write *`);
    }
    this.#checkArity(node, known, args.length);
    const values = args.map((arg) => this.#evaluate(arg, scope));
    return this.#at(callee, () => charged(scope.arithmetic.call(known, values), scope));
  }

  #checkArity(node: Node, known: KnownFunction, count: number): void {
    if (count < known.minArguments || count > known.maxArguments) {
      this.#fail(node, `${known.signature}: ${count} argument${count === 1 ? "" : "s"} given`);
    }
  }

  /** Runs one operation; what goes wrong in it gets the place of `node`. */
  #at<T>(node: Node, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof ModelError) throw error;
      if (error instanceof Fault || error instanceof LindbladError) return this.#fail(node, error.message, error);
      throw error;
    }
  }

  #fail(node: Node, detail: string, cause?: unknown): never {
    throw new ModelError(this.path, detail, { column: this.#parsed.columnOf(node), cause });
  }
}

function constantOf<V>(name: string, { arithmetic }: Scope<V>): V | undefined {
  const value = CONSTANTS.get(name);
  return value === undefined ? undefined : arithmetic.constant(value);
}

/** Values of what does not depend on a name, and where that name is. */
interface Kept<V> {
  readonly varying: ReadonlySet<Node>;
  readonly values: Map<Node, V>;
}

interface Evaluation<V> extends Scope<V> {
  readonly kept?: Kept<V>;
}

/** Nodes in which a name stands. */
function nodesWith(name: string, root: Node): ReadonlySet<Node> {
  const all = [root];
  const found = new Set<Node>();
  // Each before its children
  for (let k = 0; k < all.length; k++) all.push(...childrenOf(all[k]!));
  for (const node of all.reverse()) {
    if (node.type === "Identifier" ? node.name === name : childrenOf(node).some((child) => found.has(child))) {
      found.add(node);
    }
  }
  return found;
}

function childrenOf(node: Node): Node[] {
  if (node.type === "UnaryExpression") return [node.argument as Node];
  if (node.type === "BinaryExpression") return [node.left as Node, node.right as Node];
  return node.type === "CallExpression" ? (node.arguments as Node[]) : [];
}

/** To parse and to evaluate a character takes as long as so many multiplications, and any expression as long as so many characters. */
const CHARACTER_WORK = 60;
const PARSER_CHARACTERS = 20;

/** To touch an element takes as long as so many multiplications in a product. */
const ELEMENT_WORK = 10;

/** A result, its elements charged: also where an operation is cheap, thousands of them are not. */
function charged<V>(value: V, { arithmetic, work }: Scope<V>): V {
  const elements = arithmetic.elementsOf(value);
  if (elements > 0) work.charge(ELEMENT_WORK * elements);
  return value;
}

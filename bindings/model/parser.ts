/**
 * Text of an expression -> abstract syntax tree, by jsep, narrowed to arithmetic: numbers, names, calls, + - * /, powers.
 * @module
 */

import type jsep from "jsep";
import * as jsepModule from "jsep";
import { ModelError } from "./error.ts";
import { MAX_EXPRESSION, MAX_NESTING } from "./limits.ts";

/** A node of the tree. Only some types pass the evaluator. */
export type Node = jsep.CoreExpression;

/** A parsed expression. */
export interface Parsed {
  readonly root: Node;
  /** 1-based column of a node: of its operator for `a + b`, else of its first character. */
  columnOf(node: Node): number;
}

/** The parts of jsep's parser class that we build on; its published types leave the class out. */
interface JsepParser {
  index: number;
  readonly expr: string;
  readonly char: string;
  readonly code: number;
  gobbleSpaces(): void;
  gobbleExpressions(end?: number): jsep.Expression[];
  gobbleExpression(): jsep.PossibleExpression;
  gobbleArguments(end: number): jsep.Expression[];
  gobbleBinaryOp(): string | undefined;
  gobbleToken(): jsep.PossibleExpression;
  runHook(name: string, node: unknown): unknown;
  searchHook(name: string): unknown;
  throwError(message: string): never;
}
const { Jsep } = jsepModule as unknown as { Jsep: new (source: string) => JsepParser };

/**
 * Parses an expression.
 * @param path JSON path of the expression, for messages
 * @throws {@link ModelError} with the column
 */
export function parse(source: string, path: string): Parsed {
  if (source.length > MAX_EXPRESSION) {
    throw new ModelError(path, `the expression has ${source.length} characters, expected at most ${MAX_EXPRESSION}`);
  }
  const parser = new Parser(source, path);
  const [root] = parser.gobbleExpressions();
  return { root: root as Node, columnOf: (node) => parser.columnOf(node) };
}

/**
 * jsep with its leniencies removed: exactly one expression in a pair of parentheses or in the text, commas between
 * arguments, no plugins or hooks that others may have registered. Powers are parsed here, because jsep binds a sign
 * tighter than `**`, so that exp(-x**2) would come out as exp((-x)**2); in mathematics it is exp(-(x**2)).
 */
class Parser extends Jsep {
  readonly #path: string;
  /** Column of a node itself: for `(x)`, that of x. */
  readonly #columns = new Map<unknown, number>();
  /** Index where an operand begins: for `(x)`, that of the parenthesis. */
  readonly #starts = new Map<unknown, number>();
  #depth = 0;

  constructor(source: string, path: string) {
    super(source);
    this.#path = path;
  }

  columnOf(node: Node): number {
    const known = this.#columns.get(node);
    if (known !== undefined || node.type !== "BinaryExpression") return known ?? 1;
    // jsep does not say where the operator stands: it is the last character before the right operand
    return this.expr.slice(0, this.#start(node.right as Node)).trimEnd().length;
  }

  /** Where the text of an operand begins. */
  #start(node: Node): number {
    const known = this.#starts.get(node);
    if (known !== undefined || node.type !== "BinaryExpression") return known ?? 0;
    return this.#start(node.left as Node);
  }

  override runHook(_name: string, node: unknown): unknown {
    return node;
  }

  override searchHook(_name: string): undefined {
    return undefined;
  }

  override throwError(message: string): never {
    throw new ModelError(this.#path, `${message[0]?.toLowerCase()}${message.slice(1)}`, { column: this.index + 1 });
  }

  override gobbleExpressions(end?: number): jsep.Expression[] {
    const node = this.gobbleExpression();
    if (!node) this.throwError(this.char === "" ? "expected an expression" : `unexpected ${JSON.stringify(this.char)}`);
    if (this.index < this.expr.length && this.code !== end) {
      this.throwError(`unexpected ${JSON.stringify(this.char)}: expected an operator (+ - * / **) or the end`);
    }
    return [node];
  }

  override gobbleArguments(end: number): jsep.Expression[] {
    const args: jsep.Expression[] = [];
    this.gobbleSpaces();
    while (this.code !== end) {
      if (args.length > 0) {
        if (this.char !== ",") this.throwError('expected "," or ")"');
        this.index++;
      }
      const node = this.gobbleExpression();
      if (!node) this.throwError("expected an argument");
      args.push(node);
    }
    this.index++;
    return args;
  }

  override gobbleBinaryOp(): string | undefined {
    this.gobbleSpaces();
    const operator = this.char;
    if (operator === "" || !"+-*/".includes(operator)) return undefined;
    this.index++;
    return operator;
  }

  /** One operand with its sign and its power. */
  override gobbleToken(): jsep.PossibleExpression {
    if (++this.#depth > MAX_NESTING) this.throwError(`nested more than ${MAX_NESTING} deep`);
    this.gobbleSpaces();
    const start = this.index;
    const node = this.char === "-" || this.char === "+" ? this.#signed() : this.#power();
    if (node) this.#starts.set(node, start);
    this.#depth--;
    return node;
  }

  #signed(): jsep.Expression {
    const operator = this.char;
    const column = ++this.index;
    const argument = this.gobbleToken();
    if (!argument) this.throwError(`expected an operand after "${operator}"`);
    const node = { type: "UnaryExpression", operator, argument, prefix: true };
    this.#columns.set(node, column);
    return node;
  }

  #power(): jsep.PossibleExpression {
    const column = this.index + 1;
    const left = super.gobbleToken();
    if (!left) return undefined;
    if (left.type !== "BinaryExpression" && !this.#columns.has(left)) this.#columns.set(left, column);
    this.gobbleSpaces();
    const operator = ["**", "^"].find((sign) => this.expr.startsWith(sign, this.index));
    if (operator === undefined) return left;
    const operatorColumn = this.index + 1;
    this.index += operator.length;
    const right = this.gobbleToken();
    if (!right) this.throwError(`expected an exponent after "${operator}"`);
    const node = { type: "BinaryExpression", operator: "**", left, right };
    this.#columns.set(node, operatorColumn);
    return node;
  }
}

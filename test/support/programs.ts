/**
 * The programs of a Markdown page. A `js` block that imports begins a program; one that does not goes on with the block before it. A statement may end
 * in a comment with what comes out of it, `// 0.5`, `// [0, 1]` or `// 9/19: the rest is prose`, which is checked where it is numbers, `true`, `false` or a text.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { root } from "./browser.ts";

export interface Block {
  readonly language: string;
  /** What stands in brackets after the language: the name of a file. */
  readonly file: string | undefined;
  readonly text: string;
}

/** The blocks of code of a page, in order. */
export function blocksOf(page: string): Block[] {
  return Array.from(page.matchAll(/^```(\w+)(?: \[([^\]]+)\])?\n([\s\S]*?)^```$/gm), ([, language, file, text]) => ({
    language: language!,
    file,
    text: text!,
  }));
}

/** The programs of a page. */
export function programsOf(page: string): string[] {
  const programs: string[] = [];
  for (const { language, text } of blocksOf(page)) {
    if (language !== "js") continue;
    if (/^import\b/m.test(text) || programs.length === 0) programs.push(text);
    else programs[programs.length - 1] += text;
  }
  return programs;
}

/** What a comment says of a value. */
interface Claim {
  /** As it stands in the program. */
  readonly statement: string;
  readonly values: readonly (number | string | boolean)[];
  /** By how much each number may be off. */
  readonly tolerances: readonly number[];
  /** Whether more values may follow. */
  readonly open: boolean;
}

/** A program that also hands what its comments speak of to `report(index, value)`, and what they say. */
function instrument(program: string): { program: string; claims: Claim[] } {
  const source = ts.createSourceFile("program.mjs", program, ts.ScriptTarget.ESNext, true);
  const claims: Claim[] = [];
  let text = "";
  let from = 0;
  for (const statement of source.statements) {
    const [range] = ts.getTrailingCommentRanges(program, statement.end) ?? [];
    const claim = range && claimOf(statement.getText(), program.slice(range.pos + 2, range.end));
    if (claim === undefined) continue;
    const value = subjectOf(statement);
    if (value === undefined) continue;
    const isExpression = ts.isExpressionStatement(statement);
    text += program.slice(from, isExpression ? statement.getStart() : statement.end);
    text += ` report(${claims.length}, ${value});`;
    from = statement.end;
    claims.push(claim);
  }
  return { program: text + program.slice(from), claims };
}

/** The code of the value that a comment after a statement is about. */
function subjectOf(statement: ts.Statement): string | undefined {
  if (ts.isExpressionStatement(statement)) {
    const { expression } = statement;
    return ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken
      ? undefined
      : `(${expression.getText()})`;
  }
  if (!ts.isVariableStatement(statement)) return undefined;
  const names = statement.declarationList.declarations.flatMap(({ name }) => namesOf(name));
  return names.length === 1 ? names[0] : `[${names.join(", ")}]`;
}

function namesOf(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
}

/** What a comment says; undefined where it is prose from its beginning on. */
function claimOf(statement: string, comment: string): Claim | undefined {
  const said = comment.split(/[:;]|, (?=(?!exp|ln|sqrt)[a-z])| \(/)[0]!.trim();
  const open = /, …\]?$/.test(said);
  const words = said
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/, …$/, "")
    .split(/,\s+/);
  const values = words.map(literal);
  if (values.some((value) => value === undefined)) return undefined;
  return {
    statement: `${statement} //${comment}`,
    values: values as (number | string | boolean)[],
    tolerances: words.map((word, k) => (typeof values[k] === "number" ? toleranceOf(word, values[k]) : 0)),
    open,
  };
}

/** The value of a word: a text in quotes, `true`, `false`, or arithmetic with `exp`, `ln`, `sqrt` and `π`. */
function literal(word: string): number | string | boolean | undefined {
  const text = /^"([^"]*)"$/.exec(word)?.[1];
  if (text !== undefined) return text;
  if (word === "true" || word === "false") return word === "true";
  const code = word
    .replaceAll("½", "(1/2)")
    .replace(/(\d)(?: (?=[les])| ?(?=π))/g, "$1*")
    .replaceAll("·", "*")
    .replaceAll("−", "-")
    .replaceAll("^", "**")
    .replace(/ln (\d+)/g, "ln($1)")
    .replace(/\bln\b/g, "Math.log")
    .replace(/\b(exp|sqrt)\b/g, "Math.$1")
    .replaceAll("π", "Math.PI");
  if (!/^(?:[\d\s.+\-*/()]|e-?\d|Math\.(?:log|exp|sqrt|PI))+$/.test(code) || !/\d|PI/.test(code)) return undefined;
  return new Function(`return ${code}`)() as number;
}

/** A decimal holds to half a unit of its last digit; what is exact to the default tolerances of a run, rtol 1e-6 and atol 1e-8. */
function toleranceOf(word: string, value: number): number {
  const digits = /^-?\d*\.(\d+)(?:e(-?\d+))?$/.exec(word);
  const run = 1e-6 * Math.abs(value) + 1e-8;
  return digits === null ? run : Math.max(run, 0.5 * 10 ** (Number(digits[2] ?? 0) - digits[1]!.length));
}

/** What is wrong with a value that a claim is about; undefined when nothing is. */
function refuted({ statement, values, tolerances, open }: Claim, value: unknown): string | undefined {
  const found = flat(value);
  const counts = open ? found.length > values.length : found.length === values.length;
  const same = values.every((said, k) =>
    typeof said === "number" ? Math.abs(Number(found[k]) - said) <= tolerances[k]! : found[k] === said,
  );
  return counts && same ? undefined : `${statement}\n  gives ${found.slice(0, values.length + 2).join(", ")}`;
}

/** The numbers of a value in a row; a complex one is its real part where it has no other. */
function flat(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(flat);
  if (typeof value === "object" && value !== null && "re" in value) {
    const { re, im } = value as unknown as { re: unknown; im: unknown };
    return typeof re === "number" ? [re, ...(im === 0 ? [] : [im])] : flat(re);
  }
  return [value];
}

/** How many of a program's comments were checked, and which are wrong. */
export interface Outcome {
  readonly claims: number;
  readonly wrong: readonly string[];
}

/** Writes a program to `file`, where its imports are looked for, and runs it in `cwd`. @throws where it ends with an error */
export async function runProgram(code: string, file: string, cwd: string): Promise<Outcome> {
  const { program, claims } = instrument(code);
  const reporting = `const reported = [];
const plain = (value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
const report = (index, value) => { reported[index] = JSON.parse(JSON.stringify(value ?? null, (_, part) => plain(part))); };
process.on("exit", (code) => { if (code === 0) process.stdout.write("\\n" + JSON.stringify(reported)); });
`;
  writeFileSync(file, reporting + program);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd, timeout: 120_000 });
  const reported: unknown[] = JSON.parse(stdout.split("\n").at(-1)!);
  return { claims: claims.length, wrong: claims.flatMap((claim, k) => refuted(claim, reported[k]) ?? []) };
}

/** Runs a program inside the repository, where `lindblad` is what was built, and far from it, where what it writes does no harm. */
export async function runHere(code: string): Promise<Outcome> {
  const folder = join(root, "build", "guides");
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(join(folder, "program-"));
  const cwd = mkdtempSync(join(tmpdir(), "lindblad-guides-"));
  try {
    return await runProgram(code, join(own, "program.mjs"), cwd);
  } finally {
    rmSync(own, { recursive: true });
    rmSync(cwd, { recursive: true });
  }
}

/** Every example of the comments runs, and gives what it says: in the packages as they are built, with names imported from where they are exported. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { root } from "../support/browser.ts";
import { runHere } from "../support/programs.ts";

const FOLDERS = ["bindings", "plot/src", "sweep/src"];
const ENTRIES = [
  "lindblad",
  "lindblad/model",
  "lindblad/io",
  "lindblad/pool",
  "@lindblad/plot",
  "@lindblad/plot/node",
  "@lindblad/sweep",
  "node:fs",
];
/** Those that only a browser, or only a machine with Redis, can run. */
const ELSEWHERE = ["bindings/pool/pool.ts", "sweep/src/queue/worker.ts"];

/** What examples take for given, by name. */
const GIVEN: Readonly<Record<string, string>> = {
  H: "sigmaz().scale(0.5).add(sigmax().scale(0.3))",
  H0: "sigmaz()",
  H1: "sigmax()",
  rho0: "ket2dm(basis(2, 0))",
  rho: "rho0",
  n: "sigmap().mul(sigmam())",
  cOps: "[sigmam().scale(0.5)]",
  eOps: "{ n }",
  tlist: "[0, 0.5, 1]",
  taus: "Array.from({ length: 101 }, (_, k) => k / 20)",
  wlist: "[-1, 0, 1]",
  result: "mesolve(H, rho0, tlist)",
  system:
    'bipartite({ HA: sigmaz(), HB: sigmaz(), V: tensor(sigmax(), sigmax()), baths: [thermalBath("A", { beta: 1 })] })',
  model: `loadModel(readFileSync(${JSON.stringify(join(root, "examples", "two-qubits.json"))}, "utf8"))`,
};
/** Files that examples read. */
const FILES: Readonly<Record<string, string>> = {
  "system.npz": "operatorsNpz({ H: Operator.dense([2], [0, 0, 1, 0, 1, 0, 0, 0]), rho0: basis(2, 0), a: destroy(2) })",
};

const exported = new Map<string, string>();
for (const entry of ENTRIES)
  for (const name of Object.keys(await import(entry))) if (!exported.has(name)) exported.set(name, entry);

/** The examples of a file's comments. */
function examplesOf(source: string): string[] {
  return Array.from(source.matchAll(/^ *\/\*\*[\s\S]*?\*\//gm))
    .flatMap(([comment]) =>
      comment
        .replace(/ *\*\/$/, "")
        .replace(/^ *\* ?/gm, "")
        .split(/^(?=@)/m),
    )
    .filter((part) => part.startsWith("@example"))
    .map((part) => part.slice("@example".length).trimStart());
}

/** The example as a program, with what it takes for given. */
function programOf(example: string): string {
  const imports = new Set<string>();
  const lines = new Map<string, string>();
  const { declared } = namesOf(example);
  const need = (code: string) => {
    for (const name of namesOf(code).used) {
      if (declared.has(name) || lines.has(name)) continue;
      const given = GIVEN[name];
      if (given !== undefined) {
        need(given);
        lines.set(name, `const ${name} = ${given};\n`);
      } else if (exported.has(name)) imports.add(name);
    }
  };
  let files = "";
  for (const [name, content] of Object.entries(FILES)) {
    if (!example.includes(`readFileSync("${name}")`)) continue;
    const code = `writeFileSync("${name}", ${content});\n`;
    need(code);
    files += code;
  }
  need(example);
  const from = [...imports].map((name) => `import { ${name} } from "${exported.get(name)}";\n`);
  return `${from.join("")}${[...lines.values()].join("")}${files}${example}`;
}

function namesOf(code: string): { used: Set<string>; declared: Set<string> } {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isBound = (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) && parent.name === node;
      const isKey = (ts.isPropertyAssignment(parent) || ts.isPropertyAccessExpression(parent)) && parent.name === node;
      if (!isKey) (isBound ? declared : used).add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("example.mjs", code, ts.ScriptTarget.ESNext, true));
  return { used, declared };
}

const FOUND = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`),
)
  .map((file) => ({ file, examples: examplesOf(readFileSync(join(root, file), "utf8")) }))
  .filter(({ examples }) => examples.length > 0);

it("knows the examples that it leaves out", () => {
  expect(FOUND.map(({ file }) => file)).toEqual(expect.arrayContaining(ELSEWHERE));
});

describe.each(FOUND.filter(({ file }) => !ELSEWHERE.includes(file)))("$file", ({ examples }) => {
  it.each(examples)("%s", async (example) => {
    expect((await runHere(programOf(example))).wrong).toEqual([]);
  });
});

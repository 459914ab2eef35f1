/**
 * Writes the pages of docs/reference, from what the packages say of themselves: the schemas of model and sweep files, the functions of expressions,
 * the commands of the command line. Everything must be built.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./process.mjs";
import { schemaTables } from "./schema-tables.mjs";

/** Pages of the repository that the site has, too; .vitepress/files.ts leads links there. */
export const COPIED = {
  "CHANGELOG.md": "changelog",
  "CONTRIBUTING.md": "contributing",
  "cli/README.md": "packages/cli",
  "plot/README.md": "packages/plot",
  "sweep/README.md": "packages/sweep",
};

/** Model files that are shown whole, and tried. */
export const EXAMPLES = {
  lindblad: "driven-oscillator.json",
  bipartite: "two-qubits.json",
  sweep: "sweep-exchange.json",
};

/** What the functions of expressions are; that of numbers stands for its mathematical self. */
export const SUMMARIES = {
  sqrt: "square root of a real number >= 0",
  exp: "exponential of a number, real or complex",
  log: "natural logarithm of a real number > 0",
  sin: "sine",
  cos: "cosine",
  tan: "tangent",
  sinh: "hyperbolic sine",
  cosh: "hyperbolic cosine",
  tanh: "hyperbolic tangent",
  abs: "absolute value of a number, real or complex",
  min: "the smallest of real numbers",
  max: "the largest of real numbers",
  qeye: "identity on a space of these dimensions",
  maximallyMixedDm: "the density matrix 1/d on a space of these dimensions",
  sigmax: "Pauli matrix σx",
  sigmay: "Pauli matrix σy",
  sigmaz: "Pauli matrix σz = diag(1, -1)",
  sigmap: "raising operator \\|0⟩⟨1\\|",
  sigmam: "lowering operator \\|1⟩⟨0\\|",
  destroy: "annihilation operator on this many levels",
  create: "creation operator on this many levels",
  num: "number operator on this many levels",
  basis: "the ket of level `index`, 0 when left out",
  fock: "the same, of an oscillator",
  ket2dm: "the density matrix of a ket",
  thermalDm: "thermal state of an oscillator with this mean occupation, of trace 1 on these levels",
  tensor: "tensor product of operators, or of kets; the first factor is the slow index",
  dag: "adjoint of an operator, conjugate of a number",
};

/** @param {string} folder is made if it does not exist */
export async function writeReference(folder) {
  for (const [file, name] of Object.entries(COPIED)) write(folder, name, copyOf(file, name));
  write(folder, "model-files", modelFiles());
  write(folder, "functions", await functions());
  write(folder, "command-line", await commandLine());
}

function write(folder, name, text) {
  const file = join(folder, `${name}.md`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A page, with links that are right from where it goes. */
function copyOf(file, name) {
  const from = posix.dirname(posix.join("docs/reference", name));
  const text = readFileSync(join(root, file), "utf8");
  return text.replace(/\]\((?!\w+:|#)([^()\s]+)\)/g, (_, link) => {
    return `](${posix.relative(from, posix.join(posix.dirname(file), link))})`;
  });
}

const built = (...path) => import(pathToFileURL(join(root, ...path)).href);
const json = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

function modelFiles() {
  const example = (kind) =>
    `\`\`\`json\n${readFileSync(join(root, "examples", EXAMPLES[kind]), "utf8").trim()}\n\`\`\`\n`;
  const tables = schemaTables(json("dist", "model.schema.json"), { place: "$" });
  const sweep = schemaTables(json("sweep", "dist", "sweep.schema.json"), { place: "$", only: "sweep" });
  return `# Keys of model files

Every key: where it stands, what it takes, what it is when left out. [Model files](../model-files.md) has expressions, units and the rest; the same as JSON Schema is
\`lindblad/model/schema.json\`, that of sweep files \`@lindblad/sweep/schema.json\`. \`$\` is the file itself, \`[]\` an element of a list, \`*\` any name. An operator is an
expression or a matrix, \`{ dims, re, im }\` or \`{ dims, rowPointers, columns, values }\`. A key that is not listed is refused.

${tables}
## Keys of sweep files

A model file of either kind with one more key, \`sweep\` ([sweeps](../sweeps.md)).

${sweep}
## A file of kind lindblad

${example("lindblad")}
## A file of kind bipartite

${example("bipartite")}
## A sweep file

${example("sweep")}`;
}

async function functions() {
  const { FUNCTIONS, CONSTANTS, CONTEXT_NAMES } = await built("dist", "bindings", "model", "functions.js");
  const rows = [...FUNCTIONS].map(([name, { signature }]) => `| \`${signature}\` | ${SUMMARIES[name]} |`);
  return `# Functions in expressions

What an expression of a model file may call. One without arguments may be written without parentheses; \`?\` marks what may be left out, \`...\` what may be repeated.

| | |
|---|---|
${rows.join("\n")}

Constants: ${[...CONSTANTS.keys()].map((name) => `\`${name}\``).join(", ")}. Names that mean something in some expressions only: ${CONTEXT_NAMES.map((name) => `\`${name}\``).join(", ")}, the
time in \`compare\` and the thermal states of the parts.
`;
}

async function commandLine() {
  const { program } = await built("cli", "dist", "program.js");
  return `# Command line

\`\`\`text
${program.helpInformation().trim()}
\`\`\`

${afterHelp(program)}
${program.commands.map(command).join("\n")}`.replace(/\n{3,}/g, "\n\n");
}

function command(one) {
  const helper = one.createHelp();
  const options = helper.visibleOptions(one).filter(({ long }) => long !== "--help");
  const row = (name, text) => `| \`${name.replaceAll("|", "\\|")}\` | ${text.replaceAll("|", "\\|")} |`;
  const rows = [
    ...helper.visibleArguments(one).map((argument) => row(helper.argumentTerm(argument), argument.description)),
    ...options.map((option) => row(option.flags, `${option.description}${option.mandatory ? " (must be given)" : ""}`)),
  ];
  const [first, ...rest] = one.description();
  return `## lindblad ${one.name()}

${first.toUpperCase()}${rest.join("")}.

\`\`\`sh
${helper.commandUsage(one)}
\`\`\`

| | |
|---|---|
${rows.join("\n")}

${afterHelp(one)}`;
}

/** What stands below the lists of a command's help. */
function afterHelp(one) {
  let text = "";
  one.configureOutput({ writeOut: (part) => (text += part) });
  one.outputHelp();
  const rest = text.slice(text.indexOf(one.helpInformation()) + one.helpInformation().length).trim();
  return rest === "" ? "" : `${rest}\n`;
}

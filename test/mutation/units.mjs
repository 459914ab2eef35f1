/** The units that a sample of mutants is drawn by: functions, methods, and the other statements of a module. */
import ts from "typescript";
import { randomOf } from "../support/choices.mjs";

/** Where each unit of a source begins and ends, `{ name, start, end }` with positions `{ line, column }`, lines from 1, columns from 0. */
export function unitsOf(fileName, text) {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const units = [];
  const add = (node) => {
    const position = (offset) => {
      const { line, character } = source.getLineAndCharacterOfPosition(offset);
      return { line: line + 1, column: character };
    };
    const name = node.name?.getText() ?? node.declarationList?.declarations[0].name.getText() ?? "";
    units.push({ name, start: position(node.getStart()), end: position(node.getEnd()) });
  };
  for (const statement of source.statements) {
    if (ts.isClassDeclaration(statement)) statement.members.forEach(add);
    else if (!isOfTypes(statement)) add(statement);
  }
  return units;
}

/** Imports, exports of other modules, and types have nothing that could be wrong at run time. */
function isOfTypes(statement) {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}

/** Each with probability `share`, by a seed. */
export function sampleOf(items, share, seed) {
  const random = randomOf(seed);
  return items.filter(() => random.next() < share);
}

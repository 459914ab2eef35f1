/**
 * JSON as people write it: what fits into a line stands on one.
 * @module
 */
const WIDTH = 100;

/** The text of plain data. */
export function jsonText(data: unknown): string {
  return `${lines(data, "", 0)}\n`;
}

/** @param used characters of the line that stand before the value */
function lines(value: unknown, indent: string, used: number): string {
  const line = oneLine(value);
  if (typeof value !== "object" || value === null || used + line.length <= WIDTH) {
    // the outermost object is always spread out
    if (indent !== "" || used > 0 || typeof value !== "object" || value === null) return line;
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => inner + lines(item, inner, inner.length)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value as object).map(([key, item]) => {
    const start = `${inner}${JSON.stringify(key)}: `;
    return start + lines(item, inner, start.length);
  });
  return entries.length === 0 ? "{}" : `{\n${entries.join(",\n")}\n${indent}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

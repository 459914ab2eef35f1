/**
 * Words for a terminal, and for JSON.
 * @module
 */

/** Width that every terminal has. */
const WIDTH = 60;

/** A text in lines of at most 60 columns, broken at spaces; those after the first are indented. */
export function wrap(text: string, indent = "  "): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line.trim() !== "" && longer.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line].join("\n");
}

/** For JSON.stringify: JSON has no infinity, and model files write it as a text. */
export const finite = (_key: string, value: unknown) => (value === Number.POSITIVE_INFINITY ? "infinity" : value);

/**
 * Words for a terminal, and for JSON.
 * @module
 */

/** Width that every terminal has. */
export const WIDTH = 60;

/** A text in lines of at most 60 columns, broken at spaces; those after the first are indented. */
export function wrap(text: string, indent = "  ", width = WIDTH): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line.trim() !== "" && longer.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line].join("\n");
}

/** The end of a long path, of at most as many columns less what follows it. */
export function tail(path: string): string {
  const most = WIDTH - 1;
  return path.length > most ? `…${path.slice(1 - most)}` : path;
}

/** For JSON.stringify: JSON has no infinity, and model files write it as a text. */
export const finite = (_key: string, value: unknown) => (value === Number.POSITIVE_INFINITY ? "infinity" : value);

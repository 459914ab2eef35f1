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

/** A number of things: whole where it is small, of three digits where it is large. */
export function count(value: number): string {
  if (value < 10 && !Number.isInteger(value)) return value.toPrecision(2);
  return value < 1e7 ? Math.round(value).toString() : value.toExponential(2).replace("e+", "e");
}

/** A time, in a unit that suits it. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown";
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return `${Number((seconds / size).toPrecision(3))} ${unit}`;
  }
  return `${Number((seconds * 1e6).toPrecision(3))} µs`;
}

const UNITS = [
  ["years", 31_557_600],
  ["days", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
  ["ms", 1e-3],
] as const;

/** An amount of memory. */
export function bytes(amount: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(amount, 1)) / 10));
  return `${Number((amount / 1024 ** power).toPrecision(3))} ${["bytes", "KiB", "MiB", "GiB", "TiB"][power]}`;
}

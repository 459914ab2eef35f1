/**
 * How wide text will be: nothing measures it while a file is written, and every reader has other fonts. Estimated from above,
 * after the widest of the fonts that the figure names (DejaVu Sans).
 * @module
 */

const NARROW = /[ijlrtfI.,:;|'!()[\]{}/\\ \u00b7-]/u;
const WIDE = /[mwMW@%=+<>~−—…×⊗\u2e80-\uffff\u{10000}-\u{10ffff}]/u;
const UPPER = /[\p{Lu}&#$]/u;
const BOLD = 1.12;
/** Share of the font size that subscripts have. */
export const SUBSCRIPT = 0.75;

/** Width of a text, in the unit of `size`. */
export function textWidth(text: string, size: number, bold = false): number {
  let width = 0;
  for (const character of text) {
    width += NARROW.test(character) ? 0.41 : WIDE.test(character) ? 1 : UPPER.test(character) ? 0.74 : 0.64;
  }
  return width * size * (bold ? BOLD : 1);
}

/** A number in few digits, with signs for minus. */
export function numeral(value: number, digits = 4): string {
  return String(Number(value.toPrecision(digits))).replaceAll("-", "−");
}

/** A text in lines of at most `width`; a word that is longer stands alone. */
export function wrap(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A label in pieces: in each of its words what follows an underscore is a subscript. */
export function labelParts(label: string): { text: string; isSubscript: boolean }[] {
  const parts: { text: string; isSubscript: boolean }[] = [];
  const add = (text: string, isSubscript: boolean) => {
    const last = parts.at(-1);
    if (last?.isSubscript === isSubscript) last.text += text;
    else if (text !== "") parts.push({ text, isSubscript });
  };
  for (const word of label.split(/([\s,]+)/)) {
    const [base, ...subscripts] = word.split("_");
    add(base!, false);
    add(subscripts.join(" "), true);
  }
  return parts;
}

/** Width of a label, in which what follows an underscore is a subscript. */
export function labelWidth(label: string, size: number, bold = false): number {
  const width = ({ text, isSubscript }: { text: string; isSubscript: boolean }) =>
    textWidth(text, isSubscript ? SUBSCRIPT * size : size, bold);
  return labelParts(label).reduce((sum, part) => sum + width(part), 0);
}

/** The text itself, or, where it is wider than `width`, its beginning and end: names differ there. */
export function fit(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  const characters = [...text];
  const cut = (kept: number) =>
    `${characters.slice(0, Math.ceil(kept / 2)).join("")}…${characters.slice(characters.length - Math.floor(kept / 2)).join("")}`;
  // by halves: names may be thousands of characters long
  let [kept, tooMany] = [0, characters.length];
  while (tooMany - kept > 1) {
    const middle = (kept + tooMany) >> 1;
    if (measure(cut(middle)) <= width) kept = middle;
    else tooMany = middle;
  }
  return cut(kept);
}

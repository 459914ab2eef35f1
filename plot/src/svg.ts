/**
 * Small pieces of SVG: elements, text with subscripts, a plot as a group.
 * @module
 */

import { labelParts, SUBSCRIPT } from "./text.ts";

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element with attributes. */
export function element(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  const node = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/** A text element; in the words of `label`, what follows an underscore is a subscript. `rest` follows it as it is. */
export function labelText(
  document: Document,
  label: string,
  attributes: Readonly<Record<string, string | number>>,
  rest = "",
): SVGElement {
  const parts = [...labelParts(label), ...(rest === "" ? [] : [{ text: rest, isSubscript: false }])];
  const first = parts[0]?.isSubscript === false ? parts.shift()!.text : "";
  const text = plainText(document, first, attributes);
  let isLowered = false;
  for (const { text: content, isSubscript } of parts) {
    // back to the base line: 0.3em of the smaller font
    const lowered = { dy: "0.3em", "font-size": `${100 * SUBSCRIPT}%` };
    text.append(span(document, content, isSubscript ? lowered : isLowered ? { dy: `${-0.3 * SUBSCRIPT}em` } : {}));
    isLowered = isSubscript;
  }
  return text;
}

function span(document: Document, content: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  return withText(document, element(document, "tspan", attributes), content);
}

/** A text element, as it is. */
export function plainText(
  document: Document,
  content: string,
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  return withText(document, element(document, "text", attributes), content);
}

/** Puts text into an element; characters that XML forbids show as the replacement character. */
export function withText(document: Document, node: SVGElement, content: string): SVGElement {
  const clean = content.replace(/\s+/g, " ").replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD");
  node.append(document.createTextNode(clean));
  return node;
}

/**
 * The content of a plot as a group at height `y`. A nested `<svg>` would do, but Plot's style sheet, meant for pages,
 * sets `height: auto`, which browsers take as 100 % there.
 */
export function asGroup(document: Document, plot: Element, y: number): SVGElement {
  const anchor = plot.getAttribute("text-anchor") ?? "middle";
  const group = element(document, "g", { transform: `translate(0,${y})`, "text-anchor": anchor });
  for (const child of [...plot.children]) if (child.localName !== "style") group.append(child);
  // Plot names its marks, "line", "rule"; but the figure as a whole has its words, and what has no role may have no name
  for (const node of group.querySelectorAll("[aria-label],[aria-description],[aria-hidden]")) {
    const mark = node.getAttribute("aria-label");
    if (mark !== null) node.setAttribute("data-mark", mark);
    for (const name of ["aria-label", "aria-description", "aria-hidden"]) node.removeAttribute(name);
  }
  return group;
}

/**
 * Moves positions apart until neighbours are `gap` apart, each as little as an even spreading of every crowd needs, and none
 * out of the range from `low` to `high` if they fit into it.
 */
export function spread(
  positions: readonly number[],
  gap: number,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): number[] {
  const within = (first: number, count: number) => Math.max(low, Math.min(first, high - gap * (count - 1)));
  const order = positions.map((_, k) => k).sort((a, b) => positions[a]! - positions[b]! || a - b);
  // a crowd: members in order, and the place where its first one stands
  const crowds: { members: number[]; first: number }[] = [];
  for (const index of order) {
    let crowd = { members: [index], first: within(positions[index]!, 1) };
    for (let last = crowds.at(-1); last && last.first + gap * last.members.length > crowd.first; last = crowds.at(-1)) {
      crowds.pop();
      const members = [...last.members, ...crowd.members];
      const mean = members.reduce((sum, member, k) => sum + positions[member]! - k * gap, 0) / members.length;
      crowd = { members, first: within(mean, members.length) };
    }
    crowds.push(crowd);
  }
  const result = [...positions];
  for (const { members, first } of crowds) {
    members.forEach((member, k) => {
      result[member] = first + k * gap;
    });
  }
  return result;
}

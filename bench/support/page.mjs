/** What is measured of the playground, as rows of a table. */
import { median, spread } from "./measure.mjs";

/** How many times slower the processor is made: what Lighthouse takes for a middling telephone. */
export const SLOWER = 4;

/** The aims, as the issue of the playground states them. */
const AIM = { bytes: 250_000, start: 1000, drawings: 30 };

/** Name, figure, and aim with whether it is met. */
export function pageRows({ bytes, slowed, plain, dragged }) {
  const verdict = (isMet, aim) => `${aim}: ${isMet ? "met" : "missed"}`;
  const ms = (times) => `${median(times).toFixed(0)} (${(100 * spread(times)).toFixed(0)} %)`;
  const kB = (count) => (count / 1000).toFixed(0);
  const start = (times) => verdict(median(times) < AIM.start, `< ${AIM.start}`);
  const small = (count) => verdict(count < AIM.bytes, `< ${kB(AIM.bytes)}`);
  return [
    ["scripts and kernel, brotli, kB", kB(bytes.brotli), small(bytes.brotli)],
    ["scripts and kernel, gzip, kB", kB(bytes.gzip), small(bytes.gzip)],
    [`sliders, processor ${SLOWER}x slower, ms`, ms(slowed.sliders), start(slowed.sliders)],
    [`solved figure, processor ${SLOWER}x slower, ms`, ms(slowed.figure), start(slowed.figure)],
    ["sliders, ms", ms(plain.sliders), ""],
    ["solved figure, ms", ms(plain.figure), ""],
    [
      "drawings a second while a slider moves",
      dragged.drawings.toFixed(0),
      verdict(dragged.drawings >= AIM.drawings, `>= ${AIM.drawings}`),
    ],
    ["frames from a movement to its drawing", `${median(dragged.waits)}`, ""],
  ];
}

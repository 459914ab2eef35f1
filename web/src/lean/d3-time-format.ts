/**
 * Dates: times of figures are numbers.
 * @module
 */
import { leftOut } from "./left-out.ts";

const format = leftOut("d3-time-format");

export { format as timeFormat, format as utcFormat };

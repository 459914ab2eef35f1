/**
 * Axes of legends: figures draw their own.
 * @module
 */
import { leftOut } from "./left-out.ts";

const axis = leftOut("d3-axis");

export { axis as axisBottom };

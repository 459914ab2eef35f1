/**
 * Modules that the bundler takes instead of parts of d3: `resolve: { alias: lean }` in vite.config.ts.
 * @module
 */
import { fileURLToPath } from "node:url";

const PACKAGES = ["d3-geo", "d3-scale-chromatic", "d3-time-format", "d3-axis"];

/** File by package. What Plot imports of them and is not there fails the build. */
export const lean: Readonly<Record<string, string>> = Object.fromEntries(
  PACKAGES.map((name) => [name, fileURLToPath(new URL(`./src/lean/${name}.ts`, import.meta.url))]),
);

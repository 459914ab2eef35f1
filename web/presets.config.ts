/**
 * The examples that the page offers, as a module made at build time: validated here, so that the page's start needs no validation.
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildModel, loadModel } from "lindblad/model";
import type { Plugin } from "vite";

const ID = "virtual:examples";
const FILES = ["two-qubits", "resonant-exchange", "qutrit-pair", "classical-pair", "driven-oscillator"];

/** `import examples from "virtual:examples"`: for each name of a file in examples/ the file as it is, and the validated model. */
export function examples(): Plugin {
  return {
    name: "lindblad-examples",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      const all = FILES.map((name) => {
        const path = fileURLToPath(new URL(`../examples/${name}.json`, import.meta.url));
        this.addWatchFile(path);
        const text = readFileSync(path, "utf8");
        const model = loadModel(text);
        buildModel(model);
        const { $schema: _, ...file } = JSON.parse(text);
        return [name, { file, model }] as const;
      });
      return `export default ${JSON.stringify(Object.fromEntries(all))};`;
    },
  };
}

/** `npm start`: the paper's example through the command line, or the model named first (`npm start -- my-model.json`). */
import { basename, extname, join, relative } from "node:path";
import { main, root, run } from "./process.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  await setup();
  const args = process.argv.slice(2);
  // npm runs scripts at the root; a path that was typed is meant from where it was typed.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const isGiven = args.length > 0 && !args[0].startsWith("-");
  const model = isGiven ? args.shift() : relative(cwd, join(root, "examples", "two-qubits.json"));
  if (!args.some((arg) => arg === "--out" || arg.startsWith("--out="))) args.push("--out", newFolder(cwd, model));
  return run(process.execPath, [join(root, "cli", "bin", "lindblad.mjs"), "run", model, ...args], { cwd });
});

/** A folder of its own for every run, so that no earlier result is overwritten. */
function newFolder(cwd, model) {
  const time = new Date().toISOString().replace(/\.\d+/, "").replaceAll(":", "-");
  return relative(cwd, join(root, "results", `${basename(model, extname(model))}-${time}`));
}

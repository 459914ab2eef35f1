/** A model file by lindblad/model, whose dependencies the page's import map names. */
import { init } from "lindblad";
import * as io from "lindblad/io";
import * as model from "lindblad/model";
import { solveModel } from "./program.js";

globalThis.found = (async () => {
  const isa = new URL(location.href).searchParams.get("isa");
  await init({ isa });
  const response = await fetch("../examples/two-qubits.json");
  return solveModel(model, io, await response.text());
})();

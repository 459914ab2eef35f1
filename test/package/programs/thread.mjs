/** A thread of the user's own, with a kernel of its own. */
import { parentPort } from "node:worker_threads";
import * as lindblad from "lindblad";
import { decay } from "./program.js";

await lindblad.init({ isa: "simd" });
parentPort.postMessage(decay(lindblad));

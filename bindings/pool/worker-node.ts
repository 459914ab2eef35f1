/**
 * `lindblad/pool/worker` in Node: what a worker thread runs.
 * @module
 */
import { parentPort } from "node:worker_threads";
import "../kernel/inlined.ts";
import type { ToWorker } from "./protocol.ts";
import { serve } from "./serve.ts";

const port = parentPort;
if (!port) throw new Error("lindblad/pool/worker runs on worker threads; pool() of lindblad/pool starts them");
port.on("message", (message: ToWorker) => serve(message, port));

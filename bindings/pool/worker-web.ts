/**
 * `lindblad/pool/worker` in browsers: what a worker runs.
 * @module
 */
import "../kernel/inlined.ts";
import type { ToWorker } from "./protocol.ts";
import { type Port, serve } from "./serve.ts";

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => serve(data, globalThis as unknown as Port));

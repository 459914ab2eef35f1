/**
 * A worker of the map.
 * @module
 */
import { ready } from "../solver/kernel.ts";
import { answer } from "./compute.ts";
import type { MapAnswer, MapRequest } from "./protocol.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<MapRequest>) => void) | null;
  postMessage(answer: MapAnswer): void;
};

scope.onmessage = async ({ data }) => {
  try {
    await ready;
    scope.postMessage(answer(data));
  } catch (error) {
    scope.postMessage({ type: "failed", job: data.job, message: (error as Error).message });
  }
};

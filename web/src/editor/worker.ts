/**
 * The worker that checks model files: apart from the one that solves, which may be busy.
 * @module
 */
import { ready } from "../solver/kernel.ts";
import { problemOf } from "../solver/problem.ts";
import { checkText } from "./check.ts";
import type { CheckAnswer, CheckRequest } from "./protocol.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<CheckRequest>) => void) | null;
  postMessage(answer: CheckAnswer): void;
};

scope.onmessage = async ({ data: { job, text, format } }) => {
  try {
    await ready;
    scope.postMessage({ job, checked: checkText(text, format) });
  } catch (error) {
    scope.postMessage({ job, error: problemOf(error).message });
  }
};

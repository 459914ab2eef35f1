/**
 * What the conditions of the paper say about the model, in words.
 * @module
 */
import { details, isDetailed, isDetailing, run } from "./state.ts";
import { greek, Subscripts } from "./text.tsx";

export function Verdict() {
  const found = details.value;
  if (run.value?.kind !== "bipartite") return null;
  return (
    <section
      class={`verdict ${isDetailed.value ? "" : "stale"}`}
      aria-labelledby="verdict-title"
      aria-live="polite"
      aria-busy={isDetailing.value}
    >
      <h2 id="verdict-title">The conditions</h2>
      {found ? (
        <ul>
          {found.verdict.map((line) => (
            <li key={line}>
              <Subscripts>{greek(line)}</Subscripts>
            </li>
          ))}
        </ul>
      ) : (
        <p class="note">{isDetailing.value ? "…" : "They could not be looked at."}</p>
      )}
    </section>
  );
}

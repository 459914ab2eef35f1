/**
 * Formulas of models, as a reader writes them.
 * @module
 */

const GREEK: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ..."alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ kappa κ lambda λ mu μ nu ν xi ξ".split(" "),
    ..."rho ρ sigma σ tau τ phi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Omega Ω pi π".split(" "),
  ].flatMap((name, k, all) => (k % 2 === 0 ? [[name, all[k + 1]!]] : [])),
);

/** `4 * g * exp(-lambda * t)` -> `4 g exp(−λ t)`. */
export function readable(formula: string): string {
  return (
    formula
      .replace(/[A-Za-z]\w*/g, (name) => {
        const [, greek = "", rest = ""] = /^([A-Z]?[a-z]+?)(_?[A-Z0-9]\w*|_\w+)?$/.exec(name) ?? [];
        return greek in GREEK ? GREEK[greek]! + rest : name;
      })
      .replaceAll("-", "−")
      // a number after a product sign would join the one before it
      .replace(/\s*(?<!\*)\*(?!\*)\s*(\d?)/g, (_, digit: string) => (digit === "" ? " " : ` · ${digit}`))
  );
}

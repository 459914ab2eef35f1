declare module "virtual:examples" {
  import type { Model } from "lindblad/slim/model";

  type Name = "two-qubits" | "resonant-exchange" | "qutrit-pair" | "classical-pair" | "driven-oscillator";
  const examples: Readonly<Record<Name, { readonly file: object; readonly model: Model }>>;
  export default examples;
}

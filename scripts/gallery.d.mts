export const examples: readonly string[];
export function gallery(): {
  readonly files: readonly string[];
  readonly figures: readonly string[];
  readonly numbers: readonly string[];
}[];
export function unprinted(file: string, output: string): string[];
export function compareFigures(expected: string, got: string): string[];

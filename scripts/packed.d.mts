export const PACKAGES: Readonly<Record<string, string>>;
export function packed(): Promise<Record<string, string>>;
export function installPacked(
  folder: string,
  names: readonly string[],
  options?: { dev?: readonly string[] },
): Promise<void>;

export const PACKAGES: readonly { readonly place: string; readonly lock: string }[];
export function directDependencies(): {
  readonly package: string;
  readonly place: string;
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}[];
export function pageOf(page: string): string;

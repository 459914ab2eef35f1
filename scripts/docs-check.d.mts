/** The faults of a site that was built into `folder` for the path `base` of a server, as lines. */
export function checkSite(folder: string, base?: string): string[];

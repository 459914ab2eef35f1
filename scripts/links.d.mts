/** The anchor of a heading, as GitHub makes it. */
export function slug(heading: string): string;
/** The anchors of a page; a heading that comes again has a number. */
export function anchorsOf(text: string): Set<string>;
/** Links and images of a page, but for those to other places of the web. */
export function linksOf(text: string): string[];
/** The links of a Markdown file that lead to no file, or to no heading of one; `made` are folders whose files are made by a build. */
export function deadLinks(file: string, made?: readonly string[]): string[];

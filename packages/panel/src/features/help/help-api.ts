/** Reads the user guide from the server. */
import { createUnreachableProblem, readProblemDocument } from "../../lib/api/problem.ts";

/** A page of the guide. */
export interface HelpPage {
  readonly slug: string;
  readonly title: string;
  readonly html: string;
}

/** A section of the guide. */
export interface HelpLocation {
  readonly title: string;
  readonly heading: string;
  readonly url: string;
}

/** The answer to a question, with further sections. */
export interface HelpAnswer {
  readonly answer: (HelpLocation & { readonly html: string }) | null;
  readonly excerpts: readonly (HelpLocation & { readonly text: string })[];
}

/** Fetches a page or an answer: `"roles?lang=en"`, `"roles.md?lang=en&ask=…"`. */
export async function readHelp<T>(path: string, signal: AbortSignal): Promise<T> {
  const headers = { accept: "application/json" };
  const response = await fetch(`/help/${path}`, { headers, signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw createUnreachableProblem(error);
  });
  if (!response.ok) throw await readProblemDocument(response);
  return response.json();
}

const pages: readonly (readonly [RegExp, string])[] = [
  [/^\/users\/./, "user-details"],
  [/^\/users/, "users"],
  [/^\/roles\/compare/, "compare-roles"],
  [/^\/roles/, "roles"],
  [/^\/invitations/, "invitations"],
  [/^\/audit/, "audit-log"],
  [/^\/settings/, "settings"],
  [/^\/account/, "my-account"],
];

/** The page of the guide for a path of the panel. */
export function getHelpSlug(pathname: string): string {
  return pages.find(([pattern]) => pattern.test(pathname))?.[1] ?? "getting-started";
}

/** Parses a link to the guide; null for other links. */
export function parseHelpUrl(href: string): { readonly slug: string; readonly anchor: string } | null {
  const found = /\/help\/([a-z-]+)(?:\?[^#]*)?(?:#(.*))?$/.exec(href);
  if (found?.[1] === undefined) return null;
  return { slug: found[1], anchor: decodeURIComponent(found[2] ?? "") };
}

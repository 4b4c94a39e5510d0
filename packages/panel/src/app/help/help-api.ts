/** The user guide as the server tells it. */
import { problemOf, unreachable } from "../api/problem.ts";

/** A page of the guide, ready to show. */
export interface HelpPage {
  readonly slug: string;
  readonly title: string;
  readonly html: string;
}

/** Where something stands in the guide. */
export interface HelpPlace {
  readonly title: string;
  readonly heading: string;
  readonly url: string;
}

/** What the guide says about a question. */
export interface HelpAnswer {
  readonly answer: (HelpPlace & { readonly html: string }) | null;
  readonly excerpts: readonly (HelpPlace & { readonly text: string })[];
}

/** Reads a page or asks a question: `"roles?lang=en"`, `"roles.md?lang=en&ask=…"`. */
export async function readHelp<T>(address: string, signal: AbortSignal): Promise<T> {
  const headers = { accept: "application/json" };
  const response = await fetch(`/help/${address}`, { headers, signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw unreachable(error);
  });
  if (!response.ok) throw await problemOf(response);
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

/** The guide's page for an address of the panel. */
export function helpFor(pathname: string): string {
  return pages.find(([pattern]) => pattern.test(pathname))?.[1] ?? "getting-started";
}

/** The page and the heading that a link of the guide leads to; null for links that lead elsewhere. */
export function placeOf(href: string): { readonly slug: string; readonly anchor: string } | null {
  const found = /\/help\/([a-z-]+)(?:\?[^#]*)?(?:#(.*))?$/.exec(href);
  if (found?.[1] === undefined) return null;
  return { slug: found[1], anchor: decodeURIComponent(found[2] ?? "") };
}

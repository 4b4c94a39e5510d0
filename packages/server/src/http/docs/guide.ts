/** The user guide: the Markdown files in `docs/<language>/` of the repository. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "@gatehouse/sdk/contract";
import { type Section, splitSections } from "./markdown.ts";

/** The fallback language is first. */
export const guideLanguages: readonly Language[] = ["en", "tr"];

/** A page of the guide. */
export interface GuidePage {
  readonly language: Language;
  /** The file name without extension, the same in both languages. */
  readonly slug: string;
  readonly title: string;
  /** The first paragraph, on one line. */
  readonly summary: string;
  readonly markdown: string;
  readonly sections: readonly Section[];
}

/** All pages, in reading order. */
export interface Guide {
  readonly pages: readonly GuidePage[];
  readonly find: (language: Language, slug: string) => GuidePage | undefined;
  readonly in: (language: Language) => readonly GuidePage[];
}

const docsFolder = fileURLToPath(new URL("../../../../../docs", import.meta.url));

/** Pages that aren't listed come last. */
const readingOrder = [
  "getting-started",
  "sign-in",
  "accept-an-invitation",
  "users",
  "invite-people",
  "user-details",
  "bulk-work",
  "roles",
  "compare-roles",
  "permissions-explained",
  "invitations",
  "audit-log",
  "settings",
  "my-account",
  "keyboard-shortcuts",
  "ask-over-http",
  "for-operators",
  "protect-your-panel",
  "sdk-reference",
];

/** Reads the guide from its folder; empty without one. */
export function readGuide(folder: string = docsFolder): Guide {
  const pages = guideLanguages.flatMap((language) => readLanguage(`${folder}/${language}`, language));
  const byAddress = new Map(pages.map((page) => [`${page.language}/${page.slug}`, page]));
  return {
    pages,
    find: (language, slug) => byAddress.get(`${language}/${slug}`),
    in: (language) => pages.filter((page) => page.language === language),
  };
}

function readLanguage(folder: string, language: Language): readonly GuidePage[] {
  if (!existsSync(folder)) return [];
  const slugs = readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length));
  return slugs
    .toSorted((a, b) => orderOf(a) - orderOf(b) || (a < b ? -1 : 1))
    .map((slug) => readPage(readFileSync(`${folder}/${slug}.md`, "utf8"), { language, slug }));
}

function orderOf(slug: string): number {
  const at = readingOrder.indexOf(slug);
  return at === -1 ? readingOrder.length : at;
}

/**
 * Parses a page.
 * @throws Error when it has no title
 */
export function readPage(markdown: string, where: Pick<GuidePage, "language" | "slug">): GuidePage {
  const sections = splitSections(markdown);
  const [first] = sections;
  if (first === undefined || first.level !== 1)
    throw new Error(`The guide's page ${where.language}/${where.slug}.md doesn't begin with a title.`);
  const summary =
    first.text
      .split(/\n{2,}/, 1)[0]
      ?.replaceAll(/\s+/g, " ")
      .trim() ?? "";
  return { ...where, title: first.heading, summary, markdown, sections };
}

/** The user guide: Markdown files in `docs/<language>/`, the same that a reader finds in the repository. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "@gatehouse/sdk/contract";
import { type Section, splitSections } from "./split-sections.ts";

/** Both languages of the guide, the fallback first. */
export const guideLanguages: readonly Language[] = ["en", "tr"];

/** A page of the guide. */
export interface GuidePage {
  readonly language: Language;
  /** The file's name without its ending: the same in both languages. */
  readonly slug: string;
  readonly title: string;
  /** The first paragraph, in one line: what the page is good for. */
  readonly summary: string;
  readonly markdown: string;
  readonly sections: readonly Section[];
}

/** The whole guide, in the order in which a newcomer reads it. */
export interface Guide {
  readonly pages: readonly GuidePage[];
  readonly find: (language: Language, slug: string) => GuidePage | undefined;
  readonly in: (language: Language) => readonly GuidePage[];
}

const docs = fileURLToPath(new URL("../../../../../docs", import.meta.url));

/** Pages in reading order; one that is not named here comes last. */
const order = [
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

/** Reads the guide from its folder. A checkout without one has an empty guide. */
export function readGuide(folder: string = docs): Guide {
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
    .toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .map((slug) => readPage(readFileSync(`${folder}/${slug}.md`, "utf8"), { language, slug }));
}

function place(slug: string): number {
  const at = order.indexOf(slug);
  return at === -1 ? order.length : at;
}

/**
 * Takes a page apart.
 * @throws Error when it has no title: it could be listed nowhere
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

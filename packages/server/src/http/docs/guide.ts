/** The user guide: the Markdown files in `docs/<language>/` of the repository. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Language } from "@gatehouse/sdk/contract";
import { docsFolder } from "../../package-files.ts";
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
  "install",
  "for-operators",
  "scaling",
  "upgrading",
  "backup",
  "monitoring",
  "when-something-is-wrong",
  "move-users",
  "protect-your-panel",
  "nextjs",
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
    .toSorted((a, b) => readOrder(a) - readOrder(b) || (a < b ? -1 : 1))
    .map((slug) => readPage(readFileSync(`${folder}/${slug}.md`, "utf8"), { language, slug }));
}

function readOrder(slug: string): number {
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

interface GuideText {
  readonly guide: string;
  readonly about: string;
  readonly contents: string;
  readonly toPanel: string;
  readonly question: string;
  readonly example: string;
  readonly ask: string;
  readonly from: string;
  readonly seeAlso: string;
  readonly noAnswer: string;
  /** Precedes the nearest sections. */
  readonly unclear: string;
  readonly noPage: string;
  readonly asMarkdown: string;
  readonly otherLanguage: string;
  readonly skip: string;
  readonly badQuestion: string;
}

/** The labels by language. */
export const guideText: Readonly<Record<Language, GuideText>> = {
  en: {
    guide: "Gatehouse help",
    about: "How to invite people, give them roles, and see who may do what.",
    contents: "Pages",
    toPanel: "Back to Gatehouse",
    question: "Ask a question",
    example: "For example: how do I remove a person’s access?",
    ask: "Ask",
    from: "From:",
    seeAlso: "See also",
    noAnswer: "The guide says nothing about this. Try other words, or browse its pages.",
    unclear: "The guide has no clear answer to this question. These sections are near:",
    noPage: "The guide has no such page. It may have a new name: these are the pages.",
    asMarkdown: "This page as Markdown",
    otherLanguage: "Türkçe",
    skip: "Skip to content",
    badQuestion: "Enter a question of 2 to 300 characters, on one line.",
  },
  tr: {
    guide: "Gatehouse yardım",
    about: "İnsanlar nasıl davet edilir, onlara nasıl rol verilir, kimin ne yapabildiği nasıl görülür.",
    contents: "Sayfalar",
    toPanel: "Gatehouse’a dön",
    question: "Soru sorun",
    example: "Örneğin: birinin erişimini nasıl kaldırırım?",
    ask: "Sor",
    from: "Kaynak:",
    seeAlso: "Ayrıca bakın",
    noAnswer: "Kılavuzda bununla ilgili bir şey yok. Başka sözcüklerle deneyin ya da sayfalara göz atın.",
    unclear: "Kılavuzda bu sorunun açık bir yanıtı yok. Yakın bölümler şunlar:",
    noPage: "Kılavuzda böyle bir sayfa yok. Adı değişmiş olabilir: sayfalar aşağıda.",
    asMarkdown: "Bu sayfa Markdown olarak",
    otherLanguage: "English",
    skip: "İçeriğe geç",
    badQuestion: "2 ile 300 karakter arasında, tek satırlık bir soru yazın.",
  },
};

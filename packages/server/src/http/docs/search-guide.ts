/** Full-text search over the guide's sections, in both languages, and answers to questions. */
import { foldText, type Language } from "@gatehouse/sdk/contract";
import MiniSearch, { type MatchInfo } from "minisearch";
import { type Guide, type GuidePage, guideText } from "./guide.ts";
import type { Section } from "./markdown.ts";

interface SectionOfPage {
  readonly page: GuidePage;
  readonly section: Section;
}

/** A matching section. */
interface SearchHit extends SectionOfPage {
  /** How much of the question the section covers, from 0 to 1; rare words count more. */
  readonly coverage: number;
}

/** A word that no section contains weighs as if it were in a third of one. */
const unknownWordCount = 0.3;

/** The lowest coverage of an answer. Below it the sections are only named as near. */
const minCoverage = 0.45;

/** Finds sections, the best first. `near` is the slug of the current page, which ranks slightly higher. */
export type SearchGuide = (
  language: Language,
  question: string,
  options?: { readonly near?: string; readonly limit?: number },
) => readonly SearchHit[];

interface IndexedSection {
  readonly id: number;
  readonly title: string;
  readonly heading: string;
  readonly asked: string;
  readonly text: string;
}

/** The index of a language is built at its first search. */
export function createSearch(guide: Guide): SearchGuide {
  const indexes = new Map<Language, ReturnType<typeof indexLanguage>>();
  return (language, question, { near, limit = 4 } = {}) => {
    const index = indexes.get(language) ?? indexLanguage(guide, language);
    indexes.set(language, index);
    return index(question, near).slice(0, limit);
  };
}

function indexLanguage(guide: Guide, language: Language) {
  const sections = guide
    .in(language)
    .flatMap((page) => page.sections.map((section) => ({ page, section })))
    .filter(isSearchable);
  const documents = sections.map(({ page, section }, id) => toIndexedSection(id, page, section));
  const rarity = measureRarity(documents, language);
  const index = new MiniSearch<IndexedSection>({
    fields: ["title", "heading", "asked", "text"],
    tokenize: (text) => [...tokenize(text)],
    processTerm: (word) => toStem(language, word),
  });
  index.addAll(documents);
  return (question: string, near?: string): readonly SearchHit[] => {
    const stems = [...new Set(tokenize(question).flatMap((word) => toStem(language, word) ?? []))];
    return index
      .search(question, {
        boost: { title: 1.5, heading: 3, asked: 3 },
        prefix: (word) => word.length > 3,
        fuzzy: (word) => (word.length > 4 ? 0.2 : false),
        weights: { prefix: 0.4, fuzzy: 0.25 },
        boostDocument: (id) => (sections[id as number]?.page.slug === near ? 1.1 : 1),
      })
      .flatMap(({ id, match, score }) => {
        const found = sections[id as number];
        if (found === undefined) return [];
        const coverage = measureCoverage(stems, match, rarity);
        return { ...found, coverage, score: score * (0.5 + coverage) };
      })
      .toSorted((a, b) => b.score - a.score);
  };
}

/** Returns the weight of a stem: the rarer in the guide the heavier; a word that isn't there weighs most. */
function measureRarity(documents: readonly IndexedSection[], language: Language): (stem: string) => number {
  const counts = new Map<string, number>();
  for (const { title, heading, asked, text } of documents) {
    const words = tokenize(`${title} ${heading} ${asked} ${text}`);
    for (const stem of new Set(words.flatMap((word) => toStem(language, word) ?? [])))
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
  }
  return (stem) => Math.log(1 + documents.length / (counts.get(stem) ?? unknownWordCount));
}

/** A word that is only in the body, not in a heading or among the search words, may be there in passing. */
const bodyShare = 0.5;

/** The share of a question's words that a section contains, by weight. Numbers don't count. */
function measureCoverage(
  stems: readonly string[],
  match: MatchInfo,
  rarity: (stem: string) => number,
): number {
  let all = 0;
  let covered = 0;
  for (const stem of stems.filter((word) => !/^\d+$/.test(word))) {
    const weight = rarity(stem);
    all += weight;
    const fields = Object.keys(match).flatMap((term) => (isSameWord(term, stem) ? (match[term] ?? []) : []));
    if (fields.length > 0) covered += fields.every((field) => field === "text") ? weight * bodyShare : weight;
  }
  return all === 0 ? 0 : covered / all;
}

/** One is the other, or the other with a suffix: `rol` and `rolun`. */
function isSameWord(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short === long || (short.length >= 3 && long.startsWith(short));
}

/** Of the SDK reference only chapters are indexed: a hundred signatures would outrank the other pages. */
function isSearchable({ page, section }: SectionOfPage): boolean {
  return page.slug !== "sdk-reference" || section.level <= 2;
}

/** A section lists additional search words in a comment: `<!-- asked: … -->`. */
function toIndexedSection(
  id: number,
  { title }: GuidePage,
  { heading, markdown, text }: Section,
): IndexedSection {
  const asked = /<!--\s*asked:([\s\S]*?)-->/.exec(markdown)?.[1] ?? "";
  return { id, title, heading, asked, text };
}

/** The part of a text around the first matching word, for a list of results. */
function createExcerpt(text: string, question: string, language: Language, length = 220): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= length) return line;
  const stems = tokenize(question).flatMap((word) => toStem(language, word) ?? []);
  const starts = [...line.matchAll(/[\p{L}\p{N}]+/gu)];
  const hit = starts.find(([word]) => stems.some((stem) => foldText(word).startsWith(stem)));
  const sentence = line.lastIndexOf(". ", hit?.index ?? 0);
  const start = sentence === -1 ? 0 : sentence + 2;
  const cut = line.slice(start, start + length);
  const end = start + length >= line.length ? cut : `${cut.slice(0, cut.lastIndexOf(" "))} …`;
  return start === 0 ? end : `… ${end}`;
}

const stopWords: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    (
      "a an and are as at be been but by can could did do does for from get gets had has have how i if in into is it its " +
      "me my not of on or our says say said she should so some than that the their them then there they this to too until up us was " +
      "we were what when where which while whom will with would you your want need let make please anyone someone " +
      "somebody anybody he her his him again"
    ).split(" "),
  ),
  tr: new Set(
    (
      "acaba ama bana bazi ben beni benim bir biri birini biz bu bunu cok da daha de diye en gibi hangi hem her icin ile ise " +
      "istiyorum kadar ki kime kimi mi mu nasil ne nedir nerede nereden nereye niye o onu onun olan olarak olur " +
      "sonra su ve veya ya yani lazim gerek gerekiyor miyim misin musun muyum var yok edebilirim yapabilirim yapmaliyim " +
      "yapilir edilir edebilir olabilir"
    ).split(" "),
  ),
};

/** English synonyms, as stems. */
const synonyms: Readonly<Record<string, string>> = {
  fir: "suspend",
  rights: "permission",
  coworker: "colleagu",
  employe: "colleagu",
  email: "mail",
  spreadshet: "excel",
};

/** Splits a text into folded words. */
function tokenize(text: string): readonly string[] {
  return foldText(text.replaceAll(/[’']\p{L}+/gu, "")).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The stem of a word; null for a stop word. */
function toStem(language: Language, word: string): string | null {
  if (stopWords[language].has(word)) return null;
  if (language === "tr") return word.slice(0, turkishStemLength);
  const stem = englishStem(word);
  return synonyms[stem] ?? stem;
}

/**
 * Turkish is agglutinative, so the first five letters of a word serve as its stem: in search this is as good as a
 * morphological analysis (Can et al., "Information retrieval on Turkish texts", JASIST 59(3), 2008).
 */
const turkishStemLength = 5;

/** Removes the most common suffixes. The stem needn't be a word. */
function englishStem(word: string): string {
  if (word.length < 4) return word;
  const stem = word
    .replace(/ies$/, "y")
    .replace(/(?:ings?|edly|ed|es|s|ly)$/, "")
    .replace(/([b-df-hj-km-np-rtv-xz])\1$/, "$1");
  return (stem.length < 3 ? word : stem).replace(/e$/, "");
}

/** The response of a search. */
export interface HelpAnswer {
  readonly question: string;
  readonly language: Language;
  /** The best passage; null if none is about the whole question. The excerpts are then the nearest ones. */
  readonly answer: Passage | null;
  readonly excerpts: readonly Excerpt[];
}

/** A passage of the guide. */
export interface Passage {
  readonly title: string;
  readonly heading: string;
  /** Absolute, with the heading as fragment. */
  readonly url: string;
  readonly markdown: string;
}

/** Another match. */
interface Excerpt {
  readonly title: string;
  readonly heading: string;
  readonly url: string;
  readonly text: string;
}

/** A search request. */
export interface HelpQuestion {
  readonly question: string;
  readonly language: Language;
  /** The slug of the current page. */
  readonly near?: string;
  /** Base of absolute URLs. */
  readonly publicUrl: string;
}

/** Finds the best passage and up to three other matches; without a clear answer only the nearest matches. */
export function answerQuestion(search: SearchGuide, helpQuestion: HelpQuestion): HelpAnswer {
  const { question, language, near } = helpQuestion;
  const hits = search(language, question, near === undefined ? {} : { near });
  const best = hits[0] !== undefined && hits[0].coverage >= minCoverage ? hits[0] : undefined;
  const others = best === undefined ? hits : hits.slice(1);
  return {
    question,
    language,
    answer: best === undefined ? null : toPassage(best, helpQuestion),
    excerpts: others.map((found) => ({
      ...toLink(found, helpQuestion),
      text: createExcerpt(found.section.text || found.page.summary, question, language),
    })),
  };
}

function toPassage(found: SearchHit, helpQuestion: HelpQuestion): Passage {
  const markdown = withoutComments(found.section.markdown) || found.page.summary;
  return { ...toLink(found, helpQuestion), markdown: withAbsoluteLinks(markdown, helpQuestion) };
}

function toLink({ page, section }: SearchHit, { language, publicUrl }: HelpQuestion) {
  const fragment = section.level === 1 ? "" : `#${encodeURIComponent(section.anchor)}`;
  const url = `${publicUrl}/help/${page.slug}?lang=${language}${fragment}`;
  return { title: page.title, heading: section.heading, url };
}

/** Replaces relative links between pages by absolute URLs. */
function withAbsoluteLinks(markdown: string, { language, publicUrl }: HelpQuestion): string {
  return markdown.replaceAll(
    /\]\(([a-z-]+)\.md(#[^)]*)?\)/g,
    (_, slug: string, fragment = "") => `](${publicUrl}/help/${slug}?lang=${language}${fragment})`,
  );
}

/** Removes comments, which are for the search index only. */
export function withoutComments(markdown: string): string {
  return markdown.replaceAll(/<!--[\s\S]*?-->\n*/g, "").trim();
}

/** The answer as Markdown. */
export function formatAnswer({ question, language, answer, excerpts }: HelpAnswer, contents: string): string {
  const words = guideText[language];
  const title = `# ${question.replaceAll(/\s+/g, " ")}`;
  const list = excerpts
    .map((excerpt) => `- [${formatTitle(excerpt)}](${excerpt.url}): ${excerpt.text}`)
    .join("\n");
  if (answer === null)
    return excerpts.length === 0
      ? `${title}\n\n${words.noAnswer}\n\n${contents}\n`
      : `${title}\n\n${words.unclear}\n\n${list}\n`;
  const parts = [title, answer.markdown, `${words.from} [${formatTitle(answer)}](${answer.url})`];
  if (excerpts.length > 0) parts.push(`## ${words.seeAlso}`, list);
  return `${parts.join("\n\n")}\n`;
}

/** Page title and heading, or only one if they are the same. */
export function formatTitle({ title, heading }: Pick<Passage, "title" | "heading">): string {
  return title === heading ? title : `${title}: ${heading}`;
}

/** Full-text search over the guide's sections, in both languages. */
import type { Language } from "@gatehouse/sdk/contract";
import MiniSearch, { type MatchInfo } from "minisearch";
import type { Guide, GuidePage } from "./guide.ts";
import type { Section } from "./markdown.ts";
import { tokenize, toStem } from "./stems.ts";

interface SectionOfPage {
  readonly page: GuidePage;
  readonly section: Section;
}

/** A matching section. */
export interface SearchHit extends SectionOfPage {
  /** How much of the question the section covers, from 0 to 1; rare words count more. */
  readonly coverage: number;
}

/** A word that no section contains weighs as if it were in a third of one. */
const unknownWordCount = 0.3;

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

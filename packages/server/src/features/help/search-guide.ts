/** A full-text index over the guide's sections: local, without a model, in both languages. */
import { foldText, type Language } from "@gatehouse/sdk/contract";
import MiniSearch from "minisearch";
import type { Guide, GuidePage } from "./guide.ts";
import type { Section } from "./split-sections.ts";
import { stemOf, wordsOf } from "./words.ts";

/** A section that has to do with a question. */
export interface Found {
  readonly page: GuidePage;
  readonly section: Section;
}

/** Finds sections, the best first. `near` is the slug of the page on which the question was asked. */
export type SearchGuide = (
  language: Language,
  question: string,
  options?: { readonly near?: string; readonly limit?: number },
) => readonly Found[];

interface Indexed {
  readonly id: number;
  readonly title: string;
  readonly heading: string;
  readonly asked: string;
  readonly text: string;
}

/** Builds the index of each language when the first question in it comes. */
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
    .filter(isAnswer);
  const index = new MiniSearch<Indexed>({
    fields: ["title", "heading", "asked", "text"],
    tokenize: (text) => [...wordsOf(text)],
    processTerm: (word) => stemOf(language, word),
  });
  index.addAll(sections.map(({ page, section }, id) => indexed(id, page, section)));
  return (question: string, near?: string): readonly Found[] =>
    index
      .search(question, {
        boost: { title: 1.5, heading: 3, asked: 3 },
        prefix: (word) => word.length > 3,
        fuzzy: (word) => (word.length > 4 ? 0.2 : false),
        weights: { prefix: 0.4, fuzzy: 0.25 },
        boostDocument: (id) => (sections[id as number]?.page.slug === near ? 1.1 : 1),
      })
      .flatMap(({ id }) => sections[id as number] ?? []);
}

/**
 * Of the SDK reference its chapters answer, which list what is in them: a hundred signatures would drown what people ask in
 * words.
 */
function isAnswer({ page, section }: Found): boolean {
  return page.slug !== "sdk-reference" || section.level <= 2;
}

/** Words in which a section is asked for and that it doesn't use itself stand in a comment: `<!-- asked: … -->`. */
function indexed(id: number, { title }: GuidePage, { heading, markdown, text }: Section): Indexed {
  const asked = /<!--\s*asked:([\s\S]*?)-->/.exec(markdown)?.[1] ?? "";
  return { id, title, heading, asked, text };
}

/** The part of a text round the first word of a question, for a list of results. */
export function excerptOf(text: string, question: string, language: Language, length = 220): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= length) return line;
  const stems = wordsOf(question).flatMap((word) => stemOf(language, word) ?? []);
  const starts = [...line.matchAll(/[\p{L}\p{N}]+/gu)];
  const hit = starts.find(([word]) => stems.some((stem) => foldText(word).startsWith(stem)));
  const sentence = line.lastIndexOf(". ", hit?.index ?? 0);
  const start = sentence === -1 ? 0 : sentence + 2;
  const cut = line.slice(start, start + length);
  const end = start + length >= line.length ? cut : `${cut.slice(0, cut.lastIndexOf(" "))} …`;
  return start === 0 ? end : `… ${end}`;
}

/** Answers questions with a passage of the guide. */
import { foldText, type Language } from "@gatehouse/sdk/contract";
import { guideText } from "./guide.ts";
import type { SearchGuide, SearchHit } from "./search-guide.ts";
import { tokenize, toStem } from "./stems.ts";

/** The lowest coverage of an answer. Below it the sections are only named as near. */
const minCoverage = 0.45;

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

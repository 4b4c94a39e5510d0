/** Answers a question with the best passage of the guide. */
import type { Language } from "@gatehouse/sdk/contract";
import { guideText } from "./guide-text.ts";
import { createExcerpt, type SearchGuide, type SearchHit } from "./search-guide.ts";

/** The response of a search. */
export interface HelpAnswer {
  readonly question: string;
  readonly language: Language;
  /** The best passage; null without a match. */
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

/** Finds the best passage and up to three other matches. */
export function answerQuestion(search: SearchGuide, helpQuestion: HelpQuestion): HelpAnswer {
  const { question, language, near } = helpQuestion;
  const [best, ...others] = search(language, question, near === undefined ? {} : { near });
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
  if (answer === null) return `${title}\n\n${words.noAnswer}\n\n${contents}\n`;
  const parts = [title, answer.markdown, `${words.from} [${formatTitle(answer)}](${answer.url})`];
  if (excerpts.length > 0)
    parts.push(
      `## ${words.seeAlso}`,
      excerpts.map((excerpt) => `- [${formatTitle(excerpt)}](${excerpt.url}): ${excerpt.text}`).join("\n"),
    );
  return `${parts.join("\n\n")}\n`;
}

/** Page title and heading, or only one if they are the same. */
export function formatTitle({ title, heading }: Pick<Passage, "title" | "heading">): string {
  return title === heading ? title : `${title}: ${heading}`;
}

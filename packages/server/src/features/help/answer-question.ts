/** Answers a question about Gatehouse with the passage of the guide that says it. */
import type { Language } from "@gatehouse/sdk/contract";
import { guideText } from "./guide-text.ts";
import { excerptOf, type Found, type SearchGuide } from "./search-guide.ts";

/** An answer, for programs. */
export interface HelpAnswer {
  readonly question: string;
  readonly language: Language;
  /** The passage that answers best; null when the guide says nothing about it. */
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

/** Where else something stands about it. */
interface Excerpt {
  readonly title: string;
  readonly heading: string;
  readonly url: string;
  readonly text: string;
}

/** What is asked, where, and in which language. */
export interface Question {
  readonly question: string;
  readonly language: Language;
  /** The page on which it is asked. */
  readonly near?: string;
  /** Base of the addresses. */
  readonly publicUrl: string;
}

/** Finds the passage and up to three further places. */
export function answerQuestion(search: SearchGuide, asked: Question): HelpAnswer {
  const { question, language, near } = asked;
  const [best, ...others] = search(language, question, near === undefined ? {} : { near });
  return {
    question,
    language,
    answer: best === undefined ? null : passageOf(best, asked),
    excerpts: others.map((found) => ({
      ...placeOf(found, asked),
      text: excerptOf(found.section.text || found.page.summary, question, language),
    })),
  };
}

function passageOf(found: Found, asked: Question): Passage {
  const markdown = withoutComments(found.section.markdown) || found.page.summary;
  return { ...placeOf(found, asked), markdown: withAddresses(markdown, asked) };
}

function placeOf({ page, section }: Found, { language, publicUrl }: Question) {
  const fragment = section.level === 1 ? "" : `#${encodeURIComponent(section.anchor)}`;
  const url = `${publicUrl}/help/${page.slug}?lang=${language}${fragment}`;
  return { title: page.title, heading: section.heading, url };
}

/** Links between pages are relative files in the repository; whoever reads a passage elsewhere needs whole addresses. */
function withAddresses(markdown: string, { language, publicUrl }: Question): string {
  return markdown.replaceAll(
    /\]\(([a-z-]+)\.md(#[^)]*)?\)/g,
    (_, slug: string, fragment = "") => `](${publicUrl}/help/${slug}?lang=${language}${fragment})`,
  );
}

/** Takes out what is there for the search alone. */
export function withoutComments(markdown: string): string {
  return markdown.replaceAll(/<!--[\s\S]*?-->\n*/g, "").trim();
}

/** The answer as Markdown. */
export function writeAnswer({ question, language, answer, excerpts }: HelpAnswer, contents: string): string {
  const words = guideText[language];
  const title = `# ${question.replaceAll(/\s+/g, " ")}`;
  if (answer === null) return `${title}\n\n${words.noAnswer}\n\n${contents}\n`;
  const parts = [title, answer.markdown, `${words.from} [${nameOf(answer)}](${answer.url})`];
  if (excerpts.length > 0)
    parts.push(
      `## ${words.seeAlso}`,
      excerpts.map((excerpt) => `- [${nameOf(excerpt)}](${excerpt.url}): ${excerpt.text}`).join("\n"),
    );
  return `${parts.join("\n\n")}\n`;
}

/** Page and heading, once where they are the same. */
export function nameOf({ title, heading }: Pick<Passage, "title" | "heading">): string {
  return title === heading ? title : `${title}: ${heading}`;
}

/** The help pages as HTML, without scripts. */
import type { Language } from "@gatehouse/sdk/contract";
import { escapeHtml } from "../escape-html.ts";
import { formatTitle, type HelpAnswer } from "./answer-question.ts";
import { type Guide, type GuidePage, guideText } from "./guide.ts";
import { renderMarkdown } from "./markdown.ts";

/** The guide and the language of a page. */
export interface PageContext {
  readonly guide: Guide;
  readonly language: Language;
}

/** A page of the guide. */
export function renderGuidePage(frame: PageContext, page: GuidePage): string {
  const words = guideText[frame.language];
  const article = renderMarkdown(page.markdown, frame.language);
  const markdown = `<p class="quiet"><a href="/help/${page.slug}.md?lang=${frame.language}">${words.asMarkdown}</a></p>`;
  return renderLayout(frame, { title: page.title, slug: page.slug, content: `${article}${markdown}` });
}

/** The list of pages with a search form. */
export function renderContents(frame: PageContext): string {
  const words = guideText[frame.language];
  const content = `<h1>${words.guide}</h1><p>${words.about}</p>${renderForm(frame.language, "")}${renderList(frame)}`;
  return renderLayout(frame, { title: words.contents, slug: null, content });
}

/** The answer to a question. */
export function renderAnswer(frame: PageContext, answer: HelpAnswer): string {
  const words = guideText[frame.language];
  const form = renderForm(frame.language, answer.question);
  const content = `<h1>${words.guide}</h1>${form}${renderResults(frame, answer)}`;
  return renderLayout(frame, { title: answer.question, slug: null, content });
}

/** The page for an unknown address or an invalid question. */
export function renderError(frame: PageContext, sentence: string): string {
  const words = guideText[frame.language];
  const content = `<h1>${words.guide}</h1><p>${escapeHtml(sentence)}</p>${renderForm(frame.language, "")}${renderList(frame)}`;
  return renderLayout(frame, { title: words.guide, slug: null, content });
}

function renderResults(frame: PageContext, { answer, excerpts }: HelpAnswer): string {
  const words = guideText[frame.language];
  const link = (place: { readonly title: string; readonly heading: string; readonly url: string }) =>
    `<a href="${escapeHtml(place.url)}">${escapeHtml(formatTitle(place))}</a>`;
  const others = excerpts.map((excerpt) => `<li>${link(excerpt)}<br>${escapeHtml(excerpt.text)}</li>`);
  const list = others.length === 0 ? "" : `<ul class="found">${others.join("")}</ul>`;
  if (answer === null)
    return list === "" ? `<p>${words.noAnswer}</p>${renderList(frame)}` : `<p>${words.unclear}</p>${list}`;
  return `<section class="answer" aria-label="${escapeHtml(formatTitle(answer))}">${renderMarkdown(answer.markdown, frame.language)}
<p class="quiet">${words.from} ${link(answer)}</p></section>
${list === "" ? "" : `<h2>${words.seeAlso}</h2>${list}`}`;
}

function renderForm(language: Language, question: string): string {
  const words = guideText[language];
  return `<form action="/help" method="get" role="search">
<input type="hidden" name="lang" value="${language}">
<label for="ask">${words.question}</label>
<div><input id="ask" name="ask" type="search" maxlength="300" required value="${escapeHtml(question)}" aria-describedby="example"><button>${words.ask}</button></div>
<p id="example" class="quiet">${words.example}</p>
</form>`;
}

function renderList({ guide, language }: PageContext): string {
  const items = guide
    .in(language)
    .map(
      ({ slug, title, summary }) =>
        `<li><a href="/help/${slug}?lang=${language}">${escapeHtml(title)}</a><br>${escapeHtml(summary)}</li>`,
    );
  return `<h2>${guideText[language].contents}</h2><ul class="found">${items.join("")}</ul>`;
}

interface PageContent {
  readonly title: string;
  /** The current page; null for the list. */
  readonly slug: string | null;
  readonly content: string;
}

function renderLayout(frame: PageContext, { title, slug, content }: PageContent): string {
  const { language } = frame;
  const words = guideText[language];
  const other: Language = language === "en" ? "tr" : "en";
  const here = slug === null ? "/help" : `/help/${slug}`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · ${words.guide}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="alternate" hreflang="${other}" href="${here}?lang=${other}">
<link rel="stylesheet" href="/help/help.css">
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header><a class="home" href="/help?lang=${language}">${mark}${words.guide}</a>
<span><a href="${here}?lang=${other}" lang="${other}" hreflang="${other}">${words.otherLanguage}</a>
<a href="/">${words.toPanel}</a></span></header>
<div class="columns">
<nav aria-label="${words.contents}">${renderNavigation(frame, slug)}</nav>
<main id="content" tabindex="-1">${content}</main>
</div>
</body>
</html>`;
}

/** Gatehouse's mark. */
export const mark =
  '<svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true"><path fill="currentColor" d="M1 2.5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1V4h6V2.5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1V15h-4v-4.5a3 3 0 0 0-6 0V15H1z"/></svg>';

function renderNavigation({ guide, language }: PageContext, current: string | null): string {
  const items = guide.in(language).map(({ slug, title }) => {
    const mark = slug === current ? ' aria-current="page"' : "";
    return `<li><a href="/help/${slug}?lang=${language}"${mark}>${escapeHtml(title)}</a></li>`;
  });
  return `<ul>${items.join("")}</ul>`;
}

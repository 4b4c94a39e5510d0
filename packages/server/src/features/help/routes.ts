/** The guide for people (`/help/<page>`), for programs (`/help/<page>.md`, `/llms.txt`), and its answers to questions. */
import { readFileSync } from "node:fs";
import type { Language } from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import { findAccount } from "../../http/authenticate.ts";
import { answerRefusal } from "../../http/problem.ts";
import { refuseUnreadableQuery } from "../../http/read-query.ts";
import { Refusal } from "../../http/refusal.ts";
import { answerQuestion, type HelpAnswer, withoutComments, writeAnswer } from "./answer-question.ts";
import { type Guide, type GuidePage, guideLanguages, readGuide } from "./guide.ts";
import { guideText } from "./guide-text.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderAnswer, renderContents, renderGuidePage, renderMistake } from "./render-page.ts";
import { createSearch } from "./search-guide.ts";

type HelpDeps = Pick<Deps, "db" | "clock" | "config" | "lastUse" | "log">;

const style = readFileSync(new URL("help.css", import.meta.url), "utf8");
const open = { schema: { hide: true }, config: { policy: { public: "the guide holds nobody's data" } } };
const types = {
  html: "text/html; charset=utf-8",
  markdown: "text/markdown; charset=utf-8",
  json: "application/json; charset=utf-8",
} as const;

type Format = keyof typeof types;

interface Asked {
  readonly slug: string | null;
  readonly format: Format;
  readonly language: Language;
  /** Null: a page is wanted. */
  readonly question: string | null;
}

/** Registers the help pages, below `/help`, and `/llms.txt`. */
export function registerHelp(app: FastifyInstance, deps: HelpDeps, guide: Guide = readGuide()): void {
  const search = createSearch(guide);
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    refuseUnreadableQuery(request.url);
    const asked = await readAsked(deps, request, reply);
    if (asked.question !== null && !isQuestion(asked.question))
      return refuse(request, reply, { guide, asked, status: 422 });
    const page = asked.slug === null ? null : guide.find(asked.language, asked.slug);
    if (page === undefined) return refuse(request, reply, { guide, asked, status: 404 });
    reply.type(types[asked.format]);
    if (asked.question === null) return reply.send(writePage(guide, asked, page));
    const found = answerQuestion(search, {
      question: asked.question.trim(),
      language: asked.language,
      ...(page === null ? {} : { near: page.slug }),
      publicUrl: deps.config.publicUrl,
    });
    return reply.send(writeFound(guide, asked, found));
  };
  app.get("/help/help.css", open, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=3600").send(style),
  );
  app.get("/help", open, answer);
  app.get("/help/", open, answer);
  app.get("/help/:page", open, answer);
  app.get("/llms.txt", open, async (_request, reply) =>
    reply
      .type("text/plain; charset=utf-8")
      .header("cache-control", "public, max-age=3600")
      .send(llmsText(guide, deps)),
  );
}

/** One line and no control characters: what is longer is no question. */
function isQuestion(text: string): boolean {
  const { length } = text.trim();
  return length >= 2 && length <= 300 && !/\p{Cc}|\p{Cs}/u.test(text) && /[\p{L}\p{N}]/u.test(text);
}

async function readAsked(deps: HelpDeps, request: FastifyRequest, reply: FastifyReply): Promise<Asked> {
  const { page = null } = request.params as { readonly page?: string };
  const query = request.query as Readonly<Record<string, unknown>>;
  const isMarkdown = page?.endsWith(".md") ?? false;
  const wantsJson = /\bapplication\/(?:[a-z]+\+)?json\b/.test(request.headers.accept ?? "");
  const ask = query["ask"];
  return {
    slug: page?.replace(/\.md$/, "") ?? null,
    format: wantsJson ? "json" : isMarkdown ? "markdown" : "html",
    language: await languageOf(deps, request, reply),
    question: ask === undefined ? null : [ask].flat().join(" "),
  };
}

/** `?lang=`, else the account's language, else the browser's. Only the first makes an answer that others may keep. */
async function languageOf(deps: HelpDeps, request: FastifyRequest, reply: FastifyReply): Promise<Language> {
  const { lang } = request.query as { readonly lang?: unknown };
  const named = guideLanguages.find((language) => language === lang);
  reply.header("vary", "accept, accept-language, cookie");
  reply.header("cache-control", named === undefined ? "private, no-cache" : "public, max-age=300");
  if (named !== undefined) return named;
  const accepted = (request.headers["accept-language"] ?? "")
    .split(",")
    .map((tag) => tag.trim().slice(0, 2).toLowerCase());
  const account = await findAccount(deps, request).catch((error: unknown) => {
    // Help is wanted most while something is broken.
    deps.log.warn({ err: error }, "The help page doesn't know who reads it.");
    return null;
  });
  return account?.language ?? guideLanguages.find((language) => accepted.includes(language)) ?? "en";
}

function writePage(guide: Guide, { format, language }: Asked, page: GuidePage | null): unknown {
  const frame = { guide, language };
  if (format === "html") return page === null ? renderContents(frame) : renderGuidePage(frame, page);
  if (format === "markdown")
    return page === null ? contentsOf(guide, language) : `${withoutComments(page.markdown)}\n`;
  if (page === null)
    return {
      language,
      pages: guide.in(language).map(({ slug, title, summary }) => ({ slug, title, summary })),
    };
  const { slug, title, summary, markdown } = page;
  return { language, slug, title, summary, html: renderMarkdown(markdown, language) };
}

function writeFound(guide: Guide, { format, language }: Asked, found: HelpAnswer): unknown {
  if (format === "html") return renderAnswer({ guide, language }, found);
  if (format === "markdown") return writeAnswer(found, contentsOf(guide, language));
  const { answer } = found;
  return {
    ...found,
    answer: answer === null ? null : { ...answer, html: renderMarkdown(answer.markdown, language) },
  };
}

interface Mistake {
  readonly guide: Guide;
  readonly asked: Asked;
  readonly status: 404 | 422;
}

/** Says what is wrong in the format that was asked for. */
function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { guide, asked, status }: Mistake,
): FastifyReply {
  const { format, language } = asked;
  const words = guideText[language];
  const sentence = status === 404 ? words.noPage : words.badQuestion;
  reply.header("cache-control", "no-store");
  if (format === "json") return answerRefusal(refusalFor(status, sentence), request, reply);
  reply.status(status).type(types[format]);
  if (format === "html") return reply.send(renderMistake({ guide, language }, sentence));
  return reply.send(`# ${status}\n\n${sentence}\n\n${contentsOf(guide, language)}\n`);
}

function refusalFor(status: 404 | 422, detail: string): Refusal {
  if (status === 404) return new Refusal("not-found", { detail });
  return new Refusal("request/invalid", {
    detail,
    errors: [{ path: "ask", code: "invalid/question", detail }],
  });
}

function contentsOf(guide: Guide, language: Language): string {
  return guide
    .in(language)
    .map(({ slug, title, summary }) => `- [${title}](/help/${slug}.md?lang=${language}): ${summary}`)
    .join("\n");
}

/** The index for programs, as https://llmstxt.org has it. */
function llmsText(guide: Guide, { config: { publicUrl } }: HelpDeps): string {
  const list = (language: Language) =>
    guide
      .in(language)
      .map(
        ({ slug, title, summary }) =>
          `- [${title}](${publicUrl}/help/${slug}.md?lang=${language}): ${summary}`,
      )
      .join("\n");
  return `# Gatehouse

> The users, roles and invitations of an admin panel: who may enter it, and what each person may do there.

Every page of the guide is Markdown. Add \`?ask=<question>\` to a page's address to get the passage that answers a question, with
further places, for example ${publicUrl}/help/getting-started.md?ask=how+do+I+invite+a+colleague

The HTTP API is described at ${publicUrl}/api/v1/openapi.json (OpenAPI 3.1).

## User guide

${list("en")}

## Kullanım kılavuzu (Turkish)

${list("tr")}
`;
}

/** The guide as HTML (`/help/<page>`) and Markdown (`/help/<page>.md`, `/llms.txt`), and its search (`?ask=`). */
import { readFileSync } from "node:fs";
import type { Language } from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findAccount } from "../../auth/authenticate-request.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { addBasePath, getBasePath } from "../base-path.ts";
import { sendApiError } from "../error-handler.ts";
import { rejectInvalidQuery } from "../query.ts";
import { answerQuestion, formatAnswer, type HelpAnswer, withoutComments } from "./answer-question.ts";
import { type Guide, type GuidePage, guideLanguages, guideText, readGuide } from "./guide.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderAnswer, renderContents, renderError, renderGuidePage } from "./render-page.ts";
import { createSearch } from "./search-guide.ts";

type DocsDeps = Pick<Deps, "db" | "clock" | "config" | "lastUse" | "log">;

const stylesheet = readFileSync(new URL("help.css", import.meta.url), "utf8");
const publicRoute = { schema: { hide: true }, config: { policy: { public: "the guide is public" } } };
const contentTypes = {
  html: "text/html; charset=utf-8",
  markdown: "text/markdown; charset=utf-8",
  json: "application/json; charset=utf-8",
} as const;

type Format = keyof typeof contentTypes;

interface HelpRequest {
  readonly slug: string | null;
  readonly format: Format;
  readonly language: Language;
  /** Null for a request for a page. */
  readonly question: string | null;
}

/** The guide and its search. */
interface Help {
  readonly guide: Guide;
  readonly search: ReturnType<typeof createSearch>;
}

let loadedHelp: Help | null = null;

/** Loads the guide at the first request for it: parsing takes a tenth of a second, and a start shouldn't wait for it. */
function loadHelp(): Help {
  if (loadedHelp === null) {
    const guide = readGuide();
    loadedHelp = { guide, search: createSearch(guide) };
  }
  return loadedHelp;
}

/** Registers the help pages, below `/help`, and `/llms.txt`. */
export function registerHelp(app: FastifyInstance, deps: DocsDeps): void {
  const basePath = getBasePath(deps.config);
  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    rejectInvalidQuery(request.url);
    const { guide, search } = loadHelp();
    const helpRequest = await parseRequest(deps, request, reply);
    if (helpRequest.question !== null && !isValidQuestion(helpRequest.question))
      return sendHelpError(request, reply, { guide, helpRequest, status: 422, basePath });
    const page = helpRequest.slug === null ? null : guide.find(helpRequest.language, helpRequest.slug);
    if (page === undefined)
      return sendHelpError(request, reply, { guide, helpRequest, status: 404, basePath });
    reply.type(contentTypes[helpRequest.format]);
    if (helpRequest.question === null)
      return reply.send(serializePage(guide, helpRequest, { page, basePath }));
    const found = answerQuestion(search, {
      question: helpRequest.question.trim(),
      language: helpRequest.language,
      ...(page === null ? {} : { near: page.slug }),
      publicUrl: deps.config.publicUrl,
    });
    return reply.send(serializeAnswer(guide, helpRequest, { found, basePath }));
  };
  app.get("/help/help.css", publicRoute, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=3600").send(stylesheet),
  );
  app.get("/help", publicRoute, handle);
  app.get("/help/", publicRoute, handle);
  app.get("/help/:page", publicRoute, handle);
  app.get("/llms.txt", publicRoute, async (_request, reply) =>
    reply
      .type("text/plain; charset=utf-8")
      .header("cache-control", "public, max-age=3600")
      .send(renderLlmsText(loadHelp().guide, deps)),
  );
}

/** 2 to 300 characters on one line, without control characters. */
function isValidQuestion(text: string): boolean {
  const { length } = text.trim();
  return length >= 2 && length <= 300 && !/\p{Cc}|\p{Cs}/u.test(text) && /[\p{L}\p{N}]/u.test(text);
}

async function parseRequest(
  deps: DocsDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<HelpRequest> {
  const { page = null } = request.params as { readonly page?: string };
  const query = request.query as Readonly<Record<string, unknown>>;
  const isMarkdown = page?.endsWith(".md") ?? false;
  const wantsJson = /\bapplication\/(?:[a-z]+\+)?json\b/.test(request.headers.accept ?? "");
  const ask = query["ask"];
  return {
    slug: page?.replace(/\.md$/, "") ?? null,
    format: wantsJson ? "json" : isMarkdown ? "markdown" : "html",
    language: await detectLanguage(deps, request, reply),
    question: ask === undefined ? null : [ask].flat().join(" "),
  };
}

/** `?lang=`, else the account's language, else the browser's. Only with `?lang=` is the response cacheable for everyone. */
async function detectLanguage(
  deps: DocsDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Language> {
  const { lang } = request.query as { readonly lang?: unknown };
  const named = guideLanguages.find((language) => language === lang);
  reply.header("vary", "accept, accept-language, cookie");
  reply.header("cache-control", named === undefined ? "private, no-cache" : "public, max-age=300");
  if (named !== undefined) return named;
  const accepted = (request.headers["accept-language"] ?? "")
    .split(",")
    .map((tag) => tag.trim().slice(0, 2).toLowerCase());
  const account = await findAccount(deps, request).catch((error: unknown) => {
    // Help has to work while the database is unavailable.
    deps.log.warn({ err: error }, "The help page could not load the reader's account.");
    return null;
  });
  return account?.language ?? guideLanguages.find((language) => accepted.includes(language)) ?? "en";
}

function serializePage(
  guide: Guide,
  { format, language }: HelpRequest,
  { page, basePath }: { readonly page: GuidePage | null; readonly basePath: string },
): unknown {
  const frame = { guide, language };
  const toLinks = (text: string): string => addBasePath(text, basePath);
  if (format === "html") return toLinks(page === null ? renderContents(frame) : renderGuidePage(frame, page));
  if (format === "markdown")
    return toLinks(page === null ? formatContents(guide, language) : `${withoutComments(page.markdown)}\n`);
  if (page === null)
    return {
      language,
      pages: guide.in(language).map(({ slug, title, summary }) => ({ slug, title, summary })),
    };
  const { slug, title, summary, markdown } = page;
  return { language, slug, title, summary, html: toLinks(renderMarkdown(markdown, language)) };
}

function serializeAnswer(
  guide: Guide,
  { format, language }: HelpRequest,
  { found, basePath }: { readonly found: HelpAnswer; readonly basePath: string },
): unknown {
  const toLinks = (text: string): string => addBasePath(text, basePath);
  if (format === "html") return toLinks(renderAnswer({ guide, language }, found));
  if (format === "markdown") return toLinks(formatAnswer(found, formatContents(guide, language)));
  const { answer } = found;
  return {
    ...found,
    answer: answer === null ? null : { ...answer, html: toLinks(renderMarkdown(answer.markdown, language)) },
  };
}

interface HelpError {
  readonly guide: Guide;
  readonly helpRequest: HelpRequest;
  readonly status: 404 | 422;
  readonly basePath: string;
}

/** Sends an error in the requested format. */
function sendHelpError(
  request: FastifyRequest,
  reply: FastifyReply,
  { guide, helpRequest, status, basePath }: HelpError,
): FastifyReply {
  const { format, language } = helpRequest;
  const words = guideText[language];
  const sentence = status === 404 ? words.noPage : words.badQuestion;
  reply.header("cache-control", "no-store");
  if (format === "json") return sendApiError(toApiError(status, sentence), request, reply);
  reply.status(status).type(contentTypes[format]);
  if (format === "html") return reply.send(addBasePath(renderError({ guide, language }, sentence), basePath));
  const contents = addBasePath(formatContents(guide, language), basePath);
  return reply.send(`# ${status}\n\n${sentence}\n\n${contents}\n`);
}

function toApiError(status: 404 | 422, detail: string): ApiError {
  if (status === 404) return new ApiError("not-found", { detail });
  return new ApiError("request/invalid", {
    detail,
    errors: [{ path: "ask", code: "invalid/question", detail }],
  });
}

function formatContents(guide: Guide, language: Language): string {
  return guide
    .in(language)
    .map(({ slug, title, summary }) => `- [${title}](/help/${slug}.md?lang=${language}): ${summary}`)
    .join("\n");
}

/** The index for programs, in the format of https://llmstxt.org. */
function renderLlmsText(guide: Guide, { config: { publicUrl } }: DocsDeps): string {
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

/** Serves the built panel: hashed files as immutable, and one page for every other path, which routes itself. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import files from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError, notFound } from "../errors/api-error.ts";
import { panelFolder } from "../package-files.ts";
import { addBasePath } from "./base-path.ts";
import { sendApiError } from "./error-handler.ts";

const oneYear = 31_536_000;

/** Where the panel's files are, and the path of PUBLIC_URL. */
export interface PanelOptions {
  readonly directory?: string;
  readonly basePath: string;
}

/** Registers the panel, if it is built, and the handler for unknown paths. */
export async function registerPanel(
  app: FastifyInstance,
  createNotFound: CreateNotFound,
  { directory = panelFolder, basePath }: PanelOptions,
): Promise<void> {
  const paths = listFiles(directory);
  const page = basePath !== "" && paths.has("index.html") ? renderPage(directory, basePath) : null;
  const sendPage = (reply: FastifyReply): FastifyReply =>
    page === null ? sendPanelFile(reply, "index.html") : reply.type("text/html; charset=utf-8").send(page);
  const respond = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const repaired = restoreFragment(request);
    if (repaired !== null) return reply.redirect(`${basePath}${repaired}`);
    const path = getPath(request).slice(1);
    if (path === "index.html" && paths.has(path)) return sendPage(reply);
    if (paths.has(path)) return sendPanelFile(reply, path);
    if (paths.has("index.html") && isNavigation(request)) return sendPage(reply);
    return sendApiError(createNotFound(request), request, reply);
  };
  await app.register(files, { root: directory, serve: false, cacheControl: false, preCompressed: true });
  app.get("/*", { schema: { hide: true }, config: { policy: { public: "pages without content" } } }, respond);
  app.setNotFoundHandler(respond);
}

/** The page for a base path: its files have it, and the panel's scripts read it from the first element. */
function renderPage(directory: string, basePath: string): string {
  const page = readFileSync(join(directory, "index.html"), "utf8");
  return addBasePath(page, basePath).replace("<html ", `<html data-base="${basePath}" `);
}

/**
 * The URL of a link whose `#` a mail program encoded, otherwise null. The secret is in the fragment again after the
 * redirect, where no server sees it. The path is one word: it can't lead to another host.
 */
function restoreFragment({ method, url }: FastifyRequest): string | null {
  if (method !== "GET" && method !== "HEAD") return null;
  const [, page, fragment] = /^\/([a-z-]+)\/?%(?:25)*23([^?]*)/i.exec(url) ?? [];
  return page === undefined || fragment === undefined ? null : `/${page.toLowerCase()}#${fragment}`;
}

/** File names in `assets` contain a hash of the content. */
function sendPanelFile(reply: FastifyReply, path: string): FastifyReply {
  if (path.startsWith("assets/")) reply.header("cache-control", `public, max-age=${oneYear}, immutable`);
  return reply.sendFile(path);
}

function listFiles(directory: string): ReadonlySet<string> {
  if (!existsSync(directory)) return new Set();
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(directory.length + 1).replaceAll("\\", "/"));
  return new Set(paths.filter((path) => !/^\.|\.(?:br|gz)$/.test(path)));
}

const reservedPaths = /^\/(?:api|help|access|\.well-known|assets|livez|readyz|metrics)(?:\/|$)/;

/** A browser opens a page: a path without a file extension, outside the API. */
function isNavigation(request: FastifyRequest): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const path = getPath(request);
  if (reservedPaths.test(path) || /\.[a-z0-9]+$/i.test(path)) return false;
  const { accept } = request.headers;
  return accept === undefined || /text\/html|\*\/\*/.test(accept);
}

/** Creates the error for a request that matches no route. */
export type CreateNotFound = (request: FastifyRequest) => ApiError;

/** Tracks the routes that are registered from now on. */
export function trackRoutes(app: FastifyInstance): CreateNotFound {
  const methodsByUrl = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url.includes("*")) return;
    const methods = methodsByUrl.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsByUrl.set(url, methods);
  });
  return (request) => {
    const path = getPath(request).split("/");
    const matching = [...methodsByUrl].filter(([url]) => matches(url.split("/"), path));
    const methods = [...new Set(matching.flatMap(([, names]) => [...names]))].toSorted();
    if (methods.length === 0) return unknownPath(getPath(request));
    return new ApiError("request/method", {
      detail: `${request.method} is not supported here. Use ${methods.join(", ")}.`,
      allow: methods,
    });
  };
}

/** Programs get the base URL wrong in one way more often than in others. */
function unknownPath(path: string): ApiError {
  if (!path.startsWith("/api/")) return notFound();
  return new ApiError("not-found", {
    detail: path.startsWith("/api/v1/api/v1")
      ? "The URL has /api/v1 twice. Configure the address of Gatehouse without /api/v1, like https://gate.example.com."
      : "The API has no such path. Compare it with /api/v1/openapi.json; the address of Gatehouse is configured without /api/v1.",
  });
}

/** The path of a request, without its query. */
function getPath(request: FastifyRequest): string {
  return request.url.split(/[?#]/)[0] ?? "";
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length && pattern.every((part, at) => part.startsWith(":") || part === path[at])
  );
}

/** Serves the built panel: hashed files as immutable, and one page for every other path, which routes itself. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import files from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendApiError } from "./error-handler.ts";
import { type CreateNotFound, getPath } from "./not-found.ts";

const builtPanel = fileURLToPath(new URL("../../../panel/dist", import.meta.url));
const oneYear = 31_536_000;

/** Registers the panel, if it is built, and the handler for unknown paths. */
export async function registerPanel(
  app: FastifyInstance,
  createNotFound: CreateNotFound,
  directory: string = builtPanel,
): Promise<void> {
  const paths = listFiles(directory);
  const respond = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = getPath(request).slice(1);
    if (paths.has(path)) return sendPanelFile(reply, path);
    if (paths.has("index.html") && isNavigation(request)) return sendPanelFile(reply, "index.html");
    return sendApiError(createNotFound(request), request, reply);
  };
  await app.register(files, { root: directory, serve: false, cacheControl: false, preCompressed: true });
  app.get("/*", { schema: { hide: true }, config: { policy: { public: "pages without content" } } }, respond);
  app.setNotFoundHandler(respond);
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

/** Serves the built panel: hashed files for ever, everything else as the one page that routes itself. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import files from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answerRefusal } from "./problem.ts";
import { pathOf, type UnknownAddress } from "./unknown-address.ts";

const built = fileURLToPath(new URL("../../../panel/dist", import.meta.url));
const year = 31_536_000;

/** Registers the panel, if it is built, and the answer for whatever no route knows. */
export async function registerPanel(
  app: FastifyInstance,
  unknownAddress: UnknownAddress,
  directory: string = built,
): Promise<void> {
  const known = filesIn(directory);
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = pathOf(request).slice(1);
    if (known.has(path)) return sendPanelFile(reply, path);
    if (known.has("index.html") && isNavigation(request)) return sendPanelFile(reply, "index.html");
    return answerRefusal(unknownAddress(request), request, reply);
  };
  await app.register(files, { root: directory, serve: false, cacheControl: false, preCompressed: true });
  app.get("/*", { schema: { hide: true }, config: { policy: { public: "pages without content" } } }, answer);
  app.setNotFoundHandler(answer);
}

/** Names change with the content of what lies in `assets`. */
function sendPanelFile(reply: FastifyReply, path: string): FastifyReply {
  if (path.startsWith("assets/")) reply.header("cache-control", `public, max-age=${year}, immutable`);
  return reply.sendFile(path);
}

function filesIn(directory: string): ReadonlySet<string> {
  if (!existsSync(directory)) return new Set();
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(directory.length + 1).replaceAll("\\", "/"));
  return new Set(paths.filter((path) => !/^\.|\.(?:br|gz)$/.test(path)));
}

const notPages = /^\/(?:api|help|access|\.well-known|assets|livez|readyz|metrics)(?:\/|$)/;

/** Somebody opens a page: an address without a file ending, outside the API, from a browser. */
function isNavigation(request: FastifyRequest): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const path = pathOf(request);
  if (notPages.test(path) || /\.[a-z0-9]+$/i.test(path)) return false;
  const { accept } = request.headers;
  return accept === undefined || /text\/html|\*\/\*/.test(accept);
}

/** Serves the built panel: hashed files for ever, everything else as the one page that routes itself. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import files from "@fastify/static";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { answerRefusal } from "./problem.ts";
import { notFound } from "./refusal.ts";

const built = fileURLToPath(new URL("../../../panel/dist", import.meta.url));

/** Registers the panel, if it is built, and the answer for whatever no route knows. */
export async function registerPanel(app: FastifyInstance, directory: string = built): Promise<void> {
  const hasPanel = existsSync(join(directory, "index.html"));
  if (hasPanel)
    await app.register(files, {
      root: directory,
      wildcard: false,
      index: false,
      cacheControl: false,
      schemaHide: true,
      setHeaders: (reply, path) => {
        if (path.includes(`${directory}/assets/`))
          reply.header("cache-control", "public, max-age=31536000, immutable");
      },
    });
  app.setNotFoundHandler((request, reply) => {
    if (hasPanel && isNavigation(request)) return reply.sendFile("index.html");
    return answerRefusal(notFound(), request, reply);
  });
}

/** Somebody opens a page: an address without a file ending, outside the API, from a browser. */
function isNavigation(request: FastifyRequest): boolean {
  const { pathname } = new URL(request.url, "http://local");
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  if (/^\/(api|access|\.well-known)(\/|$)/.test(pathname) || /\.[a-z0-9]+$/i.test(pathname)) return false;
  const { accept } = request.headers;
  return accept === undefined || /text\/html|\*\/\*/.test(accept);
}

/** The error where no route matches: 405 when the path exists under another method, 404 otherwise. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiError, notFound } from "../errors/api-error.ts";

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
    if (methods.length === 0) return notFound();
    return new ApiError("request/method", {
      detail: `${request.method} is not supported here. Use ${methods.join(", ")}.`,
      allow: methods,
    });
  };
}

/** The path of a request, without its query. */
export function getPath(request: FastifyRequest): string {
  return request.url.split(/[?#]/)[0] ?? "";
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length && pattern.every((part, at) => part.startsWith(":") || part === path[at])
  );
}

/** What is answered where no route is: 405 when the address is known under another method, 404 otherwise. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { notFound, Refusal } from "./refusal.ts";

/** Gives the refusal for a request that no route takes. */
export type UnknownAddress = (request: FastifyRequest) => Refusal;

/** Learns the routes that are registered from now on. */
export function learnAddresses(app: FastifyInstance): UnknownAddress {
  const methodsOf = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url.includes("*")) return;
    const methods = methodsOf.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsOf.set(url, methods);
  });
  return (request) => {
    const path = pathOf(request).split("/");
    const known = [...methodsOf].filter(([url]) => matches(url.split("/"), path));
    const methods = [...new Set(known.flatMap(([, names]) => [...names]))].toSorted();
    if (methods.length === 0) return notFound();
    return new Refusal("request/method", {
      detail: `${request.method} is not supported here. Use ${methods.join(", ")}.`,
      allow: methods,
    });
  };
}

/** The path of a request, without its query. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split(/[?#]/)[0] ?? "";
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length && pattern.every((part, at) => part.startsWith(":") || part === path[at])
  );
}

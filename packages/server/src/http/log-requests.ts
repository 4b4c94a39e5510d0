/** One line a request, and no secret in it. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import "./asker.ts"; // the type of request.asker

/**
 * Logs each request when it is answered: by route, never by address, so that neither a search nor an e-mail address ends
 * up in a log, and by the id of whoever asked. The panel's own files are many and tell nothing: they are for debugging.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    const isPanelFile = request.routeOptions.url === "/*" && reply.statusCode < 400;
    request.log[isPanelFile ? "debug" : "info"](
      {
        method: request.method,
        route: routeOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        actor: request.asker?.actor?.id ?? request.asker?.session?.accountId,
      },
      "request",
    );
  });
}

/** The route's pattern; `-` where no route is. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? "-";
}

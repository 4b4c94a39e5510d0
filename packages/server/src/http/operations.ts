/** Makes each request an operation, so that its statements and jobs belong to its route and its trace. */
import type { FastifyInstance } from "fastify";
import { endOperation, type Operation, runInOperation, startOperation } from "../telemetry/operation.ts";
import { getRoutePattern } from "./logging.ts";

declare module "fastify" {
  interface FastifyRequest {
    operation: Operation | null;
  }
}

/** Starts an operation with each request and ends it with the response. */
export function trackOperations(app: FastifyInstance): void {
  app.decorateRequest("operation", null);
  app.addHook("onRequest", (request, _reply, done) => {
    const parent = request.headers["traceparent"];
    request.operation = startOperation({
      kind: "request",
      name: `${request.method} ${getRoutePattern(request)}`,
      parent: typeof parent === "string" ? parent : null,
    });
    runInOperation(request.operation, done);
  });
  // A body is read in events of the socket, which don't belong to the operation.
  app.addHook("preValidation", (request, _reply, done) => {
    if (request.operation === null) done();
    else runInOperation(request.operation, done);
  });
  app.addHook("onResponse", async ({ operation }, { statusCode: status }) => {
    if (operation !== null) endOperation({ operation, status, hasFailed: status >= 500 });
  });
}

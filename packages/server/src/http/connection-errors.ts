/** Slow request bodies and malformed requests. */

import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { PassThrough, type Readable } from "node:stream";
import { type ProblemCode, problems } from "@gatehouse/sdk/contract";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../errors/api-error.ts";

/** Milliseconds that a body may take after its headers. */
export const defaultBodyTimeout = 10_000;

/**
 * Fails a request whose body hasn't arrived `timeout` milliseconds after its headers with `request/timeout`, and
 * closes its connection. Nothing of the request is executed, even if the rest arrives. Responses have no time limit.
 */
export function enforceBodyTimeout(app: FastifyInstance, timeout: number): void {
  app.decorateRequest("bodyDeadline", 0);
  app.addHook("onRequest", async (request) => {
    request.bodyDeadline = performance.now() + timeout;
  });
  app.addHook("preParsing", async (request, reply, body) => {
    if (request.raw.complete) return body; // like almost all: in the packet of their headers
    const left = request.bodyDeadline - performance.now();
    const timed = withTimeout(body as Readable, left, () => {
      reply.header("connection", "close");
      return new ApiError("request/timeout", {
        detail: "The body took too long to arrive after its headers. Send the request again.",
      });
    });
    reply.raw.once("finish", () => timed.destroy());
    return timed;
  });
}

declare module "fastify" {
  interface FastifyRequest {
    /** The deadline of the body, by `performance.now()`. */
    bodyDeadline: number;
  }
}

/**
 * The same bytes, in a stream that fails when they haven't all arrived in time. The connection itself stays open for
 * the response.
 */
function withTimeout(body: Readable, milliseconds: number, failure: () => Error): Readable {
  const timed = new PassThrough();
  // A handler that rejects a body early stops listening, and an unhandled error event ends the process.
  timed.on("error", () => undefined);
  const timer = setTimeout(() => timed.destroy(failure()), Math.max(0, milliseconds));
  body.once("end", () => clearTimeout(timer));
  body.once("error", (error) => timed.destroy(error));
  timed.once("close", () => {
    clearTimeout(timer);
    body.unpipe(timed).resume(); // discard the rest
  });
  return body.pipe(timed);
}

const codes: Readonly<Record<string, { readonly code: ProblemCode; readonly detail: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: "request/timeout",
    detail: "The request took too long to arrive. Send it again.",
  },
  HPE_HEADER_OVERFLOW: {
    code: "request/headers-too-large",
    detail: "The headers are larger than the server takes. Clear this site's cookies and try again.",
  },
};

/** Writes problem+json and closes the connection, because it is unknown where the next request would begin. */
export function handleClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, detail } = codes[error.code ?? ""] ?? {
    code: "request/malformed",
    detail: "This is not an HTTP request that the server can read.",
  };
  const { status, title } = problems[code];
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: `urn:gatehouse:problem:${code}`,
    title,
    status,
    code,
    detail,
    requestId,
  });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    `X-Request-Id: ${requestId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/**
 * A body must follow its headers soon: who asks is found out when the headers are there, and somebody who holds the body back
 * would keep rights for so long that were taken away meanwhile.
 */
import { PassThrough, type Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { Refusal } from "./refusal.ts";

/** Milliseconds that a body may take after its headers. */
export const usualBodyTimeout = 10_000;

/**
 * Answers a request whose body isn't there `timeout` milliseconds after its headers with `request/timeout`, and closes its
 * connection. Nothing of the request is done, even if the rest arrives. Answers may take as long as they like.
 */
export function limitBodyTime(app: FastifyInstance, timeout: number): void {
  app.decorateRequest("bodyDeadline", 0);
  app.addHook("onRequest", async (request) => {
    request.bodyDeadline = performance.now() + timeout;
  });
  app.addHook("preParsing", async (request, reply, body) => {
    if (request.raw.complete) return body; // as almost all are, in the packet of their headers
    const left = request.bodyDeadline - performance.now();
    const timed = endAfter(body as Readable, left, () => {
      reply.header("connection", "close");
      return new Refusal("request/timeout", {
        detail: "The body took too long to arrive after its headers. Send the request again.",
      });
    });
    reply.raw.once("finish", () => timed.destroy());
    return timed;
  });
}

declare module "fastify" {
  interface FastifyRequest {
    /** Until when the body must be there, by `performance.now()`. */
    bodyDeadline: number;
  }
}

/** The same bytes, in a stream that fails when they haven't all come in time. The connection itself stays, for the answer. */
function endAfter(body: Readable, milliseconds: number, failure: () => Error): Readable {
  const timed = new PassThrough();
  // Who refuses a body before its end listens no longer, and an error that nobody listens to ends the process.
  timed.on("error", () => undefined);
  const timer = setTimeout(() => timed.destroy(failure()), Math.max(0, milliseconds));
  body.once("end", () => clearTimeout(timer));
  body.once("error", (error) => timed.destroy(error));
  timed.once("close", () => {
    clearTimeout(timer);
    body.unpipe(timed).resume(); // what still comes is thrown away
  });
  return body.pipe(timed);
}

/** How the panel says no: a problem document with a stable code and a sentence that names the next step. */
import { STATUS_CODES } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Problem } from "../shapes.ts";

/** Why a request can be refused, and with which status. */
const statuses = {
  "request/invalid": 422,
  "request/malformed": 400,
  "request/origin": 403,
  "request/unknown": 404,
  "campaigns/unknown": 404,
  "campaigns/changed": 409,
  "campaigns/decided": 409,
  "campaigns/state": 409,
  "campaigns/own": 403,
  "segments/unknown": 422,
  "segments/taken": 409,
  "auth/required": 401,
  "gatehouse/unreachable": 503,
  "panel/fault": 500,
} as const;

/** A stable code of a refusal. */
export type RefusalCode = keyof typeof statuses;

/** An expected no. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly errors: Problem["errors"];

  /** @param detail what happened and what to do next */
  constructor(code: RefusalCode, detail: string, errors?: Problem["errors"]) {
    super(detail);
    this.code = code;
    this.errors = errors;
  }
}

/** Makes every refusal and every fault of the app a problem document. */
export function answerRefusals(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Refusal) return sendRefusal(reply, error);
    const status = statusOf(error);
    if (status >= 400 && status < 500)
      return sendRefusal(reply, new Refusal("request/malformed", "Send a JSON object, as the pages do."));
    request.log.error(error);
    return sendRefusal(reply, new Refusal("panel/fault", "Something broke here. Try again in a moment."));
  });
  app.setNotFoundHandler(({ method, headers }, reply) =>
    method === "GET" && headers.accept?.includes("text/html") === true
      ? reply.status(404).sendFile("index.html") // which says so in its own way
      : sendRefusal(reply, new Refusal("request/unknown", "There is nothing at this address.")),
  );
}

function sendRefusal(reply: FastifyReply, { code, message, errors }: Refusal): FastifyReply {
  const status = statuses[code];
  const problem: Problem = {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Refused",
    status,
    code,
    detail: message,
    ...(errors === undefined ? {} : { errors }),
  };
  return reply.status(status).type("application/problem+json").send(JSON.stringify(problem));
}

function statusOf(error: unknown): number {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}

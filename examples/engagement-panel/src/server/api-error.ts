/** Expected errors of the API: problem documents (RFC 9457) with a stable code and the next step. */
import { STATUS_CODES } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Problem } from "../types.ts";

/** Error code → HTTP status. */
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

/** A stable error code. */
export type ApiErrorCode = keyof typeof statuses;

/** An expected error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  readonly errors: Problem["errors"];

  /** @param detail what happened and what to do next */
  constructor(code: ApiErrorCode, detail: string, errors?: Problem["errors"]) {
    super(detail);
    this.code = code;
    this.errors = errors;
  }
}

/** Sends every error as a problem document. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ApiError) return sendError(reply, error);
    const status = getStatus(error);
    if (status >= 400 && status < 500)
      return sendError(reply, new ApiError("request/malformed", "Send a JSON object, as the pages do."));
    request.log.error(error);
    return sendError(reply, new ApiError("panel/fault", "Something went wrong. Try again in a moment."));
  });
  app.setNotFoundHandler(({ method, headers }, reply) =>
    method === "GET" && headers.accept?.includes("text/html") === true
      ? reply.status(404).sendFile("index.html") // the page shows that nothing was found
      : sendError(reply, new ApiError("request/unknown", "Not found.")),
  );
}

function sendError(reply: FastifyReply, { code, message, errors }: ApiError): FastifyReply {
  const status = statuses[code];
  const problem: Problem = {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    code,
    detail: message,
    ...(errors === undefined ? {} : { errors }),
  };
  return reply.status(status).type("application/problem+json").send(JSON.stringify(problem));
}

function getStatus(error: unknown): number {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}

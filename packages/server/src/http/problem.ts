/** Turns whatever was thrown into the one kind of error answer: RFC 9457 problem+json. */
import { type FieldProblem, type Problem, type ProblemCode, problems } from "@gatehouse/sdk/contract";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { DatabaseUnavailable, type UnavailableReason } from "../database/database.ts";
import { isConflict } from "../database/errors.ts";
import { boundProblem } from "./bound-problem.ts";
import { codeOfIssue } from "./describe-issue.ts";
import { notFound, Refusal } from "./refusal.ts";

/** Answers an error. What nobody expected is logged and told to nobody: the request id joins the two. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalFor(error);
  if (refusal.code === "internal") request.log.error({ err: error }, "A request failed.");
  else if (refusal.status >= 500) request.log.warn({ err: error }, "A request could not be served.");
  return answerRefusal(refusal, request, reply);
}

/** Answers a refusal. */
export function answerRefusal(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { retryAfter, allow } = refusal.details;
  if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
  if (refusal.status === 401) reply.header("www-authenticate", 'Bearer realm="Gatehouse"'); // RFC 9110, section 15.5.2
  if (allow !== undefined) reply.header("allow", allow.join(", "));
  return reply
    .status(refusal.status)
    .header("content-type", "application/problem+json; charset=utf-8")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemOf(refusal, request.id));
}

function problemOf({ code, status, details }: Refusal, requestId: string): Problem {
  const { detail, errors, params } = details;
  return boundProblem({
    type: `urn:gatehouse:problem:${code}`,
    title: problems[code].title,
    status,
    code,
    detail,
    requestId,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(params === undefined ? {} : { params: { ...params } }),
  });
}

function refusalFor(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof DatabaseUnavailable)
    return new Refusal("unavailable", { detail: unavailableWords[error.reason], retryAfter: 2 });
  if (isConflict(error))
    return new Refusal("conflict/concurrent", {
      detail: "Somebody else changed the same thing at this moment. Nothing was changed; try again.",
      retryAfter: 1,
    });
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error);
  return refusalForHttp(error) ?? internal(error);
}

const unavailableWords: Readonly<Record<UnavailableReason, string>> = {
  unreachable: "The database can't be reached at the moment. Try again shortly.",
  "read-only":
    "The database is read-only at the moment: nothing can be changed, and nothing was. Try again in a few minutes.",
  busy: "The database is busy with other changes, so this one was not made. Try again shortly.",
};

function internal(cause: unknown): Refusal {
  const detail =
    "Something went wrong on the server. Try again; if it stays, tell your operator the request id.";
  return new Refusal("internal", { detail }, { cause });
}

interface InvalidRequest {
  readonly validationContext?: string;
  readonly validation: readonly {
    readonly instancePath: string;
    readonly keyword: string;
    readonly message?: string;
  }[];
}

/** More than an answer names are not worth putting into words. */
const mostFaults = 20;

/** An id in the path that is no id names nothing, like one that is unknown. */
function invalid(error: InvalidRequest & Error): Refusal {
  if (error.validationContext === "params") return notFound();
  const errors = error.validation.slice(0, mostFaults).map(
    (issue): FieldProblem => ({
      path: issue.instancePath.split("/").filter(Boolean).join("."),
      code: codeOfIssue(issue.keyword),
      detail: issue.message ?? "This value can't be used. Choose another.",
    }),
  );
  const [first] = errors;
  return new Refusal("request/invalid", {
    detail:
      first === undefined
        ? "The request is not valid."
        : [first.path, first.detail].filter(Boolean).join(": "),
    errors,
  });
}

const httpCodes: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  400: ["request/malformed", "The request could not be read. Check its headers and its body."],
  404: ["not-found", "Nothing is here. Check the address, or whether it was removed."],
  413: ["request/too-large", "The request is larger than the server takes. Send less at a time."],
  415: ["request/media-type", "Send the body as application/json, uncompressed."],
};

function refusalForHttp(error: unknown): Refusal | null {
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  if (status === undefined || status >= 500) return null;
  const [code, detail] = httpCodes[status] ?? [
    "request/malformed",
    "The request could not be read. Check its headers and its body.",
  ];
  return new Refusal(code, { detail });
}

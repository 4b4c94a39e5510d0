/** Turns any thrown value into an RFC 9457 problem+json response. */

import { type FieldProblem, type Problem, type ProblemCode, problems } from "@gatehouse/sdk/contract";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type * as z from "zod/mini";
import { DatabaseUnavailable, type UnavailableReason } from "../db/database.ts";
import { findUserLimit, isConflict } from "../db/errors.ts";
import { ApiError, notFound } from "../errors/api-error.ts";
import { userLimitReached } from "../errors/user-limit.ts";
import { truncate } from "../truncate.ts";

/** Sends an error. Unexpected ones are logged and not disclosed: the request id links response and log. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const apiError = toApiError(error);
  if (apiError.code === "internal") request.log.error({ err: error }, "A request failed.");
  else if (apiError.status >= 500) request.log.warn({ err: error }, "A request could not be served.");
  return sendApiError(apiError, request, reply);
}

/** Sends an API error. */
export function sendApiError(error: ApiError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { retryAfter, allow } = error.details;
  if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
  if (error.status === 401) reply.header("www-authenticate", 'Bearer realm="Gatehouse"'); // RFC 9110, section 15.5.2
  if (allow !== undefined) reply.header("allow", allow.join(", "));
  return reply
    .status(error.status)
    .header("content-type", "application/problem+json; charset=utf-8")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(toProblem(error, request.id));
}

function toProblem({ code, status, details }: ApiError, requestId: string): Problem {
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

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DatabaseUnavailable)
    return new ApiError(
      error.reason === "organization-busy" ? "organizations/too-many-requests" : "unavailable",
      { detail: unavailableDetails[error.reason], retryAfter: 2 },
    );
  if (isConflict(error))
    return new ApiError("conflict/concurrent", {
      detail: "Someone else changed the same thing at this moment. Nothing was changed; try again.",
      retryAfter: 1,
    });
  const limit = findUserLimit(error);
  if (limit !== undefined) return userLimitReached(limit, error);
  if (hasZodFastifySchemaValidationErrors(error)) return fromValidation(error);
  return fromHttpError(error) ?? internalError(error);
}

const unavailableDetails: Readonly<Record<UnavailableReason, string>> = {
  unreachable: "The database can't be reached at the moment. Try again shortly.",
  "organization-busy":
    "Too many changes of this organization wait for each other, so nothing was changed. Try again shortly.",
  "read-only":
    "The database is read-only at the moment: nothing can be changed, and nothing was. Try again in a few minutes.",
  full: "The database's disk is full: nothing can be changed, and nothing was. Ask the operator of Gatehouse to free space, then try again.",
  busy: "The database has too much to do at the moment, so nothing was changed. Try again shortly.",
};

function internalError(cause: unknown): ApiError {
  const detail =
    "Something went wrong on the server. Try again; if it stays, tell your operator the request id.";
  return new ApiError("internal", { detail }, { cause });
}

interface InvalidRequest {
  readonly validationContext?: string;
  readonly validation: readonly {
    readonly instancePath: string;
    readonly keyword: string;
    readonly message?: string;
  }[];
}

/** The most validation issues that a response names. */
const maxIssues = 20;

/** A malformed id in the path is treated like an unknown one. */
function fromValidation(error: InvalidRequest & Error): ApiError {
  if (error.validationContext === "params") return notFound();
  const errors = error.validation.slice(0, maxIssues).map(
    (issue): FieldProblem => ({
      path: issue.instancePath.split("/").filter(Boolean).join("."),
      code: toIssueCode(issue.keyword),
      detail: issue.message ?? "This value can't be used. Choose another.",
    }),
  );
  const [first] = errors;
  return new ApiError("request/invalid", {
    detail:
      first === undefined
        ? "The request is not valid."
        : [first.path, first.detail].filter(Boolean).join(": "),
    errors,
  });
}

const codesByStatus: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  400: ["request/malformed", "The request could not be read. Check its headers and its body."],
  404: ["not-found", "Nothing is here. Check the address, or whether it was removed."],
  413: ["request/too-large", "The request is larger than the server takes. Send less at a time."],
  415: ["request/media-type", "Send the body as application/json, uncompressed."],
};

function fromHttpError(error: unknown): ApiError | null {
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  if (status === undefined || status >= 500) return null;
  const [code, detail] = codesByStatus[status] ?? [
    "request/malformed",
    "The request could not be read. Check its headers and its body.",
  ];
  return new ApiError(code, { detail });
}

/** Largest error response in bytes. */
const maxBytes = 16_384;
/** The most validation issues, and elements of a list in `params`, in a response. */
const maxListed = 20;
const maxPathLength = 100;
const maxDetailLength = 1_000;
const maxValueLength = 300;
/** Deepest nesting of objects and lists in `params`. */
const maxDepth = 3;

/** The same problem with texts truncated, the first issues only, and 16 kB at most. */
export function boundProblem(problem: Problem): Problem {
  const { errors, params, ...rest } = problem;
  const bounded: Problem = {
    ...rest,
    detail: truncate(rest.detail, maxDetailLength),
    ...(errors === undefined ? {} : { errors: errors.slice(0, maxListed).map(boundFieldProblem) }),
    ...(params === undefined ? {} : { params: boundMembers(params, maxDepth) }),
  };
  return fitToSize(bounded);
}

function boundFieldProblem({ path, code, detail }: FieldProblem): FieldProblem {
  return {
    path: truncate(path, maxPathLength),
    code: truncate(code, maxPathLength),
    detail: truncate(detail, maxValueLength),
  };
}

function boundMembers(object: object, depth: number): Record<string, unknown> {
  const members = Object.entries(object).slice(0, maxListed);
  return Object.fromEntries(
    members.map(([name, value]) => [truncate(name, maxPathLength), boundValue(value, depth)]),
  );
}

function boundValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return truncate(value, maxValueLength);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.slice(0, maxListed).map((part) => boundValue(part, depth - 1));
  return boundMembers(value, depth - 1);
}

/**
 * Characters may take several bytes: a problem that is still too large loses its parameters, then half of its issues
 * at a time.
 */
function fitToSize(problem: Problem): Problem {
  if (Buffer.byteLength(JSON.stringify(problem)) <= maxBytes) return problem;
  const { params, errors = [], ...rest } = problem;
  if (params !== undefined) return fitToSize({ ...rest, errors });
  return errors.length === 0 ? rest : fitToSize({ ...rest, errors: errors.slice(0, errors.length / 2) });
}

/** The stable code of a field's problem, by zod's issue code. */
const codes: Readonly<Record<string, string>> = {
  invalid_type: "invalid/invalid-type",
  too_big: "invalid/too-big",
  too_small: "invalid/too-small",
  invalid_format: "invalid/invalid-format",
  not_multiple_of: "invalid/not-multiple-of",
  unrecognized_keys: "invalid/unrecognized-keys",
  invalid_union: "invalid/invalid-union",
  invalid_key: "invalid/invalid-key",
  invalid_element: "invalid/invalid-element",
  invalid_value: "invalid/invalid-value",
};

const fallback = "This value can't be used. Choose another.";

/** The stable code of an issue. */
function toIssueCode(kind: string | undefined): string {
  return codes[kind ?? ""] ?? "invalid/custom";
}

/** The message of an issue for which the contract defines none. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "This is missing. " : ""}Send ${describeType(issue.expected)}.`;
    case "too_big":
      return `${issue.origin === "string" || issue.origin === "number" ? "Use" : "Send"} ${formatAmount(issue.maximum, issue.origin)} at most.`;
    case "too_small":
      return `${issue.origin === "string" || issue.origin === "number" ? "Use" : "Send"} ${formatAmount(issue.minimum, issue.origin)} at least.`;
    case "invalid_format":
      return formats[issue.format] ?? "This isn't in the form that is expected here. Check it.";
    case "unrecognized_keys":
      return `${describeKeys(issue.keys)} is unknown here. Leave it out.`;
    case "invalid_value":
      return `Send ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}.`;
    case "invalid_union":
      return "This has none of the forms that are accepted here. Compare it with the API's description.";
    default:
      return fallback;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function describeType(expected: string): string {
  return typeNames[expected] ?? "a value of another type";
}

const formats: Readonly<Record<string, string>> = {
  uuid: "Send an id: a UUID.",
  datetime: "Send a time as RFC 3339 has it, like 2030-01-31T12:00:00Z.",
  lowercase: "Use lower-case letters.",
};

function formatAmount(limit: number | bigint, origin: string): string {
  const count = limit.toLocaleString("en");
  if (origin === "string") return `${count} ${count === "1" ? "character" : "characters"}`;
  return origin === "array" ? `${count} ${count === "1" ? "element" : "elements"}` : count;
}

/** The first of some names, and the number of others. */
function describeKeys(keys: readonly string[]): string {
  const first = JSON.stringify(truncate(keys[0] ?? "", 100));
  return keys.length > 1 ? `${first} (and ${keys.length - 1} more)` : first;
}

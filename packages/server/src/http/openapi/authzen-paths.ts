/** The Authorization API in the OpenAPI document. Its requests are parsed by `features/authzen`. */
import { problemResponses } from "./describe-endpoint.ts";

const tag = "Access checks";
const text = { type: "string" } as const;
const properties = { type: "object", description: "Accepted, and never read.", additionalProperties: true };
const object = (members: Readonly<Record<string, unknown>>, required: readonly string[]) => ({
  type: "object",
  properties: members,
  required,
});
const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const subject = { type: "user", id: "0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b" };
const action = { name: "campaigns:approve" };
const resource = { type: "organization", id: "0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b" };

const page = {
  type: "object",
  properties: { token: text, limit: { type: "integer", minimum: 0 } },
};
const nextPage = object({ next_token: text }, ["next_token"]);

/** Schemas of its requests and responses. */
export const authzenSchemas = {
  AuthzenSubject: object({ type: text, id: text, properties }, ["type", "id"]),
  AuthzenAction: object({ name: text, properties }, ["name"]),
  AuthzenResource: object({ type: text, id: text, properties }, ["type", "id"]),
  AuthzenEvaluation: object(
    {
      subject: refer("AuthzenSubject"),
      action: refer("AuthzenAction"),
      resource: refer("AuthzenResource"),
      context: properties,
    },
    ["subject", "action", "resource"],
  ),
  AuthzenDecision: object(
    { decision: { type: "boolean" }, context: { type: "object", additionalProperties: true } },
    ["decision"],
  ),
};

/** Its operations. */
export const authzenPaths = {
  "/access/v1/evaluation": post("evaluateAccess", {
    summary: "May this user do this?",
    request: refer("AuthzenEvaluation"),
    example: { subject, action, resource },
    response: refer("AuthzenDecision"),
  }),
  "/access/v1/evaluations": post("evaluateAccessBatch", {
    summary:
      "Up to 1,000 evaluations in one request. Members outside the list are defaults of each evaluation",
    request: {
      type: "object",
      properties: {
        subject: { type: "object" },
        action: { type: "object" },
        resource: { type: "object" },
        context: properties,
        evaluations: { type: "array", maxItems: 1000, items: { type: "object" } },
        options: {
          type: "object",
          properties: {
            evaluations_semantic: {
              type: "string",
              enum: ["execute_all", "deny_on_first_deny", "permit_on_first_permit"],
            },
          },
        },
      },
    },
    example: { subject, resource, evaluations: [{ action }, { action: { name: "campaigns:edit" } }] },
    response: object({ evaluations: { type: "array", items: refer("AuthzenDecision") } }, ["evaluations"]),
  }),
  "/access/v1/search/subject": post("searchSubjects", {
    summary: "Which users may do this?",
    request: object(
      {
        subject: object({ type: text, properties }, ["type"]),
        action: refer("AuthzenAction"),
        resource: refer("AuthzenResource"),
        context: properties,
        page,
      },
      ["subject", "action", "resource"],
    ),
    example: { subject: { type: "user" }, action, resource },
    response: object({ results: { type: "array", items: refer("AuthzenSubject") }, page: nextPage }, [
      "results",
    ]),
  }),
  "/access/v1/search/action": post("searchActions", {
    summary: "What may this user do?",
    request: object(
      { subject: refer("AuthzenSubject"), resource: refer("AuthzenResource"), context: properties, page },
      ["subject", "resource"],
    ),
    example: { subject, resource },
    response: object({ results: { type: "array", items: refer("AuthzenAction") }, page: nextPage }, [
      "results",
    ]),
  }),
  "/access/v1/search/resource": post("searchResources", {
    summary: "In which organizations may this user do this?",
    request: object(
      {
        subject: refer("AuthzenSubject"),
        action: refer("AuthzenAction"),
        resource: object({ type: text, properties }, ["type"]),
        context: properties,
        page,
      },
      ["subject", "action", "resource"],
    ),
    example: { subject, action, resource: { type: "organization" } },
    response: object({ results: { type: "array", items: refer("AuthzenResource") }, page: nextPage }, [
      "results",
    ]),
  }),
  "/.well-known/authzen-configuration": {
    get: {
      operationId: "getAuthzenConfiguration",
      tags: [tag],
      summary: "The addresses of the Authorization API",
      description: "Open to everybody: it only lists addresses.",
      security: [],
      responses: {
        200: {
          description: "Done",
          content: {
            "application/json": { schema: { type: "object", additionalProperties: { type: "string" } } },
          },
        },
        ...problemResponses,
      },
    },
  },
};

interface Check {
  readonly summary: string;
  readonly request: unknown;
  readonly example: unknown;
  readonly response: unknown;
}

function post(operationId: string, { summary, request, example, response }: Check) {
  return {
    post: {
      operationId,
      tags: [tag],
      summary,
      description: "Needs an API key that holds users:view.",
      security: [{ apiKey: [] }],
      requestBody: { required: true, content: { "application/json": { schema: request, example } } },
      responses: {
        200: { description: "Done", content: { "application/json": { schema: response } } },
        ...problemResponses,
      },
    },
  };
}

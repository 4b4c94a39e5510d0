/** Describes an endpoint of the contract as an OpenAPI operation. */
import type { Endpoint } from "@gatehouse/sdk/contract";
import { describePolicy, type Policy, publicBodyLimit } from "../../auth/policy.ts";

const mebibyte = 1024 * 1024;

/** A JSON object. */
type Json = Readonly<Record<string, unknown>>;

/** Adds policy, headers, errors and files to the JSON schemas of a route, in the form that `@fastify/swagger` takes. */
export function describeEndpoint(schema: Json, endpoint: Endpoint, policy: Policy): Json {
  const headers = describeHeaders(endpoint);
  return {
    ...schema,
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    description: [describePolicy(policy), ...describeBody(endpoint, policy)].join(" "),
    tags: [endpoint.tag],
    security: describeSecurity(endpoint, policy),
    ...(headers === null ? {} : { headers }),
    response: {
      ...describeSuccess(schema, endpoint),
      ...problemResponses,
    },
  };
}

/** The limits of a body. */
function describeBody({ body, bodyLimit = mebibyte }: Endpoint, policy: Policy): readonly string[] {
  if (body === undefined) return [];
  const most = "public" in policy ? Math.min(bodyLimit, publicBodyLimit) : bodyLimit;
  return [`The body is ${most / 1024} KiB at most, and is there 10 seconds after its headers.`];
}

/** An empty requirement means that the operation works without a session, too. */
function describeSecurity({ operationId }: Endpoint, policy: Policy): readonly Json[] {
  const session = { session: [] };
  const apiKey = { apiKey: [] };
  if ("operator" in policy) return [{ operatorToken: [] }];
  if ("public" in policy) return optionalSession.has(operationId) ? [session, {}] : [];
  if ("account" in policy || sessionOnly.has(operationId)) return [session];
  if ("key" in policy || apiKeyOnly.has(operationId)) return [apiKey];
  return [session, apiKey];
}

/** Public operations that read the session if there is one. */
const optionalSession = new Set(["acceptInvitation", "getSessionStatus"]);
/** Operations on the signed-in user; another test verifies that an API key is refused. */
const sessionOnly = new Set(["createHandOff", "sendTestMail"]);
/** Operations for programs; a session is refused. */
const apiKeyOnly = new Set(["followAccess", "introspectSession"]);

function describeHeaders({ method, versioned, idempotent, localized }: Endpoint): Json | null {
  const properties: Record<string, Json> = {};
  if (idempotent === true) properties["Idempotency-Key"] = { type: "string", maxLength: 255 };
  if (localized === true) properties["Accept-Language"] = { type: "string" };
  const isConditional = versioned === true && ["PUT", "PATCH", "DELETE"].includes(method);
  if (isConditional) properties["If-Match"] = { type: "string" };
  if (Object.keys(properties).length === 0) return null;
  return { type: "object", properties, ...(isConditional ? { required: ["If-Match"] } : {}) };
}

function describeSuccess(schema: Json, { method, success, versioned }: Endpoint): Json {
  const { status, existingStatus, body, media } = success;
  const etag = { ETag: { type: "string", description: "Version, for If-Match" } };
  const headers = versioned === true && method !== "DELETE" ? { headers: etag } : {};
  if (media !== undefined) {
    const content = Object.fromEntries(media.map((type) => [type, { schema: { type: "string" } }]));
    const description = media.includes("text/event-stream") ? "A stream without an end" : "A file";
    return { [status]: { description, content } };
  }
  if (body === null) return { [status]: { description: "Done", type: "null", ...headers } };
  const { [status]: shape } = (schema["response"] ?? {}) as Readonly<Record<number, Json>>;
  const describe = (description: string) => ({
    description,
    content: { "application/json": { schema: shape } },
    ...headers,
  });
  if (existingStatus === undefined) return { [status]: describe("Done") };
  return { [status]: describe("Created"), [existingStatus]: describe("Nothing was created") };
}

function toProblemResponse(description: string): Json {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { "application/problem+json": { schema } } };
}

/** What every operation may answer instead. */
export const problemResponses = {
  "4XX": toProblemResponse("Refused"),
  "5XX": toProblemResponse("Failed"),
};

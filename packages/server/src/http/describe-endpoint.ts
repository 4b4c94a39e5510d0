/** What the API's description says of an endpoint beside its shapes: who may call it, headers, problems, files. */
import type { Endpoint } from "@gatehouse/sdk/contract";
import { describePolicy, type Policy, publicBodyLimit } from "./policy.ts";

const mebibyte = 1024 * 1024;

/** A part of a JSON document. */
type Json = Readonly<Record<string, unknown>>;

/**
 * Adds to the JSON schemas of a route what its shapes don't say. Gives what `@fastify/swagger` makes an operation of.
 */
export function describeEndpoint(schema: Json, endpoint: Endpoint, policy: Policy): Json {
  const headers = headersOf(endpoint);
  return {
    ...schema,
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    description: [describePolicy(policy), ...bodyRulesOf(endpoint, policy)].join(" "),
    tags: [endpoint.tag],
    security: securityOf(policy),
    ...(headers === null ? {} : { headers }),
    response: { ...successOf(schema, endpoint), "4XX": problem("Refused"), "5XX": problem("Failed") },
  };
}

/** What a body must keep to beyond its shape. */
function bodyRulesOf({ body, bodyLimit = mebibyte }: Endpoint, policy: Policy): readonly string[] {
  if (body === undefined) return [];
  const most = "public" in policy ? Math.min(bodyLimit, publicBodyLimit) : bodyLimit;
  return [`The body is ${most / 1024} KiB at most, and is there 10 seconds after its headers.`];
}

function securityOf(policy: Policy): readonly Json[] {
  if ("public" in policy) return [];
  if ("account" in policy) return [{ session: [] }];
  return [{ session: [] }, { apiKey: [] }];
}

function headersOf({ method, versioned, idempotent }: Endpoint): Json | null {
  const properties: Record<string, Json> = {};
  if (idempotent === true)
    properties["Idempotency-Key"] = {
      type: "string",
      maxLength: 255,
      description: "Sent again with the same body it gets the same answer, and nothing happens twice.",
    };
  if (versioned === true && ["PUT", "PATCH", "DELETE"].includes(method))
    properties["If-Match"] = { type: "string", description: "The ETag of the version that you saw." };
  return Object.keys(properties).length === 0 ? null : { type: "object", properties };
}

function successOf(schema: Json, { method, success, versioned }: Endpoint): Json {
  const { status, body, media } = success;
  const etag = { ETag: { type: "string", description: "Version, for If-Match" } };
  const headers = versioned === true && method !== "DELETE" ? { headers: etag } : {};
  if (media !== undefined) {
    const content = Object.fromEntries(media.map((type) => [type, { schema: { type: "string" } }]));
    const description = media.includes("text/event-stream") ? "A stream without an end" : "A file";
    return { [status]: { description, content } };
  }
  if (body === null) return { [status]: { description: "Done", type: "null", ...headers } };
  const { [status]: shape } = (schema["response"] ?? {}) as Readonly<Record<number, Json>>;
  return {
    [status]: { description: "Done", content: { "application/json": { schema: shape } }, ...headers },
  };
}

function problem(description: string): Json {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { "application/problem+json": { schema } } };
}

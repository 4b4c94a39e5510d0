/** The API's description: OpenAPI 3.1 for programs, a reference page for people. */
import { readFileSync } from "node:fs";
import swagger, { type SwaggerTransform } from "@fastify/swagger";
import { type Endpoint, problem } from "@gatehouse/sdk/contract";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import * as z from "zod/mini";
import { cookieName } from "../auth/cookies.ts";
import { describePolicy, type Policy, publicBodyLimit } from "../auth/policy.ts";
import type { Config } from "../config.ts";
import { type ApiDocument, renderReference } from "./api-reference.ts";

const style = readFileSync(new URL("api-reference.css", import.meta.url), "utf8");

const description =
  "Users, roles, permissions and invitations of an admin panel. Times are RFC 3339 in UTC, ids are UUIDs. Errors are " +
  "RFC 9457 problem documents; their code is stable. Lists are read page by page with a cursor.";

/** Registers the route collector. Call it before the features register theirs. */
export async function registerOpenApi(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Gatehouse",
        version: "1",
        description,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: config.publicUrl }],
      components: {
        schemas: { Problem: getProblemSchema() },
        securitySchemes: {
          session: {
            type: "apiKey",
            in: "cookie",
            name: cookieName(config),
            description: "The panel's session. Requests that change something also need our own Origin.",
          },
          apiKey: { type: "http", scheme: "bearer", description: "An API key of the organization: ghk_…" },
        },
      },
    },
    transform: describeRoute,
  });
  registerReference(app);
}

const describeRoute: SwaggerTransform = (route) => {
  const transformed = jsonSchemaTransform(route);
  const { endpoint, policy } = route.route.config ?? {};
  if (endpoint === undefined || policy === undefined) return transformed;
  return { ...transformed, schema: describeEndpoint({ ...transformed.schema }, endpoint, policy) };
};

function getProblemSchema(): object {
  const { type, properties, required, additionalProperties } = z.toJSONSchema(problem, { io: "output" });
  return { type, properties, required, additionalProperties };
}

function registerReference(app: FastifyInstance): void {
  const open = {
    schema: { hide: true },
    config: { policy: { public: "the API's description is no secret" } },
  };
  app.get("/api/v1/openapi.json", open, async () => app.swagger());
  app.get("/api/reference.css", open, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(style),
  );
  app.get("/api", open, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(renderReference(app.swagger() as ApiDocument)),
  );
}

const mebibyte = 1024 * 1024;

/** A JSON object. */
type Json = Readonly<Record<string, unknown>>;

/** Adds policy, headers, errors and files to the JSON schemas of a route, in the form that `@fastify/swagger` takes. */
function describeEndpoint(schema: Json, endpoint: Endpoint, policy: Policy): Json {
  const headers = describeHeaders(endpoint);
  return {
    ...schema,
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    description: [describePolicy(policy), ...describeBody(endpoint, policy)].join(" "),
    tags: [endpoint.tag],
    security: describeSecurity(policy),
    ...(headers === null ? {} : { headers }),
    response: {
      ...describeSuccess(schema, endpoint),
      "4XX": toProblemResponse("Refused"),
      "5XX": toProblemResponse("Failed"),
    },
  };
}

/** The limits of a body. */
function describeBody({ body, bodyLimit = mebibyte }: Endpoint, policy: Policy): readonly string[] {
  if (body === undefined) return [];
  const most = "public" in policy ? Math.min(bodyLimit, publicBodyLimit) : bodyLimit;
  return [`The body is ${most / 1024} KiB at most, and is there 10 seconds after its headers.`];
}

function describeSecurity(policy: Policy): readonly Json[] {
  if ("public" in policy) return [];
  if ("account" in policy) return [{ session: [] }];
  return [{ session: [] }, { apiKey: [] }];
}

function describeHeaders({ method, versioned, idempotent }: Endpoint): Json | null {
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

function describeSuccess(schema: Json, { method, success, versioned }: Endpoint): Json {
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

function toProblemResponse(description: string): Json {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { "application/problem+json": { schema } } };
}

/** The API described: OpenAPI 3.1 for programs, a page for people. */
import { readFileSync } from "node:fs";
import swagger, { type SwaggerTransform } from "@fastify/swagger";
import { problem } from "@gatehouse/sdk/contract";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import * as z from "zod/mini";
import type { Config } from "../config.ts";
import { cookieName } from "./cookies.ts";
import { describeEndpoint } from "./describe-endpoint.ts";
import { type ApiDocument, renderReference } from "./render-reference.ts";

const style = readFileSync(new URL("reference.css", import.meta.url), "utf8");

const description =
  "Users, roles, permissions and invitations of an admin panel. Times are RFC 3339 in UTC, ids are UUIDs. Errors are " +
  "RFC 9457 problem documents; their code is stable. Lists are read page by page with a cursor.";

/** Registers the collector of routes: before the features bind theirs. */
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
        schemas: { Problem: shapeOfProblem() },
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
  servePages(app);
}

const describeRoute: SwaggerTransform = (route) => {
  const transformed = jsonSchemaTransform(route);
  const { endpoint, policy } = route.route.config ?? {};
  if (endpoint === undefined || policy === undefined) return transformed;
  return { ...transformed, schema: describeEndpoint({ ...transformed.schema }, endpoint, policy) };
};

function shapeOfProblem(): object {
  const { type, properties, required, additionalProperties } = z.toJSONSchema(problem, { io: "output" });
  return { type, properties, required, additionalProperties };
}

function servePages(app: FastifyInstance): void {
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

/** The API's description: OpenAPI 3.1 for programs, a reference page for people. */
import { readFileSync } from "node:fs";
import swagger, { type SwaggerTransform } from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { cookieName } from "../../auth/cookies.ts";
import type { Config } from "../../config.ts";
import { addBasePath, getBasePath } from "../base-path.ts";
import { type ApiDocument, renderReference } from "./api-reference.ts";
import { completeDocument, tags } from "./complete-document.ts";
import { describeEndpoint } from "./describe-endpoint.ts";
import { schemaNames } from "./schema-names.ts";

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
        contact: { name: "Guide", url: `${config.publicUrl}/help` },
      },
      tags: [...tags],
      servers: [{ url: config.publicUrl }],
      components: {
        securitySchemes: {
          session: {
            type: "apiKey",
            in: "cookie",
            name: cookieName(config),
            description: "The panel's session. Requests that change something also need our own Origin.",
          },
          apiKey: { type: "http", scheme: "bearer", description: "An API key of the organization: ghk_…" },
          operatorToken: {
            type: "http",
            scheme: "bearer",
            description: "OPERATOR_TOKEN of the installation",
          },
        },
      },
    },
    transform: describeRoute,
    transformObject: (document) => completeDocument(addSchemas(document)),
  });
  registerReference(app, getBasePath(config));
}

const transformSchemas = createJsonSchemaTransform({ schemaRegistry: schemaNames });
const addSchemas = createJsonSchemaTransformObject({ schemaRegistry: schemaNames });

const describeRoute: SwaggerTransform = (route) => {
  const transformed = transformSchemas(route);
  const { endpoint, policy } = route.route.config ?? {};
  if (endpoint === undefined || policy === undefined) return transformed;
  return { ...transformed, schema: describeEndpoint({ ...transformed.schema }, endpoint, policy) };
};

function registerReference(app: FastifyInstance, basePath: string): void {
  const open = {
    schema: { hide: true },
    config: { policy: { public: "the API's description is no secret" } },
  };
  app.get("/api/v1/openapi.json", open, async () => app.swagger());
  app.get("/api/reference.css", open, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(style),
  );
  app.get("/api", open, async (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .send(addBasePath(renderReference(app.swagger() as ApiDocument), basePath)),
  );
}

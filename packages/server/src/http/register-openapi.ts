/** The API described: OpenAPI 3.1 for programs, a page for people. */
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { Config } from "../config.ts";
import { type ApiDocument, referenceStyle, renderReference } from "./render-reference.ts";

/** Registers the collector of routes: before the features bind theirs. */
export async function registerOpenApi(app: FastifyInstance, { publicUrl }: Config): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Gatehouse",
        version: "1",
        description:
          "Users, roles and invitations of an admin panel. Errors are RFC 9457 problem documents with stable codes.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: publicUrl }],
      security: [{ session: [] }, { apiKey: [] }],
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "gatehouse" },
          apiKey: { type: "http", scheme: "bearer", description: "An API key, ghk_…" },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  const hidden = { schema: { hide: true } };
  app.get("/api/v1/openapi.json", hidden, async () => app.swagger());
  app.get("/api/reference.css", hidden, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(referenceStyle),
  );
  app.get("/api", hidden, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(renderReference(app.swagger() as ApiDocument)),
  );
}

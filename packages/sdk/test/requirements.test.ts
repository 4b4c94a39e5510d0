/** `require` takes a name, `{ any: […] }` or `{ all: […] }` in every adapter. */
import { definePermissions } from "@gatehouse/access";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { expect, test } from "vitest";
import type { Requirement } from "../src/index.ts";
import { createTestGatehouse } from "../src/testing/index.ts";

const permissions = definePermissions({ a: { label: "A", actions: { view: {}, edit: {}, approve: {} } } });
type Name = "a:view" | "a:edit" | "a:approve";
const gatehouse = createTestGatehouse({ permissions, users: { ada: ["a:view", "a:edit"], ben: ["a:view"] } });

/** Sends a request of the user to a route with the requirement. */
type Send = (requirement: Requirement<Name>, userId: string) => Promise<Response>;

const adapters: readonly [string, Send][] = [
  [
    "Fastify",
    async (requirement, userId) => {
      const app = Fastify();
      app.get("/", gatehouse.fastify.require(requirement), async () => "in");
      const { statusCode, body } = await app.inject({ url: "/", headers: gatehouse.headersOf(userId) });
      return new Response(body, { status: statusCode });
    },
  ],
  [
    "Express",
    async (requirement, userId) => {
      const app = express();
      app.get("/", gatehouse.express.require(requirement), (_request, response) => {
        response.end("in");
      });
      const server = app.listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as { port: number };
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: gatehouse.headersOf(userId) });
      server.closeAllConnections();
      server.close();
      return response;
    },
  ],
  [
    "Hono",
    async (requirement, userId) => {
      const app = new Hono();
      app.get("/", gatehouse.hono.require(requirement), (context) => context.text("in"));
      return app.request("/", { headers: gatehouse.headersOf(userId) });
    },
  ],
  [
    "Next.js",
    (requirement, userId) => {
      const handler = gatehouse.next.require(requirement, () => new Response("in"));
      return handler(new Request("http://panel.test/", { headers: gatehouse.headersOf(userId) }));
    },
  ],
];

test.each(adapters)("%s", async (_, send) => {
  const status = async (requirement: Requirement<Name>, userId: string) =>
    (await send(requirement, userId)).status;
  expect([await status("a:edit", "ada"), await status("a:edit", "ben")]).toEqual([200, 403]);
  const any: Requirement<Name> = { any: ["a:edit", "a:approve"] };
  expect([await status(any, "ada"), await status(any, "ben")]).toEqual([200, 403]);
  const all: Requirement<Name> = { all: ["a:view", "a:edit"] };
  expect([await status(all, "ada"), await status(all, "ben")]).toEqual([200, 403]);
  expect(await status({ all: ["a:view", "a:edit", "a:approve"] }, "ada")).toBe(403);
});

test("a denial names what the route needs", async () => {
  const read = async (requirement: Requirement<Name>) => {
    const handler = gatehouse.next.require(requirement, () => new Response());
    const request = new Request("http://panel.test/", { headers: gatehouse.headersOf("ben") });
    return (await handler(request)).json();
  };
  expect(await read("a:edit")).toMatchObject({
    permission: "a:edit",
    detail: "This needs the permission a:edit. Ask a person who manages roles.",
  });
  expect(await read({ any: ["a:edit", "a:approve"] })).toMatchObject({
    permissions: ["a:edit", "a:approve"],
    detail: "This needs one of a:edit, a:approve. Ask a person who manages roles.",
  });
  expect(await read({ all: ["a:view", "a:edit"] })).toMatchObject({
    permissions: ["a:view", "a:edit"],
    detail: "This needs all of a:view, a:edit. Ask a person who manages roles.",
  });
});

test.each([
  ["an empty list", { any: [] }],
  ["both lists", { any: ["a:view"], all: ["a:view"] }],
  ["neither", {}],
  ["a text instead of a list", { all: "a:view" }],
])("%s throws when the guard is created", (_, requirement) => {
  expect(() => gatehouse.fastify.require(requirement as Requirement<Name>)).toThrow(/at least one name/);
});

test("a misspelt name in a list doesn't compile, and throws when the guard is created", () => {
  // @ts-expect-error misspelt
  expect(() => gatehouse.hono.require({ any: ["a:view", "a:vew"] })).toThrow("a:vew");
  // @ts-expect-error misspelt
  expect(() => gatehouse.express.require({ all: ["a:vew"] })).toThrow("a:vew");
});

/** The guards in their frameworks, with a fake Gatehouse server. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createMongoAbility } from "@casl/ability";
import { definePermissions } from "@gatehouse/access";
import express from "express";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { caslRules } from "../src/casl/index.ts";
import { createGatehouse, type GatehouseOf, type GatehouseUser } from "../src/index.ts";

const permissions = definePermissions({
  campaigns: { label: "Campaigns", actions: { view: {}, approve: {} } },
});
const ada: GatehouseUser = { id: "u1", accountId: "a1", name: "Ada", email: "ada@example.test" };

let fakeServer: Server;
let gatehouse: GatehouseOf<typeof permissions>;

/** Has one session and one permission. The change stream fails, so that every check asks the server. */
beforeAll(async () => {
  fakeServer = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request) text += piece;
    response.setHeader("content-type", "application/json");
    if (request.url === "/access/v1/evaluation") {
      const { subject, action } = JSON.parse(text);
      response.end(JSON.stringify({ decision: subject.id === "u1" && action.name === "campaigns:view" }));
    } else if (request.url?.endsWith("/sessions/introspect")) {
      const active = JSON.parse(text).token === "good";
      response.end(JSON.stringify(active ? { active, user: ada } : { active }));
    } else response.writeHead(503).end("{}");
  });
  await new Promise<void>((resolve) => fakeServer.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(fakeServer.address() as AddressInfo).port}/`;
  gatehouse = createGatehouse({ url, apiKey: "ghk_x", organizationId: "o", permissions });
});
afterAll(() => {
  gatehouse.close();
  fakeServer.closeAllConnections();
  fakeServer.close();
});

type Send = (path: "view" | "approve", cookie: string) => Promise<Response>;

async function expectGuarded(send: Send): Promise<void> {
  const good = "a=b; __Host-gatehouse=good";
  const allowed = await send("view", good);
  expect([allowed.status, await allowed.json()]).toEqual([200, ada]);
  for (const [path, cookie, status, code] of [
    ["approve", good, 403, "forbidden/permission"],
    ["view", "__Host-gatehouse=bad", 401, "auth/required"],
    ["view", "", 401, "auth/required"],
  ] as const) {
    const denied = await send(path, cookie);
    expect([denied.status, denied.headers.get("content-type")]).toEqual([
      status,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(await denied.json()).toMatchObject({
      status,
      code,
      title: expect.any(String),
      detail: expect.any(String),
    });
  }
}

test("Express", async () => {
  const app = express();
  for (const action of ["view", "approve"] as const)
    app.get(`/${action}`, gatehouse.express.require(`campaigns:${action}`), (request, response) => {
      response.json(gatehouse.express.userOf(request));
    });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await expectGuarded((path, cookie) => fetch(`http://127.0.0.1:${port}/${path}`, { headers: { cookie } }));
  server.closeAllConnections();
  server.close();
});

test("Hono", async () => {
  const app = new Hono<{ Variables: { gatehouseUser: GatehouseUser } }>();
  for (const action of ["view", "approve"] as const)
    app.get(`/${action}`, gatehouse.hono.require(`campaigns:${action}`), (context) =>
      context.json(context.get("gatehouseUser")),
    );
  await expectGuarded(async (path, cookie) => app.request(`/${path}`, { headers: { cookie } }));
});

test("Next.js: a route handler with its own parameters", async () => {
  const handler = (path: "view" | "approve") =>
    gatehouse.next.require<{ params: { id: string } }>(`campaigns:${path}`, (_request, { user, params }) => {
      expect(params).toEqual({ id: "7" });
      return Response.json(user);
    });
  await expectGuarded((path, cookie) =>
    handler(path)(new Request("http://panel.test/x", { headers: { cookie } }), { params: { id: "7" } }),
  );
});

test("a guard for an undeclared permission throws when it is created", () => {
  const typo = "campaigns:aprove" as "campaigns:approve";
  for (const adapter of ["fastify", "express", "hono"] as const)
    expect(() => gatehouse[adapter].require(typo)).toThrow("campaigns:approve");
  expect(() => gatehouse.next.require(typo, () => new Response())).toThrow("campaigns:approve");
  expect(() => gatehouse.fastify.require("users:view")).not.toThrow();
});

test("userOf throws on a route without a guard", () => {
  for (const adapter of ["fastify", "express"] as const)
    expect(() => gatehouse[adapter].userOf({ headers: {} })).toThrow("Add one");
});

test("identify replaces Gatehouse's sign-in", async () => {
  const options = { url: "http://127.0.0.1:9", apiKey: "k", organizationId: "o", permissions };
  const own = createGatehouse({
    ...options,
    identify: (request) => (request.headers === undefined ? null : "u1"),
  });
  const handler = own.next.require("campaigns:view", () => new Response());
  expect((await handler(new Request("http://panel.test/"))).status).toBe(403); // identified, but no permissions
  own.close();
});

test("createMongoAbility accepts the CASL rules", () => {
  const ability = createMongoAbility([...caslRules(["campaigns:view"])]);
  expect([
    ability.can("view", "campaigns"),
    ability.can("approve", "campaigns"),
    ability.can("view", "users"),
  ]).toEqual([true, false, false]);
});

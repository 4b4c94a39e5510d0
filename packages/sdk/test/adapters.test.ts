/** What the guards do when something else than a yes or a no comes out, and with requests of every kind. */
import { definePermissions } from "@gatehouse/access";
import express from "express";
import { Hono } from "hono";
import { afterAll, expect, test } from "vitest";
import { createGatehouse, GatehouseError, type RequestLike } from "../src/index.ts";

const permissions = definePermissions({ a: { label: "A", actions: { view: {} } } });
const mistake = new Error("a mistake in the panel");
const away = new GatehouseError("gatehouse/unreachable", "No answer.");
/** Nobody can be asked, so that whoever is known may nothing. */
const gatehouse = createGatehouse({
  url: "http://127.0.0.1:9",
  apiKey: "ghk_x",
  organizationId: "o",
  permissions,
  identify: (request) => {
    const who = whoOf(request);
    if (who === "mistake") throw mistake;
    if (who === "away") throw away;
    return who;
  },
});
afterAll(() => gatehouse.close());

function whoOf({ headers }: RequestLike): string | null {
  const get = headers?.get;
  if (typeof get === "function") return new Headers(headers as unknown as Headers).get("x-user");
  return (headers as Record<string, string> | undefined)?.["x-user"] ?? null;
}

const as = (who: string) => ({ headers: { "x-user": who } });

test("what the panel's own sign-in throws goes to the framework, once, and nobody comes through", async () => {
  const told: unknown[] = [];
  const response = { statusCode: 200, setHeader: () => undefined, end: () => undefined };
  gatehouse.express.require("a:view")(as("mistake"), response, (error) => told.push(error));
  await expect.poll(() => told).toEqual([mistake]);
  const reply = { status: () => reply, type: () => reply, header: () => reply, send: () => reply };
  await expect(gatehouse.fastify.require("a:view").preHandler(as("mistake"), reply)).rejects.toBe(mistake);
  const request = new Request("http://panel.test/", as("mistake"));
  const handler = gatehouse.next.require("a:view", () => new Response("in"));
  await expect(handler(request)).rejects.toBe(mistake);
  const app = new Hono();
  app.onError((error, context) => context.text(error.message, 500));
  app.get("/", gatehouse.hono.require("a:view"), (context) => context.text("in"));
  expect(await (await app.request(request)).text()).toBe(mistake.message);
});

test("an answer that can't be written is the framework's to report, too", async () => {
  const told: unknown[] = [];
  const sent = new Error("The headers are sent already.");
  const response = {
    statusCode: 200,
    setHeader: () => {
      throw sent;
    },
    end: () => undefined,
  };
  gatehouse.express.require("a:view")(as("somebody"), response, (error) => told.push(error));
  await expect.poll(() => told).toEqual([sent]);
});

test("a sign-in that can't be checked is 503, and says so to programs", async () => {
  const handler = gatehouse.next.require("a:view", () => new Response("in"));
  const answer = await handler(new Request("http://panel.test/", as("away")));
  expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
  expect(await answer.json()).toMatchObject({ code: "gatehouse/unreachable" });
});

test("every method is guarded, HEAD and OPTIONS as well", async () => {
  const app = express();
  app.use(gatehouse.express.require("a:view"), (_request, response) => {
    response.end("in");
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  for (const method of ["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
    expect([method, (await fetch(`http://127.0.0.1:${port}/`, { method })).status]).toEqual([method, 401]);
  server.closeAllConnections();
  server.close();
});

test("Next.js hands parameters over as a promise, and the handler gets that promise", () => {
  const handler = gatehouse.next.require<{ params: Promise<{ id: string }> }>(
    "a:view",
    async (_request, { params, user }) => Response.json([(await params).id, user.id]),
  );
  handler satisfies (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;
  expect(handler).toBeTypeOf("function");
});

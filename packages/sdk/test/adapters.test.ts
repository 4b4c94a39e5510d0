/** Guards with errors and with different kinds of requests. */
import { definePermissions } from "@gatehouse/access";
import express from "express";
import { Hono } from "hono";
import { afterAll, expect, test } from "vitest";
import { createGatehouse, GatehouseError, type RequestLike } from "../src/index.ts";

const permissions = definePermissions({ a: { label: "A", actions: { view: {} } } });
const panelError = new Error("an error of the panel");
const away = new GatehouseError("gatehouse/unreachable", "No response.");
/** The server is unreachable, so an identified user has no permissions. */
const gatehouse = createGatehouse({
  url: "http://127.0.0.1:9",
  apiKey: "ghk_x",
  organizationId: "o",
  permissions,
  identify: (request) => {
    const who = getUserId(request);
    if (who === "error") throw panelError;
    if (who === "away") throw away;
    return who;
  },
});
afterAll(() => gatehouse.close());

function getUserId({ headers }: RequestLike): string | null {
  const get = headers?.get;
  if (typeof get === "function") return new Headers(headers as unknown as Headers).get("x-user");
  return (headers as Record<string, string> | undefined)?.["x-user"] ?? null;
}

const as = (who: string) => ({ headers: { "x-user": who } });

test("an error of identify is passed to the framework once, and the request is denied", async () => {
  const errors: unknown[] = [];
  const response = { statusCode: 200, setHeader: () => undefined, end: () => undefined };
  gatehouse.express.require("a:view")(as("error"), response, (error) => errors.push(error));
  await expect.poll(() => errors).toEqual([panelError]);
  const reply = { status: () => reply, type: () => reply, header: () => reply, send: () => reply };
  await expect(gatehouse.fastify.require("a:view").preHandler(as("error"), reply)).rejects.toBe(panelError);
  const request = new Request("http://panel.test/", as("error"));
  const handler = gatehouse.next.require("a:view", () => new Response("in"));
  await expect(handler(request)).rejects.toBe(panelError);
  const app = new Hono();
  app.onError((error, context) => context.text(error.message, 500));
  app.get("/", gatehouse.hono.require("a:view"), (context) => context.text("in"));
  expect(await (await app.request(request)).text()).toBe(panelError.message);
});

test("an error while writing the response is passed to the framework", async () => {
  const errors: unknown[] = [];
  const sent = new Error("The headers are sent already.");
  const response = {
    statusCode: 200,
    setHeader: () => {
      throw sent;
    },
    end: () => undefined,
  };
  gatehouse.express.require("a:view")(as("ada"), response, (error) => errors.push(error));
  await expect.poll(() => errors).toEqual([sent]);
});

test("returns 503 problem+json if the sign-in can't be checked", async () => {
  const handler = gatehouse.next.require("a:view", () => new Response("in"));
  const answer = await handler(new Request("http://panel.test/", as("away")));
  expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
  expect(await answer.json()).toMatchObject({ code: "gatehouse/unreachable" });
});

test("every method is guarded, including HEAD and OPTIONS", async () => {
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

test("the Next.js handler gets the params promise unchanged", () => {
  const handler = gatehouse.next.require<{ params: Promise<{ id: string }> }>(
    "a:view",
    async (_request, { params, user }) => Response.json([(await params).id, user.id]),
  );
  handler satisfies (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;
  expect(handler).toBeTypeOf("function");
});

/** As Next.js declares it. */
class NextRequest extends Request {
  readonly nextUrl = new URL(this.url);
}

test("a Next.js handler that takes a NextRequest compiles, and gets that request", async () => {
  type Context = { params: Promise<{ id: string }> };
  const handler = gatehouse.next.require<Context, NextRequest>("a:view", async ({ nextUrl }, { params }) =>
    Response.json([nextUrl.pathname, (await params).id]),
  );
  handler satisfies (request: NextRequest, context: Context) => Promise<Response>;
  const inferred = gatehouse.next.require(
    "a:view",
    (request: NextRequest) => new Response(request.nextUrl.href),
  );
  inferred satisfies (request: NextRequest, context: Context) => Promise<Response>;
  const request = new NextRequest("http://panel.test/campaigns", as("ada"));
  expect((await handler(request, { params: Promise.resolve({ id: "7" }) })).status).toBe(403);
});

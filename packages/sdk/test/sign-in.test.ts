/** Sign-in through a panel's own host, in each framework, with a fake Gatehouse server. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { definePermissions } from "@gatehouse/access";
import express from "express";
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createGatehouse, type Gatehouse } from "../src/index.ts";

const permissions = definePermissions({ campaigns: { label: "Campaigns", actions: { view: {} } } });
const origin = "https://panel.example.com";

let fakeServer: Server;
let url: string;
let gatehouse: Pick<Gatehouse<never>, "signIn" | "userFrom" | "close" | "express" | "hono" | "next">;
let requests: IncomingMessage[] = [];
let introspected: unknown = null;

/** Redirects every request, with two cookies and a header. */
beforeAll(async () => {
  fakeServer = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request) text += piece;
    if (request.url?.endsWith("/introspect")) introspected = JSON.parse(text);
    if (!request.url?.startsWith("/api/v1/hand-off/")) return response.writeHead(503).end("{}");
    requests.push(request);
    return response
      .writeHead(
        302,
        [
          ["location", "https://gatehouse.example.com/hand-off?state=s"],
          ["set-cookie", "__Host-gatehouse-state=1; Path=/; HttpOnly; Secure; SameSite=Lax"],
          ["set-cookie", "__Host-gatehouse-panel=; Max-Age=0"],
          ["referrer-policy", "no-referrer"],
          ["strict-transport-security", "max-age=1"],
        ].flat(),
      )
      .end();
  });
  await new Promise<void>((resolve) => fakeServer.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(fakeServer.address() as AddressInfo).port}`;
  gatehouse = createGatehouse({ url, apiKey: "ghk_x", organizationId: "o", permissions, origin });
});
afterAll(() => {
  gatehouse.close();
  fakeServer.closeAllConnections();
  fakeServer.close();
});
beforeEach(() => {
  requests = [];
});

const cookie =
  "theme=dark; __Host-gatehouse-state=s; session=secret; __Host-gatehouse-panel=p; gatehouse-x=y";

/** Sends hostile host headers and query parameters. */
async function expectForwarded(send: (path: string, init: RequestInit) => Promise<Response>): Promise<void> {
  const headers = {
    cookie,
    host: "evil.example",
    authorization: "Basic x",
    "x-forwarded-host": "evil.example",
  };
  const answer = await send("/gatehouse/sign-in?to=/a?b=%20&origin=https://evil.example", {
    headers,
    redirect: "manual",
  });
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toBe("https://gatehouse.example.com/hand-off?state=s");
  expect(answer.headers.getSetCookie()).toEqual([
    "__Host-gatehouse-state=1; Path=/; HttpOnly; Secure; SameSite=Lax",
    "__Host-gatehouse-panel=; Max-Age=0",
  ]);
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  expect(answer.headers.get("strict-transport-security")).toBeNull();
  const [sent] = requests;
  expect([sent?.method, sent?.url]).toEqual([
    "GET",
    "/api/v1/hand-off/sign-in?organization=o&origin=https%3A%2F%2Fpanel.example.com&to=/a?b=%20&origin=https://evil.example",
  ]);
  expect(sent?.headers).toMatchObject({ cookie: "__Host-gatehouse-state=s; __Host-gatehouse-panel=p" });
  expect(sent?.headers).not.toHaveProperty("authorization");
  expect(sent?.headers).not.toHaveProperty("x-forwarded-host");

  await send("/gatehouse/sign-out", {
    method: "POST",
    headers: { cookie, origin, accept: "text/html" },
    redirect: "manual",
  });
  expect([requests[1]?.method, requests[1]?.headers.origin, requests[1]?.headers.accept]).toEqual([
    "POST",
    origin,
    "text/html",
  ]);

  const others = ["/gatehouse/", "/gatehouse/sign-in/x", "/gatehouse/sign-inx", "/x/gatehouse/sign-in", "/"];
  for (const path of others) expect(await (await send(path, {})).text(), path).toBe("the panel's own");
  expect(requests).toHaveLength(2);
}

test("Express", async () => {
  const app = express();
  app.use(gatehouse.express.signIn);
  app.use((_request, response) => {
    response.send("the panel's own");
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await expectForwarded((path, init) => fetch(`http://127.0.0.1:${port}${path}`, init));
  server.closeAllConnections();
  server.close();
});

test("invalid URLs and unusual methods are left to the panel", async () => {
  const send = (method: string, url: string) =>
    new Promise((resolve, reject) => {
      const response = { statusCode: 0, setHeader: reject, end: reject };
      gatehouse.express.signIn({ method, url, headers: {} }, response, resolve);
    });
  for (const [method, url] of [
    ["OPTIONS", "*"],
    ["GET", "http://evil.example/gatehouse/sign-in"],
    ["TRACE", "/gatehouse/sign-in"],
    ["HEAD", "/gatehouse/session?code=x"],
  ] as const)
    expect(await send(method, url)).toBeUndefined();
  expect(requests).toEqual([]);
});

test("Hono", async () => {
  const app = new Hono();
  app.use(gatehouse.hono.signIn);
  app.get("*", (context) => context.text("the panel's own"));
  await expectForwarded(async (path, init) => app.request(path, init));
});

test("Next.js, and other functions from a Request to a Response", async () => {
  const { GET, POST } = gatehouse.next.signIn;
  await expectForwarded(async (path, init) => {
    const request = new Request(`http://evil.example${path}`, init);
    const answer = await (init.method === "POST" ? POST : GET)(request);
    return answer.status === 404 ? new Response("the panel's own") : answer;
  });
});

test("returns 503 without a response from Gatehouse, and throws without an origin", async () => {
  const options = { apiKey: "k", organizationId: "o", permissions };
  const unreachable = createGatehouse({ ...options, url: "http://127.0.0.1:9", origin });
  const withoutOrigin = createGatehouse({ ...options, url });
  const request = new Request("http://panel.test/gatehouse/sign-in");
  const answer = await unreachable.signIn(request);
  expect([answer?.status, answer?.headers.get("content-type"), await answer?.json()]).toEqual([
    503,
    "application/problem+json",
    expect.objectContaining({ code: "gatehouse/unreachable" }),
  ]);
  await expect(withoutOrigin.signIn(request)).rejects.toThrow("own origin");
  expect(await withoutOrigin.signIn(new Request("http://panel.test/"))).toBeNull();
  unreachable.close();
  withoutOrigin.close();
});

test("over https only __Host- cookies count, the panel's before Gatehouse's", async () => {
  const readToken = async (header: string, from = gatehouse) => {
    introspected = null;
    await from.userFrom(new Request("http://panel.test/", { headers: { cookie: header } })).catch(() => null);
    return introspected;
  };
  const plain = "gatehouse-panel=1; gatehouse=2; ";
  expect(await readToken(plain)).toBeNull();
  expect(await readToken(`${plain}__Host-gatehouse=3`)).toEqual({ token: "3", origin });
  expect(await readToken(`${plain}__Host-gatehouse=3; __Host-gatehouse-panel=4`)).toEqual({
    token: "4",
    origin,
  });
  const options = { url, apiKey: "k", organizationId: "o", permissions };
  const local = createGatehouse({ ...options, origin: "http://localhost:4000" });
  expect(await readToken(plain, local)).toEqual({ token: "1", origin: "http://localhost:4000" });
  const client = createGatehouse(options);
  expect(await readToken(plain, client)).toEqual({ token: "2" });
  local.close();
  client.close();
});

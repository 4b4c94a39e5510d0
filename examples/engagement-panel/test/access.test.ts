import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestPanel, type TestPanel, type Who } from "./test-panel.ts";

let panel: TestPanel;
beforeEach(async () => {
  panel = await createTestPanel();
});
afterEach(() => panel.close());

/** All guarded routes with their permissions. */
const routes = [
  ["GET", "/campaigns", "campaigns:view"],
  ["GET", "/campaigns/x", "campaigns:view"],
  ["POST", "/campaigns", "campaigns:create"],
  ["PATCH", "/campaigns/x", "campaigns:edit"],
  ["POST", "/campaigns/x/submit", "campaigns:submit"],
  ["POST", "/campaigns/x/approve", "campaigns:approve"],
  ["POST", "/campaigns/x/send-back", "campaigns:approve"],
  ["GET", "/segments", "segments:view"],
  ["POST", "/segments", "segments:create"],
  ["GET", "/reports", "reports:view"],
] as const;

test("adding a route without a permission throws", () => {
  expect(() => panel.app.post("/api/campaigns/:id/delete", () => "gone")).toThrow("needs a permission");
  expect(() => panel.app.get("/help", () => "open to everybody")).not.toThrow();
});

test.each(routes)("%s %s needs %s", async (method, path, permission) => {
  const body = method === "GET" ? undefined : { version: 1 };
  expect(await panel.send("nobody", method, path, body)).toMatchObject({
    status: 403,
    type: expect.stringMatching(/^application\/problem\+json/),
    body: { code: "forbidden/permission", permission },
  });
  for (const who of [null, "unknown"])
    expect(await panel.send(who, method, path, body)).toMatchObject({
      status: 401,
      body: { code: "auth/required" },
    });
});

test.each<[Who, string, string]>([
  ["vera", "POST", "/campaigns"],
  ["vera", "POST", "/segments"],
  ["mert", "POST", "/campaigns/x/approve"],
  ["aylin", "POST", "/campaigns/x/submit"],
  ["aylin", "GET", "/reports"],
])("%s may not %s %s", async (who, method, path) => {
  expect(
    (await panel.send(who, method as "GET" | "POST", path, method === "GET" ? undefined : {})).status,
  ).toBe(403);
});

test("rejects cross-site requests and other host names", async () => {
  const cookie = "gatehouse=mert";
  const payload = { name: "Regulars", rule: "Buys often" };
  for (const headers of [
    { cookie, host: "127.0.0.1:4000" },
    { cookie, host: "127.0.0.1:4000", origin: "http://127.0.0.1:8080" },
    { cookie, host: "panel.evil.example", origin: "http://panel.evil.example" },
  ]) {
    const answer = await panel.app.inject({ method: "POST", url: "/api/segments", headers, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([403, "request/origin"]);
  }
  expect((await panel.send("mert", "GET", "/segments")).body.items).toEqual([]);
});

test("returns 503 while Gatehouse can't be reached", async () => {
  panel.stopGatehouse();
  for (const [method, path] of [...routes, ["GET", "/me"], ["GET", "/live"]] as const)
    expect(await panel.send("mert", method, path, method === "GET" ? undefined : {})).toMatchObject({
      status: 503,
      body: { code: "gatehouse/unreachable" },
    });
});

test("malformed requests and unknown URLs return problem documents", async () => {
  const headers = { host: "localhost:4000", origin: "http://localhost:4000", cookie: "gatehouse=mert" };
  const broken = await panel.app.inject({
    method: "POST",
    url: "/api/segments",
    headers: { ...headers, "content-type": "application/json" },
    payload: "{",
  });
  expect([broken.statusCode, broken.json().code]).toEqual([400, "request/malformed"]);
  const nowhere = await panel.app.inject({ method: "GET", url: "/api/nowhere", headers });
  expect([nowhere.statusCode, nowhere.json().code]).toEqual([404, "request/unknown"]);
  expect((await panel.send("mert", "GET", "/campaigns/x")).body.code).toBe("campaigns/unknown");
});

test("an open page gets its permissions, changes, and the end of the stream", async () => {
  await panel.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = panel.app.server.address() as AddressInfo;
  const request = get({ host: "127.0.0.1", port, path: "/api/live", headers: { cookie: "gatehouse=mert" } });
  const [stream] = (await once(request, "response")) as [IncomingMessage];
  expect(stream.headers["content-type"]).toBe("text/event-stream");
  let received = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    received += text;
  });
  const uncertain = 'event: permissions\ndata: {"permissions":[],"isSure":false}\n\n';
  await expect.poll(() => received).toBe(uncertain);
  await panel.send("mert", "POST", "/segments", { name: "Regulars", rule: "Buys often" });
  await expect.poll(() => received).toContain("event: changed\n");
  await panel.app.close();
  await expect.poll(() => stream.readableEnded || stream.destroyed).toBe(true);
});

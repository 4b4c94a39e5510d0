import { connect } from "node:net";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { createApp } from "../app.ts";

const unknown = "01912345-6789-7abc-8def-0123456789ab";

let t: TestApp;
let acme: TestOrganization;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  ({ key } = await t.apiKey(acme));
});
afterAll(() => t.close());

const get = (url: string, headers: Record<string, string> = {}) => t.app.inject({ url, headers });

test.each(["/api/v1/setup", "/api/v1/me", "/api/v1/nothing", "/", "/livez", "/%zz", "/api", "/favicon.ico"])(
  "sends every security header with the response to GET %s",
  async (url) => {
    const { headers } = await get(url);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers["strict-transport-security"]).toBeUndefined();
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  },
);

test("responds to an invalid path like to an unknown one, with every security header", async () => {
  await t.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = t.app.server.address() as { port: number };
  const response = await new Promise<string>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.on("data", (chunk) => {
      received += String(chunk);
    });
    socket.once("close", () => resolve(received));
    socket.write("GET http://[::1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  });
  expect(response).toMatch(/^HTTP\/1\.1 404 /);
  expect(response).toContain("x-frame-options: DENY");
  expect(response).toContain('"code":"not-found"');
});

test("generates its own request id, whatever the request sends", async () => {
  const response = await get("/api/v1/nothing", { "x-request-id": "mine", "request-id": "mine" });
  expect(response.headers["x-request-id"]).not.toBe("mine");
  expect(response.json()).toMatchObject({ requestId: response.headers["x-request-id"] });
});

const here = () => `/api/v1/organizations/${acme.organizationId}`;

test("returns the same error for unknown, foreign and malformed organizations, which names that of the API key", async () => {
  const foreign = await t.organization();
  const urls = [
    `/api/v1/organizations/${foreign.organizationId}/users`,
    `/api/v1/organizations/${unknown}/users`,
    `/api/v1/organizations/${unknown}/roles`,
  ];
  const responses = await Promise.all(urls.map((url) => get(url, { authorization: `Bearer ${key}` })));
  const bodies = responses.map((response) => ({ ...response.json(), requestId: "" }));
  for (const body of bodies) expect(body).toEqual(bodies[0]);
  expect(bodies[0]).toMatchObject({ status: 404, code: "not-found" });
  expect(bodies[0]?.detail).toContain(acme.organizationId);
});

test.each(["/nothing", "/permissions/users%FFview/users", "/users/%ED%A0%80"])(
  "says that the API has no path %s",
  async (path) => {
    const response = await get(`${here()}${path}`, { authorization: `Bearer ${key}` });
    expect(response.json()).toMatchObject({ status: 404, code: "not-found" });
    expect(response.json().detail).toContain("no such path");
  },
);

test("returns the same error for unknown, foreign and malformed ids, except for the request id", async () => {
  const foreign = await t.organization();
  const urls = [
    `${here()}/users/${unknown}`,
    `${here()}/users/${foreign.owner.userId}`,
    `${here()}/users/no-id`,
    "/api/v1/organizations/no-id/users",
    `/api/v1/organizations/${"9".repeat(4000)}/users`,
  ];
  const responses = await Promise.all(urls.map((url) => get(url, { authorization: `Bearer ${key}` })));
  const bodies = responses.map((response) => ({ ...response.json(), requestId: "" }));
  for (const [index, body] of bodies.entries()) expect([urls[index], body]).toEqual([urls[index], bodies[0]]);
  expect(bodies[0]).toEqual({
    type: "urn:gatehouse:problem:not-found",
    title: "Not found",
    status: 404,
    code: "not-found",
    detail: "Nothing is here. Check the address, or whether it was removed.",
    requestId: "",
  });
});

test.each([
  ["PUT", "/api/v1/sessions", "DELETE, POST"],
  ["GET", "/api/v1/sessions", "DELETE, POST"],
  ["POST", "/api/v1/setup/", null],
  ["DELETE", "/api/v1/setup", "GET, HEAD, POST"],
  ["POST", "/livez", "GET, HEAD"],
  ["OPTIONS", `/api/v1/organizations/${unknown}/users`, "GET, HEAD, POST"],
] as const)("responds to %s %s with the allowed methods: %s", async (method, url, allow) => {
  const response = await t.app.inject({ method, url });
  expect(response.statusCode).toBe(allow === null ? 404 : 405);
  expect(response.headers["allow"]).toBe(allow ?? undefined);
  expect(response.json()).toMatchObject({ code: allow === null ? "not-found" : "request/method" });
});

test("hides internal errors, and logs them with the request id", async () => {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const app = await createApp({ ...t.deps, log: pino(stream), passwords: broken });
  const response = await app.inject({
    method: "POST",
    url: "/api/v1/sessions",
    headers: { origin: testOrigin, "content-type": "application/json" },
    payload: JSON.stringify({ email: "ada@example.test", password: "a secret that nobody logs" }),
  });
  await app.close();
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain("the hash machine broke");
  const requestId = String(response.headers["x-request-id"]);
  const [failure, line] = lines.map((text) => JSON.parse(text));
  expect(failure).toMatchObject({ requestId, err: { message: "the hash machine broke" } });
  expect(line).toMatchObject({ requestId, method: "POST", route: "/api/v1/sessions", status: 500 });
  expect(lines.join("")).not.toMatch(/secret that nobody logs|ada@example/);
});

const breakHashing = () => Promise.reject(new Error("the hash machine broke"));
const broken = { hash: breakHashing, verify: breakHashing, verifyForeign: breakHashing };

test("logs the caller and the route, and nothing of the URL, the cookie or the key", async () => {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
  };
  const app = await createApp({ ...t.deps, log: pino({ base: null }, { write }) });
  const token = await t.session(acme.owner);
  await app.inject({ url: `${here()}/users?query=zoltan`, headers: { cookie: `gatehouse=${token}` } });
  await app.inject({ url: `${here()}/users?query=zoltan`, headers: { authorization: `Bearer ${key}` } });
  await app.inject({ url: "/api/v1/me", headers: { cookie: `gatehouse=${token}` } });
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const cookie = `gatehouse=${await t.session(viewer)}`;
  await app.inject({ url: `${here()}/users/export`, headers: { cookie } });
  await app.close();
  const route = "/api/v1/organizations/:organizationId/users";
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { method: "GET", route, status: 200, actor: acme.owner.userId, ms: expect.any(Number) },
    { route, actor: expect.any(String) },
    { route: "/api/v1/me", actor: acme.owner.accountId },
    { route: `${route}/export`, status: 403, actor: viewer.userId },
  ]);
  expect(lines.join("")).not.toMatch(new RegExp(`${token}|${key}|zoltan|${acme.organizationId}`));
});

test("accepts the client's address only from trusted proxies", async () => {
  const config = { trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"] };
  const forwarded = "198.51.100.9, 203.0.113.7, 10.1.1.1";
  const addressSeenBy = async (app: TestApp): Promise<unknown> => {
    const { owner } = await app.organization();
    await app.anonymous.post(
      "/sessions",
      { email: owner.email, password: "correct horse battery staple" },
      { "x-forwarded-for": forwarded },
    );
    const [row] = await app.sql("SELECT ip FROM sessions WHERE account_id = $1", [owner.accountId]);
    return row?.["ip"];
  };
  expect(await addressSeenBy(t)).toBe("127.0.0.1");
  const behindProxy = await createTestApp({ config });
  expect(await addressSeenBy(behindProxy)).toBe("203.0.113.7");
  await behindProxy.close();
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let viewer: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  viewer = await t.user(acme, { roles: ["viewer"] });
});
afterAll(() => t.close());

type Headers = Readonly<Record<string, string>>;

async function patch(headers: Headers) {
  return t.app.inject({
    method: "PATCH",
    url: `/api/v1/organizations/${acme.organizationId}/users/${viewer.userId}`,
    headers: { "if-match": '"1"', "content-type": "application/json", ...headers },
    payload: JSON.stringify({ name: "From elsewhere" }),
  });
}

const cookie = async (): Promise<string> => `gatehouse=${await t.session(acme.owner)}`;

const foreign: readonly (readonly [string, Headers])[] = [
  ["no", {}],
  ["a null", { origin: "null" }],
  ["a foreign", { origin: "https://evil.example" }],
  ["a longer", { origin: `${testOrigin}.evil.example` }],
  ["another port's", { origin: "http://127.0.0.1:3001" }],
  ["an https", { origin: "https://127.0.0.1:3000" }],
  ["an empty", { origin: "" }],
];

test.each(foreign)("rejects a change by cookie with %s Origin, and changes nothing", async (_, headers) => {
  const withCookie = { ...headers, cookie: await cookie() };
  const before = await readDatabaseState(t);
  const response = await patch(withCookie);
  expect(response).toMatchObject({ statusCode: 403 });
  expect(response.json()).toMatchObject({ code: "forbidden/origin" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each(foreign)("names PUBLIC_URL to a request with %s Origin", async (_, headers) => {
  const { detail, params } = (await patch({ ...headers, cookie: await cookie() })).json();
  expect(detail).toContain(`PUBLIC_URL is unset (${testOrigin})`);
  const origin = headers["origin"] ?? null;
  const isOrigin = origin !== null && URL.parse(origin)?.origin === origin;
  expect(params).toEqual({ origin: isOrigin ? origin : null, publicUrl: testOrigin });
  if (isOrigin) expect(detail).toContain(`set PUBLIC_URL=${origin}`);
});

test("repeats no more than a hundred characters of an Origin", async () => {
  const response = await patch({ origin: `https://${"a".repeat(5_000)}.example`, cookie: await cookie() });
  expect(response.json()).toMatchObject({ code: "forbidden/origin", params: { origin: null } });
  expect(response.body.length).toBeLessThan(1_000);
});

test.each(foreign)("rejects signing in with %s Origin, because it would set a cookie", async (_, headers) => {
  const before = await readDatabaseState(t);
  const response = await t.app.inject({
    method: "POST",
    url: "/api/v1/sessions",
    headers: { "content-type": "application/json", ...headers },
    payload: JSON.stringify({ email: acme.owner.email, password: "correct horse battery staple" }),
  });
  expect(response.statusCode).toBe(403);
  expect(response.headers["set-cookie"]).toBeUndefined();
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each(["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"])(
  "accepts a change from %s while PUBLIC_URL is unset",
  async (origin) => {
    expect((await patch({ origin, cookie: await cookie(), "if-match": '"999"' })).statusCode).toBe(412);
  },
);

test("allows reading by cookie without an Origin, so that links from other sites work", async () => {
  const url = `/api/v1/organizations/${acme.organizationId}/users`;
  expect((await t.app.inject({ url, headers: { cookie: await cookie() } })).statusCode).toBe(200);
});

test("accepts a change by API key without an Origin, even with a cookie", async () => {
  const { key } = await t.apiKey(acme);
  const headers = { authorization: `Bearer ${key}`, cookie: await cookie() };
  expect((await patch({ ...headers, "if-match": '"999"' })).statusCode).toBe(412);
});

test("doesn't fall back to the cookie when the API key is wrong", async () => {
  const headers = { origin: testOrigin, authorization: "Bearer ghk_wrong", cookie: await cookie() };
  const response = await patch(headers);
  expect(response.statusCode).toBe(401);
  expect(response.json()).toMatchObject({ code: "auth/invalid-key" });
});

test("ignores the Basic authorization header of a proxy", async () => {
  const headers = { origin: testOrigin, authorization: "Basic b3BzOnNlY3JldA==", cookie: await cookie() };
  expect((await patch({ ...headers, "if-match": '"999"' })).statusCode).toBe(412);
});

test("accepts changes only from PUBLIC_URL once it is set, and sets a __Host- cookie on https", async () => {
  const config = { publicUrl: "https://gate.example.com", isPublicUrlSet: true };
  const s = await createTestApp({ config });
  const { owner } = await s.organization();
  const signIn = (origin: string) =>
    s.app.inject({
      method: "POST",
      url: "/api/v1/sessions",
      headers: { origin, host: "evil.example", "content-type": "application/json" },
      payload: JSON.stringify({ email: owner.email, password: "correct horse battery staple" }),
    });
  expect((await signIn(testOrigin)).statusCode).toBe(403);
  expect((await signIn("https://evil.example")).statusCode).toBe(403);
  const response = await signIn("https://gate.example.com");
  expect(response.statusCode).toBe(201);
  expect([response.headers["set-cookie"]].flat()).toEqual([
    expect.stringMatching(
      /^__Host-gatehouse=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    ),
    expect.stringMatching(
      /^__Host-gatehouse-device=[\w.-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ),
  ]);
  expect(response.headers["strict-transport-security"]).toBe("max-age=31536000");
  await s.close();
});

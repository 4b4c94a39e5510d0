/** What a request makes the server say and do is bounded, whatever the request holds. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization } from "../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let key: string;

beforeAll(async () => {
  t = await createTestApp({ passwords: { hash: async () => "hash", verify: async () => false } });
  acme = await t.organization();
  ({ key } = await t.apiKey(acme));
});
afterAll(() => t.close());

const here = () => `/api/v1/organizations/${acme.organizationId}`;
const longName = "x".repeat(100_000);
/** A long member name around as many broken texts as the rest of a megabyte takes. */
const brokenTexts = `{"${longName}":[${Array.from({ length: 95_000 }, () => '"\\u0000"').join()}]}`;

type Method = "POST" | "PUT" | "PATCH";
async function send(method: Method, url: string, payload: string, headers: Record<string, string> = {}) {
  return t.app.inject({
    method,
    url,
    headers: { "content-type": "application/json", ...headers },
    payload,
  });
}
const asKey = () => ({ authorization: `Bearer ${key}`, "if-match": '"1"' });

test.each(["/invitations/lookup", "/invitations/accept", "/sessions", "/setup", "/setup/lookup"])(
  "POST %s, which needs no session, accepts at most 64 KiB",
  async (path) => {
    const before = await readDatabaseState(t);
    const most = JSON.stringify({ padding: "" }).length;
    const padded = (length: number) => JSON.stringify({ padding: "x".repeat(length - most) });
    const origin = { origin: testOrigin };
    const fits = await send("POST", `/api/v1${path}`, padded(64 * 1024), origin);
    expect(fits.json()).toMatchObject({ status: 422, code: "request/invalid" });
    for (const payload of [padded(64 * 1024 + 1), brokenTexts]) {
      const response = await send("POST", `/api/v1${path}`, payload, origin);
      expect(response.json()).toMatchObject({ status: 413, code: "request/too-large" });
      expect(response.body.length).toBeLessThan(1_000);
    }
    expect(await readDatabaseState(t)).toEqual(before);
  },
);

test("a panel's sign-out, whose form isn't read, accepts at most 64 KiB", async () => {
  const url = `/api/v1/hand-off/sign-out?organization=${acme.organizationId}&origin=https://panel.example.test`;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const response = await t.app.inject({ method: "POST", url, headers, payload: "x".repeat(65 * 1024) });
  expect(response.json()).toMatchObject({ status: 413 });
});

test("parsing stops at the first invalid string", async () => {
  const response = await send("POST", `${here()}/roles`, brokenTexts, asKey());
  expect(response.json()).toMatchObject({ status: 422, code: "request/invalid" });
  const { errors } = response.json();
  expect(errors).toEqual([
    { path: `${"x".repeat(99)}…`, code: "invalid/characters", detail: expect.any(String) },
  ]);
  expect(response.body.length).toBeLessThan(1_000);
});

const wide = (length: number, value: unknown = 1) =>
  Object.fromEntries(Array.from({ length }, (_, index) => [`member${index}`, value]));
const unknownNames = Array.from(
  { length: 2_000 },
  (_, index) => `${"a".repeat(100)}:${"b".repeat(20)}${index}`,
);

/** Accents that must be put in order, and as many as a body takes: ordering them takes time by the square of their number. */
const accents = (length: number) => `a${"\u0301\u0323".repeat(length)}`;

type Row = readonly [what: string, method: Method, path: string, body: unknown];
const hostile: readonly Row[] = [
  ["a thousand unknown members", "PATCH", "", wide(1_000)],
  ["one unknown member with a long name", "PATCH", "", { [longName]: 1 }],
  ["a long name of a role", "POST", "/roles", { name: longName, permissions: [] }],
  ["a name of 200,000 accents", "POST", "/roles", { name: accents(100_000), permissions: [] }],
  ["a domain of 200,000 accents", "PATCH", "", { allowedEmailDomains: [accents(100_000)] }],
  [
    "a message of 200,000 accents",
    "POST",
    "/invitations",
    { invitations: [{ email: accents(100_000), roleIds: [], name: accents(5) }], message: accents(100_000) },
  ],
  ["2,000 unknown permissions", "POST", "/roles", { name: "R", permissions: unknownNames }],
  ["2,000 broken permissions", "POST", "/roles", { name: "R", permissions: unknownNames.map(() => "x") }],
  ["200,000 permissions", "POST", "/roles", { name: "R", permissions: Array(200_000).fill("") }],
  ["10,000 broken ids", "POST", "/user-jobs", { action: "suspend", users: { ids: Array(10_000).fill("x") } }],
  [
    "100,000 broken ids of roles",
    "POST",
    "/invitations",
    { invitations: Array.from({ length: 1_000 }, () => ({ email: "x", roleIds: Array(100).fill("x") })) },
  ],
  ["a catalogue of 50,000 numbers", "PUT", "/permissions", Array(50_000).fill(1)],
  ["a catalogue with a long unknown key", "PUT", "/permissions", { a: { [longName]: 1 } }],
  ["a catalogue that implies a long name", "PUT", "/permissions", catalogueImplying(longName)],
  ["a long token", "POST", "/sessions/introspect", { token: longName, origin: longName }],
];

function catalogueImplying(name: string): object {
  return { tasks: { label: "Tasks", actions: { view: { implies: [name] } } } };
}

test.each(hostile)("%s gets a problem of at most 20 issues and 16 kB", async (_, method, path, body) => {
  const before = await readDatabaseState(t);
  const response = await send(method, `${here()}${path}`, JSON.stringify(body), asKey());
  expect(response.statusCode).toBeGreaterThanOrEqual(400);
  expect(response.statusCode).toBeLessThan(500);
  expect(Buffer.byteLength(response.body)).toBeLessThanOrEqual(16_384);
  const { errors = [] } = response.json<{ errors?: { path: string; detail: string }[] }>();
  expect(errors.length).toBeLessThanOrEqual(20);
  for (const error of errors) expect(error.path.length).toBeLessThanOrEqual(100);
  expect(response.body).not.toContain("x".repeat(135));
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a URL with thousands of invalid parameters gets a problem of at most 20 issues", async () => {
  const url = `${here()}/users?${Array(4_000).fill("%FF").join("&")}`;
  const response = await t.app.inject({ url, headers: asKey() });
  expect(response.json()).toMatchObject({ status: 422 });
  expect(response.json().errors.length).toBeLessThanOrEqual(20);
  expect(Buffer.byteLength(response.body)).toBeLessThanOrEqual(16_384);
});

test("an object has at most 2,000 members", async () => {
  const response = await send("PUT", `${here()}/permissions`, JSON.stringify(wide(2_001, {})), asKey());
  expect(response.json()).toMatchObject({ status: 400, code: "request/malformed" });
});

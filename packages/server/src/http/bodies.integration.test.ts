import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let viewer: TestUser;
let key: string;
let before: Awaited<ReturnType<typeof readDatabaseState>>;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  viewer = await t.user(acme, { roles: ["viewer"] });
  ({ key } = await t.apiKey(acme));
  before = await readDatabaseState(t);
});
afterAll(() => t.close());

type Headers = Readonly<Record<string, string>>;

async function send(payload: string | Buffer, headers: Headers = {}) {
  return t.app.inject({
    method: "PATCH",
    url: `/api/v1/organizations/${acme.organizationId}/users/${viewer.userId}`,
    headers: {
      authorization: `Bearer ${key}`,
      "if-match": '"1"',
      "content-type": "application/json",
      ...headers,
    },
    payload,
  });
}

const deep = 100_000;
const broken = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);

const utf16 = Buffer.from('{"name":"X"}', "utf16le");

type Row = readonly [what: string, status: number, code: string, payload: string | Buffer, headers?: Headers];
const bodies: readonly Row[] = [
  ["text/plain", 415, "request/media-type", '{"name":"X"}', { "content-type": "text/plain" }],
  ["a form", 415, "request/media-type", "name=X", { "content-type": "application/x-www-form-urlencoded" }],
  [
    "a multipart form",
    415,
    "request/media-type",
    "--x--",
    { "content-type": "multipart/form-data; boundary=x" },
  ],
  ["JSON under another name", 415, "request/media-type", "{}", { "content-type": "text/json" }],
  [
    "a gzip bomb",
    415,
    "request/media-type",
    gzipSync(Buffer.alloc(10_000_000)),
    { "content-encoding": "gzip" },
  ],
  [
    "JSON in UTF-16",
    415,
    "request/media-type",
    utf16,
    { "content-type": "application/json; charset=utf-16" },
  ],
  [
    "JSON in two encodings",
    415,
    "request/media-type",
    "{}",
    { "content-type": 'application/json; charset=utf-8; charset="latin1"' },
  ],
  ["a body in brotli", 415, "request/media-type", "x", { "content-encoding": "br" }],
  ["ten megabytes", 413, "request/too-large", JSON.stringify({ name: "x".repeat(10_000_000) })],
  ["half an object", 400, "request/malformed", '{"name":'],
  ["100,000 nested arrays", 400, "request/malformed", "[".repeat(deep) + "]".repeat(deep)],
  ["100,000 nested objects", 400, "request/malformed", '{"name":'.repeat(deep)],
  ["bytes that are not UTF-8", 422, "request/invalid", broken],
  ["a NUL", 422, "request/invalid", '{"name":"a\\u0000b"}'],
  ["a lone surrogate", 422, "request/invalid", '{"name":"a\\ud800b"}'],
  ["a line break in a name", 422, "request/invalid", '{"name":"a\\r\\nBcc: b"}'],
  ["300 letters", 422, "request/invalid", JSON.stringify({ name: "x".repeat(300) })],
  ["an empty name", 422, "request/invalid", '{"name":"  "}'],
  ["a number for a name", 422, "request/invalid", '{"name":7}'],
  ["an unknown key", 422, "request/invalid", '{"name":"X","isOwner":true}'],
  ["__proto__", 422, "request/invalid", '{"__proto__":{"name":"X"}}'],
  ["__proto__ in disguise", 422, "request/invalid", '{"\\u005f_proto__":{"name":"X"}}'],
  ["constructor", 422, "request/invalid", '{"constructor":{"prototype":{"name":"X"}}}'],
  ["an array", 422, "request/invalid", "[]"],
  ["null", 422, "request/invalid", "null"],
  ["nothing", 422, "request/invalid", ""],
];

test.each(
  bodies.map(([what, status, code, payload, headers = {}]) => ({ what, status, code, payload, headers })),
)("rejects $what with $status $code and changes nothing", async ({ status, code, payload, headers }) => {
  const response = await send(payload, headers);
  expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(response.json()).toMatchObject({ status, code, requestId: response.headers["x-request-id"] });
  expect(response.statusCode).toBe(status);
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each(["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])(
  "accepts a body with the content type %s",
  async (type) => {
    const response = await send('{"name":""}', { "content-type": type });
    expect(response.json()).toMatchObject({ status: 422, errors: [{ path: "name" }] });
  },
);

test("accepts a thousand invitations with long names in one body, where other endpoints accept 1 MiB", async () => {
  const invitations = Array.from({ length: 1_000 }, (_, index) => ({
    email: `somebody-${index}@example.test`,
    roleIds: [acme.roles.viewer],
    name: "İ".repeat(200),
  }));
  const body = JSON.stringify({ invitations, padding: "x".repeat(800_000) });
  expect(body.length).toBeGreaterThan(1024 * 1024);
  expect((await send(body)).json()).toMatchObject({ code: "request/too-large" });
  const response = await t.app.inject({
    method: "POST",
    url: `/api/v1/organizations/${acme.organizationId}/invitations`,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    payload: body,
  });
  expect(response.json()).toMatchObject({
    code: "request/invalid",
    errors: [{ code: "invalid/unrecognized-keys" }],
  });
});

test("reports every invalid field by its path", async () => {
  const response = await send(JSON.stringify({ name: "", status: "asleep", roleIds: ["x"], extra: 1 }));
  const errors = response.json<{ errors: { path: string; code: string }[] }>().errors;
  expect(errors.map(({ path, code }) => [path, code])).toEqual([
    ["name", "invalid/too-small"],
    ["status", "invalid/invalid-value"],
    ["roleIds.0", "invalid/invalid-format"],
    ["", "invalid/unrecognized-keys"],
  ]);
});

test("rejects a body where none is expected", async () => {
  const url = `/api/v1/organizations/${acme.organizationId}/invitations/${acme.owner.userId}/resend`;
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await t.app.inject({ method: "POST", url, headers, payload: '{"roleIds":[]}' });
  expect(response.json()).toMatchObject({ status: 422, code: "request/invalid" });
});

test("treats ids as case-insensitive", async () => {
  const asked = `/organizations/${acme.organizationId.toUpperCase()}/users/${viewer.userId.toUpperCase()}`;
  const response = await t.withKey(key).get(asked);
  expect(response.json()).toMatchObject({ id: viewer.userId });
});

test.each([
  ["limit=-1", "request/invalid"],
  ["limit=0", "request/invalid"],
  ["limit=101", "request/invalid"],
  ["limit=1000000000", "request/invalid"],
  ["limit=ten", "request/invalid"],
  ["limit=", "request/invalid"],
  ["limit=1&limit=2", "request/invalid"],
  ["__proto__=x", "request/invalid"],
  ["constructor=x", "request/invalid"],
  ["unknown=x", "request/invalid"],
  ["query=a%00b", "request/invalid"],
  ["query=a%FF", "request/invalid"],
  ["query=%C4", "request/invalid"],
  ["query=%ED%A0%80", "request/invalid"],
  [`query=${"x".repeat(201)}`, "request/invalid"],
  ["cursor=forged", "request/cursor"],
  [`cursor=${Buffer.from('["a",1]').toString("base64url")}`, "request/cursor"],
  [`cursor=${"x".repeat(2001)}`, "request/invalid"],
])("rejects the query %s with 422 %s", async (query, code) => {
  const response = await t.withKey(key).get(`/organizations/${acme.organizationId}/users?${query}`);
  expect(response.json()).toMatchObject({ status: 422, code });
});

test("keeps memory constant over many bodies that are nested too deeply", async () => {
  const bomb = "[".repeat(1_000_000);
  for (let round = 0; round < 5; round += 1) await send(bomb);
  const heap = process.memoryUsage().heapUsed;
  for (let round = 0; round < 50; round += 1) expect((await send(bomb)).statusCode).toBe(400);
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(100_000_000);
});

/** Invalid values in every field of every request are rejected with a code, and change nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import type { ValidRequest } from "./job-requests.ts";
import { operatorToken } from "./operator-steps.ts";
import { createValidRequests, requestNames as names } from "./valid-requests.ts";

let t: TestApp;
let requests: Readonly<Record<string, ValidRequest>>;
let lists: readonly string[];
let cookie: string;

beforeAll(async () => {
  t = await createTestApp({
    config: { operatorToken },
    passwords: { hash: async () => "hash", verify: async () => false },
  });
  ({ requests, lists, cookie } = await createValidRequests(t));
});
afterAll(() => t.close());

/** Invalid for every field. */
const invalidValues: readonly unknown[] = [
  "a\0b",
  "half a character: \ud800",
  { a: 1 },
  [[1]],
  -0.5,
  "x\u202egnp.exe",
  "x".repeat(1_200_000),
];

/** Valid for some fields, and must not cause an internal error in any. */
const unusualValues: readonly unknown[] = [
  "",
  " ",
  "x".repeat(300),
  "%_\\'\"; DROP TABLE users; --",
  "<script>alert(1)</script>",
  "=1+1",
  "a\r\nBcc: b@example.test",
  "\u0007",
  "🔑".repeat(60),
  "İıŞşĞğ",
  null,
  true,
  0,
  1e308,
  [],
  {},
  ["", null],
];

/** `base` with each of its values replaced by `value`, one at a time. */
function* withOneReplaced(base: unknown, value: unknown): Generator<unknown> {
  if (typeof base !== "object" || base === null) return;
  for (const [key, part] of Object.entries(base)) {
    const put = (replacement: unknown): unknown =>
      Array.isArray(base) ? base.with(Number(key), replacement) : { ...base, [key]: replacement };
    yield put(value);
    for (const changed of withOneReplaced(part, value)) yield put(changed);
  }
}

async function send({ method, path, headers = {} }: ValidRequest, payload: string) {
  return t.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: {
      origin: testOrigin,
      cookie,
      "if-match": '"1"',
      "content-type": "application/json",
      ...headers,
    },
    payload,
  });
}

function expectProblem(response: Awaited<ReturnType<typeof send>>, sent: string): void {
  const context = `${sent.slice(0, 200)} → ${response.statusCode} ${response.body.slice(0, 300)}`;
  expect(response.statusCode, context).toBeGreaterThanOrEqual(400);
  expect(response.statusCode, context).toBeLessThan(500);
  expect(response.headers["content-type"], context).toBe("application/problem+json; charset=utf-8");
  expect(response.json(), context).toMatchObject({ code: expect.stringMatching(/^[a-z-]+(\/[a-z-]+)?$/) });
}

/** The request of that name. */
function findRequest(name: string): ValidRequest {
  const request = requests[name];
  if (request === undefined) throw new Error(`There is no request ${name}.`);
  return request;
}

/** An invalid address in a bulk invitation is a result of the invitation, not an error of the request. */
const isInvitationResult = (payload: string): boolean => payload.includes('"invitations":[{"email":"x\u202e');

/** The text of a file is not a value: its rows are validated when it is imported. */
const isFileText = (payload: string): boolean => payload.includes('"text":"x\u202e');

test.each(names)("%s rejects invalid values in every field, and changes nothing", async (name) => {
  const request = findRequest(name);
  const before = await readDatabaseState(t);
  for (const value of invalidValues)
    for (const body of withOneReplaced(request.body, value)) {
      const payload = JSON.stringify(body);
      if (isInvitationResult(payload) || isFileText(payload)) continue;
      expectProblem(await send(request, payload), payload);
    }
  for (const [key, value] of [
    ["extra", 1],
    ["organizationId", "x"],
    ["constructor", {}],
  ] as const)
    expectProblem(await send(request, JSON.stringify({ ...request.body, [key]: value })), key);
  const polluted = JSON.stringify(request.body).replace("{", '{"__proto__":{"name":"x"},');
  expectProblem(await send(request, polluted), polluted);
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each(names)("%s invalidValues causes an internal error", async (name) => {
  const request = findRequest(name);
  let tried = 0;
  for (const value of unusualValues)
    for (const body of withOneReplaced(request.body, value)) {
      const payload = JSON.stringify(body);
      const response = await send(request, payload);
      tried += 1;
      if (response.statusCode >= 400) expectProblem(response, payload);
    }
  expect(tried).toBeGreaterThanOrEqual(unusualValues.length);
});

const queries = [
  "query",
  "delivery",
  "outcome",
  "role",
  "status",
  "sort",
  "limit",
  "cursor",
  "actor",
  "action",
  "target",
  "from",
  "to",
];
const someId = "01912345-6789-7abc-8def-0123456789ab";
const createCursor = (keys: unknown): string => Buffer.from(JSON.stringify(keys)).toString("base64url");
const texts = [
  ...unusualValues.filter((value) => typeof value === "string"),
  "a\0b",
  "-1",
  "1e9",
  "x".repeat(5_000),
  someId,
  Buffer.from('[null,"\\u0000"]').toString("base64url"),
  Buffer.from('["a","b","c"]').toString("base64url"),
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59-14:00",
  ...["0000-01-01T00:00:00.000Z", `2026-01-01T00:00:00.${"1".repeat(300)}Z`].flatMap((instant) => [
    createCursor({ createdAt: instant, id: someId }),
    createCursor({ order: "lastActiveAt", id: someId, sortKey: instant }),
  ]),
];

test("no list causes an internal error, for any query", async () => {
  const before = await readDatabaseState(t);
  for (const list of lists)
    for (const name of queries)
      for (const text of texts) {
        const url = `/api/v1${list}${list.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(text)}`;
        const response = await t.app.inject({ url, headers: { cookie } });
        if (response.statusCode !== 200) expectProblem(response, url);
      }
  expect(await readDatabaseState(t)).toEqual(before);
});

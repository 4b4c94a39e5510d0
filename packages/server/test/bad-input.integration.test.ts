/** Every field of every request, filled with what it must not take: refused with a code, and nothing in the database moves. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "./create-test-app.ts";
import { type GoodRequest, makeGoodRequests, requestNames as names } from "./good-requests.ts";
import { stateOf } from "./state-of.ts";

let t: TestApp;
let requests: Readonly<Record<string, GoodRequest>>;
let lists: readonly string[];
let cookie: string;

beforeAll(async () => {
  t = await createTestApp({ passwords: { hash: async () => "hash", verify: async () => false } });
  ({ requests, lists, cookie } = await makeGoodRequests(t));
});
afterAll(() => t.close());

/** What no field takes, whatever its type. */
const never: readonly unknown[] = [
  "a\0b",
  "half a character: \ud800",
  { a: 1 },
  [[1]],
  -0.5,
  "x\u202egnp.exe",
  "x".repeat(1_200_000),
];

/** What some field may take, but none may break at. */
const nasty: readonly unknown[] = [
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

async function send({ method, path }: GoodRequest, payload: string) {
  return t.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { origin: testOrigin, cookie, "if-match": '"1"', "content-type": "application/json" },
    payload,
  });
}

function expectProblem(answer: Awaited<ReturnType<typeof send>>, sent: string): void {
  const context = `${sent.slice(0, 200)} → ${answer.statusCode} ${answer.body.slice(0, 300)}`;
  expect(answer.statusCode, context).toBeGreaterThanOrEqual(400);
  expect(answer.statusCode, context).toBeLessThan(500);
  expect(answer.headers["content-type"], context).toBe("application/problem+json; charset=utf-8");
  expect(answer.json(), context).toMatchObject({ code: expect.stringMatching(/^[a-z-]+(\/[a-z-]+)?$/) });
}

/** The request of that name. */
function requestOf(name: string): GoodRequest {
  const request = requests[name];
  if (request === undefined) throw new Error(`There is no request ${name}.`);
  return request;
}

/** An address that is none gets a result of its own in a bulk invitation, so it is not the request that is refused. */
const isJudgedApart = (payload: string): boolean => payload.includes('"invitations":[{"email":"x\u202e');

test.each(names)("%s refuses in every field what no field takes, and changes nothing", async (name) => {
  const request = requestOf(name);
  const before = await stateOf(t);
  for (const value of never)
    for (const body of withOneReplaced(request.body, value)) {
      const payload = JSON.stringify(body);
      if (isJudgedApart(payload)) continue;
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
  expect(await stateOf(t)).toEqual(before);
});

test.each(names)("%s never breaks, whatever its fields hold", async (name) => {
  const request = requestOf(name);
  let tried = 0;
  for (const value of nasty)
    for (const body of withOneReplaced(request.body, value)) {
      const payload = JSON.stringify(body);
      const answer = await send(request, payload);
      tried += 1;
      if (answer.statusCode >= 400) expectProblem(answer, payload);
    }
  expect(tried).toBeGreaterThanOrEqual(nasty.length);
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
const cursorOf = (keys: unknown): string => Buffer.from(JSON.stringify(keys)).toString("base64url");
const texts = [
  ...nasty.filter((value) => typeof value === "string"),
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
    cursorOf({ createdAt: instant, id: someId }),
    cursorOf({ order: "lastActiveAt", id: someId, sortKey: instant }),
  ]),
];

test("no list breaks, whatever its query holds", async () => {
  const before = await stateOf(t);
  for (const list of lists)
    for (const name of queries)
      for (const text of texts) {
        const url = `/api/v1${list}${list.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(text)}`;
        const answer = await t.app.inject({ url, headers: { cookie } });
        if (answer.statusCode !== 200) expectProblem(answer, url);
      }
  expect(await stateOf(t)).toEqual(before);
});

/** The most expensive request of each route doesn't block other requests. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "./create-test-app.ts";
import type { ValidRequest } from "./job-requests.ts";
import { measureBlock } from "./measurements.ts";
import { createValidRequests, requestNames, type ValidRequests } from "./valid-requests.ts";

let t: TestApp;
let good: ValidRequests;

/** Maximum time, in milliseconds, that a request may block the event loop. */
const maxBlockMs = 100;
const mebibyte = 1024 * 1024;

beforeAll(async () => {
  t = await createTestApp({ passwords: { hash: async () => "hash", verify: async () => false } });
  good = await createValidRequests(t);
});
afterAll(() => t.close());

function findRequest(name: string): ValidRequest {
  const request = good.requests[name];
  if (request === undefined) throw new Error(`There is no request ${name}.`);
  return request;
}

function send({ method, path }: ValidRequest, payload: string) {
  return t.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: {
      origin: testOrigin,
      cookie: good.cookie,
      "if-match": '"1"',
      "content-type": "application/json",
    },
    payload,
  });
}

/** Values that fill a body. */
const fillings: Readonly<Record<string, (bytes: number) => unknown>> = {
  "a long text": (bytes) => "a".repeat(bytes),
  "a long text of accents": (bytes) => `a${"\u0301\u0323".repeat(bytes / 4)}`,
  "a text of spaces": (bytes) => `a${" ".repeat(bytes)}b`,
  "a text of signs": (bytes) => "a:b,c.@".repeat(bytes / 7),
  "a list of numbers": (bytes) => Array(Math.floor(bytes / 2)).fill(1),
  "a list of broken texts": (bytes) => Array(Math.floor(bytes / 9)).fill("\0"),
  "an object with many members": (bytes) =>
    Object.fromEntries(Array.from({ length: Math.min(2_000, bytes / 20) }, (_, index) => [`m${index}`, {}])),
};

/** `base` with each of its values replaced, one at a time; a list also with as many copies as fit. */
function* withOneReplaced(base: unknown, value: unknown, bytes: number): Generator<unknown> {
  if (typeof base !== "object" || base === null) return;
  if (Array.isArray(base) && base.length > 0)
    yield Array(Math.floor(bytes / (JSON.stringify(base[0]).length + 1))).fill(base[0]);
  for (const [key, part] of Object.entries(base)) {
    const put = (replacement: unknown): unknown =>
      Array.isArray(base) ? base.with(Number(key), replacement) : { ...base, [key]: replacement };
    yield put(value);
    for (const changed of withOneReplaced(part, value, bytes)) yield put(changed);
  }
}

test.each(requestNames)(
  "%s doesn't block the event loop with any large value",
  async (name) => {
    const request = findRequest(name);
    const bytes = (/invitations(\/check)?$/.test(request.path) ? 2 : 1) * mebibyte - 4_096;
    for (const [what, fill] of Object.entries(fillings))
      for (const body of withOneReplaced(request.body, fill(bytes), bytes)) {
        const payload = JSON.stringify(body);
        if (payload.length > bytes + 4_096) continue;
        await expectShort(`${what}: ${payload.slice(0, 100)}`, () => send(request, payload));
      }
  },
  180_000,
);

async function expectShort(what: string, work: () => Promise<unknown>, rounds?: number): Promise<void> {
  const block = await measureBlock(work, { maxMs: maxBlockMs, rounds });
  expect(block, what).toBeLessThanOrEqual(maxBlockMs);
}

/** A catalogue with the maximum number of actions, whose names have a long common prefix. */
const group = "g".repeat(64);
const actionNames = Array.from({ length: 1_900 }, (_, index) => `${"a".repeat(58)}${index}`);
const largestCatalogue = {
  [group]: {
    label: "Large",
    actions: Object.fromEntries(
      actionNames.map((name, index) => [name, { implies: actionNames.slice(index + 1, index + 6) }]),
    ),
  },
};

test("an action that implies 100,000 names doesn't block the event loop", async () => {
  const implies = Array.from({ length: 100_000 }, (_, index) => `a${index}`);
  const body = { tasks: { label: "Tasks", actions: { view: { implies } } } };
  const payload = JSON.stringify(body);
  const request = { ...findRequest("putPermissions"), body };
  expect((await send(request, payload)).json()).toMatchObject({ code: "permissions/invalid" });
  await expectShort("an action that implies 100,000 names", () => send(request, payload));
});

test("the largest valid requests don't block the event loop", async () => {
  const put = findRequest("putPermissions");
  const path = put.path.replace(/\?.*/, "?preview=true");
  const preview = JSON.stringify(largestCatalogue);
  expect((await send({ ...put, path }, preview)).statusCode).toBe(200);
  await expectShort("a preview of the largest catalogue", () => send({ ...put, path }, preview));
  const drop = await send({ ...put, path: put.path.replace(/\?.*/, "?drop=campaigns:view") }, preview);
  const { params } = drop.json<{ params: { permissions: string[] } }>();
  expect(params.permissions.length).toBeLessThanOrEqual(20);
  const whole = (await send({ ...put, path }, preview)).json<{ inUse: string[] }>();
  const url = put.path.replace(/\?.*/, `?drop=${whole.inUse.join()}`);
  expect((await send({ ...put, path: url }, preview)).statusCode).toBe(200);

  const unknown = Array.from({ length: 20 }, (_, index) => `${group}:${"a".repeat(57)}b${index}`);
  const all = actionNames.map((name) => `${group}:${name}`);
  const emails = Array.from({ length: 1_000 }, (_, index) => `${"a".repeat(40)}${index}@example.test`);
  const { body: one } = findRequest("sendInvitations");
  const { roleIds } = (one["invitations"] as { roleIds: string[] }[])[0] ?? { roleIds: [] };
  const invitations = emails.map((email) => ({ email, roleIds, name: "N".repeat(200) }));
  const ids = Array.from({ length: 10_000 }, () => t.deps.ids.next());
  for (const [name, body, status] of [
    ["createRole", { name: "Unknown", permissions: unknown }, 422],
    ["createRole", { name: "All", permissions: all }, 201],
    ["createApiKey", { name: "All", permissions: all.slice(0, 1_000) }, 201],
    ["checkInvitations", { invitations }, 200],
    ["sendInvitations", { invitations, message: "m".repeat(1_000) }, 200],
    ["createUserJob", { action: "suspend", users: { ids } }, 202],
  ] as const) {
    const payload = JSON.stringify(body);
    let first = 0;
    const sendOnce = async (): Promise<void> => {
      first = (await send(findRequest(name), payload)).statusCode;
    };
    const writes = status !== 422 && name !== "checkInvitations"; // a second one would be a conflict
    await expectShort(`the largest ${name}`, sendOnce, writes ? 1 : undefined);
    expect([name, first]).toEqual([name, status]);
  }
}, 180_000);

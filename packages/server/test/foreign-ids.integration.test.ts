/** An id of another organization in any path or body gets the response of an id that nobody has. */
import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import type { ValidRequest } from "./job-requests.ts";
import { createValidRequests, requestNames, type ValidRequests } from "./valid-requests.ts";

const unknown = "01912345-6789-7abc-8def-0123456789ab";
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

type Ids = Readonly<Record<string, string>>;

let t: TestApp;
let own: ValidRequests;
let foreign: ValidRequests;
let ownIds: Ids;
let foreignIds: Ids;

beforeAll(async () => {
  t = await createTestApp({ passwords: { hash: async () => "hash", verify: async () => false } });
  own = await createValidRequests(t);
  foreign = await createValidRequests(t);
  [ownIds, foreignIds] = [await readIds(own), await readIds(foreign)];
});
afterAll(() => t.close());

const readId = (requests: ValidRequests["requests"], name: string, at: number): string =>
  requests[name]?.path.split("/")[at] ?? "";

/** One id of each kind of an organization. */
async function readIds({ requests, ...rest }: ValidRequests): Promise<Ids> {
  const organizationId = readId(requests, "editUser", 2);
  const userId = readId(requests, "editUser", 4);
  const [row] = await t.sql(
    `SELECT (SELECT invitation_id FROM invitations WHERE organization_id = $1) AS "invitationId",
       (SELECT job_id FROM user_jobs WHERE organization_id = $1) AS "jobId", account_id AS "accountId"
     FROM users WHERE organization_id = $1 AND user_id = $2`,
    [organizationId, userId],
  );
  const accountId = String(row?.["accountId"]);
  await t.session({ accountId });
  const [session] = await t.sql("SELECT session_id AS id FROM sessions WHERE account_id = $1", [accountId]);
  const { path = "", body } = requests["createApiKey"] ?? {};
  const key = await send("POST", path, body, rest.cookie);
  return {
    organizationId,
    userId,
    roleId: readId(requests, "editRole", 4),
    invitationId: String(row?.["invitationId"]),
    jobId: String(row?.["jobId"]),
    importId: readId(requests, "startUserImport", 4),
    sessionId: String(session?.["id"]),
    passkeyId: readId(requests, "renamePasskey", 3),
    apiKeyId: key.json<{ apiKey: { id: string } }>().apiKey.id,
  };
}

async function send(method: string, path: string, body: unknown, cookie = own.cookie) {
  const json = body === undefined ? {} : { payload: JSON.stringify(body) };
  const type = body === undefined ? {} : { "content-type": "application/json" };
  return t.app.inject({
    method: method as "GET",
    url: `/api/v1${path}`,
    headers: { origin: testOrigin, cookie, "if-match": '"1"', ...type },
    ...json,
  });
}

/** Status, headers and body without what differs in any two responses. */
function toComparable({ statusCode, headers, body }: Awaited<ReturnType<typeof send>>): unknown {
  const names = Object.keys(headers).filter((name) => name !== "content-length");
  const text = body.replaceAll(uuid, "id").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "instant");
  return { statusCode, names, text };
}

/** The state of the foreign organization and its accounts. */
function readForeignState(): Promise<unknown> {
  const { organizationId, passkeyId, sessionId } = foreignIds;
  return readDatabaseState(
    t,
    `(j ->> 'organization_id' = '${organizationId}' OR j ->> 'passkey_id' = '${passkeyId}' OR j ->> 'session_id' = '${sessionId}')`,
  );
}

async function expectSameResponse(
  withForeign: () => ReturnType<typeof send>,
  withUnknown: () => ReturnType<typeof send>,
  what: string,
): Promise<void> {
  const [state, rows] = [await readDatabaseState(t), await readForeignState()];
  const rejected = await withForeign();
  expect(rejected.statusCode, `${what}: ${rejected.body}`).toBeLessThan(500);
  if (rejected.statusCode >= 400) expect(await readDatabaseState(t), what).toEqual(state);
  else expect(await readForeignState(), what).toEqual(rows);
  expect(toComparable(rejected), what).toEqual(toComparable(await withUnknown()));
}

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === "object" && value !== null && "operationId" in value;

const endpoints = (Object.values(contract) as readonly unknown[]).filter(isEndpoint);

/** The parameters of a path that are ids. */
const idParameters = ({ path }: Endpoint): readonly string[] =>
  [...path.matchAll(/:(\w+Id)/g)].map(([, name = ""]) => name).filter((name) => name !== "externalId");

const withIds = endpoints.filter((endpoint) => idParameters(endpoint).length > 0);

test("every kind of id in a path is known to this test", () => {
  const names = new Set(withIds.flatMap(idParameters));
  expect([...names].filter((name) => ownIds[name] === undefined)).toEqual([]);
  expect(
    Object.values(ownIds)
      .concat(Object.values(foreignIds))
      .every((id) => id.match(uuid) !== null),
  ).toBe(true);
});

test.each(withIds.map((endpoint) => [endpoint.operationId, endpoint] as const))(
  "%s: returns the same response for another organization's ids in its path and unknown ones",
  async (_, endpoint) => {
    const { method, path, operationId } = endpoint;
    const body = own.requests[operationId]?.body;
    const fill = (ids: Ids) => path.replaceAll(/:(\w+)/g, (__, name: string) => ids[name] ?? "users:view");
    for (const name of idParameters(endpoint))
      await expectSameResponse(
        () => send(method, fill({ ...ownIds, [name]: foreignIds[name] ?? "" }), body),
        () => send(method, fill({ ...ownIds, [name]: unknown }), body),
        name,
      );
  },
);

/** `body` with each of its ids that differ from those in `other` replaced by `replace`, one at a time, with its path. */
function* replaceIds(
  body: unknown,
  other: unknown,
  replace: (otherId: string) => string,
  path = "",
): Generator<{ readonly path: string; readonly body: unknown }> {
  if (typeof body === "string" && typeof other === "string") {
    if (body.match(uuid)?.[0] === body && body !== other) yield { path, body: replace(other) };
  } else if (typeof body === "object" && body !== null && typeof other === "object" && other !== null)
    for (const [key, part] of Object.entries(body))
      for (const changed of replaceIds(part, Reflect.get(other, key), replace, `${path}/${key}`))
        yield {
          path: changed.path,
          body: Array.isArray(body) ? body.with(Number(key), changed.body) : { ...body, [key]: changed.body },
        };
}

const ids = (name: string, replace: (id: string) => string) => {
  const find = ({ requests }: ValidRequests): ValidRequest => {
    const request = requests[name];
    if (request === undefined) throw new Error(`There is no request ${name}.`);
    return request;
  };
  return [...replaceIds(find(own).body, find(foreign).body, replace)].map((changed) => ({
    ...find(own),
    ...changed,
    at: changed.path,
    path: find(own).path,
  }));
};

test("bodies contain ids of roles, users, invitations and jobs", () => {
  const places = requestNames.flatMap((name) => ids(name, (id) => id).map(({ at }) => `${name}${at}`));
  expect(places).toEqual([
    "editUser/roleIds/0",
    "createUser/roleIds/0",
    "putUser/roles/0/id",
    "sendInvitations/invitations/0/roleIds/0",
    "checkInvitations/invitations/0/roleIds/0",
    "copyInvitationLinks/invitationIds/0",
    "resendInvitations/invitationIds/0",
    "revokeInvitations/invitationIds/0",
    "restoreInvitations/invitationIds/0",
    "createUserJob/roleId",
    "createUserJob/users/matching/role",
    "previewUserJob/roleId",
    "createUserJobForSome/users/ids/0",
    "undoUserJob/users/changedBy",
  ]);
});

test.each(requestNames)(
  "%s: returns the same response for another organization's ids in its body and unknown ones",
  async (name) => {
    const [withForeign, withUnknown] = [ids(name, (id) => id), ids(name, () => unknown)];
    for (const [index, request] of withForeign.entries())
      await expectSameResponse(
        () => send(request.method, request.path, request.body),
        () => send(request.method, request.path, withUnknown[index]?.body),
        request.at,
      );
  },
);

/** Exports whose reader loses the right to them on the way. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../test/factories.ts";
import { createApp } from "../app.ts";
import { record } from "../audit/record.ts";
import type { Deps } from "../deps.ts";

const pageSize = 1_000;
const jobId = "00000000-0000-4000-8000-000000000001";

let t: TestApp;
let acme: TestOrganization;
let reader: TestUser;
/** The server on a database that counts the full pages that were read. */
let app: TestApp["app"];
let url: string;
let pages = 0;
let onPage: () => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  const permissions = ["users:view", "users:export", "audit:export"];
  reader = await t.user(acme, { roles: [await t.role(acme, { name: "Exports", permissions })] });
  await fill();
  app = await createApp({ ...t.deps, db: counting(t.deps.db) });
  url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/api/v1/organizations/${acme.organizationId}`;
});
afterAll(async () => {
  await app.close();
  await t.close();
});

function counting(db: Deps["db"]): Deps["db"] {
  const seen = async <T>(result: T): Promise<T> => {
    const rows: unknown = Array.isArray(result) ? result : Object(result).rows;
    if (Array.isArray(rows) && rows.length === pageSize) {
      pages += 1;
      await onPage();
    }
    return result;
  };
  const tenant: Deps["db"]["tenant"] = async (...given) => seen(await db.tenant(...given));
  const readInOneRoundTrip: Deps["db"]["readInOneRoundTrip"] = async (...given) =>
    seen(await db.readInOneRoundTrip(...given));
  return { ...db, tenant, readInOneRoundTrip };
}

/** More than three pages of everything. */
async function fill(): Promise<void> {
  const { organizationId, owner } = acme;
  await t.users(
    acme,
    Array.from({ length: 3_500 }, (_, n) => ({ name: `Person ${n}` })),
  );
  const origin = { ip: null, userAgent: null, requestId: "r" };
  const actor = { type: "system", id: null, name: "Test", organizationId, origin } as const;
  const entry = { action: "roles.edited", target: { type: "role", id: null, name: "x" } } as const;
  const entries = Array.from({ length: 3_500 }, () => entry);
  await t.db.tenant(organizationId, (tx) => record(t.deps, tx, actor, entries));
  await t.sql(
    `INSERT INTO user_jobs (organization_id, job_id, action, status, total, refused, created_by_type, created_by_id,
       created_by_name, origin_request_id, created_at, finished_at)
     VALUES ($1, $2, 'suspend', 'done', 3500, 3500, 'user', $3, 'x', 'r', now(), now())`,
    [organizationId, jobId, owner.userId],
  );
  await t.sql(
    `INSERT INTO user_job_users (organization_id, job_id, position, user_id, outcome, code)
     SELECT $1, $2, n, gen_random_uuid(), 'refused', 'x' FROM generate_series(1, 3500) n`,
    [organizationId, jobId],
  );
}

/** What arrives of an export, and whether it is all of it. */
async function read(path: string, headers: Record<string, string>) {
  pages = 0;
  const response = await fetch(url + path, { headers });
  let text = "";
  try {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString("latin1");
    return { status: response.status, lines: text.trimEnd().split("\n").length, isWhole: true };
  } catch {
    return { status: response.status, lines: text.trimEnd().split("\n").length, isWhole: false };
  }
}

const exports = [
  "/users/export",
  "/audit-events/export?format=csv",
  "/audit-events/export",
  `/user-jobs/${jobId}/failures`,
];

test.each(exports)("%s stops once its API key is revoked", async (path) => {
  const { apiKeyId, key } = await t.apiKey(acme);
  const headers = { authorization: `Bearer ${key}` };
  onPage = async () => undefined;
  expect(await read(path, headers)).toMatchObject({ status: 200, isWhole: true });
  expect(pages).toBe(3);
  onPage = async () => {
    if (pages === 2) await t.sql("UPDATE api_keys SET revoked_at = now() WHERE api_key_id = $1", [apiKeyId]);
  };
  const broken = await read(path, headers);
  expect(broken).toMatchObject({ status: 200, isWhole: false });
  expect(broken.lines).toBeLessThanOrEqual(1 + pageSize);
  expect(pages).toBe(2);
});

test.each(exports)("%s stops once its user is suspended", async (path) => {
  const headers = { cookie: `gatehouse=${await t.session(reader)}` };
  const turn = async (status: string) => {
    const users = `/organizations/${acme.organizationId}/users/${reader.userId}`;
    const { headers: found } = await t.as(acme.owner).get(users);
    const response = await t.as(acme.owner).patch(users, { status }, { "if-match": String(found["etag"]) });
    if (response.statusCode >= 300) throw new Error(response.body);
  };
  onPage = async () => {
    if (pages === 2) await turn("suspended");
  };
  const broken = await read(path, headers);
  await turn("active");
  expect(broken).toMatchObject({ status: 200, isWhole: false });
  expect(broken.lines).toBeLessThanOrEqual(1 + pageSize);
  expect(pages).toBe(2);
});

/**
 * Every list, search, count and check of a large organization, and of a small one beside it: the statements that they send don't
 * read a table from beginning to end, nor many more rows than they return.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import { type StatementPlan, watchPlans } from "./query-plans.ts";

/** More than every limit at which a list changes its plan; a million with `npm test -- --all`. */
const size = process.env["GATEHOUSE_TEST_ALL"] === "1" ? 1_000_000 : 45_000;

const firstNames = `{ayse,ahmet,benjamin,burak,can,ceren,derya,elif,emre,fatma,gizem,hasan,ibrahim,kerem,mehmet,merve,murat,
  oscar,ozge,pinar,samuel,selin,tolga,ugur,volkan,yigit,zehra,zeynep}`;
const lastNames = `{acar,aksoy,arslan,aydin,bulut,celik,clarke,demir,dogan,erdem,gunes,hughes,kaya,kilic,koc,kurt,marsh,ozturk,
  polat,reid,sahin,simsek,tekin,turan,unal,yildiz,yilmaz}`;

let t: TestApp;
let plans: StatementPlan[];
let large: TestOrganization;
let small: TestOrganization;
const keys = new Map<TestOrganization, string>();

beforeAll(async () => {
  t = await createTestApp({
    wrapDatabase: (db) => {
      const watched = watchPlans(db);
      ({ plans } = watched);
      return watched.db;
    },
  });
  large = await t.organization("Large");
  small = await t.organization("Small");
  await fill(small, "b", 100);
  await fill(large, "a", size);
  for (const organization of [large, small]) keys.set(organization, (await t.apiKey(organization)).key);
  await t.sql(
    "VACUUM ANALYZE users, user_roles, roles, role_permissions, audit_events, organizations, accounts",
  );
}, 600_000);
afterAll(() => t.close());

/** Users with one of 28 × 27 names each, their grants, and as many audit events. */
async function fill({ organizationId, roles }: TestOrganization, part: string, count: number): Promise<void> {
  const id = `('01900000-0000-7000-800${part}-' || lpad(to_hex(n), 12, '0'))::uuid`;
  await t.sql(
    `INSERT INTO accounts (account_id, email, name, password_hash, created_at, two_factor)
     SELECT ${id}, n || '@${part}.example', 'x', 'x', now(), n % 400 = 0 FROM generate_series(1, $1::integer) n`,
    [count],
  );
  await t.sql(
    `INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, status, external_id, last_active_at, created_at)
     SELECT $1, ${id}, ${id}, k, e, k, k || E'\\n' || e, CASE WHEN n % 50 = 0 THEN 'suspended' ELSE 'active' END, 'E' || n,
       CASE WHEN n % 7 > 0 THEN timestamptz '2026-01-01Z' + (n * 7919::bigint % 100000) * interval '1 minute' END, now()
     FROM generate_series(1, $2::integer) n,
       LATERAL (SELECT ($3::text[])[1 + n % 28] AS f, ($4::text[])[1 + n / 28 % 27] AS l) names,
       LATERAL (SELECT f || ' ' || l AS k, f || '.' || l || '.' || n || '@lodos.example' AS e) keys`,
    [organizationId, count, firstNames, lastNames],
  );
  await t.sql("ANALYZE users"); // without statistics each grant reads an index of all users
  await t.sql(
    `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at, expires_at)
     SELECT $1, u.user_id, r.role_id, 'system', 'x', now(), CASE WHEN n % 50 = 9 THEN now() + interval '30 days' END
     FROM users u, LATERAL (SELECT split_part(u.external_id, 'E', 2)::integer AS n) numbers,
       LATERAL (VALUES ($2::uuid, n % 5 < 3), ($3, n % 2500 = 1), ($4, u.name_key > 'zeynep')) r(role_id, holds)
     WHERE u.organization_id = $1 AND u.external_id IS NOT NULL AND r.holds`,
    [organizationId, roles.viewer, roles.marketer, roles["call-center"]],
  );
  await t.sql(
    `INSERT INTO audit_events (organization_id, sequence, event_id, at, actor_type, actor_id, actor_name, action, target_type,
       target_id, target_name, changes, request_id, previous_hash, hash)
     SELECT $1, n, gen_random_uuid(), timestamptz '2026-01-01Z' + n * interval '1 minute', 'user', ${id.replace("lpad(to_hex(n)", "lpad(to_hex(n % 50)")},
       ($3::text[])[1 + n % 28] || ' ' || ($4::text[])[1 + n / 28 % 27], CASE WHEN n % 9000 = 5 THEN 'roles.deleted' ELSE 'users.edited' END,
       'user', ${id}, 'User ' || n, '[]', n::text, '', ''
     FROM generate_series(1, $2::integer) n`,
    [organizationId, count, firstNames, lastNames],
  );
  await t.sql(
    `INSERT INTO audit_heads (organization_id, sequence, hash) VALUES ($1, $2, '')
     ON CONFLICT (organization_id) DO UPDATE SET sequence = excluded.sequence`,
    [organizationId, count],
  );
}

/** Rows that one request reads: of the page, its roles and the caller; of a scan in list order; of a sample for the total. */
const page = 1_500;
const scan = page + 2_000;
const sample = scan + 42_000;

type Path = string | ((organization: TestOrganization) => string);

const requests: readonly (readonly [Path, number])[] = [
  ["/users", page],
  ["/users?sort=-name", page],
  ["/users?sort=lastActiveAt", page],
  ["/users?sort=-lastActiveAt", page],
  ["/users?externalId=E77", page],
  ["/users?status=suspended&sort=-lastActiveAt", scan + 10_000],
  ["/users?twoFactor=true", scan],
  ["/users?status=active&twoFactor=false", sample],
  ["/users?status=suspended&twoFactor=true", sample],
  ["/users?status=suspended&twoFactor=false&sort=-lastActiveAt", sample],
  // A letter, two and three that many, few and none have at the beginning of a word, or in it.
  ...["q", "qx", "xw", "qqq", "zzz yil", "qx zw"].map((query) => [`/users?query=${query}`, scan] as const),
  ...["a", "k", "ze", "ka", "aya", "zeynep", "lodos", "zeynep yilmaz", "mehmet.kaya"].map(
    (query) => [`/users?query=${query}`, sample] as const,
  ),
  ["/users?query=zeynep.yilmaz&sort=-lastActiveAt", sample],
  // Common, and none of them in the first scan.
  ["/users?query=aca&sort=-name", sample + 15_000],
  [({ roles }) => `/users?role=${roles.viewer}`, page + 10_001],
  [({ roles }) => `/users?role=${roles.marketer}`, page],
  [({ roles }) => `/users?role=${roles["call-center"]}`, page + 10_001],
  [({ roles }) => `/users?role=${roles.developer}`, page],
  [({ roles }) => `/users?role=${roles.marketer}&query=kaya`, scan + 5_000],
  [({ roles }) => `/users?role=${roles.viewer}&query=qxw`, scan + 5_001],
  [({ roles }) => `/users?role=${roles.viewer}&query=qx`, sample],
  [({ roles }) => `/users?role=${roles.viewer}&sort=-lastActiveAt`, sample],
  ["/permissions/users:view/users", page + 21_000],
  ["/permissions/organization:edit/users", page],
  ["/roles?limit=100", page],
  [({ roles }) => `/roles/${roles.viewer}`, page],
  ["/audit-events", page + 10_001],
  ["/audit-events?action=roles.deleted", page],
  ["/audit-events?to=2026-01-02T00:00:00Z", page + 3_000],
  ["/audit-events?query=qqq", page + 5_000],
];

test.each(requests)("%s reads few rows, whatever the size of the organization", async (path, most) => {
  for (const organization of [large, small]) {
    const { plans: sent, status } = await request(organization, path);
    expect(status).toBe(200);
    expect(sent.flatMap(({ sequentialScans }) => sequentialScans.filter(({ rows }) => rows > 1_000))).toEqual(
      [],
    );
    const limit = organization === small ? 2_000 : most;
    expect(sent.filter(({ rowsRead }) => rowsRead > limit)).toEqual([]);
    expect(sent.reduce((sum, { rowsRead }) => sum + rowsRead, 0)).toBeLessThanOrEqual(limit);
  }
});

test("a check reads the grants of one user", async () => {
  for (const organization of [large, small])
    for (const id of ["01900000-0000-7000-800a-000000000007", "E77"]) {
      plans.length = 0;
      const response = await t.app.inject({
        method: "POST",
        url: "/access/v1/evaluation",
        headers: { authorization: `Bearer ${keys.get(organization)}` },
        payload: {
          subject: { type: "user", id },
          action: { name: "users:view" },
          resource: { type: "organization", id: organization.organizationId },
        },
      });
      expect(response.statusCode).toBe(200);
      expect(plans.length).toBeGreaterThan(0);
      for (const { rowsRead } of plans) expect(rowsRead).toBeLessThan(500);
    }
});

test("a sign-in finds the kinds of stored password hashes with an index", async () => {
  plans.length = 0;
  const attempt = { email: "nobody@example.test", password: "wrong horse battery staple" };
  expect((await t.anonymous.post("/sessions", attempt)).statusCode).toBe(401);
  const [found, ...others] = plans.filter(({ text }) => text.includes("listForeignHashes"));
  expect(others).toEqual([]);
  expect(found).toMatchObject({ sequentialScans: [] });
  expect(found?.rowsRead).toBeLessThan(10);
});

async function request(organization: TestOrganization, path: Path) {
  const owner: TestUser = organization.owner;
  const url = typeof path === "string" ? path : path(organization);
  plans.length = 0;
  const { statusCode } = await t.as(owner).get(`/organizations/${organization.organizationId}${url}`);
  return { plans: [...plans], status: statusCode };
}

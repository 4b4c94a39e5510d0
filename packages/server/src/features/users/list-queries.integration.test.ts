import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { rounds } from "../../../test/rounds.ts";
import { cappedTotal } from "../../http/pagination.ts";
import { listAllUsers } from "./list-all-users.ts";
import { isFiltered, listFilteredUsers, type ScanLimits, scanLimits } from "./list-queries.ts";
import { getTotal, toCursorPosition } from "./list-users.ts";
import type { UserFilter } from "./user-conditions.ts";
import type { UserOrder, UserPage } from "./user-pages.ts";

/** More than every limit at which a list changes its query plan. */
const size = 21_000;
const now = new Date("2026-03-02T09:00:00.000Z");

interface Person {
  readonly id: string;
  readonly nameKey: string;
  readonly searchKey: string;
  readonly status: string;
  readonly twoFactor: boolean;
  readonly activity: number;
  readonly roleIds: readonly string[];
}

let t: TestApp;
let organization: TestOrganization;
let people: readonly Person[];

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization("Large");
  const values = [organization.organizationId, size];
  const user = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
  await t.sql(
    `INSERT INTO accounts (account_id, email, name, password_hash, created_at, two_factor)
     SELECT ${user}, n || '@large.example', 'x', 'x', now(), n % 3000 = 2 OR n > 15000 FROM generate_series(1, $1::integer) n`,
    [size],
  );
  await t.sql(
    `INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, status, last_active_at, created_at)
     SELECT $1, ${user}, ${user}, 'x', n || '@large.example', m, m || E'\\n' || n || '@large.example',
       CASE WHEN n % 40 = 0 THEN 'suspended' ELSE 'active' END,
       CASE WHEN n % 7 > 0 THEN timestamptz '2026-01-01Z' + n * interval '1 minute' END, now()
     FROM generate_series(1, $2::integer) n, LATERAL (SELECT substr(md5(n::text), 1, 12) AS m) keys`,
    values,
  );
  await t.sql("ANALYZE users"); // without statistics each grant reads an index of all users
  // Common, uncommon and rare roles, and one with users at the end of the alphabet only. Every tenth grant is expired.
  const { viewer, marketer, developer } = organization.roles;
  await t.sql(
    `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at, expires_at)
     SELECT $1, u.user_id, r.role_id, 'system', 'x', now(), CASE WHEN n % 10 = 9 THEN timestamptz '2026-03-02 09:00Z' END
     FROM users u, LATERAL (SELECT split_part(u.email, '@', 1)::integer AS n) numbers,
       LATERAL (VALUES ($2::uuid, n % 5 < 3), ($3, n % 60 = 0), ($4, n % 2500 = 1), ($5, u.name_key > 'f')) r(role_id, holds)
     WHERE u.organization_id = $1 AND u.email LIKE '%@large.example' AND r.holds`,
    [organization.organizationId, viewer, marketer, developer, organization.roles["call-center"]],
  );
  await t.sql("ANALYZE users, user_roles");
  people = await readPeople();
});
afterAll(() => t.close());

async function readPeople(): Promise<readonly Person[]> {
  const rows = await t.sql(
    `SELECT u.user_id AS id, u.name_key AS "nameKey", u.search_key AS "searchKey", u.status, u.two_factor AS "twoFactor", u.last_active_at AS at,
       ARRAY(SELECT role_id::text FROM user_roles g WHERE g.organization_id = $1 AND g.user_id = u.user_id
         AND (g.expires_at IS NULL OR g.expires_at > $2)) AS "roleIds"
     FROM users u WHERE u.organization_id = $1`,
    [organization.organizationId, now],
  );
  return rows.map(
    (row) => ({ ...row, activity: row["at"] instanceof Date ? row["at"].getTime() : 0 }) as Person,
  );
}

function expected(filter: UserFilter, order: UserOrder): readonly Person[] {
  const key = (person: Person) => (order.endsWith("name") ? person.nameKey : person.activity);
  const sign = order.startsWith("-") ? -1 : 1;
  return people
    .filter(
      (person) =>
        filter.words.every((word) => matchesWord(person.searchKey, word)) &&
        (filter.roleIds === null || filter.roleIds.some((id) => person.roleIds.includes(id))) &&
        (filter.status === null || person.status === filter.status) &&
        (filter.twoFactor == null || person.twoFactor === filter.twoFactor),
    )
    .toSorted((one, other) =>
      key(one) === key(other) ? sign * (one.id < other.id ? -1 : 1) : sign * (key(one) < key(other) ? -1 : 1),
    );
}

/** One or two letters match at the beginning of a word only. */
function matchesWord(searchKey: string, word: string): boolean {
  if (word.length > 2) return searchKey.includes(word);
  return searchKey.split(/[\s.@]/).some((part) => part.startsWith(word));
}

const words = fc.subarray(["a", "3f", "abc", "e5d1", "19", "large", "zz", "2@l"], { maxLength: 2 });
const roleKeys = fc.option(
  fc.subarray(["viewer", "marketer", "developer", "call-center", "owner"] as const, {
    minLength: 1,
    maxLength: 2,
  }),
);
const status = fc.constantFrom(null, "active", "suspended");
const twoFactor = fc.constantFrom(null, null, true, false);
/** Limits that a list of this size passes. */
const smallLimits: ScanLimits = { first: 50, second: 400, matches: 300, roleUsers: 200 };
const limits = fc.constantFrom(scanLimits, smallLimits);
const order = fc.constantFrom<UserOrder>("name", "-name", "lastActiveAt", "-lastActiveAt");
/** None of the most recently active users matches, so neither scan fills the page. */
const moreMatchesThanCounted = {
  words: ["2@l"],
  roleKeys: null,
  status: null,
  twoFactor: false,
  order: "-lastActiveAt" as const,
  limits: smallLimits,
  start: 0,
};

test("returns the same pages as a full scan for every filter and order, and never a higher total", async () => {
  const request = fc.record({
    words,
    roleKeys,
    status,
    twoFactor,
    order,
    limits,
    start: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ roleKeys: keys, order: by, start, limits: used, ...rest }) => {
      const roleIds = keys === null ? null : keys.map((key) => organization.roles[key]);
      const filter: UserFilter = { ...rest, organizationId: organization.organizationId, roleIds, now };
      const all = expected(filter, by);
      const first = Math.floor(start * all.length);
      const before = first === 0 ? undefined : all[first - 1];
      const after =
        before === undefined
          ? null
          : toCursorPosition({ ...placeholder, id: before.id, sortKey: getSortKey(before, by) });

      const wanted = { ...filter, order: by, after, limit: 11, language: null };
      const { page, total } = await find(wanted, used);

      expect(page.rows.map(({ id }) => id)).toEqual(all.slice(first, first + 11).map(({ id }) => id));
      if (total.exact) expect(total.count).toBe(all.length);
      else expect(total.count).toBeLessThanOrEqual(all.length);
    }),
    { numRuns: rounds(150), examples: [[moreMatchesThanCounted]] },
  );
});

async function find(wanted: UserPage, used: ScanLimits) {
  if (!isFiltered(wanted)) {
    const page = await listAllUsers(t.db, wanted);
    return { page, total: cappedTotal(page.userCount) };
  }
  return t.db.tenant(organization.organizationId, async (tx) => {
    const page = await listFilteredUsers(tx, wanted, used);
    const total = await getTotal(tx, wanted, { ...page, isFirst: wanted.after === null, limit: 10 });
    return { page, total };
  });
}

function getSortKey(person: Person, by: UserOrder): string | Date {
  return by.endsWith("name") ? person.nameKey : new Date(person.activity);
}

const placeholder = {
  accountId: "",
  name: "",
  email: "",
  phone: null,
  externalId: null,
  status: "active",
  twoFactor: false,
  lastActiveAt: null,
  createdAt: now,
  roles: [],
} as const;

test("caps a total at 10,000", async () => {
  const path = `/organizations/${organization.organizationId}/users`;
  const { viewer } = organization.roles;
  const response = (await t.as(organization.owner).get(path)).json<{ total: unknown }>();
  const viewers = (await t.as(organization.owner).get(`${path}?role=${viewer}`)).json<{ total: unknown }>();
  expect(response.total).toEqual({ count: 10_000, exact: false });
  expect(viewers.total).toEqual({ count: 10_000, exact: false });
});

test("keeps the total of the first page on later pages of a filtered list", async () => {
  const path = `/organizations/${organization.organizationId}/users?query=large&limit=2`;
  const first = (await t.as(organization.owner).get(path)).json<{ total: unknown; nextCursor: string }>();
  const second = (await t.as(organization.owner).get(`${path}&cursor=${first.nextCursor}`)).json<{
    total: unknown;
  }>();
  expect(first.total).toEqual({ count: 1000, exact: false });
  expect(second.total).toEqual(first.total);
});

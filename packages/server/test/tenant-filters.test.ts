import { expect, test } from "vitest";
import { findMissingTenantFilters } from "./tenant-filters.ts";

const tenant = "01912345-6789-7abc-8def-0123456789ab";
const tables = new Set(["users", "roles", "user_roles", "users_search"]);
const gapsIn = (text: string, ...values: unknown[]) =>
  findMissingTenantFilters({ text, values }, tenant, tables);

test.each([
  "SELECT name FROM users WHERE organization_id = $1 AND user_id = $2",
  'select "name" from "users" where "organization_id" = $1',
  "SELECT FROM users u JOIN roles AS r ON r.organization_id = $1 WHERE u.organization_id = $1::uuid",
  "SELECT (SELECT count(*) FROM roles r WHERE r.organization_id = $1) FROM users u WHERE u.organization_id = $1",
  "WITH page AS MATERIALIZED (SELECT * FROM users u WHERE u.organization_id = $1) SELECT * FROM page p",
  "SELECT FROM users WHERE organization_id = $1 UNION ALL SELECT FROM roles WHERE organization_id = $1",
  "UPDATE users u SET name = d.name FROM jsonb_to_recordset($2) AS d(name text) WHERE u.organization_id = $1",
  "DELETE FROM users WHERE organization_id = $1",
  "INSERT INTO users (organization_id, user_id) SELECT $1, d.id FROM unnest($2) AS d(id)",
  "INSERT INTO users(organization_id) VALUES ($1) ON CONFLICT (organization_id) DO UPDATE SET name = 'x'",
  "SELECT 1 AS users, extract(epoch FROM now()), s.users FROM sessions s -- FROM users",
  "SELECT ' FROM users ' FROM accounts /* FROM users */",
  "SELECT FROM accounts a WHERE a.x IS DISTINCT FROM a.y",
])("accepts %s", (text) => {
  expect(gapsIn(text, tenant, "x")).toEqual([]);
});

test.each([
  ["a missing condition", "SELECT FROM users WHERE user_id = $2", ["users"]],
  ["another parameter", "SELECT FROM users WHERE organization_id = $2", ["users"]],
  [
    "a condition through a join",
    "SELECT FROM users u JOIN user_roles g ON g.organization_id = u.organization_id WHERE u.organization_id = $1",
    ["user_roles"],
  ],
  [
    "a condition outside of the subquery",
    "SELECT FROM users u WHERE u.organization_id = $1 AND EXISTS (SELECT FROM user_roles g WHERE g.user_id = u.user_id)",
    ["user_roles"],
  ],
  [
    "a condition inside a subquery alone",
    "SELECT FROM users u WHERE EXISTS (SELECT FROM user_roles g WHERE g.organization_id = $1)",
    ["users"],
  ],
  [
    "one branch of a union",
    "SELECT FROM users WHERE organization_id = $1 UNION SELECT FROM roles",
    ["roles"],
  ],
  ["a table after a comma", "SELECT FROM users u, roles r WHERE u.organization_id = $1", ["roles"]],
  ["an ambiguous column", "SELECT FROM users u, roles r WHERE organization_id = $1", ["users", "roles"]],
  ["a common table expression", "WITH w AS (DELETE FROM roles r WHERE r.role_id = $2) SELECT", ["roles"]],
  ["a DELETE … USING", "DELETE FROM roles r USING users u WHERE r.organization_id = $1", ["users"]],
  ["an INSERT without organization_id", "INSERT INTO users (user_id) VALUES ($2)", ["users"]],
  ["an UPDATE", "UPDATE users SET name = $2 WHERE user_id = $2", ["users"]],
  ["a condition in a comment", "SELECT FROM users /* organization_id = $1 */", ["users"]],
  ["a view", "SELECT FROM users_search u WHERE u.search_key LIKE $2", ["users_search"]],
  ["quoted names", 'delete from "roles" where "role_id" = $2', ["roles"]],
])("reports %s", (_, text, gaps) => {
  expect(gapsIn(text, tenant, "x")).toEqual(gaps);
});

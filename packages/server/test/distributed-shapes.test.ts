import { expect, test } from "vitest";
import { findRefusedShapes } from "./distributed-shapes.ts";

const tables = new Set(["organizations", "roles", "users", "user_roles"]);

const refused: readonly (readonly [title: string, text: string])[] = [
  [
    "an INSERT of rows from JSON",
    "INSERT INTO roles (organization_id) SELECT $1::uuid FROM jsonb_to_recordset($2) AS w(id uuid)",
  ],
  [
    "an INSERT of rows from an array",
    "INSERT INTO roles (organization_id) SELECT $1::uuid FROM unnest($2::uuid[]) AS w(id)",
  ],
  [
    "an INSERT of rows from a WITH",
    "WITH w AS (SELECT 1) INSERT INTO roles (organization_id) SELECT $1::uuid FROM w",
  ],
  [
    "the same within a WITH",
    "WITH w AS (INSERT INTO roles (organization_id) SELECT $1::uuid FROM x RETURNING role_id) SELECT 1 FROM w",
  ],
  [
    "an INSERT behind a WITH that writes",
    `WITH stored AS (INSERT INTO users (organization_id) VALUES ($1) RETURNING user_id)
      INSERT INTO user_roles (organization_id) SELECT o.organization_id FROM organizations o CROSS JOIN stored s WHERE o.organization_id = $1`,
  ],
];

test.for(refused)("refuses %s", ([, text]) => {
  expect(findRefusedShapes(text, tables)).toHaveLength(1);
});

const accepted: readonly (readonly [title: string, text: string])[] = [
  ["VALUES", "INSERT INTO roles (organization_id) VALUES ($1)"],
  [
    "an INSERT that reads the organization",
    "INSERT INTO roles (organization_id) SELECT o.organization_id FROM organizations o CROSS JOIN unnest($2::uuid[]) AS w(id) WHERE o.organization_id = $1",
  ],
  ["a table without organizations", "INSERT INTO throttles (bucket) SELECT b FROM unnest($1::text[]) AS b"],
  [
    "two INSERTs in a WITH",
    `WITH stored AS (INSERT INTO users (organization_id) VALUES ($1) RETURNING user_id),
      granted AS (INSERT INTO user_roles (organization_id) SELECT o.organization_id FROM organizations o CROSS JOIN stored s WHERE o.organization_id = $1)
      SELECT count(*) FROM stored`,
  ],
];

test.for(accepted)("accepts %s", ([, text]) => {
  expect(findRefusedShapes(text, tables)).toEqual([]);
});

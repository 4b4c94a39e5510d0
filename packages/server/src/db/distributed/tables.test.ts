import { expect, test } from "vitest";
import { listOwnTables } from "../check-privileges.ts";
import { coordinatorTables, referenceTables, tenantTables } from "./tables.ts";

test("each table is distributed, on every server, or on the coordinator alone", () => {
  expect([...tenantTables, ...referenceTables, ...coordinatorTables].sort()).toEqual(
    [...listOwnTables()].sort(),
  );
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/create-test-database.ts";
import { createFactories } from "../../test/factories.ts";
import { createTestClock } from "../../test/test-clock.ts";
import { systemIds } from "../ports/ids.ts";
import { cleanUp } from "./clean-up.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.close());

const hours = 3_600_000;

test("what has run out is removed, and what is still good stays", async () => {
  const clock = createTestClock();
  const factories = createFactories({ db: t.db, clock, ids: systemIds });
  const [acme, other] = [await factories.organization(), await factories.organization()];
  const at = (offset: number) => new Date(clock.now().getTime() + offset);
  await factories.session(acme.owner);
  await factories.session(other.owner);
  await t.sql("UPDATE sessions SET last_seen_at = $1 WHERE account_id = $2", [
    at(-12 * hours),
    other.owner.accountId,
  ]);
  for (const [name, offset] of [
    ["old", 0],
    ["new", 1],
  ] as const) {
    await t.sql("INSERT INTO throttles VALUES ($1, 1, $2, $2)", [name, at(offset)]);
    await t.sql("INSERT INTO setup_tokens VALUES ($1, $2, $2)", [name, at(offset)]);
  }
  for (const { organizationId, owner } of [acme, other]) {
    for (const [key, age] of [
      ["old", -24 * hours],
      ["new", -23 * hours],
    ] as const) {
      await t.sql("INSERT INTO idempotency_keys VALUES ($1, $2, $3, 'hash', 200, '{}', $4)", [
        organizationId,
        owner.userId,
        key,
        at(age),
      ]);
    }
  }
  await cleanUp({ db: t.db, clock });
  const left = await t.sql(`
    SELECT 'session' AS kind, count(*)::integer AS n, min(account_id::text) AS which FROM sessions
    UNION ALL SELECT 'throttle', count(*)::integer, min(bucket) FROM throttles
    UNION ALL SELECT 'setup', count(*)::integer, min(token_hash) FROM setup_tokens
    UNION ALL SELECT 'answer', count(*)::integer, min(key) FROM idempotency_keys`);
  expect(left).toEqual([
    { kind: "session", n: 1, which: acme.owner.accountId },
    { kind: "throttle", n: 1, which: "new" },
    { kind: "setup", n: 1, which: "new" },
    { kind: "answer", n: 2, which: "new" },
  ]);
});

test("more rows than one batch takes are all removed", async () => {
  const clock = createTestClock();
  await t.sql(
    "INSERT INTO throttles SELECT 'many ' || n, 1, $1::timestamptz, $1::timestamptz FROM generate_series(1, 10001) n",
    [clock.now()],
  );
  await cleanUp({ db: t.db, clock });
  expect(await t.sql("SELECT FROM throttles WHERE bucket LIKE 'many %'")).toEqual([]);
});

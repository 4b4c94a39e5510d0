/** A job beside everything else that happens in its organization. */
import type { UserView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BulkJobSteps, createBulkJobSteps } from "../../../test/bulk-jobs.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { rounds } from "../../../test/rounds.ts";
import { sealCommittedEvents } from "../../audit/seal.ts";
import { verifyChain } from "../../audit/verify.ts";
import { runBulkJob } from "./index.ts";

let t: TestApp;
let lodos: TestOrganization;
let steps: BulkJobSteps;
let base: string;
let people: readonly TestUser[];

beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos");
  base = `/organizations/${lodos.organizationId}`;
  steps = createBulkJobSteps(t, lodos);
  const options = Array.from({ length: rounds(1_200) }, (_, n) => ({
    name: `Person ${String(n).padStart(4, "0")}`,
    roles: ["viewer"],
  }));
  people = await t.users(lodos, options);
});
afterAll(() => t.close());

/** The rows of the log about users: `target_id`, `action` and `changes`. */
async function readEvents() {
  return t.sql(
    `SELECT target_id, action, changes FROM audit_events
     WHERE organization_id = $1 AND target_type = 'user' AND action <> 'users.created' ORDER BY sequence`,
    [lodos.organizationId],
  );
}

test("beside two sealers and single edits of the same users nothing is lost, and the chain is whole", async () => {
  const { marketer, viewer } = lodos.roles;
  const job = await steps.start({
    action: "add-role",
    roleId: marketer,
    users: { matching: { role: viewer } },
  });
  const message = { kind: "user-job", organizationId: lodos.organizationId, jobId: job.id, generation: 1 };
  let isRunning = true;
  let sealings = 0;
  const seal = async (): Promise<void> => {
    while (isRunning) {
      await sealCommittedEvents(t.db, lodos.organizationId);
      sealings += 1;
    }
  };
  const asOwner = t.as(lodos.owner);
  const statuses: number[] = [];
  const edited: string[] = [];
  const edit = async (offset: number): Promise<void> => {
    // From the end, where the job comes last, and from the middle.
    for (let at = people.length - 1 - offset; isRunning && at >= 0; at -= 7) {
      const path = `${base}/users/${people[at]?.userId}`;
      const found = await asOwner.get(path);
      const change =
        at % 2 === 0 ? { name: `${found.json<UserView>().name} II` } : { roleIds: [viewer, marketer] };
      const answer = await asOwner.patch(path, change, { "if-match": String(found.headers["etag"]) });
      statuses.push(answer.statusCode);
      if (answer.statusCode === 200) edited.push(path);
    }
  };
  const beside = [seal(), seal(), edit(0), edit(Math.floor(people.length / 2))];
  try {
    // Small batches, so that much happens between them.
    await runBulkJob(t.deps, { ...message, kind: "user-job" }, { batchSize: 25 });
  } finally {
    isRunning = false;
    await Promise.all(beside);
  }
  await t.drainOutbox();

  expect(sealings).toBeGreaterThan(1);
  expect(edited.length).toBeGreaterThan(0);
  // Others came first with some edits; none failed otherwise.
  expect([...new Set(statuses)].filter((status) => status !== 200 && status !== 412)).toEqual([]);
  const ended = await steps.get(job.id);
  expect(ended).toMatchObject({ status: "done", total: people.length, done: people.length, failed: 0 });
  const holders = await t.sql("SELECT count(*)::integer AS n FROM user_roles WHERE role_id = $1", [marketer]);
  expect(holders).toEqual([{ n: people.length }]);

  // Each user has as many events as new versions, and got the role once.
  const events = await readEvents();
  const versions = await t.sql("SELECT user_id, version FROM users WHERE user_id = ANY($1)", [
    people.map(({ userId }) => userId),
  ]);
  const counts = Map.groupBy(events, (event) => String(event["target_id"]));
  const differing = versions.filter(
    (row) => Number(row["version"]) - 1 !== (counts.get(String(row["user_id"]))?.length ?? 0),
  );
  expect(differing).toEqual([]);
  const given = events.filter(({ action }) => action === "users.roles-changed");
  expect(given).toHaveLength(people.length);
  expect(new Set(given.map((event) => JSON.stringify(event["changes"])))).toEqual(
    new Set([JSON.stringify([{ after: ["Viewer", "Marketer"], field: "roles", before: ["Viewer"] }])]),
  );
  expect(await sealCommittedEvents(t.db, lodos.organizationId)).toBe(true);
  expect(await verifyChain(t.db, lodos.organizationId)).toMatchObject({ brokenAt: null });
}, 180_000);

/**
 * Roles are taken away through two servers while two panels' processes ask all the time: how long a yes outlives the answer
 * to whoever took the role. `REVOCATIONS=10000` for as many.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";
import { freePort, type Program, startProgram, temporaryFolder } from "./program.ts";

const count = Number(process.env["REVOCATIONS"] ?? 200);
const maxStaleness = 5_000;

let t: TestApp;
let acme: TestOrganization;
let key: string;
const servers: { readonly program: Program; readonly url: string }[] = [];
const panels: ChildProcess[] = [];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  key = (await t.apiKey(acme, { permissions: null })).key;
  for (const _ of [1, 2]) {
    const program = startProgram(["serve"], {
      DATA_DIR: temporaryFolder(),
      DATABASE_URL: t.url ?? "",
      SECRET_KEY: "a secret key that only tests know, 32+",
      PORT: String(await freePort()),
      WORKER: "off",
    });
    const [, url = ""] = await program.said(/is running at (\S+)\n/);
    servers.push({ program, url });
  }
});
afterAll(async () => {
  for (const panel of panels) panel.kill("SIGKILL");
  for (const { program } of servers) {
    program.child.kill("SIGTERM");
    await program.ended;
  }
  await t.close();
});

async function startPanel(url: string): Promise<ChildProcess> {
  const panel = fork(
    fileURLToPath(new URL("watching-program.ts", import.meta.url)),
    [url, key, acme.organizationId],
    { execArgv: ["--conditions=gatehouse-source"] },
  );
  await once(panel, "message");
  return panel;
}

/** Lets both panels watch somebody; resolves when both do, with what resolves when they may no longer. */
async function watch(userId: string): Promise<{ readonly over: Promise<readonly number[]> }> {
  const said = panels.map((panel) => {
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<number>();
    const listen = (message: { userId: string; watching?: true; lastYes?: number }) => {
      if (message.userId !== userId) return;
      if (message.watching) return begun.resolve();
      panel.off("message", listen);
      over.resolve(message.lastYes ?? 0);
    };
    panel.on("message", listen);
    panel.send(userId);
    return { begun: begun.promise, over: over.promise };
  });
  await Promise.all(said.map(({ begun }) => begun));
  return { over: Promise.all(said.map(({ over }) => over)) };
}

/** Takes somebody's role through one of the servers; milliseconds by which the last yes of each panel came after the answer. */
async function revoke(server: string, userId: string): Promise<readonly number[]> {
  const { over } = await watch(userId);
  const answer = await fetch(`${server}/api/v1/organizations/${acme.organizationId}/users/${userId}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "if-match": '"1"' },
    body: JSON.stringify({ roleIds: [] }),
  });
  const answeredAt = performance.timeOrigin + performance.now();
  expect(answer.status).toBe(200);
  return (await over).map((lastYes) => {
    expect(lastYes).toBeGreaterThan(0); // it was a yes before
    return Math.max(0, lastYes - answeredAt);
  });
}

test(`${count} revocations reach two panels through two servers at once, and none is ever late`, {
  timeout: 60_000 + count * 100,
}, async () => {
  const people: string[] = [];
  for (let made = 0; made < count; made += 1)
    people.push((await t.user(acme, { roles: ["campaign-approver"] })).userId);
  for (const { url } of servers) panels.push(await startPanel(url));
  const arrivals: number[] = [];
  const queue = [...people];
  const work = async (worker: number) => {
    for (let userId = queue.pop(); userId !== undefined; userId = queue.pop())
      arrivals.push(...(await revoke(servers[worker % 2]?.url ?? "", userId)));
  };
  await Promise.all([0, 1, 2, 3].map(work));
  expect(arrivals).toHaveLength(2 * count);
  const sorted = arrivals.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  expect(arrivals.filter((late) => late > maxStaleness)).toEqual([]);
  expect(at(0.5)).toBeLessThan(900); // a look would come after a second; word between the servers comes at once
});

import { METHODS } from "node:http";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { openEventStream } from "../../test/event-stream-client.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { parsePrometheusText, readSample } from "../../test/prometheus-text.ts";
import { startMetricsServer } from "../cli/metrics-server.ts";
import { DatabaseUnavailable } from "../db/database.ts";
import { logSlowStatements } from "../telemetry/slow-statements.ts";

const metricsToken = "only-the-watchers-know-this";
let t: TestApp;
let acme: TestOrganization;

beforeAll(async () => {
  t = await createTestApp({ config: { metricsToken } });
  acme = await t.organization();
});
afterAll(() => t.close());

const request = (authorization?: string) =>
  t.app.inject({ url: "/metrics", headers: authorization === undefined ? {} : { authorization } });

async function scrape(): Promise<string> {
  const response = await request(`Bearer ${metricsToken}`);
  expect(response.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  return response.body;
}

/** How much the samples with these labels rose during `work`. */
async function rise(
  work: () => Promise<unknown>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const before = readSample(await scrape(), name, labels);
  await work();
  return readSample(await scrape(), name, labels) - before;
}

test("serves metrics only with the token, and not at all without METRICS_TOKEN", async () => {
  expect((await request()).statusCode).toBe(401);
  expect((await request("Bearer wrong")).statusCode).toBe(401);
  expect((await request("Bearer ")).statusCode).toBe(401);
  const closed = await createTestApp();
  onTestFinished(closed.close);
  for (const authorization of [`Bearer ${metricsToken}`, "Bearer null"])
    expect((await closed.app.inject({ url: "/metrics", headers: { authorization } })).statusCode).toBe(404);
});

const usersRoute = { method: "GET", route: "/api/v1/organizations/:organizationId/users" };

test("counts and measures requests by route, status and method", async () => {
  const users = `/organizations/${acme.organizationId}/users`;
  const request = async () => {
    await t.as(acme.owner).get(`${users}?query=ada`);
    await t.as(acme.owner).get(users);
    await t.anonymous.get(users);
  };
  expect(await rise(request, "gatehouse_http_requests_total", { ...usersRoute, status: "200" })).toBe(2);
  expect(await rise(request, "gatehouse_http_requests_total", { ...usersRoute, status: "401" })).toBe(1);
  const duration = "gatehouse_http_request_duration_seconds";
  expect(await rise(request, `${duration}_count`, { ...usersRoute, status_class: "2xx" })).toBe(2);
  expect(await rise(request, `${duration}_bucket`, { ...usersRoute, status_class: "4xx", le: "10" })).toBe(1);
  expect(await rise(request, `${duration}_sum`, usersRoute)).toBeGreaterThan(0);
});

test("a thousand unknown paths and every method add no more than a series each for known methods", async () => {
  const { samples = [] } = parsePrometheusText(await scrape()).get("gatehouse_http_requests_total") ?? {};
  const known = samples.length;
  const methods = METHODS.filter((method) => method !== "CONNECT");
  for (let at = 0; at < 1_000; at += 1) {
    const method = methods[at % methods.length] ?? "GET";
    const paths = [`/${at}`, `/api/v1/${at}`, `/api/v1/organizations/${at}/users/${at}`, `/assets/${at}.js`];
    await t.app.inject({ method: method as "GET", url: `${paths[at % paths.length]}?q=${at}` });
  }
  const text = await scrape();
  const after = parsePrometheusText(text).get("gatehouse_http_requests_total")?.samples ?? [];
  expect(after.length - known).toBeLessThan(60);
  expect(new Set(after.map(({ labels }) => labels["method"])).size).toBeLessThanOrEqual(8);
  expect(text).not.toMatch(/route="[^"]*\d{2}/);
  expect(readSample(text, "gatehouse_http_requests_total", { method: "other" })).toBeGreaterThan(100);
});

test("measures statements by name, commits, and errors by class", async () => {
  const count = "gatehouse_db_statement_duration_seconds_count";
  const list = () => t.as(acme.owner).get(`/organizations/${acme.organizationId}/users?query=ada`);
  expect(await rise(list, count, { statement: "findSessionUser" })).toBeGreaterThanOrEqual(1);
  expect(await rise(list, count, { statement: "listFilteredUsers" })).toBe(1);
  expect(await rise(list, count, { statement: "commit" })).toBeGreaterThanOrEqual(1);
  const unnamed = () => t.db.shared((tx) => tx.query({ text: "SELECT 1", values: [] }));
  expect(await rise(unnamed, count, { statement: "other" })).toBe(1);
  const failing = () =>
    t.db.shared((tx) => tx.query({ text: "SELECT 1 / 0", values: [] })).catch(() => undefined);
  expect(await rise(failing, "gatehouse_db_statement_errors_total", { sqlstate_class: "22" })).toBe(1);
});

test("counts access checks by decision", async () => {
  const { key } = await t.apiKey(acme, { permissions: null });
  const check = (name: string) => ({
    subject: { type: "user", id: acme.owner.userId },
    action: { name },
    resource: { type: "organization", id: acme.organizationId },
  });
  const send = (path: string, payload: object) =>
    t.app.inject({
      method: "POST",
      url: `/access/v1/${path}`,
      headers: { authorization: `Bearer ${key}` },
      payload,
    });
  const work = async () => {
    await send("evaluation", check("users:view"));
    await send("evaluations", { evaluations: [check("users:view"), check("nothing:here")] });
  };
  expect(await rise(work, "gatehouse_access_checks_total", { decision: "allow" })).toBe(2);
  expect(await rise(work, "gatehouse_access_checks_total", { decision: "deny" })).toBe(1);
});

const invite = (email: string) =>
  t.as(acme.owner).post(`/organizations/${acme.organizationId}/invitations`, {
    invitations: [{ email, roleIds: [acme.roles.viewer] }],
  });

test("measures emails and jobs by result, and says how many jobs wait and were dead-lettered", async () => {
  expect((await invite("metrics@lodos.example")).statusCode).toBeLessThan(300);
  const waiting = await scrape();
  expect(readSample(waiting, "gatehouse_jobs_due")).toBe(1);
  expect(readSample(waiting, "gatehouse_jobs_oldest_due_seconds")).toBeGreaterThan(0);
  const queue = { queue: "invitation-mail" };
  const jobs = "gatehouse_job_duration_seconds_count";
  expect(await rise(t.drainOutbox, jobs, { ...queue, result: "completed" })).toBe(1);
  expect(readSample(await scrape(), "gatehouse_mail_send_duration_seconds_count", { result: "sent" })).toBe(
    1,
  );
  await invite("away@lodos.example");
  t.mailbox.behavior = "unavailable";
  onTestFinished(() => {
    t.mailbox.behavior = "accept";
  });
  expect(await rise(t.drainOutbox, jobs, { ...queue, result: "failed" })).toBe(1);
  const text = await scrape();
  expect(readSample(text, "gatehouse_mail_send_duration_seconds_count", { result: "unavailable" })).toBe(1);
  expect(readSample(text, "gatehouse_jobs_dead_lettered")).toBe(0);
  await t.sql(
    "INSERT INTO pgboss.job (name, data) SELECT 'given-up', data FROM pgboss.job WHERE name = 'invitation-mail' LIMIT 1",
  );
  expect(readSample(await scrape(), "gatehouse_jobs_dead_lettered")).toBe(1);
});

test("counts open event streams, and says how far the change feed is behind", async () => {
  const base = await t.app.listen({ port: 0, host: "127.0.0.1" });
  const stream = await openEventStream(`${base}/api/v1/organizations/${acme.organizationId}/events`, {
    cookie: `gatehouse=${await t.session(acme.owner)}`,
  });
  await stream.waitUntil(() => stream.events.length > 0);
  expect(readSample(await scrape(), "gatehouse_event_streams", { kind: "events" })).toBe(1);
  expect(readSample(await scrape(), "gatehouse_change_feed_lag_seconds")).toBeLessThan(30);
  stream.close();
  await expect.poll(async () => readSample(await scrape(), "gatehouse_event_streams")).toBe(0);
  expect(readSample(await scrape(), "gatehouse_change_feed_lag_seconds")).toBe(0);
});

test("describes process, connections and build", async () => {
  const text = await scrape();
  const metrics = parsePrometheusText(text);
  for (const name of [
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_uptime_seconds",
    "nodejs_eventloop_lag_p99_seconds",
    "gatehouse_build_info",
  ])
    expect([name, (metrics.get(name)?.samples[0]?.value ?? 0) > 0]).toEqual([name, true]);
  const info = metrics.get("gatehouse_build_info")?.samples[0]?.labels;
  expect(info).toEqual({ version: "0.1.0", node: process.versions.node, database: "postgres" });
  const states = metrics.get("gatehouse_db_connections")?.samples.map(({ labels }) => labels);
  expect(states).toContainEqual({ pool: "general", state: "in_use" });
  expect(states).toContainEqual({ pool: "priority", state: "idle" });
  expect(readSample(text, "gatehouse_db_connections")).toBeGreaterThan(0);
  expect(readSample(text, "gatehouse_db_connection_waiters")).toBe(0);
  expect(metrics.get("gatehouse_worker_last_seen_seconds")?.samples).toEqual([]); // no worker has run
});

test("a worker serves its metrics at its own port, also while the database is away", async () => {
  let isAway = false;
  const shared: typeof t.db.shared = async (...given) => {
    if (isAway) throw new DatabaseUnavailable("It is away.");
    return t.db.shared(...given);
  };
  const server = await startMetricsServer({ host: "127.0.0.1", port: 0, metricsToken }, { ...t.db, shared });
  onTestFinished(server.close);
  const get = (path: string, token = metricsToken) =>
    fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  expect((await get("/metrics", "wrong")).status).toBe(401);
  expect((await get("/other")).status).toBe(404);
  expect(await (await get("/livez")).text()).toBe("alive\n");
  await invite("worker@lodos.example");
  await t.drainOutbox();
  const text = await (await get("/metrics")).text();
  expect(readSample(text, "gatehouse_job_duration_seconds_count", { result: "completed" })).toBeGreaterThan(
    0,
  );
  expect(readSample(text, "gatehouse_db_up")).toBe(1);
  isAway = true;
  const away = await (await get("/metrics")).text();
  expect(readSample(away, "gatehouse_db_up")).toBe(0);
  expect(parsePrometheusText(away).get("gatehouse_jobs_due")?.samples).toEqual([]);
});

test("logs slow statements with route and name, without parameters", async () => {
  const logged: unknown[] = [];
  onTestFinished(logSlowStatements({ warn: (details: unknown) => void logged.push(details) }, 0));
  await t.as(acme.owner).get(`/organizations/${acme.organizationId}/users?query=olive`);
  await invite("parameter@lodos.example");
  await t.drainOutbox();
  expect(logged).toContainEqual({
    statement: "listFilteredUsers",
    route: "GET /api/v1/organizations/:organizationId/users",
    ms: expect.any(Number),
    hasFailed: false,
    sql: expect.stringContaining("WITH page AS MATERIALIZED"),
  });
  expect(logged).toContainEqual(
    expect.objectContaining({
      statement: "storeInvitations",
      route: "POST /api/v1/organizations/:organizationId/invitations",
    }),
  );
  expect(logged).toContainEqual(expect.objectContaining({ queue: "invitation-mail" }));
  const text = JSON.stringify(logged);
  for (const parameter of ["olive", "parameter@lodos", acme.owner.email, acme.organizationId])
    expect(text).not.toContain(parameter);
});

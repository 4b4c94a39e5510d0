import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { systemClock } from "../ports/clock.ts";
import { operationStarts } from "./operation.ts";
import { startTelemetry } from "./start-telemetry.ts";

let t: TestApp;
let acme: TestOrganization;
beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
});
afterAll(() => t.close());

interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code?: number };
}

interface ReceivedBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: object }[] };
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

/** A receiver of OTLP over HTTP. */
async function startReceiver(status = 200) {
  const bodies: ReceivedBody[] = [];
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
    bodies.push((await json(request)) as ReceivedBody);
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const spans = () =>
    bodies.flatMap((body) =>
      body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  return { url, bodies, requests, spans };
}

const everything = { share: 1, isParentBased: true };

function start(url: string, sampler = everything, warn: (details: object) => void = () => undefined) {
  const tracing = { url, serviceName: "gate-under-test", sampler };
  return startTelemetry({ slowStatementMs: null, tracing }, { log: { warn } as never, clock: systemClock });
}

const caller = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

const invite = (email: string, flags: string) =>
  t
    .as(acme.owner)
    .post(
      `/organizations/${acme.organizationId}/invitations`,
      { invitations: [{ email, roleIds: [acme.roles.viewer] }] },
      { traceparent: `00-${caller.traceId}-${caller.spanId}-${flags}` },
    );

test("a request, its statements, its job and the email are one trace of the caller", async () => {
  const receiver = await startReceiver();
  const stop = await start(receiver.url);
  expect((await invite("traced@lodos.example", "01")).statusCode).toBeLessThan(300);
  await t.drainOutbox();
  await stop();
  expect(new Set(receiver.requests)).toEqual(new Set(["POST /v1/traces application/json"]));
  const spans = receiver.spans().filter(({ traceId }) => traceId === caller.traceId);
  const find = (name: string) => spans.filter((span) => span.name === name);
  const [request] = find("POST /api/v1/organizations/:organizationId/invitations");
  expect(request).toMatchObject({ kind: 2, parentSpanId: caller.spanId });
  const [job] = find("job invitation-mail");
  expect(job).toMatchObject({ kind: 5, parentSpanId: request?.spanId });
  expect(find("send email")).toEqual([expect.objectContaining({ kind: 3, parentSpanId: job?.spanId })]);
  expect(find("storeInvitations")).toEqual([expect.objectContaining({ parentSpanId: request?.spanId })]);
  const parents = new Set(find("commit").map(({ parentSpanId }) => parentSpanId));
  expect(parents).toEqual(new Set([request?.spanId, job?.spanId]));
  expect(request?.attributes).toContainEqual({ key: "http.response.status_code", value: { intValue: 200 } });
  const resource = receiver.bodies[0]?.resourceSpans[0]?.resource.attributes;
  expect(resource).toContainEqual({ key: "service.name", value: { stringValue: "gate-under-test" } });
});

test("spans contain no personal data: no addresses, names, paths or parameters", async () => {
  const receiver = await startReceiver();
  const stop = await start(receiver.url);
  await t.as(acme.owner).get(`/organizations/${acme.organizationId}/users?query=olive`);
  await invite("personal@lodos.example", "01");
  await t.drainOutbox();
  await stop();
  expect(receiver.spans().length).toBeGreaterThan(5);
  const text = JSON.stringify(receiver.bodies);
  for (const personal of [
    "olive",
    "personal@",
    acme.owner.name,
    acme.owner.email,
    acme.organizationId,
    "127.0.0.1",
  ])
    expect(text).not.toContain(personal);
});

test("marks failed statements and 5xx responses, with the SQLSTATE and without the message", async () => {
  const receiver = await startReceiver();
  const stop = await start(receiver.url);
  const previous = t.deps.passwords.verify;
  onTestFinished(() => void Object.assign(t.deps.passwords, { verify: previous }));
  Object.assign(t.deps.passwords, {
    verify: async () => {
      await t.db.shared((tx) => tx.query({ text: "/* failing */ SELECT 1 / 0", values: [] }));
    },
  });
  const response = await t.anonymous.post("/sessions", {
    email: acme.owner.email,
    password: "a long password",
  });
  expect(response.statusCode).toBe(500);
  await stop();
  const failed = receiver.spans().filter(({ status }) => status.code === 2);
  expect(failed.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["failing", "POST /api/v1/sessions"]),
  );
  const attributes = failed.find(({ name }) => name === "failing")?.attributes;
  expect(attributes).toContainEqual({ key: "db.response.status_code", value: { stringValue: "22012" } });
  expect(JSON.stringify(receiver.bodies)).not.toContain("division");
});

test("the caller decides about its trace when the sampler is parent-based, and a malformed traceparent starts a new one", async () => {
  const receiver = await startReceiver();
  const stop = await start(receiver.url);
  await invite("unsampled@lodos.example", "00");
  await t.anonymous.get("/setup", { traceparent: "nonsense" });
  await stop();
  const spans = receiver.spans();
  expect(spans.filter(({ traceId }) => traceId === caller.traceId)).toEqual([]);
  const [setup] = spans.filter(({ name }) => name === "GET /api/v1/setup");
  expect(setup?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(setup?.parentSpanId ?? "").toBe("");
});

test("records nothing with the share 0", async () => {
  const receiver = await startReceiver();
  const stop = await start(receiver.url, { share: 0, isParentBased: false });
  await invite("never@lodos.example", "01");
  await stop();
  expect(receiver.requests).toEqual([]);
});

test("logs once that the receiver fails, and requests go on", async () => {
  const receiver = await startReceiver(400);
  const logged: object[] = [];
  const stop = await start(receiver.url, everything, (details) => void logged.push(details));
  expect((await t.anonymous.get("/setup")).statusCode).toBeLessThan(500);
  await stop();
  expect(logged).toHaveLength(1);
});

test("without an endpoint nothing listens to operations, and jobs carry no traceparent", async () => {
  const stop = await startTelemetry(
    { slowStatementMs: null, tracing: null },
    { log: { warn: () => undefined } as never, clock: systemClock },
  );
  onTestFinished(stop);
  expect(operationStarts.hasSubscribers).toBe(false);
  await invite("plain@lodos.example", "01");
  const rows = await t.sql(
    "SELECT data ? 'traceparent' AS has FROM pgboss.job WHERE name = 'invitation-mail' ORDER BY created_on DESC LIMIT 1",
  );
  expect(rows).toEqual([{ has: false }]);
});

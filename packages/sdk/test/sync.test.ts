/** Syncing with a fake Gatehouse server whose stream fails in many ways. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { definePermissions } from "@gatehouse/access";
import { afterEach, expect, test, vi } from "vitest";
import { createGatehouse, type GatehouseError, type GatehouseOptions } from "../src/index.ts";

const permissions = definePermissions({ a: { label: "A", actions: { view: {}, edit: {} } } });
const open: { close: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connect(url: string, more: Partial<GatehouseOptions<"a:view" | "a:edit">> = {}) {
  const errors: GatehouseError[] = [];
  const options = { url, apiKey: "ghk_x", organizationId: "o", permissions };
  const gatehouse = createGatehouse({ ...options, onError: (error) => errors.push(error), ...more });
  open.push(gatehouse);
  gatehouse.status(); // connects
  return { gatehouse, errors };
}

const event = (name: string, data: unknown, id?: string) =>
  `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
const current = (sequence: number, hash = "ab".repeat(32), at = new Date()) =>
  event("current", { elapsed: 0, at: at.toISOString() }, `${sequence}.${hash}`);
const grant = {
  roleId: "r",
  grantedBy: { type: "system", id: null, name: "" },
  grantedAt: "2026-01-01T00:00:00Z",
};
const completeData = [
  event("reset", { users: 1 }),
  event("catalogue", { groups: permissions.definition }),
  event("roles", { roles: [{ id: "r", name: "R", isOwner: false, permissions: ["a:view"] }] }),
  event("users", { users: [{ id: "u1", grants: [grant] }] }),
].join("");

/** Starts a stream with complete data. */
function startStream(response: ServerResponse, text = completeData + current(1)): ServerResponse {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.write(text);
  return response;
}

test("rejects an HTML page and a redirect, and never sends the key to another address", async () => {
  const requests: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    requests.push(request.headers.authorization);
    startStream(response);
  });
  const page = await serve((_request, response) =>
    response.setHeader("content-type", "text/html").end("<h1>Sign in</h1>"),
  );
  const redirect = await serve((request, response) =>
    response.writeHead(307, { location: `${other}${request.url}` }).end(),
  );
  for (const url of [page, redirect]) {
    const { gatehouse, errors } = connect(url);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(errors[0]).toMatchObject({
      code: "gatehouse/unreachable",
      message: expect.stringContaining("is not Gatehouse"),
    });
    expect(await gatehouse.check("u1", "a:view")).toBe(false);
    expect(gatehouse.can("u1", "a:view")).toBe(false);
  }
  expect(requests).toEqual([]);
});

test.each([
  ["half a document", "event: current\nid: 1\ndata: {\n\n"],
  [
    "a missing position",
    `${completeData}event: current\ndata: {"elapsed":0,"at":"2026-01-01T00:00:00Z"}\n\n`,
  ],
  ["a change without a replica", current(1)],
  ["a bare number", `${completeData}${event("current", { elapsed: 0, at: "2026-01-01T00:00:00Z" }, "1")}`],
  ["an invalid time", `${completeData}event: current\nid: 1.ab\ndata: {"elapsed":null,"at":"x"}\n\n`],
  ["an immediate end", ""],
])("reconnects after %s", async (_, text) => {
  let requests = 0;
  const url = await serve((_request, response) => {
    requests += 1;
    if (requests === 1) startStream(response, text).end();
    else startStream(response);
  });
  const { gatehouse, errors } = connect(url);
  await gatehouse.ready();
  expect(errors).toHaveLength(1);
  expect(gatehouse.can("u1", "a:view")).toBe(true);
});

test("after the key is revoked, every check is false and onError gets the reason", async () => {
  let stream: ServerResponse | null = null;
  const url = await serve((_request, response) => {
    if (stream === null) stream = startStream(response);
    else
      response
        .writeHead(401, { "content-type": "application/problem+json" })
        .end('{"code":"auth/revoked-key","detail":"The API key was revoked."}');
  });
  const { gatehouse, errors } = connect(url, { maxStaleness: 2_000 });
  await gatehouse.ready();
  expect(gatehouse.can("u1", "a:view")).toBe(true);
  (stream as ServerResponse | null)?.end();
  await expect.poll(() => errors.some(({ code }) => code === "auth/revoked-key")).toBe(true);
  await expect.poll(() => gatehouse.can("u1", "a:view")).toBe(false);
  expect(await gatehouse.check("u1", "a:view")).toBe(false);
  expect(gatehouse.status().isFresh).toBe(false);
});

test("an error of a listener is reported, and affects neither other listeners nor the replica", async () => {
  const reported: unknown[] = [];
  const previous = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const report = (error: unknown) => reported.push(error);
  process.on("uncaughtException", report);
  try {
    let stream: ServerResponse | null = null;
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      stream = startStream(response);
    });
    const { gatehouse, errors } = connect(url);
    await gatehouse.ready();
    const panelError = new Error("an error of the panel");
    const listener = vi.fn();
    gatehouse.onChange(() => {
      throw panelError;
    });
    gatehouse.onChange(listener);
    const written = stream as ServerResponse | null;
    written?.write(event("users", { users: [{ id: "u1", grants: [] }] }) + current(2));
    await expect.poll(() => listener.mock.calls.length).toBe(1);
    await expect.poll(() => reported).toEqual([panelError]);
    written?.write(current(3)); // no permission changed
    written?.write(event("users", { users: [{ id: "u1", grants: [grant] }] }) + current(4));
    await expect.poll(() => listener.mock.calls.length).toBe(2);
    expect([requests, errors]).toEqual([1, []]);
  } finally {
    process.removeListener("uncaughtException", report);
    for (const listener of previous) process.on("uncaughtException", listener);
  }
});

test("the expiry of a grant notifies once, with the next event from the server", async () => {
  let stream: ServerResponse | null = null;
  const expiresAt = new Date(Date.now() + 3_600_000);
  const timed = { ...grant, expiresAt: expiresAt.toISOString() };
  const url = await serve((_, response) => {
    stream = startStream(
      response,
      completeData + event("users", { users: [{ id: "u2", grants: [timed] }] }) + current(1),
    );
  });
  const { gatehouse } = connect(url);
  await gatehouse.ready();
  const may = () => ["u1", "u2"].map((id) => gatehouse.can(id, "a:view"));
  const calls: (readonly boolean[])[] = [];
  gatehouse.onChange(() => calls.push(may()));
  expect(may()).toEqual([true, true]);
  const written = stream as ServerResponse | null;
  const expired = current(1, undefined, expiresAt);
  written?.write(current(1) + expired + expired + expired);
  await expect.poll(() => calls).toEqual([[true, false]]);
  written?.write(expired + event("users", { users: [{ id: "u1", grants: [] }] }) + expired);
  await expect.poll(() => calls.at(-1)).toEqual([false, false]);
  expect(calls).toHaveLength(2);
});

test("an onError that throws doesn't stop syncing", async () => {
  const previous = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const ignore = () => undefined;
  process.on("uncaughtException", ignore);
  process.on("unhandledRejection", ignore);
  try {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      if (requests === 1) response.writeHead(503).end();
      else startStream(response);
    });
    const { gatehouse } = connect(url, {
      onError: () => {
        throw new Error("an error of the panel");
      },
    });
    await gatehouse.ready();
    expect(gatehouse.can("u1", "a:view")).toBe(true);
  } finally {
    process.removeListener("uncaughtException", ignore);
    process.removeListener("unhandledRejection", ignore);
    for (const listener of previous) process.on("uncaughtException", listener);
  }
});

test("ready resolves after an earlier rejection", async () => {
  let isRefusing = true;
  const url = await serve((_request, response) => {
    if (isRefusing) response.writeHead(403).end('{"code":"forbidden/permission","detail":"x"}');
    else startStream(response);
  });
  const real = setTimeout;
  vi.stubGlobal("setTimeout", (run: () => void, ms = 0, ...rest: []) =>
    real(run, Math.min(ms, 300), ...rest),
  );
  try {
    const { gatehouse } = connect(url);
    await expect(gatehouse.ready()).rejects.toMatchObject({ code: "forbidden/permission" });
    isRefusing = false;
    await expect.poll(() => gatehouse.status().isFresh, { timeout: 5_000 }).toBe(true);
    await gatehouse.ready();
    gatehouse.close();
    await expect(gatehouse.ready()).rejects.toMatchObject({ code: "gatehouse/closed" });
  } finally {
    vi.unstubAllGlobals();
  }
});

test("a reset discards the replica and buffered changes", async () => {
  let stream: ServerResponse | null = null;
  const requests: (string | null)[] = [];
  const url = await serve((request, response) => {
    requests.push(new URL(request.url ?? "", "http://x").searchParams.get("after"));
    if (stream === null) stream = startStream(response, completeData + current(7));
    else startStream(response, current(9, "cd".repeat(32)));
  });
  const { gatehouse, errors } = connect(url);
  await gatehouse.ready();
  expect([gatehouse.status().sequence, gatehouse.can("u1", "a:view")]).toEqual([7, true]);
  const written = stream as ServerResponse | null;
  written?.write(event("users", { users: [{ id: "u3", grants: [grant] }] }));
  const other = completeData.replaceAll("u1", "u2");
  written?.write(other + current(5, "cd".repeat(32)));
  await expect.poll(() => gatehouse.status().sequence).toBe(5);
  const may = ["u1", "u2", "u3"].map((id) => gatehouse.can(id, "a:view"));
  expect([may, errors]).toEqual([[false, true, false], []]);
  written?.end();
  await expect.poll(() => requests).toEqual([null, `5.${"cd".repeat(32)}`]);
});

test("close while connecting stops requests and rejects ready", async () => {
  let requests = 0;
  const url = await serve(() => {
    requests += 1;
  });
  const { gatehouse, errors } = connect(url);
  await expect.poll(() => requests).toBe(1);
  const waiting = gatehouse.ready();
  gatehouse.close();
  await expect(waiting).rejects.toMatchObject({ code: "gatehouse/closed" });
  gatehouse.close();
  expect([requests, errors, gatehouse.can("u1", "a:view")]).toEqual([1, [], false]);
});

test("userFrom rejects invalid introspection responses", async () => {
  const answers = [
    "null",
    "[]",
    '{"active":false,"user":{"id":"u1"}}',
    '{"active":true}',
    '{"active":true,"user":{"id":1}}',
  ];
  let body = "";
  const url = await serve((request, response) => {
    if (request.url?.endsWith("/introspect"))
      response.setHeader("content-type", "application/json").end(body);
    else response.writeHead(503).end();
  });
  const { gatehouse } = connect(url);
  const request = { headers: { cookie: "gatehouse=token" } };
  for (body of answers) expect([body, await gatehouse.userFrom(request)]).toEqual([body, null]);
  body = '{"active":true,"user":{"id":"u1"}}';
  expect(await gatehouse.userFrom(request)).toEqual({ id: "u1" });
});

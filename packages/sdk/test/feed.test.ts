/** The copy against a stand-in for Gatehouse whose stream goes wrong in every way that one can. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { definePermissions } from "@gatehouse/access";
import { afterEach, expect, test, vi } from "vitest";
import type { GatehouseError } from "../src/index.ts";
import { createGatehouse, type GatehouseOptions } from "../src/index.ts";

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
  const gatehouse = createGatehouse({
    url,
    apiKey: "ghk_x",
    organizationId: "o",
    permissions,
    onError: (error) => errors.push(error),
    ...more,
  });
  open.push(gatehouse);
  return { gatehouse, errors };
}

const event = (name: string, data: unknown, id?: string) =>
  `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
const current = (sequence: number, hash = "ab".repeat(32)) =>
  event("current", { elapsed: 0, at: new Date().toISOString() }, `${sequence}.${hash}`);
const grant = {
  roleId: "r",
  grantedBy: { type: "system", id: null, name: "" },
  grantedAt: "2026-01-01T00:00:00Z",
};
const whole = [
  event("reset", { users: 1 }),
  event("catalogue", { groups: permissions.definition }),
  event("roles", { roles: [{ id: "r", name: "R", isOwner: false, permissions: ["a:view"] }] }),
  event("users", { users: [{ id: "u1", grants: [grant] }], read: 1 }),
].join("");

/** Begins a stream with a whole copy. */
function begin(response: ServerResponse, text = whole + current(1)): ServerResponse {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.write(text);
  return response;
}

test("a page instead of the stream, and an answer that sends elsewhere, are named; the key goes to no other address", async () => {
  const asked: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    asked.push(request.headers.authorization);
    begin(response);
  });
  const page = await serve((_request, response) =>
    response.setHeader("content-type", "text/html").end("<h1>Sign in</h1>"),
  );
  const elsewhere = await serve((request, response) =>
    response.writeHead(307, { location: `${other}${request.url}` }).end(),
  );
  for (const url of [page, elsewhere]) {
    const { gatehouse, errors } = connect(url);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(errors[0]).toMatchObject({
      code: "gatehouse/unreachable",
      message: expect.stringContaining("is not Gatehouse"),
    });
    expect(await gatehouse.check("u1", "a:view")).toBe(false);
    expect(gatehouse.can("u1", "a:view")).toBe(false);
  }
  expect(asked).toEqual([]);
});

test.each([
  ["half a document", "event: current\nid: 1\ndata: {\n\n"],
  ["a position that is none", `${whole}event: current\ndata: {"elapsed":0,"at":"2026-01-01T00:00:00Z"}\n\n`],
  ["a change without a copy", current(1)],
  ["a bare number", `${whole}${event("current", { elapsed: 0, at: "2026-01-01T00:00:00Z" }, "1")}`],
  ["a time that is none", `${whole}event: current\nid: 1.ab\ndata: {"elapsed":null,"at":"x"}\n\n`],
  ["an end at once", ""],
])("%s is no copy, and is asked for again", async (_, text) => {
  let requests = 0;
  const url = await serve((_request, response) => {
    requests += 1;
    if (requests === 1) begin(response, text).end();
    else begin(response);
  });
  const { gatehouse, errors } = connect(url);
  await gatehouse.ready();
  expect(errors).toHaveLength(1);
  expect(gatehouse.can("u1", "a:view")).toBe(true);
});

test("a key that is revoked while the copy is open stops it, tells why, and leaves no yes behind", async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    requests += 1;
    if (request.url?.includes("/changes") && requests === 1) setTimeout(() => response.end(), 50).unref();
    if (requests === 1) begin(response);
    else
      response
        .writeHead(401, { "content-type": "application/problem+json" })
        .end('{"code":"auth/revoked-key","detail":"The API key was revoked."}');
  });
  const { gatehouse, errors } = connect(url, { maxStaleness: 500 });
  await gatehouse.ready();
  expect(gatehouse.can("u1", "a:view")).toBe(true);
  await expect.poll(() => errors.some(({ code }) => code === "auth/revoked-key")).toBe(true);
  await expect.poll(() => gatehouse.can("u1", "a:view")).toBe(false);
  expect(await gatehouse.check("u1", "a:view")).toBe(false);
  expect(gatehouse.status().isFresh).toBe(false);
});

test("a listener that throws stops neither the others nor the copy, and is reported as what it is", async () => {
  const reported: unknown[] = [];
  const previous = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const note = (error: unknown) => reported.push(error);
  process.on("uncaughtException", note);
  try {
    let stream: ServerResponse | null = null;
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      stream = begin(response);
    });
    const { gatehouse, errors } = connect(url);
    await gatehouse.ready();
    const mistake = new Error("a mistake in the panel");
    const told = vi.fn();
    gatehouse.onChange(() => {
      throw mistake;
    });
    gatehouse.onChange(told);
    const written = stream as ServerResponse | null;
    written?.write(event("users", { users: [{ id: "u1", grants: [] }] }) + current(2));
    await expect.poll(() => told.mock.calls.length).toBe(1);
    await expect.poll(() => reported).toEqual([mistake]);
    written?.write(current(3)); // nothing that anybody may do
    written?.write(event("users", { users: [{ id: "u1", grants: [grant] }] }) + current(4));
    await expect.poll(() => told.mock.calls.length).toBe(2);
    expect([requests, errors]).toEqual([1, []]);
  } finally {
    process.removeListener("uncaughtException", note);
    for (const listener of previous) process.on("uncaughtException", listener);
  }
});

test("the end of a grant that was given until an hour is told once, with the next word from the server", async () => {
  let stream: ServerResponse | null = null;
  const until = Date.now() + 400;
  const timed = { ...grant, expiresAt: new Date(until).toISOString() };
  const url = await serve((_, response) => {
    stream = begin(response, whole + event("users", { users: [{ id: "u2", grants: [timed] }] }) + current(1));
  });
  const { gatehouse } = connect(url);
  await gatehouse.ready();
  const told: { readonly at: number; readonly may: readonly boolean[] }[] = [];
  gatehouse.onChange(() =>
    told.push({ at: Date.now(), may: ["u1", "u2"].map((id) => gatehouse.can(id, "a:view")) }),
  );
  expect(gatehouse.can("u2", "a:view")).toBe(true);
  const written = stream as ServerResponse | null;
  const beat = setInterval(() => written?.write(current(1)), 50);
  await expect.poll(() => told.length, { timeout: 3_000 }).toBe(1);
  expect(told[0]?.at).toBeGreaterThanOrEqual(until);
  expect(told[0]?.may).toEqual([true, false]);
  await wait(200); // four more words from the server
  clearInterval(beat);
  expect(told.length).toBe(1);
});

test("an onError that throws doesn't end the search for a copy", async () => {
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
      else begin(response);
    });
    const { gatehouse } = connect(url, {
      onError: () => {
        throw new Error("a mistake in the panel");
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

test("ready that failed once resolves when the copy is there after all", async () => {
  let isRefusing = true;
  const url = await serve((_request, response) => {
    if (isRefusing) response.writeHead(403).end('{"code":"forbidden/permission","detail":"x"}');
    else begin(response);
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

test("a reset in the middle of a stream begins anew: neither what was held nor what came back before counts", async () => {
  let stream: ServerResponse | null = null;
  const asked: (string | null)[] = [];
  const url = await serve((request, response) => {
    asked.push(new URL(request.url ?? "", "http://x").searchParams.get("after"));
    if (stream === null) stream = begin(response, whole + current(7));
    else begin(response, current(9, "cd".repeat(32)));
  });
  const { gatehouse, errors } = connect(url);
  await gatehouse.ready();
  expect([gatehouse.status().sequence, gatehouse.can("u1", "a:view")]).toEqual([7, true]);
  const written = stream as ServerResponse | null;
  written?.write(event("users", { users: [{ id: "u3", grants: [grant] }] }));
  const other = whole.replaceAll("u1", "u2");
  written?.write(other + current(5, "cd".repeat(32)));
  await expect.poll(() => gatehouse.status().sequence).toBe(5);
  const may = ["u1", "u2", "u3"].map((id) => gatehouse.can(id, "a:view"));
  expect([may, errors]).toEqual([[false, true, false], []]);
  written?.end();
  await expect.poll(() => asked).toEqual([null, `5.${"cd".repeat(32)}`]);
});

test("closed while it connects, it asks no more, and says so to whoever waits", async () => {
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

test("an introspection counts only as Gatehouse answers it", async () => {
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

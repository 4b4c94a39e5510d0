/** Many organizations with a fake Gatehouse server: races, reconnection, limits. */
import { UnknownPermission } from "@gatehouse/access";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createGatehouse, type GatehouseError, type OrganizationsOptions } from "../src/index.ts";
import { current, event, permissions, startOperatorServer } from "./operator-server.ts";

const opened: { close: () => unknown }[] = [];
let server: Awaited<ReturnType<typeof startOperatorServer>>;
beforeEach(async () => {
  server = await startOperatorServer();
  opened.push(server);
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const one of opened.splice(0)) one.close();
});

function connect(options: Partial<OrganizationsOptions<"a:view">> = {}) {
  const errors: GatehouseError[] = [];
  const gatehouse = createGatehouse({
    url: server.url,
    operatorKey: "a key of the operator",
    permissions,
    maxStaleness: 60_000,
    onError: (error) => errors.push(error),
    ...options,
  });
  opened.push(gatehouse);
  return { gatehouse, errors };
}

const loadsOf = (id: string) => server.requests.filter((path) => path.includes(`/${id}/`));
const soon = (condition: () => boolean) => expect.poll(condition, { timeout: 5_000, interval: 5 }).toBe(true);

test("sends nothing before the first use, and opens one stream for all organizations", async () => {
  const { gatehouse } = connect();
  const [one, two] = [gatehouse.organization("one"), gatehouse.organization("two")];
  server.add("one");
  server.add("two", false);
  expect(server.requests).toEqual([]);
  expect(gatehouse.status()).toEqual({
    isFresh: false,
    age: Number.POSITIVE_INFINITY,
    organizations: 0,
    loading: 0,
  });
  expect(one.can("u1", "a:view")).toBe(false);
  await Promise.all([one.ready(), two.ready(), gatehouse.ready()]);
  expect([one.can("u1", "a:view"), two.can("u1", "a:view")]).toEqual([true, false]);
  expect(server.requests.filter((path) => path === "/changes")).toHaveLength(1);
  expect(gatehouse.status()).toMatchObject({ isFresh: true, organizations: 2 });
});

test("a change during a load is loaded, and never lost", async () => {
  server.add("one");
  const { gatehouse } = connect();
  const one = gatehouse.organization("one");
  await gatehouse.ready();
  let release = (): void => undefined;
  server.gate = () =>
    new Promise<void>((resolve) => {
      release = resolve;
    });
  const ready = one.ready();
  await soon(() => server.loading === 1);
  // The response was read before the change, and arrives after the stream has told of it.
  server.change("one", false);
  await soon(() => server.streams.size === 1);
  server.gate = async () => undefined;
  await new Promise((resolve) => setImmediate(resolve));
  release();
  await ready;
  await soon(() => !one.can("u1", "a:view"));
  expect(loadsOf("one")).toHaveLength(2);
  server.change("one", true);
  await soon(() => one.can("u1", "a:view"));
});

test("after a reconnection only what has changed is loaded, from its position on", async () => {
  for (const id of ["same", "other", "gone"]) server.add(id);
  const { gatehouse } = connect();
  const [same, other, gone] = ["same", "other", "gone"].map((id) => gatehouse.organization(id));
  await Promise.all([same?.ready(), other?.ready(), gone?.ready()]);
  await gatehouse.ready();
  await soon(() => gatehouse.status().loading === 0);
  const before = server.requests.length;
  server.organizations.set("other", { allowed: false, sequence: 2 });
  server.organizations.delete("gone");
  for (const stream of server.streams) stream.end();
  await soon(() => other?.can("u1", "a:view") === false && gone?.can("u1", "a:view") === false);
  expect(same?.can("u1", "a:view")).toBe(true);
  expect(server.requests.slice(before).toSorted()).toEqual([
    "/changes",
    `/organizations/gone/access?after=1.${server.hash}`,
    `/organizations/other/access?after=1.${server.hash}`,
  ]);
});

test("after a restore of the database everything is loaded again", async () => {
  server.add("one");
  const { gatehouse } = connect();
  const one = gatehouse.organization("one");
  await one.ready();
  server.hash = "cd".repeat(32);
  server.organizations.set("one", { allowed: false, sequence: 1 });
  for (const stream of server.streams) stream.end();
  await soon(() => !one.can("u1", "a:view"));
});

test("while the stream is silent, can is false and check reads from the server", async () => {
  server.add("one");
  const { gatehouse } = connect({ maxStaleness: 500 });
  const one = gatehouse.organization("one");
  await one.ready();
  expect(one.can("u1", "a:view")).toBe(true);
  server.organizations.set("one", { allowed: false, sequence: 2 });
  await soon(() => !one.can("u1", "a:view"));
  server.organizations.set("one", { allowed: true, sequence: 3 });
  expect(await one.check("u1", "a:view")).toBe(true);
  gatehouse.close();
  expect(one.can("u1", "a:view")).toBe(false);
  expect(await one.check("u1", "a:view")).toBe(false);
  await expect(one.ready()).rejects.toMatchObject({ code: "gatehouse/closed" });
  await expect(gatehouse.ready()).rejects.toMatchObject({ code: "gatehouse/closed" });
});

test("a replica isn't followed until the stream has told of all organizations", async () => {
  server.add("one");
  const { gatehouse } = connect({ maxStaleness: 500 });
  const one = gatehouse.organization("one");
  await one.ready();
  await gatehouse.ready();
  await soon(() => gatehouse.status().loading === 0);
  // The next stream confirms again and again, and says that the organization has changed; its load doesn't end.
  server.gate = () => new Promise(() => undefined);
  server.organizations.set("one", { allowed: false, sequence: 2 });
  const timer = setInterval(() => {
    for (const stream of server.streams) stream.write(current());
  }, 50);
  opened.push({ close: () => clearInterval(timer) });
  for (const stream of server.streams) stream.end();
  await soon(() => !one.can("u1", "a:view"));
  expect(gatehouse.status().isFresh).toBe(true);
});

test("loads at most eight organizations at once, and those that somebody waits for first", async () => {
  const ids = Array.from({ length: 30 }, (_, n) => `organization-${n}`);
  for (const id of ids) server.add(id);
  const { gatehouse } = connect();
  await gatehouse.ready();
  let release = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.gate = () => open;
  for (const id of ids) gatehouse.organization(id).can("u1", "a:view");
  const last = gatehouse.organization("organization-29").ready();
  await soon(() => server.loading === 8);
  release();
  await last;
  await soon(() => gatehouse.status().loading === 0);
  expect(server.mostLoading).toBe(8);
  const loads = server.requests.filter((path) => path.endsWith("/access"));
  expect(loads).toHaveLength(30);
  expect(loads.indexOf("/organizations/organization-29/access")).toBe(8);
  expect(ids.every((id) => gatehouse.organization(id).can("u1", "a:view"))).toBe(true);
});

test("a load that fails is retried, and an organization that is removed has nothing left", async () => {
  server.add("one");
  const { gatehouse, errors } = connect();
  const one = gatehouse.organization("one");
  let failures = 0;
  server.answer = (_id, response) => {
    failures += 1;
    if (failures > 2) return false;
    response.writeHead(503, { "content-type": "application/problem+json" });
    response.end('{"code":"unavailable","detail":"The database is not available."}');
    return true;
  };
  await gatehouse.ready();
  await expect(one.ready()).rejects.toMatchObject({ code: "unavailable", status: 503 });
  await soon(() => one.can("u1", "a:view"));
  expect(errors.map(({ code }) => code)).toEqual(["unavailable", "unavailable"]);
  server.organizations.delete("one");
  for (const stream of server.streams)
    stream.write(event("organizations", { organizations: [{ id: "one", gone: true }] }));
  await soon(() => !one.can("u1", "a:view"));
  await expect(one.ready()).rejects.toMatchObject({ code: "not-found" });
  server.add("one");
  server.change("one", true);
  await soon(() => one.can("u1", "a:view"));
});

test("listeners are called after a change and when the replica becomes stale, and keep the replica", async () => {
  for (const id of ["one", "two", "three"]) server.add(id);
  const { gatehouse } = connect({ maxOrganizations: 2, maxStaleness: 1_000 });
  const one = gatehouse.organization("one");
  const seen: boolean[] = [];
  const stop = one.onChange(() => seen.push(one.can("u1", "a:view")));
  await one.ready();
  await soon(() => seen.at(-1) === true);
  server.change("one", false);
  await soon(() => seen.at(-1) === false);
  server.change("one", true);
  await soon(() => seen.at(-1) === true);
  await gatehouse.organization("two").ready();
  await gatehouse.organization("three").ready();
  expect(gatehouse.status().organizations).toBe(2);
  expect(one.can("u1", "a:view")).toBe(true);
  for (const stream of server.streams) stream.destroy();
  server.answer = (_id, response) => response.destroy() !== undefined;
  server.organizations.clear();
  await soon(() => seen.at(-1) === false);
  stop();
});

test("too small options are rejected, and the key is refused in a browser", async () => {
  expect(() => connect({ unusedAfter: 999 })).toThrow(RangeError);
  expect(() => connect({ maxOrganizations: 0 })).toThrow(RangeError);
  expect(() => connect({ maxStaleness: 499 })).toThrow(RangeError);
  vi.stubGlobal("document", {});
  const { gatehouse } = connect();
  await expect(gatehouse.ready()).rejects.toMatchObject({
    code: "gatehouse/configuration",
    message: expect.stringContaining("on a server"),
  });
  expect(server.requests).toEqual([]);
});

test("guards check in the organization of the request", async () => {
  server.add("one");
  server.add("two", false);
  const { gatehouse } = connect({
    identify: ({ headers }) => {
      const [organizationId = "", user = ""] =
        new Headers(headers as HeadersInit).get("sender")?.split(" ") ?? [];
      return organizationId === ""
        ? null
        : { organizationId, user: user.startsWith("crm-") ? { externalId: user } : user };
    },
  });
  const handler = gatehouse.next.require("a:view", (_, { user }) => Response.json(user));
  const send = async (sender?: string) => {
    const response = await handler(
      new Request("http://panel.example/", sender === undefined ? {} : { headers: { sender } }),
    );
    const { id, organizationId, code } = (await response.json()) as Record<string, unknown>;
    return [response.status, code ?? `${id} in ${organizationId}`];
  };
  expect(await send("ONE u1")).toEqual([200, "u1 in one"]);
  expect(await send("two u1")).toEqual([403, "forbidden/permission"]);
  expect(await send("one u2")).toEqual([403, "forbidden/permission"]);
  expect(await send("one crm-42")).toEqual([403, "forbidden/permission"]);
  expect(await send("missing u1")).toEqual([403, "forbidden/permission"]);
  expect(await send()).toEqual([401, "auth/required"]);
  server.change("one", false);
  await soon(() => !gatehouse.organization("one").can("u1", "a:view"));
  expect(await send("one u1")).toEqual([403, "forbidden/permission"]);
});

test("a guard without identify, and one with an unknown permission, are errors when the route is declared", () => {
  const { gatehouse } = connect();
  expect(() => gatehouse.express.require("a:view")).toThrow(/Give createGatehouse identify/);
  const { gatehouse: identifying } = connect({ identify: () => null });
  // @ts-expect-error misspelt
  expect(() => identifying.express.require("a:vew")).toThrow(UnknownPermission);
});

/** A program of the operator with replicas of many organizations, and one connection. */
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse, type GatehouseError, type OrganizationsOptions } from "@gatehouse/sdk";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { createOperatorSteps, operatorToken } from "../../../test/operator-steps.ts";
import { rounds } from "../../../test/rounds.ts";
import { createApp } from "../../app.ts";

let t: TestApp;
let steps: ReturnType<typeof createOperatorSteps>;
let url: string;
beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken } });
  steps = createOperatorSteps(t);
  url = await t.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => t.close());

const soon = (condition: () => boolean) => expect.poll(condition, { timeout: 4_000, interval: 5 }).toBe(true);

type Options = OrganizationsOptions<(typeof exampleCatalogue.permissions)[number]>;

function connect(options: Partial<Options> = {}) {
  const paths: string[] = [];
  const errors: GatehouseError[] = [];
  const gatehouse = createGatehouse({
    url,
    operatorKey: operatorToken,
    permissions: exampleCatalogue,
    maxStaleness: 60_000, // what tests see comes from the stream, not from a replica that is stale
    fetch: async (input, init) => {
      paths.push(new URL(String(input)).pathname.replace("/api/v1/operator", ""));
      return fetch(input, init);
    },
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(gatehouse.close);
  return { gatehouse, paths, errors };
}

async function createOrganizations(
  count: number,
): Promise<{ organization: TestOrganization; viewer: TestUser }[]> {
  const created = [];
  for (let n = 0; n < count; n += 1) {
    const organization = await t.organization();
    created.push({ organization, viewer: await t.user(organization, { roles: ["viewer"] }) });
  }
  return created;
}

const setRoles = async (
  { organization, viewer }: { organization: TestOrganization; viewer: TestUser },
  roleIds: string[],
) => {
  const path = `/organizations/${organization.organizationId}/users/${viewer.userId}`;
  const owner = t.as(organization.owner);
  const { headers } = await owner.get(path);
  const response = await owner.patch(path, { roleIds }, { "if-match": String(headers["etag"]) });
  expect(response.statusCode, response.body).toBe(200);
};

test("checks in many organizations over one stream, and a revocation reaches each of them", async () => {
  const { gatehouse, paths } = connect();
  const created = await createOrganizations(3);
  const clients = created.map(({ organization, viewer }) => ({
    organization: gatehouse.organization(organization.organizationId),
    can: () => gatehouse.organization(organization.organizationId).can(viewer.userId, "campaigns:view"),
  }));
  await Promise.all(clients.map(({ organization }) => organization.ready()));
  expect(clients.map(({ can }) => can())).toEqual([true, true, true]);
  const [first, second] = created;
  if (first === undefined || second === undefined) throw new Error("No organizations.");
  // A user of another organization has nothing.
  expect(clients[1]?.organization.can(first.viewer.userId, "campaigns:view")).toBe(false);
  for (let round = 0; round < rounds(4); round += 1)
    for (const [at, one] of created.entries()) {
      await setRoles(one, []);
      await soon(() => clients[at]?.can() === false);
      expect(clients.filter(({ can }) => can())).toHaveLength(2);
      await setRoles(one, [one.organization.roles.viewer ?? ""]);
      await soon(() => clients[at]?.can() === true);
    }
  expect(paths.filter((path) => path === "/changes")).toHaveLength(1);
});

test("answers like the replica of one organization", async () => {
  const { gatehouse } = connect();
  const [one] = await createOrganizations(1);
  if (one === undefined) throw new Error("No organization.");
  await t.sql("UPDATE users SET external_id = 'crm-1' WHERE user_id = $1", [one.viewer.userId]);
  const { key: apiKey } = await t.apiKey(one.organization);
  const single = createGatehouse({ url, apiKey, permissions: exampleCatalogue });
  onTestFinished(single.close);
  await single.ready();
  const organization = gatehouse.organization(one.organization.organizationId.toUpperCase());
  expect(await organization.check({ externalId: "crm-1" }, "campaigns:view")).toBe(true);
  expect(organization.explain(one.viewer.userId, "campaigns:view")).toEqual(
    single.explain(one.viewer.userId, "campaigns:view"),
  );
  expect(organization.usersWith("campaigns:view")).toEqual(single.usersWith("campaigns:view"));
  expect(organization.permissionsOf(one.viewer.userId)).toEqual(single.permissionsOf(one.viewer.userId));
  expect(await organization.listPermissions(one.organization.owner.userId)).toEqual(
    single.permissionsOf(one.organization.owner.userId),
  );
  expect(organization.missingOnServer()).toEqual([]);
  expect(organization.status()).toMatchObject({ isFresh: true, sequence: expect.any(Number) });
  expect(() => organization.can(one.viewer.userId, "campaigns:fly" as never)).toThrow("campaigns:fly");
});

test("denies everything in a suspended, deleted or removed organization, and follows when it is active again", async () => {
  const { gatehouse } = connect();
  const [one, other] = await createOrganizations(2);
  if (one === undefined || other === undefined) throw new Error("No organizations.");
  const id = one.organization.organizationId;
  const can = () => gatehouse.organization(id).can(one.viewer.userId, "campaigns:view");
  const canThere = () =>
    gatehouse.organization(other.organization.organizationId).can(other.viewer.userId, "campaigns:view");
  await gatehouse.organization(id).ready();
  await gatehouse.organization(other.organization.organizationId).ready();
  for (let round = 0; round < rounds(4); round += 1) {
    await steps.edit(id, { status: "suspended" });
    await soon(() => !can());
    await steps.edit(id, { status: "active" });
    await soon(can);
  }
  await steps.delete(id);
  await soon(() => !can());
  // A program that starts now, too.
  const { gatehouse: later } = connect();
  await later.organization(id).ready();
  expect(later.organization(id).can(one.viewer.userId, "campaigns:view")).toBe(false);
  await steps.restore(id);
  await soon(can);
  await soon(() => later.organization(id).can(one.viewer.userId, "campaigns:view"));
  expect(canThere()).toBe(true);
});

test("an organization that doesn't exist has a clear error, and is found when it is created", async () => {
  const { gatehouse, errors } = connect();
  const unknown = gatehouse.organization("0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b");
  await expect(unknown.ready()).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringMatching(/^There is no organization 0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b at http/),
  });
  expect(unknown.can("u", "campaigns:view")).toBe(false);
  expect(await unknown.check("u", "campaigns:view")).toBe(false);
  await expect(gatehouse.organization("not an id").ready()).rejects.toMatchObject({ code: "not-found" });
  expect(errors).toEqual([]);
  const { id } = await steps.create("Later");
  await gatehouse.organization(id).ready();
});

test("drops replicas that aren't used, and those beyond the most", async () => {
  const { gatehouse, paths } = connect({ maxOrganizations: 2, unusedAfter: 1_000 });
  const created = await createOrganizations(3);
  const loads = () => paths.filter((path) => path.endsWith("/access")).length;
  const [one, two, three] = created.map(({ organization }) =>
    gatehouse.organization(organization.organizationId),
  );
  await one?.ready();
  await two?.ready();
  const before = loads();
  await three?.ready();
  expect([gatehouse.status().organizations, loads() - before]).toEqual([2, 1]);
  const viewer = created[0]?.viewer.userId ?? "";
  expect(await one?.check(viewer, "campaigns:view")).toBe(true);
  const stop = one?.onChange(() => undefined);
  await expect.poll(() => gatehouse.status().organizations, { timeout: 5_000 }).toBe(1);
  expect(one?.can(viewer, "campaigns:view")).toBe(true);
  stop?.();
  await expect.poll(() => gatehouse.status().organizations, { timeout: 5_000 }).toBe(0);
  expect(one?.can(viewer, "campaigns:view")).toBe(false);
  await soon(() => one?.can(viewer, "campaigns:view") === true);
});

test("while the server restarts no replica is stale, and afterwards only what has changed is loaded", async () => {
  const created = await createOrganizations(2);
  let app = await createApp(t.deps);
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  const { gatehouse, paths } = connect({ url: address, maxStaleness: 500 });
  try {
    const [changed, same] = created.map(({ organization, viewer }) => {
      const client = gatehouse.organization(organization.organizationId);
      return { ...client, viewerId: viewer.userId, can: () => client.can(viewer.userId, "campaigns:view") };
    });
    const [one] = created;
    if (changed === undefined || same === undefined || one === undefined)
      throw new Error("No organizations.");
    await Promise.all([changed.ready(), same.ready(), gatehouse.ready()]);
    await soon(() => changed.can() && same.can() && gatehouse.status().loading === 0);
    await app.close();
    await setRoles(one, []);
    await soon(() => !changed.can() && !same.can());
    expect(await same.check(same.viewerId, "campaigns:view")).toBe(false);
    paths.length = 0;
    app = await createApp(t.deps);
    await app.listen({ port: Number(new URL(address).port), host: "127.0.0.1" });
    await soon(() => same.can());
    expect(changed.can()).toBe(false);
    await soon(() => changed.status().isFresh);
    expect(changed.can()).toBe(false);
    expect(paths.filter((path) => path.includes(same.id))).toEqual([]);
  } finally {
    await app.close();
  }
});

test("wrong settings are explained", async () => {
  const rejected = async (options: Partial<Options>) => {
    const { gatehouse } = connect(options);
    return gatehouse.ready().then(
      () => "ready",
      (error: GatehouseError) => `${error.code}: ${error.message}`,
    );
  };
  expect(await rejected({})).toBe("ready");
  expect(await rejected({ operatorKey: undefined })).toMatch(
    /^gatehouse\/configuration: `operatorKey` is missing/,
  );
  expect(await rejected({ operatorKey: "ghk_x" })).toMatch(
    /^gatehouse\/configuration: `operatorKey` is an API key/,
  );
  expect(await rejected({ operatorKey: "a wrong token, long enough" })).toMatch(/^auth\/required/);
  expect(await rejected({ url: `${url}/elsewhere` })).toMatch(
    /no OPERATOR_TOKEN, or another path|not Gatehouse's/,
  );
});

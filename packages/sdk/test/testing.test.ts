/** @gatehouse/sdk/testing, as an app's own unit tests use it. */
import { definePermissions, UnknownPermission } from "@gatehouse/access";
import { expect, test, vi } from "vitest";
import type { GatehouseOf } from "../src/index.ts";
import { createTestGatehouse, createTestOrganizations } from "../src/testing/index.ts";

const permissions = definePermissions({
  campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] }, approve: {} } },
});

/** A part of an app. */
function canSend(gatehouse: GatehouseOf<typeof permissions>, userId: string): boolean {
  return gatehouse.can(userId, "campaigns:view") && gatehouse.can(userId, "campaigns:approve");
}

test("answers as the real client does, with implied permissions and without a server", async () => {
  const gatehouse = createTestGatehouse({ permissions, users: { ada: ["campaigns:edit"], ben: [] } });
  await gatehouse.ready();
  expect(gatehouse.can("ada", "campaigns:view")).toBe(true);
  expect(await gatehouse.check("ada", "campaigns:approve")).toBe(false);
  expect(gatehouse.can("ben", "campaigns:view")).toBe(false);
  expect(gatehouse.can("nobody", "campaigns:view")).toBe(false);
  expect(gatehouse.permissionsOf("ada")).toEqual(["campaigns:view", "campaigns:edit"]);
  expect(await gatehouse.listPermissions("ada")).toEqual(["campaigns:view", "campaigns:edit"]);
  expect(gatehouse.usersWith("campaigns:view")).toEqual(["ada"]);
  expect(gatehouse.explain("ada", "campaigns:view").because[0]?.impliedBy).toBe("campaigns:edit");
  expect(gatehouse.missingOnServer()).toEqual([]);
  expect(gatehouse.status().isFresh).toBe(true);
});

test("permissions change during a test", () => {
  const gatehouse = createTestGatehouse({ permissions, users: { ada: ["campaigns:view"] } });
  const onChange = vi.fn();
  gatehouse.onChange(onChange);
  expect(canSend(gatehouse, "ada")).toBe(false);
  gatehouse.setPermissions("ada", ["campaigns:view", "campaigns:approve"]);
  expect(canSend(gatehouse, "ada")).toBe(true);
  gatehouse.setPermissions("new", ["users:view"]);
  expect([gatehouse.can("new", "users:view"), onChange.mock.calls.length]).toEqual([true, 2]);
});

test("guards identify users by headersOf, with the names that the test gives them", async () => {
  const ada = { id: "ada", name: "Ada", email: "ada@example.test", permissions: ["campaigns:view"] } as const;
  const gatehouse = createTestGatehouse({ permissions, users: [ada, { id: "Öz / 1", permissions: [] }] });
  const handler = gatehouse.next.require("campaigns:view", (_request, { user }) => Response.json(user));
  const send = async (headers: Record<string, string>) =>
    handler(new Request("http://panel.test/", { headers }));
  const { permissions: _, ...user } = ada;
  expect(await (await send(gatehouse.headersOf("ada"))).json()).toEqual(user);
  expect((await send(gatehouse.headersOf("Öz / 1"))).status).toBe(403);
  expect((await send(gatehouse.headersOf("nobody"))).status).toBe(401);
  expect((await send({})).status).toBe(401);
});

test("a misspelt permission doesn't compile, and throws", () => {
  // @ts-expect-error misspelt
  expect(() => createTestGatehouse({ permissions, users: { ada: ["campaigns:vew"] } })).toThrow(
    UnknownPermission,
  );
  const gatehouse = createTestGatehouse({ permissions });
  // @ts-expect-error misspelt
  expect(() => gatehouse.setPermissions("ada", ["campaigns:vew"])).toThrow(UnknownPermission);
  // @ts-expect-error misspelt
  expect(() => gatehouse.can("ada", "campaigns:vew")).toThrow(UnknownPermission);
});

test("after close every check is false", async () => {
  const gatehouse = createTestGatehouse({ permissions, users: { ada: ["campaigns:view"] } });
  gatehouse.close();
  expect(gatehouse.can("ada", "campaigns:view")).toBe(false);
  await expect(gatehouse.ready()).rejects.toMatchObject({ code: "gatehouse/closed" });
});

test("many organizations: each has other users, and guards check in the one that headersOf names", async () => {
  const gatehouse = createTestOrganizations({
    permissions,
    organizations: { acme: { ada: ["campaigns:view"] }, lodos: { ben: ["campaigns:view"] } },
  });
  const handler = gatehouse.next.require("campaigns:view", (_, { user }) =>
    Response.json(`${user.id} in ${user.organizationId}`),
  );
  const send = async (organizationId: string, userId: string) => {
    const headers = gatehouse.headersOf(organizationId, userId);
    const response = await handler(new Request("http://panel.example/", { headers }));
    return response.ok ? response.json() : response.status;
  };
  expect(await send("acme", "ada")).toBe("ada in acme");
  expect(await send("lodos", "ada")).toBe(403);
  expect((await handler(new Request("http://panel.example/"))).status).toBe(401);
  const lodos = gatehouse.organization("Lodos");
  let changes = 0;
  lodos.onChange(() => {
    changes += 1;
  });
  gatehouse.setPermissions("LODOS", "ada", ["campaigns:view"]);
  expect([lodos.can("ada", "campaigns:view"), await send("lodos", "ada"), changes]).toEqual([
    true,
    "ada in lodos",
    1,
  ]);
  expect(lodos.usersWith("campaigns:view")).toEqual(["ben", "ada"]);
  expect(gatehouse.organization("nobody").can("ada", "campaigns:view")).toBe(false);
  gatehouse.close();
  expect(lodos.can("ada", "campaigns:view")).toBe(false);
  expect(gatehouse.status()).toMatchObject({ isFresh: false });
  await expect(gatehouse.ready()).rejects.toMatchObject({ code: "gatehouse/closed" });
});

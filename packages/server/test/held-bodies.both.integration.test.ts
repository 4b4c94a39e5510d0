/** Every write of the contract, by somebody whose rights are taken away between the headers and the body. */
import { exampleCatalogue } from "@gatehouse/access/example";
import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { askAtOnce, asked, createWorld, type HeldRow, remove, revoke, type World } from "./held-world.ts";
import { holdBody } from "./hold-body.ts";
import { stateOf } from "./state-of.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

/** A row, and who can't ask for it anyway. */
interface Row extends HeldRow {
  readonly not?: "user" | "api-key";
}

const origin = "https://panel.example.test";
const readers = { name: "Readers", permissions: ["campaigns:view"] };
const campaigns = { campaigns: { label: "Campaigns", actions: { view: {} } } };
const invitations = ({ acme }: World) => [{ email: "new@example.test", roleIds: [acme.roles.viewer] }];
const invitationIds = ({ ids }: World) => ({ invitationIds: [ids["invitationId"]] });

const rows: readonly Row[] = [
  { endpoint: contract.editUser, body: ({ acme }) => ({ name: "New", roleIds: [acme.roles.owner] }) },
  { endpoint: contract.editUser, query: "?preview=true", body: () => ({ roleIds: [] }) },
  { endpoint: contract.removeUser },
  {
    endpoint: contract.createUserJob,
    body: ({ ids }) => ({ action: "suspend", users: { ids: [ids["userId"]] } }),
  },
  { endpoint: contract.cancelUserJob },
  { endpoint: contract.endUserSession },
  { endpoint: contract.endUserSessions },
  { endpoint: contract.editOrganization, body: () => ({ name: "New" }) },
  {
    endpoint: contract.putPermissions,
    query: `?drop=${exampleCatalogue.permissions.join(",")}`,
    body: () => campaigns,
  },
  { endpoint: contract.putPermissions, query: "?preview=true", body: () => campaigns },
  { endpoint: contract.createRole, body: () => readers },
  { endpoint: contract.editRole, body: () => readers },
  { endpoint: contract.editRole, query: "?preview=true", body: () => readers },
  { endpoint: contract.deleteRole },
  { endpoint: contract.sendInvitations, body: (world) => ({ invitations: invitations(world) }) },
  { endpoint: contract.checkInvitations, body: (world) => ({ invitations: invitations(world) }) },
  { endpoint: contract.resendInvitation },
  { endpoint: contract.copyInvitationLink },
  { endpoint: contract.revokeInvitation },
  { endpoint: contract.resendInvitations, body: invitationIds },
  { endpoint: contract.revokeInvitations, body: invitationIds },
  { endpoint: contract.restoreInvitations, body: invitationIds },
  { endpoint: contract.sendTestMail, not: "api-key" },
  {
    endpoint: contract.createApiKey,
    body: () => ({ name: "Reports", permissions: ["reports:view"], expiresAt: "2099-01-01T00:00:00Z" }),
    not: "api-key",
  },
  { endpoint: contract.revokeApiKey, not: "api-key" },
  { endpoint: contract.introspectSession, body: () => ({ token: "t" }), not: "user" },
  {
    endpoint: contract.createHandOff,
    body: () => ({ origin, state: "s".repeat(43), consent: true }),
    not: "api-key",
  },
  { endpoint: contract.signOut, not: "api-key" },
  { endpoint: contract.signOutEverywhere, not: "api-key" },
  { endpoint: contract.editMe, body: () => ({ name: "New" }), not: "api-key" },
  {
    endpoint: contract.changePassword,
    body: () => ({
      currentPassword: "correct horse battery staple",
      newPassword: "seven green copper gates",
    }),
    not: "api-key",
  },
  { endpoint: contract.endMySession, not: "api-key" },
  { endpoint: contract.endMyOtherSessions, not: "api-key" },
];

/** Whoever may ask for these needs no rights. */
const open: readonly Endpoint[] = [
  contract.setUp,
  contract.signIn,
  contract.lookUpInvitation,
  contract.acceptInvitation,
];

const titled = (rows: readonly Row[]) =>
  rows.map((row) => [`${row.endpoint.operationId}${row.query?.slice(0, 9) ?? ""}`, row] as const);

test.each(titled(rows.filter(({ not }) => not !== "user")))(
  "%s: refused to a user who was removed while the body was on its way",
  async (_, row) => {
    const world = await createWorld(t);
    const request = await asked(t, world, row, "user");
    const held = await holdBody(t, request);
    await remove(t, world);
    const before = await stateOf(t);
    const answer = await held.send();
    expect(await stateOf(t)).toEqual(before);
    expect([401, 403, 404]).toContain(answer.status);
    expect(answer).toEqual(await askAtOnce(t, request));
    const byAnother = await asked(t, { ...world, actor: world.acme.owner }, row, "user");
    expect((await (await holdBody(t, byAnother)).send()).status).toBeLessThan(300);
  },
);

test.each(titled(rows.filter(({ not }) => not !== "api-key")))(
  "%s: refused to a key that was revoked while the body was on its way",
  async (_, row) => {
    const world = await createWorld(t);
    const request = await asked(t, world, row, "api-key");
    const held = await holdBody(t, request);
    await revoke(t, world);
    const before = await stateOf(t);
    expect(await held.send()).toEqual({ status: 401, code: "auth/revoked-key" });
    expect(await stateOf(t)).toEqual(before);
    const byAnother = { ...world, apiKey: await t.apiKey(world.acme, { permissions: null }) };
    const control = await holdBody(t, await asked(t, byAnother, row, "api-key"));
    expect((await control.send()).status).toBeLessThan(300);
  },
);

test("the rows have every operation of the contract that takes a body or writes", () => {
  const operations = Object.values(contract as Readonly<Record<string, unknown>>).flatMap((value) =>
    typeof value === "object" && value !== null && "operationId" in value ? [value as Endpoint] : [],
  );
  const writing = operations.filter(({ method }) => method !== "GET").map(({ operationId }) => operationId);
  const named = [...rows.map(({ endpoint }) => endpoint), ...open].map(({ operationId }) => operationId);
  expect(writing.length).toBeGreaterThan(25);
  expect(new Set(named)).toEqual(new Set(writing));
});

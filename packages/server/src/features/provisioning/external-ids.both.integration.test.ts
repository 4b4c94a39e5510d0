import { afterAll, expect, test } from "vitest";
import { readDatabaseState } from "../../../test/database-state.ts";
import { acceptWithNewAccount } from "../../../test/invitations.ts";
import { startProvisioning } from "../../../test/provisioning.ts";

const { t, lodos, base, owner, newEmail, create } = await startProvisioning();
afterAll(() => t.close());

test("the list finds a user by the whole external id only", async () => {
  await create({ email: newEmail(), externalId: "exact-1", roleIds: [lodos.roles.viewer] });
  const find = async (query: string) => {
    const response = await owner.get(`${base}/users?${query}`);
    const { items, total } = response.json<{ items: unknown[]; total: { count: number; exact: boolean } }>();
    return [items.length, total];
  };

  expect(await find("externalId=exact-1")).toEqual([1, { count: 1, exact: true }]);
  expect(await find("externalId=exact")).toEqual([0, { count: 0, exact: true }]);
  expect(await find("externalId=EXACT-1")).toEqual([0, { count: 0, exact: true }]);
  expect(await find(`externalId=exact-1&role=${lodos.roles.viewer}`)).toEqual([1, { count: 1, exact: true }]);
  expect(await find("externalId=exact-1&status=suspended")).toEqual([0, { count: 0, exact: true }]);
});

test("an invitation carries the external id to the user who joins", async () => {
  const email = newEmail();
  const response = await owner.post(`${base}/invitations`, {
    invitations: [{ email, roleIds: [lodos.roles.viewer], externalId: "crm-20" }],
    send: false,
  });
  const [result] = response.json<{ results: { invitation: { id: string; externalId: string } }[] }>().results;
  expect(result?.invitation.externalId).toBe("crm-20");
  const link = await owner.post(`${base}/invitations/${result?.invitation.id}/link`);
  const token = link.json<{ url: string }>().url.split("#")[1] ?? "";

  expect((await acceptWithNewAccount(t, token)).statusCode).toBe(201);

  const list = await owner.get(`${base}/users?externalId=crm-20`);
  expect(list.json()).toMatchObject({ items: [{ email, externalId: "crm-20" }] });
});

test("an external id that somebody has isn't offered to anybody else", async () => {
  const [pending, other] = [newEmail(), newEmail()];
  await create({ email: newEmail(), externalId: "crm-21" });
  const send = async (...invitations: readonly { email: string; externalId: string }[]) => {
    const response = await owner.post(`${base}/invitations`, {
      invitations: invitations.map((one) => ({ ...one, roleIds: [lodos.roles.viewer] })),
      send: false,
    });
    return response
      .json<{ results: { status: string; code?: string }[] }>()
      .results.map(({ status, code }) => code ?? status);
  };

  expect(await send({ email: other, externalId: "crm-21" })).toEqual(["invitations/external-id-taken"]);
  expect(
    await send({ email: pending, externalId: "crm-22" }, { email: other, externalId: "crm-22" }),
  ).toEqual(["created", "invitations/external-id-taken"]);
  expect(await send({ email: other, externalId: "crm-22" })).toEqual(["invitations/external-id-taken"]);
  expect(await send({ email: pending, externalId: "crm-22" })).toEqual(["replaced"]);
});

test("accepting with an external id that another user got meanwhile fails and changes nothing", async () => {
  const response = await owner.post(`${base}/invitations`, {
    invitations: [{ email: newEmail(), roleIds: [lodos.roles.viewer], externalId: "crm-23" }],
    send: false,
  });
  const [result] = response.json<{ results: { invitation: { id: string } }[] }>().results;
  const link = await owner.post(`${base}/invitations/${result?.invitation.id}/link`);
  await create({ email: newEmail(), externalId: "crm-23" });
  const before = await readDatabaseState(t);

  const refused = await acceptWithNewAccount(t, link.json<{ url: string }>().url.split("#")[1] ?? "");

  expect(refused.json()).toMatchObject({ status: 409, code: "invitations/external-id-in-use" });
  expect(await readDatabaseState(t)).toEqual(before);
});

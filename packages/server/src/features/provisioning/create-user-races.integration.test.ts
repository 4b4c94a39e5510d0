import { afterAll, expect, test } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import { acceptWithNewAccount } from "../../../test/invitations.ts";
import { startProvisioning } from "../../../test/provisioning.ts";
import { rounds } from "../../../test/rounds.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

const { t, lodos, base, owner } = await startProvisioning();
afterAll(() => t.close());

async function race(...sends: readonly (() => Promise<ApiResponse>)[]): Promise<readonly ApiResponse[]> {
  const settled = await runConcurrently(sends.length, async (index) => sends[index]?.());
  return settled.map((one) => {
    if (one.status === "rejected" || one.value === undefined) throw new Error("No response.", { cause: one });
    return one.value;
  });
}

const countUsers = async (externalId: string) =>
  (await t.sql("SELECT FROM users WHERE external_id = $1", [externalId])).length;

test("of ten PUTs at once one creates the user, and all return the same one", async () => {
  for (let round = 0; round < rounds(40); round += 1) {
    const externalId = `put-${round}`;
    const body = { email: `put-${round}@example.test`, name: "Ayşe", roleIds: [lodos.roles.viewer] };
    const send = () => owner.put(`${base}/users/by-external-id/${externalId}`, body);
    const responses = await race(...Array.from({ length: 10 }, () => send));

    expect(responses.map(({ statusCode }) => statusCode).toSorted()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(responses.map((response) => response.json<{ id: string }>().id)).size).toBe(1);
    expect(await countUsers(externalId)).toBe(1);
  }
});

test("one of several users gets an external id, however it is given", async () => {
  for (let round = 0; round < rounds(40); round += 1) {
    const externalId = `race-${round}`;
    const user = await t.user(lodos);
    const invited = await owner.post(`${base}/invitations`, {
      invitations: [{ email: `race-i-${round}@example.test`, roleIds: [lodos.roles.viewer], externalId }],
      send: false,
    });
    const id = invited.json<{ results: { invitation: { id: string } }[] }>().results[0]?.invitation.id;
    const link = await owner.post(`${base}/invitations/${id}/link`);
    const token = link.json<{ url: string }>().url.split("#")[1] ?? "";
    const responses = await race(
      () => owner.post(`${base}/users`, { email: `race-a-${round}@example.test`, name: "A", externalId }),
      () => owner.patch(`${base}/users/${user.userId}`, { externalId }, { "if-match": '"1"' }),
      () => acceptWithNewAccount(t, token),
    );

    const successes = responses.filter(({ statusCode }) => statusCode < 300);
    expect(successes).toHaveLength(1);
    expect(await countUsers(externalId)).toBe(1);
  }
});

test("one of two users gets an address, created and joining", async () => {
  for (let round = 0; round < rounds(40); round += 1) {
    const email = `address-${round}@example.test`;
    const invited = await owner.post(`${base}/invitations`, {
      invitations: [{ email, roleIds: [lodos.roles.viewer] }],
      send: false,
    });
    const id = invited.json<{ results: { invitation: { id: string } }[] }>().results[0]?.invitation.id;
    const link = await owner.post(`${base}/invitations/${id}/link`);
    const token = link.json<{ url: string }>().url.split("#")[1] ?? "";
    const responses = await race(
      () => owner.post(`${base}/users`, { email, name: "A" }),
      () => acceptWithNewAccount(t, token),
    );

    expect(responses.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 409]);
    expect(await t.sql("SELECT FROM users WHERE email = $1", [email])).toHaveLength(1);
  }
});

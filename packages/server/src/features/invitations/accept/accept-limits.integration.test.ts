import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import {
  acceptWithNewAccount,
  getInvitationState,
  getInvitationToken,
  invite,
  inviteAll,
  validPassword,
} from "../../../../test/invitations.ts";

let t: TestApp;
let lodos: TestOrganization;
let hashes = 0;

beforeAll(async () => {
  const passwords = {
    hash: async () => {
      hashes += 1;
      return "hash";
    },
    verify: async () => false,
  };
  t = await createTestApp({ passwords });
  lodos = await t.organization("Lodos Retail");
});
beforeEach(() => {
  hashes = 0;
});
afterAll(() => t.close());

const accept = (token: string, body: Readonly<Record<string, unknown>>, remoteAddress = "192.0.2.40") =>
  t.app.inject({
    method: "POST",
    url: "/api/v1/invitations/accept",
    remoteAddress,
    headers: { origin: testOrigin, "content-type": "application/json" },
    payload: JSON.stringify({ token, ...body }),
  });

const newAccount = { name: "New Person", password: validPassword };
const setAllowedDomains = (domains: readonly string[]) =>
  t.sql("UPDATE organizations SET allowed_domains = $2 WHERE organization_id = $1", [
    lodos.organizationId,
    domains,
  ]);

test.each<[string, string, (invitationId: string, email: string) => Promise<unknown>]>([
  [
    "whose roles were deleted",
    "invitations/role-gone",
    (id) => t.sql("DELETE FROM invitation_roles WHERE invitation_id = $1", [id]),
  ],
  [
    "whose inviter left",
    "invitations/inviter-lost-access",
    (id) =>
      t.sql(
        "UPDATE invitations SET invited_by_id = '00000000-0000-4000-8000-000000000000' WHERE invitation_id = $1",
        [id],
      ),
  ],
  [
    "of a domain that isn't allowed",
    "invitations/domain-not-allowed",
    () => setAllowedDomains(["other.example"]),
  ],
  [
    "that has expired",
    "invitations/expired",
    (id) => t.sql("UPDATE invitations SET expires_at = '2001-01-01Z' WHERE invitation_id = $1", [id]),
  ],
  [
    "that was replaced",
    "invitations/replaced",
    (id) => t.sql("UPDATE invitations SET generation = 2 WHERE invitation_id = $1", [id]),
  ],
  ["for an existing account", "invitations/sign-in-first", (_, email) => t.user(lodos, { email })],
])("doesn't hash a password for a link %s", async (_, code, change) => {
  const email = `${code.split("/")[1]}@x.example`;
  const { id } = await invite(t, lodos, email);
  const token = await getInvitationToken(t, lodos, id);
  await change(id, email);
  const before = await getInvitationState(t);
  const answer = await acceptWithNewAccount(t, token);
  await setAllowedDomains([]);
  expect(answer.json()).toMatchObject({ code });
  expect(hashes).toBe(0);
  expect(await getInvitationState(t)).toEqual(before);
});

test("hashes once for a valid link", async () => {
  const { id } = await invite(t, lodos, "works@x.example");
  expect((await accept(await getInvitationToken(t, lodos, id), newAccount)).statusCode).toBe(201);
  expect(hashes).toBe(1);
});

test("throttles the twenty-first attempt with one link, but not other links from the same address", async () => {
  const { id } = await invite(t, lodos, "often@x.example");
  const token = await getInvitationToken(t, lodos, id);
  const statuses: number[] = [];
  for (let round = 0; round < 20; round += 1)
    statuses.push((await accept(token, { name: "New Person", password: "short" })).statusCode);
  expect(new Set(statuses)).toEqual(new Set([422]));
  const before = await t.sql("SELECT * FROM throttles ORDER BY bucket");
  const throttled = await accept(token, newAccount);
  expect(throttled.json()).toMatchObject({ status: 429, code: "throttled" });
  expect(throttled.headers["retry-after"]).toBe("900");
  expect(await t.sql("SELECT * FROM throttles ORDER BY bucket")).toEqual(before);
  const other = await invite(t, lodos, "neighbour@x.example");
  expect((await accept(await getInvitationToken(t, lodos, other.id), newAccount)).statusCode).toBe(201);
});

test("limits the attempts of one network over all links, but not those of another network", async () => {
  const emails = Array.from({ length: 26 }, (_, index) => `crowd-${index}@x.example`);
  const invited = await inviteAll(t, lodos, { emails });
  const tokens = await Promise.all(
    invited.map(({ invitation }) => getInvitationToken(t, lodos, invitation?.id ?? "")),
  );
  const [last = "", ...others] = tokens;
  const tryTwentyTimes = async (token: string) => {
    for (let round = 0; round < 20; round += 1) await accept(token, {}, "192.0.2.41");
  };
  await Promise.all(others.map(tryTwentyTimes));
  expect((await accept(last, newAccount, "192.0.2.41")).statusCode).toBe(429);
  expect((await accept(last, newAccount, "192.0.2.42")).statusCode).toBe(201);
});

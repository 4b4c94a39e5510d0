import { hash } from "@node-rs/argon2";
import { expect, test, vi } from "vitest";
import { createSignInTest } from "../../../test/create-sign-in-test.ts";
import { type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { readToken, readTokens, requestReset } from "../../../test/recovery-links.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { addAuthenticator, enterFactor, openChallenge } from "../../../test/second-factors.ts";

const right = "correct horse battery staple";
const wrong = "wrong horse battery staple";
/** A failure is recorded some time after its response. */
const soon = { timeout: 9_000 };
const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36";

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;

createSignInTest((test) => {
  ({ t, acme, ada } = test);
});

interface Try {
  readonly password?: string;
  readonly from?: string;
  readonly cookie?: string;
}

const signIn = ({ password = right, from = "192.0.2.10", cookie = "" }: Try = {}) =>
  t.app.inject({
    method: "POST",
    url: "/api/v1/sessions",
    remoteAddress: from,
    headers: { origin: testOrigin, "content-type": "application/json", "user-agent": chrome, cookie },
    payload: JSON.stringify({ email: ada.email, password }),
  });

type Answer = Awaited<ReturnType<typeof signIn>>;

function readCookie(answer: Answer, name: string): string {
  const found = [answer.headers["set-cookie"] ?? []].flat().find((text) => text.startsWith(`${name}=`));
  return found?.split(";")[0] ?? "";
}

const readHistory = () =>
  t.sql("SELECT method, outcome, ip FROM sign_ins WHERE account_id = $1 ORDER BY at, sign_in_id", [
    ada.accountId,
  ]);

const report = (token: string) => t.anonymous.post("/sign-ins/report", { token });

/** Signs in twice, the second time with another browser, and returns the link of the email about it. */
async function signInWithNewBrowser(): Promise<string> {
  await signIn();
  t.clock.advance(60_000);
  await signIn({ from: "198.51.100.7" });
  return readToken(t, "secure-account", ada.email);
}

test("lists successful, failed and unfinished sign-ins of 90 days, the newest first", async () => {
  const old = { at: new Date(t.clock.now().getTime() - 91 * 24 * 3_600_000), id: t.deps.ids.next() };
  await t.sql(
    "INSERT INTO sign_ins (sign_in_id, account_id, at, method, outcome) VALUES ($1, $2, $3, 'password', 'success')",
    [old.id, ada.accountId, old.at],
  );
  await signIn({ password: wrong, from: "203.0.113.9" });
  await vi.waitFor(async () => expect(await readHistory()).toHaveLength(2), soon);
  t.clock.advance(1000);
  await addAuthenticator(t, ada);
  await signIn();
  t.clock.advance(1000);
  await t.sql("DELETE FROM account_totp WHERE account_id = $1", [ada.accountId]);
  const cookie = readCookie(await signIn(), "gatehouse");
  const list = (query: string) =>
    t.app
      .inject({ url: `/api/v1/me/sign-ins${query}`, headers: { cookie } })
      .then((response) => response.json());
  const first = await list("?limit=2");
  expect(first).toMatchObject({
    items: [
      { method: "password", outcome: "success", ip: "192.0.2.10", userAgent: chrome },
      { method: "password", outcome: "second-factor-pending", ip: "192.0.2.10" },
    ],
    total: { count: 3, exact: true },
  });
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  expect(second.items).toEqual([
    { at: expect.any(String), method: "password", outcome: "failure", ip: "203.0.113.9", userAgent: chrome },
  ]);
  expect(second.nextCursor).toBeNull();
});

test("records a wrong code, keeps few failures of a minute, and writes nothing for a refused try", async () => {
  await addAuthenticator(t, ada);
  const { cookie } = await openChallenge(t, ada);
  await enterFactor(t, cookie, { code: "000000" });
  await vi.waitFor(
    async () =>
      expect(await readHistory()).toContainEqual(
        expect.objectContaining({ method: "totp", outcome: "failure" }),
      ),
    soon,
  );
  for (let count = 0; count < 14; count += 1) await signIn({ password: wrong, from: `198.51.100.${count}` });
  await vi.waitFor(async () => expect(await readHistory()).toHaveLength(11), soon); // with the pending one
  t.clock.advance(61_000);
  const statuses = [];
  for (let count = 0; count < 11; count += 1) statuses.push((await signIn({ password: wrong })).statusCode);
  expect(statuses.at(-1)).toBe(429);
  await vi.waitFor(async () => expect(await readHistory()).toHaveLength(21), soon);
});

test("sends an email about a sign-in with a new browser, but not about the first one or a known browser", async () => {
  const known = readCookie(await signIn(), "gatehouse-device");
  t.clock.advance(60_000);
  await signIn({ cookie: known, from: "198.51.100.7" });
  expect(await readTokens(t, "secure-account", ada.email)).toEqual([]);
  t.clock.advance(60_000);
  await signIn({ from: "203.0.113.9" });
  t.clock.advance(60_000);
  await signIn();
  await t.drainOutbox();
  const texts = t.mailbox.messages.filter(({ to }) => to === ada.email).map(({ text }) => text);
  expect(texts).toHaveLength(2);
  expect(texts.join()).toContain(
    "Chrome, Windows, from the address 203.0.113.9, which is new for your account",
  );
  expect(texts.join()).toContain("192.0.2.10, which you have used before");
});

test("failures of strangers neither hide that somebody knows the password, nor fill the history", async () => {
  await addAuthenticator(t, ada);
  const at = t.clock.now();
  await t.sql(
    `INSERT INTO sign_ins (sign_in_id, account_id, at, method, outcome)
     SELECT gen_random_uuid(), $1::uuid, $2::timestamptz, 'password', 'failure' FROM generate_series(1, 10)
     UNION ALL SELECT gen_random_uuid(), $1::uuid, $2::timestamptz - interval '1 hour', 'password', 'failure' FROM generate_series(1, 190)`,
    [ada.accountId, at],
  );
  t.clock.advance(1000);
  await signIn({ from: "203.0.113.9" });
  t.clock.advance(60_000);
  await signIn({ password: wrong });
  await vi.waitFor(
    async () =>
      expect(
        await t.sql(
          "SELECT 1 FROM audit_events WHERE organization_id = $1 AND action = 'sessions.sign-in-failed'",
          [acme.organizationId],
        ),
      ).toHaveLength(1),
    soon,
  );
  const history = await readHistory();
  expect(history).toHaveLength(201);
  expect(history.at(-1)).toEqual({ method: "password", outcome: "second-factor-pending", ip: "203.0.113.9" });
});

test("sends an email about the first sign-in after a long time, of which the history knows nothing", async () => {
  await t.sql("UPDATE accounts SET created_at = created_at - interval '1 year' WHERE account_id = $1", [
    ada.accountId,
  ]);
  await signIn({ from: "203.0.113.9" });
  expect(await readTokens(t, "secure-account", ada.email)).toHaveLength(1);
});

test("lists wrong codes and passwords that were entered in a session", async () => {
  const cookie = readCookie(await signIn(), "gatehouse");
  const confirm = (proof: Readonly<Record<string, string>>) =>
    t.anonymous.post("/sessions/current/step-up", proof, { cookie, origin: testOrigin });
  expect((await confirm({ password: wrong })).statusCode).toBe(422);
  t.clock.advance(1000);
  await addAuthenticator(t, ada);
  expect((await confirm({ code: "000000" })).statusCode).toBe(422);
  expect((await readHistory()).slice(1)).toMatchObject([
    { method: "password", outcome: "failure" },
    { method: "totp", outcome: "failure" },
  ]);
});

test("limits the emails of many sign-ins", async () => {
  for (let count = 0; count < 8; count += 1) await signIn({ from: `203.0.113.${count}` });
  expect(await readTokens(t, "secure-account", ada.email)).toHaveLength(4);
});

test("“That wasn’t me” ends sessions, known browsers and the password, and sends a link to set a new one", async () => {
  const session = t.as(ada);
  expect((await session.get("/me")).statusCode).toBe(200);
  const device = readCookie(await signIn(), "gatehouse-device");
  const token = await signInWithNewBrowser();
  expect((await report(token)).statusCode).toBe(204);
  expect((await session.get("/me")).statusCode).toBe(401);
  expect((await signIn()).statusCode).toBe(401);
  const reset = await readToken(t, "reset", ada.email);
  const password = "seven green copper gates";
  expect((await t.anonymous.post("/password-resets/complete", { token: reset, password })).statusCode).toBe(
    204,
  );
  const before = (await readTokens(t, "secure-account", ada.email)).length;
  expect((await signIn({ password, cookie: device })).statusCode).toBe(201);
  expect(await readTokens(t, "secure-account", ada.email)).toHaveLength(before + 1); // the browser is unknown again
  const [event] = await t.sql(
    "SELECT organization_id, changes FROM audit_events WHERE action = 'accounts.secured' AND target_id = $1",
    [ada.accountId],
  );
  expect(event).toMatchObject({ organization_id: acme.organizationId });
});

test("the link of a report works once, also of eight at once, for seven days, and for nothing else", async () => {
  const token = await signInWithNewBrowser();
  for (const path of ["/email-changes/cancel", "/email-changes/confirm", "/password-resets/lookup"])
    expect((await t.anonymous.post(path, { token })).statusCode).toBe(404);
  const reset = await requestReset(t, ada.email);
  expect((await report(reset)).json()).toMatchObject({ status: 404, code: "sign-ins/unknown" });
  const outcomes = await runConcurrently(8, () => report(token));
  const statuses = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value.statusCode : outcome.status,
  );
  expect(statuses.sort()).toEqual([204, ...Array.from({ length: 7 }, () => 410)]);
  expect((await report(token)).json()).toMatchObject({ status: 410, code: "sign-ins/used" });
  const [late] = [await t.user(acme, { roles: ["viewer"] })];
  ada = late;
  const expired = await signInWithNewBrowser();
  t.clock.advance(7 * 24 * 3_600_000);
  expect((await report(expired)).json()).toMatchObject({ status: 410, code: "sign-ins/expired" });
  expect((await signIn()).statusCode).toBe(201);
});

test("replaces a hash with other parameters at the sign-in, for several at once, without ending sessions", async () => {
  const foreign = await hash(right, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
  await t.sql("UPDATE accounts SET password_hash = $1 WHERE account_id = $2", [foreign, ada.accountId]);
  const session = t.as(ada);
  expect((await session.get("/me")).statusCode).toBe(200);
  expect((await signIn({ password: wrong })).statusCode).toBe(401);
  const outcomes = await runConcurrently(4, () => signIn());
  expect(outcomes).toEqual(
    outcomes.map(() => expect.objectContaining({ value: expect.objectContaining({ statusCode: 201 }) })),
  );
  const [stored] = await t.sql(
    "SELECT password_hash, password_changed_at FROM accounts WHERE account_id = $1",
    [ada.accountId],
  );
  expect(stored).toEqual({
    password_hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
    password_changed_at: null,
  });
  expect((await session.get("/me")).statusCode).toBe(200);
  const device = readCookie(await signIn(), "gatehouse-device");
  await t.sql("DELETE FROM sign_ins WHERE account_id = $1 AND outcome <> 'success'", [ada.accountId]);
  const mails = (await readTokens(t, "secure-account", ada.email)).length;
  await signIn({ cookie: device });
  expect(await readTokens(t, "secure-account", ada.email)).toHaveLength(mails); // signed with the new hash
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { asSuperuser, toDatabaseUrl } from "../../test/database-template.ts";
import { createEmptyStorage, type ProgramStorage, runProgram } from "../../test/program.ts";
import { signDocument } from "../auth/signed-documents.ts";
import { createSecrets } from "../ports/secrets.ts";

let storage: ProgramStorage;
beforeAll(async () => {
  storage = await createEmptyStorage();
});
afterAll(() => storage.remove());

const gatehouse = (args: readonly string[], stdin = "", settings: Record<string, string> = {}) =>
  runProgram(args, { ...storage.settings, ...settings }, stdin);

/** Runs a statement as a superuser. */
const onDatabase = async (statement: string): Promise<Record<string, unknown>[]> =>
  asSuperuser(
    toDatabaseUrl(
      storage.settings["DATABASE_URL"] ?? "",
      new URL(storage.settings["DATABASE_URL"] ?? "").pathname.slice(1),
      "postgres",
    ),
    async (client) => (await client.query(statement)).rows,
  );

const setup = [
  "setup",
  "--organization",
  "Acme",
  "--owner-email",
  "Owner@Example.test",
  "--owner-name",
  "Ada",
];
const password = "a sentence that nobody guesses\n";

test("sets up, checks and verifies an installation from the command line", async () => {
  const migrated = await gatehouse(["migrate", "--json"]);
  expect(JSON.parse(migrated.stdout).applied[0]).toBe("0001_organizations.sql");
  expect((await gatehouse(["migrate"])).stdout).toBe("The schema is up to date.\n");

  const made = await gatehouse([...setup, "--owner-password-stdin"], password);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(Object.keys(JSON.parse(made.stdout))).toEqual(["organizationId", "userId", "apiKey"]);
  const { apiKey } = JSON.parse(made.stdout);
  expect(apiKey).toMatch(/^ghk_[0-9a-f]{32}_[\w-]{43}$/);
  const [key] = await onDatabase(
    "SELECT permissions, abs(extract(epoch FROM expires_at - (created_at + interval '1 year'))) < 10 AS lasts_a_year FROM api_keys",
  );
  expect(key).toEqual({ permissions: null, lasts_a_year: true });

  const again = await gatehouse([...setup, "--owner-password-stdin"], password);
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toMatch(/^There is an organization here already.*\n$/);

  const verified = await gatehouse(["audit", "verify", "--json"]);
  expect(verified.code).toBe(0);
  const { organizationId } = JSON.parse(made.stdout);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    whole: true,
    organizations: [{ organizationId, brokenAt: null }],
  });

  const { code, stdout } = await gatehouse(["doctor", "--json"]);
  expect(code).toBe(0);
  const results = JSON.parse(stdout).checks.map(({ name, result }: Record<string, string>) => [name, result]);
  expect(results).toEqual([
    ["data folder", "works"],
    ["secret key", "works"],
    ["database", "works"],
    ["database connection", "works"],
    ["proxies", "works"],
    ["mail", "warns"],
    ["worker", "warns"],
    ["port", "works"],
    ["addresses", "warns"],
  ]);
});

test("doctor reports an untrusted proxy until TRUSTED_PROXIES contains it", async () => {
  await onDatabase("UPDATE installation SET untrusted_proxy = '192.0.2.9', untrusted_proxy_at = now()");
  const proxies = async (settings: Record<string, string>) => {
    const { stdout } = await gatehouse(["doctor", "--json"], "", settings);
    return JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === "proxies");
  };
  expect(await proxies({})).toMatchObject({
    result: "warns",
    detail: expect.stringMatching(/192\.0\.2\.9.*set TRUSTED_PROXIES/),
  });
  expect(await proxies({ TRUSTED_PROXIES: "192.0.2.0/24" })).toMatchObject({ result: "works" });
});

test("account reset-password prints a link for the only owner, and records it", async () => {
  const { code, stdout, stderr } = await gatehouse(["account", "reset-password", " OWNER@example.test "]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/reset#[\w-]{43}\nGive it to the owner of owner@example\.test alone\. It works once, until \d{4}-.*Z\.\n$/,
  );
  const [link] = await onDatabase(
    "SELECT purpose, email, extract(epoch FROM expires_at - created_at)::integer AS seconds FROM account_links",
  );
  expect(link).toEqual({ purpose: "password-reset", email: "owner@example.test", seconds: 1800 });
  const [event] = await onDatabase(
    "SELECT actor_name, action FROM unsealed_audit_events ORDER BY position DESC LIMIT 1",
  );
  expect(event).toEqual({ actor_name: "Command line", action: "users.password-reset-link-created" });

  const asJson = await gatehouse(["account", "reset-password", "owner@example.test", "--json"]);
  expect(Object.keys(JSON.parse(asJson.stdout))).toEqual(["url", "expiresAt"]);
  const unknown = await gatehouse(["account", "reset-password", "nobody@example.test"]);
  expect(unknown).toMatchObject({ code: 1, stdout: "" });
  expect(unknown.stderr).toMatch(/^No account signs in with nobody@example\.test\./);
  expect((await gatehouse(["account", "reset-password", "nobody"])).stderr).toMatch(/^EMAIL is not one/);
  expect(await onDatabase("SELECT 1 FROM account_links")).toHaveLength(2);
});

test("account remove-second-factors leaves the password alone, ends the sessions, and records it", async () => {
  const [account] = await onDatabase(
    "SELECT account_id AS id FROM accounts WHERE email = 'owner@example.test'",
  );
  const remove = () => gatehouse(["account", "remove-second-factors", " OWNER@example.test "]);
  expect(await remove()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^No account with a second/),
  });
  await onDatabase(`
    INSERT INTO account_totp (account_id, secret, created_at, enabled_at) VALUES ('${account?.["id"]}', 's', now(), now());
    INSERT INTO account_recovery_codes (account_id, code_hash, created_at) VALUES ('${account?.["id"]}', 'h', now())`);
  expect(await remove()).toMatchObject({
    code: 0,
    stderr: "",
    stdout: "Removed. owner@example.test signs in with the password alone, and is told by e-mail.\n",
  });
  expect(
    await onDatabase(`SELECT two_factor, (SELECT count(*)::integer FROM sessions) AS sessions,
      (SELECT count(*)::integer FROM account_recovery_codes) AS codes FROM accounts`),
  ).toEqual([{ two_factor: false, sessions: 0, codes: 0 }]);
  const [event] = await onDatabase(
    "SELECT actor_name, action FROM unsealed_audit_events ORDER BY position DESC LIMIT 1",
  );
  expect(event).toEqual({ actor_name: "Command line", action: "users.second-factors-removed" });
  const [job] = await onDatabase(
    "SELECT data->'mail'->'change' AS change FROM pgboss.job WHERE name = 'account-mail'",
  );
  expect(job?.["change"]).toEqual({ kind: "removed-for-you", organization: null });
});

test("audit verify --since checks from a checkpoint on, and refuses one that this installation didn't sign", async () => {
  const [head] = await onDatabase(
    "SELECT organization_id AS organization, sequence::int, hash FROM audit_heads",
  );
  const secrets = createSecrets(storage.settings["SECRET_KEY"] ?? "");
  const claims = { ...head, at: new Date().toISOString() };
  const signature = signDocument(secrets, "gatehouse-checkpoint+jws", claims);
  const { code, stdout } = await gatehouse(["audit", "verify", "--since", signature, "--json"]);
  expect([code, JSON.parse(stdout).organizations]).toMatchObject([
    0,
    [{ organizationId: head?.["organization"], brokenAt: null }],
  ]);
  const otherSecrets = createSecrets("another secret key, of 32 or more");
  const forgery = signDocument(otherSecrets, "gatehouse-checkpoint+jws", claims);
  const forged = await gatehouse(["audit", "verify", "--since", forgery]);
  expect(forged.code).toBe(1);
  expect(forged.stderr).toMatch(/^This checkpoint wasn't signed with the secret key of this installation/);
});

test("audit verify reports a broken chain by organization and event, with exit code 1", async () => {
  const [row] = await onDatabase("SELECT organization_id AS id FROM organizations");
  await onDatabase(
    "ALTER TABLE audit_events DISABLE TRIGGER ALL; UPDATE audit_events SET actor_name = 'x' WHERE sequence = 2",
  );
  const { code, stdout, stderr } = await gatehouse(["audit", "verify"]);
  expect(code).toBe(1);
  expect(stdout).toBe(`${row?.["id"]}  BROKEN at event 2: the event was changed\n`);
  expect(stderr).toBe(
    `The audit log is broken: ${row?.["id"]} at event 2. Compare with a backup to see what was there.\n`,
  );
});

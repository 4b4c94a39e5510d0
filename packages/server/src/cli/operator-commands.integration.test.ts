/** `organizations create|list|suspend|restore|delete`, `invitations create` and `catalogue show`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asSuperuser, toDatabaseUrl } from "../../test/database-template.ts";
import {
  createMigratedStorage,
  type ProgramStorage,
  runProgram,
  temporaryFolder,
} from "../../test/program.ts";

let storage: ProgramStorage;
let first: { readonly organizationId: string; readonly userId: string };
beforeAll(async () => {
  storage = await createMigratedStorage();
});
afterAll(() => storage.remove());

const password = "a sentence that nobody guesses\n";
const gatehouse = (args: readonly string[], stdin = "") => runProgram(args, storage.settings, stdin);
const create = (command: string, name: string, email: string) => [
  ...command.split(" "),
  ...["--organization", name, "--owner-email", email, "--owner-name", "Ada"],
];
const onDatabase = async (statement: string): Promise<Record<string, unknown>[]> => {
  const url = storage.settings["DATABASE_URL"] ?? "";
  const superuserUrl = toDatabaseUrl(url, new URL(url).pathname.slice(1), "postgres");
  return asSuperuser(superuserUrl, async (client) => (await client.query(statement)).rows);
};

test("creates further organizations with new owners and with those who have an account", async () => {
  const early = await gatehouse(
    [...create("organizations create", "Early", "ada@example.test"), "--owner-password-stdin"],
    password,
  );
  expect(early).toMatchObject({ code: 1, stdout: "" });
  expect(early.stderr).toBe("There is no organization yet. Create the first one: gatehouse setup\n");
  const setup = [...create("setup", "Acme", "ada@example.test"), "--owner-password-stdin"];
  first = JSON.parse((await gatehouse(setup, password)).stdout);

  const made = await gatehouse(
    [...create("organizations create", "Lodos", "ege@example.test"), "--owner-password-stdin"],
    password,
  );
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(Object.keys(JSON.parse(made.stdout))).toEqual(["organizationId", "userId", "apiKey"]);
  const without = await gatehouse(create("organizations create", "Poyraz", "new@example.test"));
  expect(without).toMatchObject({ code: 1, stdout: "" });
  expect(without.stderr).toMatch(/^Add --owner-password-stdin/);

  const [before] = await onDatabase(
    "SELECT account_id, password_hash FROM accounts WHERE email = 'ada@example.test'",
  );
  const other = await gatehouse(create("organizations create", "Poyraz", "Ada@example.test"));
  expect(other).toMatchObject({ code: 0, stderr: "" });
  expect(
    await onDatabase("SELECT account_id, password_hash FROM accounts WHERE email = 'ada@example.test'"),
  ).toEqual([before]);
  const { organizationId, userId } = JSON.parse(other.stdout);
  expect(await onDatabase(`SELECT account_id, email, status FROM users WHERE user_id = '${userId}'`)).toEqual(
    [{ account_id: before?.["account_id"], email: "ada@example.test", status: "active" }],
  );

  const { stdout } = await gatehouse(["organizations", "list", "--json"]);
  const { organizations } = JSON.parse(stdout);
  expect(organizations.map(({ name }: { name: string }) => name)).toEqual(["Acme", "Lodos", "Poyraz"]);
  expect(organizations[2].organizationId).toBe(organizationId);
  const lines = (await gatehouse(["organizations", "list"])).stdout.split("\n");
  expect(lines[0]).toBe(`${first.organizationId}  Acme`);
}, 240_000);

test("suspends, deletes and restores an organization", async () => {
  const { stdout } = await gatehouse(["organizations", "list", "--json"]);
  const { organizationId: id } = JSON.parse(stdout).organizations[1];
  const run = (...args: readonly string[]) => gatehouse(["organizations", ...args]);
  const line = async () => (await run("list")).stdout.split("\n")[1];
  const unknown = await run("suspend", "01912345-6789-7abc-8def-0123456789ab");
  expect(unknown).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^There is no organization 0191/),
  });
  expect(await run("suspend", id)).toMatchObject({ code: 0, stderr: "" });
  expect(await line()).toBe(`${id}  Lodos  (suspended)`);
  const untyped = await run("delete", id);
  expect(untyped).toMatchObject({
    code: 1,
    stderr: 'Nothing was deleted. Confirm with its name: --name "Lodos"\n',
  });
  const deleted = await run("delete", id, "--name", "Lodos", "--json");
  expect(JSON.parse(deleted.stdout)).toMatchObject({
    id,
    status: "deleted",
    restorableUntil: expect.any(String),
  });
  expect(await run("restore", id)).toMatchObject({ code: 0, stdout: "Lodos is active.\n" });
  expect(await line()).toBe(`${id}  Lodos`);
  const events = await onDatabase(
    `SELECT action FROM unsealed_audit_events WHERE organization_id = '${id}' AND action ~ '(suspended|deleted|restored|resumed)$' ORDER BY position`,
  );
  expect(events.map(({ action }) => action)).toEqual(
    ["suspended", "deleted", "restored", "resumed"].map((what) => `organizations.${what}`),
  );
}, 240_000);

test("invites a person with roles by name, and prints the link on request", async () => {
  const target = ["--organization", first.organizationId];
  const invite = (...args: readonly string[]) => gatehouse(["invitations", "create", ...args, ...target]);
  const sent = await invite("new@example.test", "--roles", "viewer; Access Manager", "--json");
  expect(sent).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(sent.stdout)).toMatchObject({
    status: "created",
    invitation: { email: "new@example.test", roles: [{ name: "Access Manager" }, { name: "Viewer" }] },
  });
  const link = await invite("new@example.test", "--roles", "Viewer", "--link", "--expires-in-days", "3");
  expect(link.stdout).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/accept#\S+\nGive it to the owner of new@example\.test alone\./,
  );
  const events = await onDatabase(
    "SELECT action, actor_name FROM unsealed_audit_events WHERE action LIKE 'invitations.%' ORDER BY position",
  );
  expect(events).toEqual(
    ["invitations.sent", "invitations.replaced", "invitations.link-copied"].map((action) => ({
      action,
      actor_name: "Command line",
    })),
  );

  for (const [args, message] of [
    [["x@example.test"], /^Add --roles/],
    [["x@example.test", "--roles", "King"], /^No role here is called “King”/],
    [["x@example.test", "--roles", "Viewer", "--expires-in-days", "90"], /^--expires-in-days is invalid/],
    [["nobody", "--roles", "Viewer"], /beside the @/],
    [["ada@example.test", "--roles", "Viewer"], /already/],
  ] as const) {
    const failed = await invite(...args);
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toMatch(message);
  }
  expect(await onDatabase("SELECT count(*)::integer AS count FROM invitations")).toEqual([{ count: 1 }]);
}, 240_000);

test("catalogue show prints what catalogue push reads", async () => {
  const folder = temporaryFolder();
  const target = ["--organization", first.organizationId];
  const declared = { campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] } } } };
  const file = join(folder, "permissions.json");
  writeFileSync(file, JSON.stringify(declared));
  expect(await gatehouse(["catalogue", "push", file, ...target])).toMatchObject({ code: 0, stderr: "" });
  const { code, stdout } = await gatehouse(["catalogue", "show", ...target]);
  expect(code).toBe(0);
  expect(stdout).toContain("campaigns");
  expect(stdout).not.toContain("api-keys");
  writeFileSync(file, stdout);
  expect((await gatehouse(["catalogue", "push", file, "--check", ...target])).code).toBe(0);
  const asJson = await gatehouse(["catalogue", "show", "--json", ...target]);
  expect(JSON.parse(asJson.stdout)).toEqual(JSON.parse(stdout));
}, 240_000);

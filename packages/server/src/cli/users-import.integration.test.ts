import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asSuperuser, toDatabaseUrl } from "../../test/database-template.ts";
import { createMigratedStorage, type ProgramStorage, runProgram, startProgram } from "../../test/program.ts";

const bcrypt = "$2b$05$hX8aeus/JQbjw1DROAuVReKegiQZ41aWT2x/hYbLEfQuv2/CZgcFW";
let storage: ProgramStorage;
const folder = mkdtempSync(join(tmpdir(), "gatehouse-import-"));

beforeAll(async () => {
  storage = await createMigratedStorage();
  const args = [
    "setup",
    "--organization",
    "Acme",
    "--owner-email",
    "owner@example.test",
    "--owner-name",
    "Ada",
  ];
  const made = await gatehouse([...args, "--owner-password-stdin"], "a sentence that nobody guesses\n");
  expect(made).toMatchObject({ code: 0, stderr: "" });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await storage.remove();
});

const gatehouse = (args: readonly string[], stdin = "") => runProgram(args, storage.settings, stdin);

const onDatabase = async (statement: string): Promise<Record<string, unknown>[]> => {
  const url = storage.settings["DATABASE_URL"] ?? "";
  const superuserUrl = toDatabaseUrl(url, new URL(url).pathname.slice(1), "postgres");
  return asSuperuser(superuserUrl, async (client) => (await client.query(statement)).rows);
};

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test("imports a file, writes the refused rows, and exports what can be imported again", async () => {
  const file = write(
    "people.csv",
    `sep=;\nE-mail;Name;Roles;External ID;Phone;passwordHash;Notes\n` +
      `ada@example.test;Ada;Viewer;crm-1;+90 212 555 01 23;${bcrypt};x\n` +
      `bob@example.test;"Bob; the ""builder""";;;;;\n` +
      `nobody;No Address;;;;;\n` +
      `cem@example.test;Cem;No such role;;;;\n`,
  );
  const refused = join(folder, "refused.csv");

  const dryRun = await gatehouse(["users", "import", file, "--dry-run", "--json"]);
  expect(JSON.parse(dryRun.stdout)).toEqual({ total: 4, created: 2, updated: 0, unchanged: 0, refused: 2 });
  expect(await onDatabase("SELECT 1 FROM users WHERE email <> 'owner@example.test'")).toEqual([]);
  const { code, stdout, stderr } = await gatehouse(["users", "import", file, "--json", "--refused", refused]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "These columns are not imported: Notes.\n" });
  expect(JSON.parse(stdout)).toEqual({ total: 4, created: 2, updated: 0, unchanged: 0, refused: 2 });

  const lines = readFileSync(refused, "utf8").split("\r\n");
  expect(lines[1]).toMatch(/^5,email\/invalid,.*,nobody,No Address,,,,$/);
  expect(lines[2]).toMatch(/^6,roles\/unknown,.*,cem@example\.test,Cem,No such role,,,$/);
  expect(statSync(refused).mode & 0o777).toBe(0o600);

  const csv = await gatehouse(["users", "export", "--columns", "email,name,roles,externalId,phone"]);
  expect(csv.stdout).toContain(`ada@example.test,Ada,Viewer,crm-1,'+90 212 555 01 23\r\n`);
  const again = await gatehouse(["users", "import", write("again.csv", csv.stdout), "--json"]);
  expect(JSON.parse(again.stdout)).toEqual({ total: 3, created: 0, updated: 0, unchanged: 3, refused: 0 });
  const events = await onDatabase(
    "SELECT DISTINCT actor_name, action, user_agent FROM unsealed_audit_events WHERE action LIKE 'users.%' ORDER BY 2",
  );
  expect(events).toEqual([
    { actor_name: "Command line", action: "users.created", user_agent: "gatehouse users import" },
    { actor_name: "Command line", action: "users.exported", user_agent: "gatehouse users export" },
  ]);
}, 240_000);

test("--undo removes what an import created with its accounts, and keeps who has signed in", async () => {
  const file = write(
    "undone.csv",
    `email,name,roles,passwordHash\nfirst@undo.test,First,Viewer,${bcrypt}\nsecond@undo.test,Second,,${bcrypt}\nthird@undo.test,Third,,\n`,
  );
  const { stdout } = await gatehouse(["users", "import", file]);
  const id = /--undo ([0-9a-f-]{36})\n$/.exec(stdout)?.[1] ?? "";
  await onDatabase(`INSERT INTO sign_ins (sign_in_id, account_id, at, method, outcome)
    SELECT gen_random_uuid(), account_id, now(), 'password', 'success' FROM accounts WHERE email = 'second@undo.test'`);
  const unknown = await gatehouse(["users", "import", "--undo", "0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b"]);
  expect(unknown).toMatchObject({ code: 1, stdout: "" });
  expect(unknown.stderr).toContain(`${id} (undone.csv, `);

  const undone = await gatehouse(["users", "import", "--undo", id, "--json"]);
  expect({ ...undone, stdout: JSON.parse(undone.stdout) }).toMatchObject({
    code: 0,
    stdout: { removed: 2, kept: 1 },
  });
  expect(await onDatabase("SELECT email FROM users WHERE email LIKE '%@undo.test'")).toEqual([
    { email: "second@undo.test" },
  ]);
  expect(await onDatabase("SELECT email FROM accounts WHERE email LIKE '%@undo.test'")).toEqual([
    { email: "second@undo.test" },
  ]);
  expect(
    await onDatabase(
      "SELECT action, target_name FROM unsealed_audit_events WHERE user_agent LIKE '%--undo' ORDER BY position",
    ),
  ).toEqual([
    { action: "user-imports.undone", target_name: "undone.csv" },
    { action: "users.removed", target_name: "First" },
    { action: "users.removed", target_name: "Third" },
  ]);
  const again = await gatehouse(["users", "import", "--undo", id]);
  expect(again).toMatchObject({ code: 1, stdout: "" });
}, 240_000);

test("an import that is killed continues when it runs again, and nobody is created twice", async () => {
  const rows = Array.from(
    { length: 8_000 },
    (_, n) => `many-${n}@example.test,Many ${n},Viewer,many-${n},${bcrypt}\n`,
  );
  const file = write("many.csv", `email,name,roles,externalId,passwordHash\n${rows.join("")}`);
  const count = async () => {
    const [row] = await onDatabase(
      `SELECT (SELECT count(*) FROM users WHERE email LIKE 'many-%')::int AS users,
        (SELECT count(*) FROM accounts WHERE email LIKE 'many-%')::int AS accounts`,
    );
    return row as { users: number; accounts: number };
  };

  const program = startProgram(["users", "import", file, "--json"], storage.settings);
  await expect.poll(async () => (await count()).users, { interval: 25 }).toBeGreaterThan(0);
  program.child.kill("SIGKILL");
  expect(await program.exited).toMatchObject({ signal: "SIGKILL", stdout: "" });
  // The server may still commit the batch that it was running.
  const open =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
  await expect.poll(() => onDatabase(open), { interval: 25 }).toEqual([]);
  const { users, accounts } = await count();
  expect(users % 1_000).toBe(0);
  expect(users).toBeLessThan(8_000);
  expect(accounts).toBe(users);

  const { stdout } = await gatehouse(["users", "import", file, "--json"]);
  expect(JSON.parse(stdout)).toEqual({
    total: 8_000,
    created: 8_000 - users,
    updated: 0,
    unchanged: users,
    refused: 0,
  });
  expect(await count()).toEqual({ users: 8_000, accounts: 8_000 });
  const [events] = await onDatabase(
    "SELECT count(*)::int AS count, count(DISTINCT target_id)::int AS targets FROM unsealed_audit_events WHERE target_name LIKE 'Many %'",
  );
  expect(events).toEqual({ count: 8_000, targets: 8_000 });
}, 240_000);

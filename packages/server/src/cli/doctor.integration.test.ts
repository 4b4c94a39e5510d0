/** `doctor` and start on a database that lacks something, behind a used port, and with addresses that don't fit. */
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asSuperuser, serverUrl, toDatabaseUrl } from "../../test/database-template.ts";
import { createMigratedStorage, type ProgramStorage, runProgram, startServer } from "../../test/program.ts";

let storage: ProgramStorage;
let url: string;

beforeAll(async () => {
  storage = await createMigratedStorage();
  url = storage.settings["DATABASE_URL"] ?? "";
  expect(await gatehouse("migrate")).toMatchObject({ code: 0 });
});
afterAll(() => storage.remove());

const gatehouse = (command: string, settings: Record<string, string> = {}) =>
  runProgram([command], { ...storage.settings, ...settings });

const change = (statement: string) =>
  asSuperuser(toDatabaseUrl(serverUrl(), new URL(url).pathname.slice(1)), (client) =>
    client.query(statement),
  );

test.each([
  ["a grant", "REVOKE INSERT ON users FROM gatehouse_app", "GRANT INSERT ON users TO gatehouse_app"],
  [
    "a policy",
    "DROP POLICY tenant ON idempotency_keys",
    "CREATE POLICY tenant ON idempotency_keys TO gatehouse_app USING (organization_id = current_organization())",
  ],
  [
    "row-level security",
    "ALTER TABLE roles NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE roles FORCE ROW LEVEL SECURITY",
  ],
])(
  "doctor and start report that %s is missing",
  async (_, remove, restore) => {
    await change(remove);
    const message =
      /The database's roles, owners or privileges are not those .*Run: gatehouse migrate --repair/;
    const doctor = await gatehouse("doctor");
    expect(doctor).toMatchObject({ code: 1, stderr: "database: not in order, see above.\n" });
    expect(doctor.stdout).toMatch(new RegExp(`FAIL {2}database: ${message.source}`));
    for (const command of ["serve", "worker"]) {
      const ended = await gatehouse(command);
      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(ended.stderr).toMatch(message);
    }
    await change(restore);
    expect((await gatehouse("doctor")).stdout).toMatch(/ok {4}database: PostgreSQL/);
  },
  120_000,
);

test("doctor reports a port that another program uses, but not one of a Gatehouse server", async () => {
  const other = createServer((_, response) => response.setHeader("connection", "close").end("{}"));
  const PORT = storage.settings.PORT;
  await new Promise<void>((resolve) => other.listen(Number(PORT), "127.0.0.1", resolve));
  const taken = await gatehouse("doctor");
  await new Promise((resolve) => other.close(resolve));
  expect(taken.stdout).toMatch(/FAIL {2}port: Port \d+ on 127\.0\.0\.1 is in use\. /);
  expect(taken.stderr).toBe("port: not in order, see above.\n");
  const server = await startServer(url, Number(PORT));
  const own = await gatehouse("doctor");
  await server.stop();
  expect(own.stdout).toMatch(/ok {4}port: A Gatehouse server is listening on 127\.0\.0\.1:\d+\./);
});

test("doctor reports addresses that don't fit each other", async () => {
  const { stdout } = await gatehouse("doctor", { PUBLIC_URL: "https://gate.example.com" });
  expect(stdout).toMatch(/note {2}addresses: PUBLIC_URL is https, .* TRUSTED_PROXIES is unset: /);
});

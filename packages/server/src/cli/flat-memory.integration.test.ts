/**
 * Imports and exports whose memory must not grow with their length: the heap of each program is limited to less than the rows take, so
 * one that keeps them ends with "heap out of memory".
 */
import { createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../../scripts/testing/free-port.mjs";
import { createTestApp, type TestApp, testSecretKey } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { runProgram, type Settings, startProgram, temporaryFolder } from "../../test/program.ts";
import { rounds } from "../../test/rounds.ts";

const isFullRun = rounds(4) === 4;

/** Megabytes. The programs need about 40 without any rows, and an import keeps the addresses that it has seen. */
const heapLimit = isFullRun ? 112 : 72;
/** Megabytes that a server needs more than a command. */
const serverHeap = 24;
const limits = `--max-old-space-size=${heapLimit}`;

/** Few and long rows in `npm test`: more bytes than the heap may have, and little work for the database. */
const people = isFullRun ? 100_000 : 6_000;
const notes = "n".repeat(isFullRun ? 900 : 16_000);
const passwordHash = "$2b$05$hX8aeus/JQbjw1DROAuVReKegiQZ41aWT2x/hYbLEfQuv2/CZgcFW";

let t: TestApp;
let acme: TestOrganization;
let folder: string;
let settings: Settings;
beforeAll(async () => {
  folder = temporaryFolder();
  t = await createTestApp();
  acme = await t.organization();
  settings = {
    DATABASE_URL: t.url ?? "",
    DATA_DIR: folder,
    SECRET_KEY: testSecretKey,
    PORT: String(await freePort()),
    NODE_OPTIONS: limits,
  };
});
afterAll(async () => {
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

function* generateCsv(as: string): Generator<string> {
  yield "email,name,roles,externalId,passwordHash,notes\n";
  for (let n = 0; n < people; n += 1)
    yield `${as}-csv-${n}@many.test,Many ${n},Viewer,${as}-csv-${n},${as === "users" ? passwordHash : ""},${notes}\n`;
}

function* generateJsonLines(as: string): Generator<string> {
  for (let n = 0; n < people; n += 1) {
    const row = { email: `${as}-json-${n}@many.test`, name: `Many ${n}`, roles: ["Viewer"], notes };
    yield `${JSON.stringify(as === "users" ? { ...row, passwordHash } : row)}\n`;
  }
}

const files = [
  { as: "users", extension: "csv", generate: generateCsv, isQuick: true },
  { as: "users", extension: "jsonl", generate: generateJsonLines },
  { as: "invitations", extension: "csv", generate: generateCsv },
  { as: "invitations", extension: "jsonl", generate: generateJsonLines, isQuick: true },
].filter(({ isQuick }) => isFullRun || isQuick);

test.each(files)(
  "imports $as from a $extension file in a limited heap",
  async ({ as, extension, generate }) => {
    const path = join(folder, `${as}.${extension}`);
    await pipeline(Readable.from(generate(as)), createWriteStream(path));
    // Without a write, the plain run takes a second of the database.
    const mode = isFullRun ? [] : ["--dry-run"];
    const { code, signal, stdout, stderr } = await runProgram(
      ["users", "import", path, "--as", as, "--json", ...mode],
      settings,
    );
    rmSync(path);
    expect({ code, signal, stderr }).toEqual({
      code: 0,
      signal: null,
      stderr: "These columns are not imported: notes.\n",
    });
    expect(JSON.parse(stdout)).toMatchObject({ total: people, created: people, refused: 0 });
  },
  900_000,
);

/** Users and audit events with long texts, which compress well in the database. */
async function fillOrganization(): Promise<void> {
  const count = isFullRun ? 100_000 : 8_000;
  await t.sql(
    `INSERT INTO accounts (account_id, email, name, created_at)
     SELECT gen_random_uuid(), 'long-' || n || '@export.test', 'Long', now() FROM generate_series(1, $1::integer) n`,
    [count],
  );
  await t.sql("ALTER TABLE users DISABLE TRIGGER ALL");
  await t.sql(
    `INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, created_at)
     SELECT $1, account_id, account_id, name, email || repeat('n', $2::integer), 'long', 'long', now()
     FROM accounts WHERE email LIKE 'long-%'`,
    [acme.organizationId, isFullRun ? 900 : 8_000],
  );
  await t.sql("ALTER TABLE users ENABLE TRIGGER ALL");
  await t.sql(
    `INSERT INTO unsealed_audit_events (organization_id, event_id, at, actor_type, actor_name, action, target_type, target_name,
       changes, request_id)
     SELECT $1, gen_random_uuid(), now(), 'system', 'Test', 'users.edited', 'user', 'Long',
       jsonb_build_array(jsonb_build_object('field', 'name', 'before', NULL, 'after', repeat('n', $3::integer))), 'r'
     FROM generate_series(1, $2::integer)`,
    [acme.organizationId, count, isFullRun ? 900 : 8_000],
  );
}

test("exports users and the audit log from a server with a limited heap", async () => {
  await fillOrganization();
  const server = startProgram(["serve"], {
    ...settings,
    WORKER: "off",
    NODE_OPTIONS: `--max-old-space-size=${heapLimit + serverHeap}`,
  });
  try {
    const [, url = ""] = await server.waitForOutput(/is running at (\S+)\n/);
    const { key } = await t.apiKey(acme, { permissions: null });
    const path = `${url}/api/v1/organizations/${acme.organizationId}`;
    for (const name of ["users/export?format=csv", "audit-events/export?format=ndjson"]) {
      const response = await fetch(`${path}/${name}`, { headers: { authorization: `Bearer ${key}` } });
      expect(response.status, name).toBe(200);
      let bytes = 0;
      for await (const chunk of response.body ?? []) bytes += chunk.byteLength;
      expect(bytes, name).toBeGreaterThan((isFullRun ? 90 : 55) * 1_000_000);
    }
  } finally {
    server.child.kill("SIGTERM");
    expect(await server.exited).toMatchObject({ code: 0 });
  }
}, 900_000);

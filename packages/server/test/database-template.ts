/** A migrated template database that is copied for each test file. Created once, on first use. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { distribute } from "../src/db/distributed/distribute.ts";
import { alterDatabase } from "../src/db/distributed/server-settings.ts";
import { migrate } from "../src/db/migrate.ts";
import { readMigrations } from "../src/db/migrations.ts";
import { openPostgres } from "../src/db/open.ts";
import { installOutbox } from "../src/jobs/outbox.ts";
import { queues } from "../src/jobs/queues.ts";

/** Owner of the test databases: not a superuser, so row-level security applies. */
const owner = "gatehouse_test_owner";

const distributionFiles = ["distribute.ts", "server-settings.ts", "tables.ts"].map((name) =>
  fileURLToPath(new URL(`../src/db/distributed/${name}`, import.meta.url)),
);

/** A hash of everything that the template depends on. */
function fingerprint(): string {
  const lock = fileURLToPath(new URL("../../../package-lock.json", import.meta.url));
  const installer = fileURLToPath(new URL("../src/jobs/outbox.ts", import.meta.url));
  const parts = [
    readFileSync(lock),
    ...readMigrations().map(({ sql }) => sql),
    JSON.stringify(queues),
    readFileSync(installer),
    ...(isCluster() ? distributionFiles.map((file) => readFileSync(file)) : []),
  ];
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 16);
}

/** The superuser's URL of the test server. */
export function serverUrl(): string {
  const url = process.env["GATEHOUSE_TEST_POSTGRES_URL"];
  if (url === undefined)
    throw new Error("GATEHOUSE_TEST_POSTGRES_URL is unset: run this test through vitest.");
  return url;
}

/** `server`'s URL for another database on it, and another user if one is named. */
export function toDatabaseUrl(server: string, database: string, user?: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  return url.href;
}

/** Runs `work` on a superuser connection. */
export async function asSuperuser<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The superuser's URLs of the coordinator and the workers of a Citus cluster, or that of the test server alone. */
function nodeUrls(): readonly string[] {
  return [
    serverUrl(),
    ...(process.env["GATEHOUSE_TEST_CITUS_WORKERS"] ?? "").split(" ").filter((url) => url !== ""),
  ];
}

/** Whether the test server is the coordinator of a Citus cluster. */
export function isCluster(): boolean {
  return nodeUrls().length > 1;
}

/** Runs `work` on a superuser connection to each server; on a cluster, to the coordinator first. */
export async function onAllNodes(work: (client: pg.Client, url: string) => Promise<void>): Promise<void> {
  for (const url of nodeUrls()) await asSuperuser(url, (client) => work(client, url));
}

/** Creates a database, empty or as a copy, and returns the owner's URL. */
export async function createDatabaseOnServer(name: string, template?: string): Promise<string> {
  const source = template === undefined ? "" : `TEMPLATE ${template} STRATEGY file_copy`;
  await onAllNodes(async (client) => {
    await createOwner(client);
    await client.query(`CREATE DATABASE ${name} OWNER ${owner} ${source}`);
  });
  if (isCluster()) await (template === undefined ? joinNodes(name) : alterOnAllNodes(name));
  return toDatabaseUrl(serverUrl(), name, owner);
}

/** Drops a database. Citus connects to it again and again. */
export async function dropDatabase(name: string): Promise<void> {
  await onAllNodes(async (client) => {
    for (let attempt = 1; ; attempt += 1)
      try {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        return;
      } catch (error) {
        if (!isCluster() || attempt === 20) throw error;
      }
  });
}

async function alterOnAllNodes(name: string): Promise<void> {
  await onAllNodes(async (client) => {
    for (const statement of alterDatabase(name)) await client.query(statement);
  });
}

/** Makes the databases of this name a cluster. */
async function joinNodes(name: string): Promise<void> {
  const [coordinator = "", ...workers] = nodeUrls().map((url) => toDatabaseUrl(url, name));
  for (const url of [coordinator, ...workers])
    await asSuperuser(url, async (client) => void (await client.query("CREATE EXTENSION citus")));
  await asSuperuser(coordinator, async (client) => {
    const { hostname, port } = new URL(coordinator);
    await client.query("SELECT citus_set_coordinator_host($1, $2)", [hostname, Number(port)]);
    for (const worker of workers) {
      const { hostname: host, port: workerPort } = new URL(worker);
      await client.query("SELECT citus_add_node($1, $2)", [host, Number(workerPort)]);
    }
    await distribute(client).catch(() => undefined); // creates the roles; the schema follows
  });
}

/** Keeps everybody out of a database to copy, also Citus's own connections. */
async function closeTemplate(name: string): Promise<void> {
  await onAllNodes(async (client) => {
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await client.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", [
      name,
    ]);
  });
}

/** The name of the migrated template on the test server. */
export function postgresTemplate(): Promise<string> {
  template ??= provideTemplate(`gatehouse_template_${fingerprint()}`, undefined, async (url) => {
    await migrateDatabase(url);
    const { pathname } = new URL(url);
    if (isCluster())
      await asSuperuser(
        toDatabaseUrl(serverUrl(), pathname.slice(1)),
        async (client) => void (await distribute(client)),
      );
  });
  return template;
}
let template: Promise<string> | null = null;

/** Migrates a database of its owner, with the tables of jobs. */
export async function migrateDatabase(url: string): Promise<void> {
  const engine = openPostgres(url);
  try {
    await migrate(engine);
    await installOutbox(engine);
  } finally {
    await engine.close();
  }
}

/** Creates a database to copy, empty or as a copy of `source`, and fills it, unless it exists. Returns its name. */
export async function provideTemplate(
  name: string,
  source: string | undefined,
  fill: (url: string) => Promise<void>,
): Promise<string> {
  await asSuperuser(serverUrl(), async (client) => {
    await client.query("SELECT pg_advisory_lock(1)"); // held until the connection ends
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 1) return;
    const unfinished = `unfinished_${name}`;
    await dropDatabase(unfinished);
    await fill(await createDatabaseOnServer(unfinished, source));
    if (isCluster()) await closeTemplate(unfinished);
    await onAllNodes(
      async (node) => void (await node.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`)),
    );
  });
  return name;
}

async function createOwner(client: pg.Client): Promise<void> {
  await client.query(`DO $$ BEGIN CREATE ROLE ${owner} LOGIN CREATEROLE;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
}

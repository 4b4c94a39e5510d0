/** The application on its own database, with a test clock and a test mailbox. */
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { createApp } from "../src/app.ts";
import { createLastUse } from "../src/auth/last-use.ts";
import { createHandlers } from "../src/cli/start-background.ts";
import { type Config, readConfig } from "../src/config.ts";
import type { OpenDatabase } from "../src/db/database.ts";
import type { Deps } from "../src/deps.ts";
import { createPasswords, type Passwords } from "../src/features/accounts/index.ts";
import { openOutbox } from "../src/jobs/outbox.ts";
import type { Handlers } from "../src/jobs/queues.ts";
import { systemIds } from "../src/ports/ids.ts";
import type { Mailer } from "../src/ports/mailer.ts";
import { createSecrets } from "../src/ports/secrets.ts";
import { measureMailer } from "../src/telemetry/measure-mailer.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { createFactories, type Factories, type TestUser } from "./factories.ts";
import { watchRows } from "./row-checks.ts";
import { watchTenantFilters } from "./tenant-filters.ts";
import { createTestDatabase, type Snapshot, type TestDatabase } from "./test-database.ts";
import {
  createMailbox,
  createTestClock,
  createTestWorker,
  type Mailbox,
  type TestClock,
  type TestWorker,
} from "./test-doubles.ts";

/** The secret key of test applications. */
export const testSecretKey = "a secret key that only tests know, 32+";

/** Password hashing of a test. Without `verifyForeign`, no hash of another system matches. */
export type FakePasswords = Pick<Passwords, "hash" | "verify"> & Partial<Passwords>;

/** Options of a test application. */
export interface TestAppOptions {
  readonly config?: Partial<Config>;
  /** Replaces `mailbox`. */
  readonly mailer?: Mailer;
  /** Replaces real password hashing. */
  readonly passwords?: FakePasswords;
  /** Initial content of the database; empty by default. */
  readonly snapshot?: Snapshot;
  /** Wraps the database of the application, for tests that count what it does. */
  readonly wrapDatabase?: (db: OpenDatabase) => OpenDatabase;
  readonly secretKey?: string;
  readonly previousSecretKey?: string;
}

/** A server under test. */
export interface TestApp extends Factories, Pick<TestDatabase, "db" | "engine" | "sql" | "url" | "snapshot"> {
  readonly app: FastifyInstance;
  readonly deps: Deps & Pick<TestDatabase, "db">;
  readonly clock: TestClock;
  readonly mailbox: Mailbox;
  /** Job handlers, for `startWorker`. */
  readonly handlers: Handlers;
  readonly drainOutbox: TestWorker["drain"];
  readonly requeueLostJobs: TestWorker["requeueLostJobs"];
  /** A signed-in user. The session is created at the first request. */
  readonly as: (user: Pick<TestUser, "accountId">) => ApiClient;
  /** A program with an API key. */
  readonly withKey: (key: string) => ApiClient;
  /** A caller without credentials, with Gatehouse's own origin. */
  readonly anonymous: ApiClient;
  readonly close: () => Promise<void>;
}

/** The `Origin` of every test client. */
export const testOrigin = "http://127.0.0.1:3000";

/** Creates the application. Close it after the tests of the file. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = await createTestDatabase(options.snapshot);
  const { engine, sql, url } = database;
  const { db, findings } = watchRows((options.wrapDatabase ?? ((same) => same))(database.db));
  const findGaps = watchTenantFilters(engine);
  const clock = createTestClock();
  const mailbox = createMailbox();
  const outbox = await openOutbox(engine, (error) => {
    throw error;
  });
  const log = pino({ level: "silent" });
  const deps: TestApp["deps"] = {
    db,
    clock,
    ids: systemIds,
    secrets: createSecrets(options.secretKey ?? testSecretKey, options.previousSecretKey),
    mailer: measureMailer(options.mailer ?? mailbox),
    passwords: { verifyForeign: async () => false, ...(options.passwords ?? createPasswords()) },
    enqueue: outbox.enqueue,
    lastUse: createLastUse({ db, log }),
    config: { ...readConfig({}), ...options.config },
    log,
  };
  const handlers = createHandlers(deps);
  const app = flushLastUse(await createApp(deps), deps);
  const testOutbox = await createTestWorker(engine, handlers);
  const factories = createFactories(deps);
  const origin = { origin: testOrigin };
  return {
    ...factories,
    app,
    db,
    engine,
    sql,
    url,
    snapshot: database.snapshot,
    deps,
    clock,
    mailbox,
    handlers,
    drainOutbox: testOutbox.drain,
    requeueLostJobs: testOutbox.requeueLostJobs,
    as: (user) => {
      let token: Promise<string> | null = null;
      return createApiClient(app, async () => {
        token ??= factories.session(user);
        return { ...origin, cookie: `gatehouse=${await token}` };
      });
    },
    withKey: (key) => createApiClient(app, async () => ({ authorization: `Bearer ${key}` })),
    anonymous: createApiClient(app, async () => origin),
    close: async () => {
      const gaps = findGaps(await listTenantTables(sql));
      await app.close();
      await deps.lastUse.flush();
      await testOutbox.close();
      await outbox.close();
      await deps.mailer.close();
      await database.close();
      if (gaps.length > 0)
        throw new Error(
          `Every tenant table needs an organization_id condition, and a shape that a distributed database can run.\n${gaps.join("\n\n")}`,
        );
      if (findings.size > 0)
        throw new Error(`Statements return other rows than they declare.\n${[...findings].join("\n")}`);
    },
  };
}

/** Writes last-used times before a response is returned; a server writes them a little later. */
function flushLastUse(app: FastifyInstance, { lastUse }: Pick<Deps, "lastUse">): FastifyInstance {
  const inject = app.inject.bind(app) as (request: unknown) => Promise<unknown>;
  const injectAndWrite = async (request: unknown): Promise<unknown> => {
    const response = await inject(request);
    await lastUse.flush();
    return response;
  };
  return Object.assign(app, { inject: injectAndWrite as FastifyInstance["inject"] });
}

/** Tables of organizations, for whose owner row-level security is forced, too, and views. */
async function listTenantTables(sql: TestDatabase["sql"]): Promise<ReadonlySet<string>> {
  const rows = await sql(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relforcerowsecurity OR relkind = 'v')",
  );
  return new Set(rows.map(({ relname }) => String(relname)));
}

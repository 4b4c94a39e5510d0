/** The whole server on a database of its own, with a clock and a mailbox that a test holds in its hands. */
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { createApp } from "../src/app.ts";
import { type Config, readConfig } from "../src/config.ts";
import { createHandlers } from "../src/create-handlers.ts";
import type { Deps } from "../src/deps.ts";
import { createPasswords, type Passwords } from "../src/features/accounts/index.ts";
import { createLastUse } from "../src/http/last-use.ts";
import type { Handlers } from "../src/outbox/enqueue.ts";
import { openOutbox } from "../src/outbox/open-outbox.ts";
import { systemIds } from "../src/ports/ids.ts";
import type { Mailer } from "../src/ports/mailer.ts";
import { createSecrets } from "../src/ports/secrets.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { createTestDatabase, type Snapshot, type TestDatabase } from "./create-test-database.ts";
import { createFactories, type Factories, type TestUser } from "./factories.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";
import { openTestOutbox, type TestOutbox } from "./test-outbox.ts";
import { watchTenants } from "./watch-tenants.ts";

/** What a test may want different. */
export interface TestAppOptions {
  readonly config?: Partial<Config>;
  /** In place of `mailbox`. */
  readonly mailer?: Mailer;
  /** In place of real hashing, where it is not what the test looks at. */
  readonly passwords?: Passwords;
  /** What the database holds at the beginning; nothing unless given. */
  readonly snapshot?: Snapshot;
}

/** A server under test. */
export interface TestApp extends Factories, Pick<TestDatabase, "db" | "engine" | "sql" | "url" | "snapshot"> {
  readonly app: FastifyInstance;
  readonly deps: Deps & Pick<TestDatabase, "db">;
  readonly clock: TestClock;
  readonly mailbox: Mailbox;
  /** What the worker would do, for `startWorker`. */
  readonly handlers: Handlers;
  readonly drainOutbox: TestOutbox["drain"];
  /** A user who is signed in: in a session that begins with the first request. */
  readonly as: (user: Pick<TestUser, "accountId">) => ApiClient;
  /** A program with an API key. */
  readonly withKey: (key: string) => ApiClient;
  /** Somebody without any credentials, whose browser is on our own page. */
  readonly anonymous: ApiClient;
  readonly close: () => Promise<void>;
}

/** `http://127.0.0.1:3000`: where the browser of every caller in a test is. */
export const testOrigin = "http://127.0.0.1:3000";

/** Builds the server. Close it when the file is done. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = await createTestDatabase(options.snapshot);
  const { db, engine, sql, url } = database;
  const tenantGaps = watchTenants(engine);
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
    secrets: createSecrets("a secret key that only tests know, 32+"),
    mailer: options.mailer ?? mailbox,
    passwords: options.passwords ?? createPasswords(),
    enqueue: outbox.enqueue,
    lastUse: createLastUse({ db, log }),
    config: { ...readConfig({}), ...options.config },
    log,
  };
  const handlers = createHandlers(deps);
  const app = writeLastUse(await createApp(deps), deps);
  const testOutbox = await openTestOutbox(engine, handlers);
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
      const gaps = tenantGaps(await tenantTables(sql));
      await app.close();
      await deps.lastUse.flush();
      await testOutbox.close();
      await outbox.close();
      await deps.mailer.close();
      await database.close();
      if (gaps.length > 0) throw new Error(`Name the tenant for every table.\n${gaps.join("\n\n")}`);
    },
  };
}

/** Writes down what an answered request has used before a test looks: a server does so a little later. */
function writeLastUse(app: FastifyInstance, { lastUse }: Pick<Deps, "lastUse">): FastifyInstance {
  const inject = app.inject.bind(app) as (request: unknown) => Promise<unknown>;
  const injectAndWrite = async (request: unknown): Promise<unknown> => {
    const answer = await inject(request);
    await lastUse.flush();
    return answer;
  };
  return Object.assign(app, { inject: injectAndWrite as FastifyInstance["inject"] });
}

/** Tables whose rows are an organization's, and views of them. */
async function tenantTables(sql: TestDatabase["sql"]): Promise<ReadonlySet<string>> {
  const rows = await sql(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relrowsecurity OR relkind = 'v')",
  );
  return new Set(rows.map(({ relname }) => String(relname)));
}

/**
 * Word between the processes on one PostgreSQL that an organization has changed. It only saves a wait: whoever must not
 * miss anything asks the database, too. It is sent after the commit, by itself: inside the transaction it would make all
 * commits of the server wait for each other.
 */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { queryAlone } from "./connections.ts";

/** Tells other processes, and hears them. */
export interface WordBetweenProcesses {
  /** Tells everybody else soon. */
  readonly say: (organizationId: string) => void;
  /** Calls the listener with each organization that another process named, until it is told to stop. */
  readonly hear: (listener: (organizationId: string) => void) => () => void;
  /** Hears on another connection: the one before may lead nowhere. */
  readonly reconnect: () => void;
  readonly close: () => Promise<void>;
}

const channel = "gatehouse_changes";
/** Milliseconds: what happens within is told at once, and how long a lost connection is left alone. */
const together = 5;
const pause = 1_000;
/** What could not be said within this time stays unsaid: others look for themselves. */
const sayTimeout = 4_500;

/** Says on `pool`, hears on a connection of its own that `makeClient` makes when somebody first listens. */
export function createWordBetweenProcesses(pool: pg.Pool, makeClient: () => pg.Client): WordBetweenProcesses {
  const own = randomUUID();
  const listeners = new Set<(organizationId: string) => void>();
  const unsaid = new Set<string>();
  let saying: Promise<void> | null = null;
  let ear: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const sayAll = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, together));
    const words = [...unsaid].map((organizationId) => `${own} ${organizationId}`);
    unsaid.clear();
    saying = null;
    const text = "SELECT pg_notify($1, word) FROM unnest($2::text[]) AS words (word)";
    await queryAlone(pool, { text, values: [channel, words], query_timeout: sayTimeout }).catch(
      () => undefined,
    );
  };
  const listen = async (): Promise<void> => {
    if (isClosed || listeners.size === 0 || ear !== null) return;
    const client = makeClient();
    ear = client;
    const lose = (): void => {
      if (ear !== client) return;
      ear = null;
      if (!isClosed) timer = setTimeout(() => void listen(), pause);
    };
    client.on("error", lose).on("end", lose);
    client.on("notification", ({ payload = "" }) => {
      const [source, organizationId] = payload.split(" ");
      if (source === own || organizationId === undefined) return;
      for (const listener of listeners) listener(organizationId);
    });
    try {
      await client.connect();
      // A pooler gives the connection to others between two statements: there nobody would listen.
      if (await isDirect(client)) await client.query(`LISTEN ${channel}`);
    } catch {
      lose();
      await client.end().catch(() => undefined);
    }
  };
  return {
    say: (organizationId) => {
      unsaid.add(organizationId);
      saying ??= sayAll();
    },
    hear: (listener) => {
      listeners.add(listener);
      void listen();
      return () => listeners.delete(listener);
    },
    reconnect: () => {
      ear?.connection.stream.destroy(); // it is missed, and another one is made
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await saying;
      const client = ear;
      ear = null;
      await client?.end().catch(() => undefined);
    },
  };
}

async function isDirect(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return Reflect.get(client, "processID") === rows[0]?.pid;
}

/**
 * Notifications between the processes on one PostgreSQL that an organization has changed. They only reduce latency
 * and may be lost: listeners must also read the database. They are sent after the commit, separately: NOTIFY inside
 * the transaction would serialize all commits of the server.
 */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { queryAlone } from "./connections.ts";

/** Sends and receives change notifications. */
export interface Notifications {
  /** Notifies the other processes, debounced. */
  readonly notify: (organizationId: string) => void;
  /**
   * Calls the listener with each organization that another process published, until the returned function is called.
   */
  readonly listen: (listener: (organizationId: string) => void) => () => void;
  /** Listens on a new connection: the current one may be broken. */
  readonly reconnect: () => void;
  readonly close: () => Promise<void>;
}

const channel = "gatehouse_changes";
/** Milliseconds: notifications within this time are sent together; the delay before reconnecting. */
const debounceMs = 5;
const reconnectDelayMs = 1_000;
/** A notification that can't be sent within this time is dropped: listeners poll as well. */
const notifyTimeoutMs = 4_500;

/** Notifies through `pool`, and listens on a separate connection from `makeClient`, opened for the first listener. */
export function createNotifications(pool: pg.Pool, makeClient: () => pg.Client): Notifications {
  const processId = randomUUID();
  const listeners = new Set<(organizationId: string) => void>();
  const pending = new Set<string>();
  let sending: Promise<void> | null = null;
  let connection: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const sendPending = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, debounceMs));
    const payloads = [...pending].map((organizationId) => `${processId} ${organizationId}`);
    pending.clear();
    sending = null;
    const text = "SELECT pg_notify($1, word) FROM unnest($2::text[]) AS words (word)";
    await queryAlone(pool, { text, values: [channel, payloads], query_timeout: notifyTimeoutMs }).catch(
      () => undefined,
    );
  };
  const connect = async (): Promise<void> => {
    if (isClosed || listeners.size === 0 || connection !== null) return;
    const client = makeClient();
    connection = client;
    const handleLoss = (): void => {
      if (connection !== client) return;
      connection = null;
      if (!isClosed) timer = setTimeout(() => void connect(), reconnectDelayMs);
    };
    client.on("error", handleLoss).on("end", handleLoss);
    client.on("notification", ({ payload = "" }) => {
      const [source, organizationId] = payload.split(" ");
      if (source === processId || organizationId === undefined) return;
      for (const listener of listeners) listener(organizationId);
    });
    try {
      await client.connect();
      // A pooler gives the connection to other clients between two statements, so LISTEN has no effect there.
      if (await isDirect(client)) await client.query(`LISTEN ${channel}`);
    } catch {
      handleLoss();
      await client.end().catch(() => undefined);
    }
  };
  return {
    notify: (organizationId) => {
      pending.add(organizationId);
      sending ??= sendPending();
    },
    listen: (listener) => {
      listeners.add(listener);
      void connect();
      return () => listeners.delete(listener);
    },
    reconnect: () => {
      connection?.connection.stream.destroy(); // the lost connection is replaced
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await sending;
      const client = connection;
      connection = null;
      await client?.end().catch(() => undefined);
    },
  };
}

async function isDirect(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return Reflect.get(client, "processID") === rows[0]?.pid;
}

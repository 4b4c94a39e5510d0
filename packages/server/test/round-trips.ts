/** Counts how often the server waits for the database. */
import { AsyncLocalStorage } from "node:async_hooks";
import pg from "pg";

/** What was sent to the database. */
export interface SentMessages {
  /** The first statement of each round trip: it was sent when no other one was on its way on the same connection. */
  readonly roundTrips: readonly string[];
  /** All statements, in the order in which they were sent. */
  readonly statements: readonly string[];
}

/**
 * Runs `work` and returns its result with what was sent to the database meanwhile. Nobody waits for the end of a transaction that only
 * reads, so it is no round trip.
 */
export async function countRoundTrips<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly sent: SentMessages }> {
  const sent = { roundTrips: [] as string[], statements: [] as string[] };
  const running = new Map<object, number>();
  const reading = new WeakSet<object>();
  const { query } = pg.Client.prototype;
  const context = new AsyncLocalStorage<boolean>();
  pg.Client.prototype.query = function (this: pg.Client, ...args: readonly unknown[]) {
    if (context.getStore() !== true) return Reflect.apply(query, this, args); // by a timer
    const text = readText(args[0]);
    if (text.startsWith("begin")) reading[text.includes(" read only") ? "add" : "delete"](this);
    const isAwaited = !(text === "commit" && reading.has(this));
    sent.statements.push(text);
    if ((running.get(this) ?? 0) === 0 && isAwaited) sent.roundTrips.push(text);
    running.set(this, (running.get(this) ?? 0) + 1);
    const result: unknown = Reflect.apply(query, this, args);
    const end = () => running.set(this, (running.get(this) ?? 0) - 1);
    if (result instanceof Promise) result.then(end, end);
    return result;
  } as typeof query;
  try {
    return { result: await context.run(true, work), sent };
  } finally {
    pg.Client.prototype.query = query;
  }
}

function readText(query: unknown): string {
  return typeof query === "string" ? query : String(Reflect.get(Object(query), "text"));
}

/** Records what a test application sends to its database. */
import type { TestApp } from "./create-test-app.ts";

type Client = object & { query: (...args: never[]) => unknown };

/** Returns the texts of all statements from now on, also of transactions; a test empties the list. */
export function recordStatements({ engine }: Pick<TestApp, "engine">): string[] {
  const texts: string[] = [];
  const watched = new WeakSet<object>();
  const watch = (client: Client): void => {
    if (watched.has(client)) return;
    watched.add(client);
    const query = client.query.bind(client);
    client.query = (...args: never[]) => {
      const [first] = args as readonly unknown[];
      texts.push(typeof first === "string" ? first : String((first as { text?: unknown } | undefined)?.text));
      return query(...args);
    };
  };
  for (const pool of new Set([engine.pool, engine.priorityPool])) pool.on("acquire", watch);
  return texts;
}

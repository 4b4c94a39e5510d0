import type pg from "pg";
import { expect, test } from "vitest";
import { prepareConnection } from "./session-settings.ts";
import { toQueryConfig } from "./sql.ts";

/** A connection with the reported process id `reported`, whose transactions run in process `actual`. */
function connection(reported: number | null, actual: number): pg.ClientBase {
  return {
    processID: reported,
    query: async () => ({ rows: [{ pid: actual }] }),
  } as unknown as pg.ClientBase;
}

const marked = "/* prepared one */ SELECT 1";

test.for([
  ["the server itself", 42, 42, true],
  ["an embedded database, which reports none", null, 42, true],
  ["a pooler, which reports its own", 7, 42, false],
] as const)(
  "on a connection to %s a marked statement is prepared only if the connection is direct",
  async ([, reported, actual, isNamed]) => {
    const client = connection(reported, actual);
    expect(toQueryConfig(client, marked, [])).toEqual({ text: marked, values: [] });
    await prepareConnection(client);
    const config = toQueryConfig(client, marked, ["x"]);
    expect(config).toMatchObject({ text: marked, values: ["x"] });
    expect("name" in config).toBe(isNamed);
    expect(toQueryConfig(client, "SELECT 1", [])).toEqual({ text: "SELECT 1", values: [] });
  },
);

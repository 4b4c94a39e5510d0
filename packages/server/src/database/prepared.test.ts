import type pg from "pg";
import { expect, test } from "vitest";
import { learnWhetherDirect, toQueryConfig } from "./prepared.ts";

/** A connection that was told `told` as its process id, and whose transactions meet process `met`. */
function connection(told: number | null, met: number): pg.ClientBase {
  return { processID: told, query: async () => ({ rows: [{ pid: met }] }) } as unknown as pg.ClientBase;
}

const marked = "/* prepared */ SELECT 1";

test.for([
  ["the server itself", 42, 42, true],
  ["an embedded database, which tells none", null, 42, true],
  ["a pooler, which tells one of its own", 7, 42, false],
] as const)("on a connection to %s a marked statement gets a name or not", async ([, told, met, isNamed]) => {
  const client = connection(told, met);
  expect(toQueryConfig(client, marked, [])).toEqual({ text: marked, values: [] });
  await learnWhetherDirect(client);
  const config = toQueryConfig(client, marked, ["x"]);
  expect(config).toMatchObject({ text: marked, values: ["x"] });
  expect("name" in config).toBe(isNamed);
  expect(toQueryConfig(client, "SELECT 1", [])).toEqual({ text: "SELECT 1", values: [] });
});

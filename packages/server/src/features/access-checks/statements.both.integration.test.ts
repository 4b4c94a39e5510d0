/** What a check costs the database. */
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test("one question and a thousand about different people send as many statements: the key's and the users', together", async () => {
  const acme = await t.organization();
  const { key } = await t.apiKey(acme, { permissions: ["users:view"] });
  const resource = { type: "organization", id: acme.organizationId };
  const about = (id: string) => ({
    subject: { type: "user", id },
    action: { name: "campaigns:view" },
    resource,
  });
  const one = about(acme.owner.userId);
  const many = { evaluations: Array.from({ length: 1_000 }, () => about(t.deps.ids.next())) };
  const ask = async (path: string, payload: object): Promise<readonly string[]> => {
    const sent = vi.spyOn(pg.Client.prototype, "query");
    try {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await t.app.inject({ method: "POST", url: `/access/v1/${path}`, headers, payload });
      expect(answer.statusCode).toBe(200);
      return sent.mock.calls.map(([asked]) => kindOf(asked));
    } finally {
      sent.mockRestore();
    }
  };
  await ask("evaluation", one); // the catalogue is read, and the key's first use noted
  const usual = ["begin", "SELECT api_keys", "SELECT users", "commit"];
  expect(await ask("evaluation", one)).toEqual(usual);
  expect(await ask("evaluations", many)).toEqual(usual);
});

function kindOf(asked: unknown): string {
  const text = String(typeof asked === "object" && asked !== null && "text" in asked ? asked.text : asked);
  const table = /FROM (api_keys|users)\b/.exec(text)?.[1];
  return table === undefined ? (/^\w+/.exec(text)?.[0] ?? text) : `SELECT ${table}`;
}

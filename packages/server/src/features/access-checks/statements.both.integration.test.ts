/** What a check costs the database. */
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { publicBodyLimit } from "../../http/policy.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test("one question and three hundred about different people are one message, and a large body one more for the key before it", async () => {
  const acme = await t.organization();
  const { key } = await t.apiKey(acme, { permissions: ["users:view"] });
  const resource = { type: "organization", id: acme.organizationId };
  const about = (id: string) => ({
    subject: { type: "user", id },
    action: { name: "campaigns:view" },
    resource,
  });
  const one = about(acme.owner.userId);
  const several = (length: number) => ({
    evaluations: Array.from({ length }, () => about(t.deps.ids.next())),
  });
  const many = several(300);
  expect(JSON.stringify(many).length).toBeLessThan(publicBodyLimit);
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
  // The catalogue has been read, the key's first use noted, and a connection knows the statement.
  await expect.poll(() => ask("evaluation", one)).toEqual(["look-up"]);
  await expect.poll(() => ask("evaluations", many)).toEqual(["look-up"]);
  await expect.poll(() => ask("evaluations", several(1_000))).toEqual(["look-up", "look-up"]);
});

function kindOf(asked: unknown): string {
  const text = String(typeof asked === "object" && asked !== null && "text" in asked ? asked.text : asked);
  return text.startsWith("set transaction read only; ") ? "look-up" : text;
}

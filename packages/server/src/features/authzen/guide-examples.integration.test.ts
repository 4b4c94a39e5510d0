/** The examples of the guide `ask-over-http.md`. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test.each(["en", "tr"] as const)("every example request of the guide works: %s", async (language) => {
  const acme = await t.organization();
  const person = await t.user(acme, { roles: ["campaign-approver"] });
  const { key } = await t.apiKey(acme, { permissions: ["users:view"] });
  const page = new URL(`../../../../../docs/${language}/ask-over-http.md`, import.meta.url);
  const filled = readFileSync(page, "utf8")
    .replaceAll("KEY", key)
    .replaceAll("USER", person.userId)
    .replaceAll("ORGANIZATION", acme.organizationId);
  const examples = [
    ...filled.matchAll(
      /curl http:\/\/127\.0\.0\.1:3000(\S+) \\\n {2}-H '([^']+)' -H '([^']+)' \\\n {2}-d '(.+)'/g,
    ),
  ];
  const responses: unknown[] = [];
  for (const [, url, authorization = "", contentType = "", payload = ""] of examples) {
    const headers = Object.fromEntries([authorization, contentType].map((header) => header.split(": ")));
    const response = await t.app.inject({ method: "POST", url: url ?? "", headers, payload });
    expect(response.statusCode).toBe(200);
    responses.push(response.json());
  }
  expect(responses).toMatchObject([
    { decision: true, context: { because: [{ roleName: "Campaign Approver" }] } },
    { evaluations: [{ decision: true }, { decision: true }] },
    { results: expect.arrayContaining([{ type: "user", id: person.userId }]) },
    { results: expect.arrayContaining([{ name: "campaigns:approve" }]) },
    { results: [{ type: "organization", id: acme.organizationId }] },
  ]);
});

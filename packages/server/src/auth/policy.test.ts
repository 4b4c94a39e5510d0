import type { OwnPermission } from "@gatehouse/access/catalogue";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { describePolicy, type Policy, requirePolicies } from "./policy.ts";

function register(policy?: Policy): void {
  const app = Fastify();
  requirePolicies(app);
  app.get("/things", policy === undefined ? {} : { config: { policy } }, async () => "things");
}

test.each<[Policy, string]>([
  [{ public: "health" }, "Open to everybody: health."],
  [{ account: true }, "Needs a session."],
  [{ member: true }, "Needs to be a user of the organization, or one of its API keys."],
  [{ permission: "users:view" }, "Needs users:view."],
  [{ key: "users:view" }, "Needs an API key that holds users:view."],
  [{ anyOf: ["users:edit", "roles:assign"] }, "Needs users:edit or roles:assign."],
])("accepts %j and describes it", (policy, text) => {
  expect(() => register(policy)).not.toThrow();
  expect(describePolicy(policy)).toBe(text);
});

test("rejects a route without a policy at start, and names it", () => {
  expect(() => register()).toThrow("GET /things has no policy");
});

test.each<[Policy, string]>([
  [{} as Policy, "has no policy"],
  [{ public: " " }, "public without a reason"],
  [{ anyOf: [] }, "one of no permissions"],
  [{ permission: "users:veiw" as OwnPermission }, "unknown permission users:veiw"],
  [{ anyOf: ["users:view", "campaigns:edit" as OwnPermission] }, "unknown permission campaigns:edit"],
])("rejects the policy %j at start", (policy, text) => {
  expect(() => register(policy)).toThrow(text);
});

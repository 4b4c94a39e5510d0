/** A misspelt permission doesn't compile. `tsc` checks the `@ts-expect-error` lines. */
import { definePermissions } from "@gatehouse/access";
import { expect, expectTypeOf, test } from "vitest";
import { createGatehouse, type Gatehouse } from "../src/index.ts";
import { type CanProps, createReactGatehouse } from "../src/react/index.ts";

const permissions = definePermissions({ campaigns: { label: "Campaigns", actions: { view: {}, edit: {} } } });
const gatehouse = createGatehouse({
  url: "http://127.0.0.1:9",
  apiKey: "k",
  organizationId: "o",
  permissions,
});
gatehouse.close();

test("a panel's and a built-in permission compile", () => {
  expect([gatehouse.can("u", "campaigns:view"), gatehouse.can("u", "users:view")]).toEqual([false, false]);
  expectTypeOf(gatehouse.permissionsOf("u")[0]).toExtend<string | undefined>();
  expectTypeOf<"campaigns:view">().toExtend<Parameters<typeof gatehouse.can>[1]>();
  expectTypeOf<string>().not.toExtend<Parameters<typeof gatehouse.can>[1]>();
  expectTypeOf<Gatehouse<"a:b">>().not.toBeAny();
});

test("a misspelt permission doesn't compile in a check", () => {
  const checks = [
    // @ts-expect-error misspelt
    () => gatehouse.can("u", "campaigns:veiw"),
    // @ts-expect-error misspelt
    () => gatehouse.check("u", "campaigns:veiw"),
    // @ts-expect-error misspelt
    () => gatehouse.explain("u", "campaigns:veiw"),
    // @ts-expect-error misspelt
    () => gatehouse.usersWith("campaigns:veiw"),
  ];
  expect(checks).toHaveLength(4);
});

test("a misspelt permission doesn't compile in a guard, and throws when the guard is created", () => {
  // @ts-expect-error misspelt
  expect(() => gatehouse.fastify.require("campaigns:veiw")).toThrow("campaigns:veiw");
  // @ts-expect-error misspelt
  expect(() => gatehouse.express.require("campaigns:veiw")).toThrow("campaigns:veiw");
  // @ts-expect-error misspelt
  expect(() => gatehouse.hono.require("campaigns:veiw")).toThrow("campaigns:veiw");
  // @ts-expect-error misspelt
  expect(() => gatehouse.next.require("campaigns:veiw", () => new Response())).toThrow("campaigns:veiw");
});

test("a misspelt permission doesn't compile in React", () => {
  const { Can, usePermissions } = createReactGatehouse(permissions);
  expectTypeOf<Parameters<typeof Can>[0]>().toEqualTypeOf<CanProps<"campaigns:view" | "campaigns:edit">>();
  // @ts-expect-error misspelt
  const element = () => Can({ do: "campaigns:veiw" });
  // @ts-expect-error misspelt
  const hook = () => usePermissions().can("campaigns:veiw");
  expect([typeof element, typeof hook]).toEqual(["function", "function"]);
});

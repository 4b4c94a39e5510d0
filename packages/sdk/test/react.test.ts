import { definePermissions } from "@gatehouse/access";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { createReactGatehouse } from "../src/react/index.ts";

const permissions = definePermissions({
  campaigns: { label: "Campaigns", actions: { view: {}, approve: {} } },
});
const { Can, PermissionsProvider, usePermissions } = createReactGatehouse(permissions);

function Page() {
  const { can } = usePermissions();
  const approve = createElement(Can, { do: "campaigns:approve", otherwise: "ask somebody" }, "Approve");
  return createElement("p", null, can("campaigns:view") ? "list " : "nothing ", approve);
}

const render = (held: readonly string[]) =>
  renderToString(createElement(PermissionsProvider, { permissions: held }, createElement(Page)));

test("shows permitted children, rendered on a server", () => {
  expect(render(["campaigns:view", "campaigns:approve"])).toBe("<p>list <!-- -->Approve</p>");
  expect(render(["campaigns:view"])).toBe("<p>list <!-- -->ask somebody</p>");
  expect(render([])).toBe("<p>nothing <!-- -->ask somebody</p>");
});

test("without a provider every check is false", () => {
  expect(renderToString(createElement(Page))).toBe("<p>nothing <!-- -->ask somebody</p>");
});

test("an unknown name doesn't compile", () => {
  // @ts-expect-error misspelt
  createElement(Can, { do: "campaigns:aprove" });
  // @ts-expect-error misspelt
  const ask = () => usePermissions().can("campaigns:aprove");
  expect(ask).toThrow();
});

import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createEvent, createRole, createUserDetails, listOf } from "../../../../../test/fixtures.ts";
import { openPage } from "../../../../../test/render.tsx";
import { json } from "../../../../../test/stub-api.ts";

const reason = {
  roleId: "marketer",
  roleName: "Marketer",
  grantedBy: { type: "user" as const, id: "olive", name: "Olive Brandt" },
  grantedAt: "2026-03-03T09:00:00.000Z",
};
const names = ["campaigns:view", "campaigns:edit", "contacts:view"];

/** Opens a user whose permissions come on one page each. */
async function openUser(): Promise<void> {
  await openPage("/users/elif", {
    "GET /organizations/:organizationId/roles": listOf([createRole({ id: "marketer", name: "Marketer" })]),
    "GET /organizations/:organizationId/users/:userId": () =>
      json(createUserDetails("Elif Demirci", ["Marketer"]), "1"),
    "GET /organizations/:organizationId/users/:userId/permissions": ({ query }) => {
      const at = Number(query.get("cursor") ?? 0);
      return {
        items: names.slice(at, at + 1).map((permission) => ({ permission, because: [reason] })),
        nextCursor: at + 1 < names.length ? String(at + 1) : null,
        total: { count: names.length, exact: true },
      };
    },
    "GET /organizations/:organizationId/audit-events": listOf([createEvent("Ayşe Yılmaz", "ayse")]),
  });
  await expect.element(page.getByText("3 permissions")).toBeVisible();
}

const ofContacts = page.getByRole("heading", { name: "Contacts", level: 3 });
const more = page.getByRole("button", { name: "Show more permissions" });

test("shows further pages on demand", async () => {
  await openUser();
  await expect.element(more).toBeVisible();
  await expect.element(ofContacts).not.toBeInTheDocument();
  await more.click();
  await more.click();
  await expect.element(ofContacts).toBeVisible();
  await expect.element(more).not.toBeInTheDocument();
});

test("a search looks into all pages", async () => {
  await openUser();
  await page.getByRole("searchbox", { name: "Search permissions" }).fill("contacts:view");
  await expect.element(ofContacts).toBeVisible();
});

import type { Holder } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createUser, listOf } from "../../../../test/fixtures.ts";
import { openPage } from "../../../../test/render.tsx";

const holders: readonly Holder[] = ["Ada Lovelace", "Elif Demirci"].map((name) => {
  const { id, accountId, email, status } = createUser(name);
  return {
    user: { id, accountId, name, email, status },
    because: [{ roleId: "marketer", roleName: "Marketer" }],
  };
});

test("a permission is searched and chosen, and the people who have it are searched", async () => {
  await openPage("/who-can", {
    "GET /organizations/:organizationId/permissions/:permission/users": ({ query }) =>
      listOf(holders.filter(({ user }) => user.name.toLowerCase().includes(query.get("query") ?? ""))),
  });
  await page.getByRole("searchbox", { name: "Search permissions" }).fill("campaigns app");
  await expect.element(page.getByRole("link", { name: /^Block/ })).not.toBeInTheDocument();
  await page.getByRole("link", { name: /^Approve/ }).click();
  await expect.element(page.getByText("Campaigns · Approve")).toBeVisible();
  await expect.element(page.getByText("2 people")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search these people by name or e-mail" }).fill("elif");
  await expect.element(page.getByText("1 person")).toBeVisible();
  await expect.element(page.getByRole("link", { name: /Ada Lovelace/ })).not.toBeInTheDocument();
  expect(location.search).toBe("?permission=campaigns%3Aapprove&q=elif");
});

test("a permission that doesn't exist says so", async () => {
  await openPage("/who-can?permission=campaigns:fly", {});
  await expect.element(page.getByText("There is no permission campaigns:fly")).toBeVisible();
});

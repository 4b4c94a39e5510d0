import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createMe, listOf } from "../../../test/fixtures.ts";
import { openPage } from "../../../test/render.tsx";

/** Opens the users of an account in so many organizations. */
async function openUsers(count: number): Promise<void> {
  const me = createMe();
  const [own] = me.organizations;
  if (own === undefined) throw new Error("no organization");
  const others = Array.from({ length: count - 1 }, (_, at) => ({
    ...own,
    id: `organization-${at}`,
    name: at === 699 ? "Çınar Yapı" : `Company ${at}`,
  }));
  await openPage("/users", {
    "GET /me": { ...me, organizations: [own, ...others] },
    "GET /organizations/:organizationId/users": listOf([]),
  });
  await expect.element(page.getByRole("heading", { name: "Users" })).toBeVisible();
}

const menu = () => page.getByRole("dialog", { name: "My account" });

test("finds one of 1,000 organizations by its name, switches to it, and remembers it", async () => {
  await openUsers(1_000);
  await expect.poll(() => document.title).toBe("Users · Lodos Retail · Gatehouse");
  await page.getByRole("button", { name: /Olive Brandt/ }).click();
  await expect
    .element(menu().getByRole("button", { name: "Lodos Retail" }))
    .toHaveAttribute("aria-current", "true");
  await expect.element(menu().getByText("950 more: search by name")).toBeVisible();
  await menu().getByRole("searchbox", { name: "Find an organization" }).fill("cinar");
  await menu().getByRole("button", { name: "Çınar Yapı" }).click();
  await expect.poll(() => document.title).toBe("Users · Çınar Yapı · Gatehouse");
  expect(localStorage.getItem("gatehouse.organization")).toBe("organization-699");
});

test("the palette switches, too", async () => {
  await openUsers(12);
  await userEvent.keyboard("{Control>}k{/Control}");
  await page.getByRole("combobox").fill("company 7");
  await page.getByRole("option", { name: /Company 7/ }).click();
  await expect.poll(() => document.title).toBe("Users · Company 7 · Gatehouse");
});

test("a few organizations have no search, and one has no list and no name in the title", async () => {
  await openUsers(3);
  await page.getByRole("button", { name: /Olive Brandt/ }).click();
  await expect.element(menu().getByRole("button", { name: "Company 1" })).toBeVisible();
  expect(menu().getByRole("searchbox").query()).toBeNull();
});

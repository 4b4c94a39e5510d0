import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createRole, createUser, createUserDetails, listOf } from "../../../test/fixtures.ts";
import { openPage, press } from "../../../test/render.tsx";
import { json } from "../../../test/stub-api.ts";

const owner = createRole({ id: "owner", name: "Owner", system: true });
const numbers = Array.from({ length: 150 }, (_, index) => String(index + 1).padStart(3, "0"));
const toId = (number: string) => `00000000-0000-7000-8000-000000000${number}`;
const many = [owner, ...numbers.map((number) => createRole({ id: toId(number), name: `Role ${number}` }))];
const search = page.getByRole("searchbox", { name: "Search roles" });
const boxes = page.getByRole("checkbox");

async function openInviteMany(roles = many): Promise<void> {
  await openPage("/invitations/new", {
    "GET /organizations/:organizationId/roles": listOf(roles),
    "GET /organizations/:organizationId": () => new Response(null, { status: 403 }),
  });
  await expect.element(page.getByRole("checkbox", { name: "Role 001" })).toBeVisible();
}

test("of many roles only the visible ones are rendered, and scrolling reaches the last one: Owner", async () => {
  await openInviteMany();
  expect(boxes.elements().length).toBeLessThan(60);
  await page.getByRole("checkbox", { name: "Role 001" }).click();
  const first = page.getByRole("checkbox", { name: "Role 001" }).element();
  const list = first.closest("[data-count]")?.parentElement;
  for (let step = 0; step < 5; step += 1) {
    list?.scrollTo(0, list.scrollHeight);
    await expect.poll(() => boxes.elements().length).toBeGreaterThan(0);
  }
  await expect.element(page.getByRole("checkbox", { name: "Owner" })).toBeVisible();
  expect(boxes.elements().at(-1)?.getAttribute("aria-labelledby")).toBe(
    page.getByRole("checkbox", { name: "Owner" }).element().getAttribute("aria-labelledby"),
  );
  // The focused one is kept, so that the focus is not lost.
  expect(document.activeElement).toBe(first);
});

test("Tab moves through a long list, row by row", async () => {
  await openInviteMany();
  await search.click();
  for (const number of numbers.slice(0, 30)) {
    await press("Tab");
    await expect.element(page.getByRole("checkbox", { name: `Role ${number}` })).toHaveFocus();
  }
});

test("the search narrows the roles, and names chosen ones that it hides", async () => {
  await openInviteMany();
  await page.getByRole("checkbox", { name: "Role 002" }).click();
  await search.fill("14");
  await expect.element(page.getByRole("checkbox", { name: "Role 140" })).toBeVisible();
  await expect.element(page.getByRole("checkbox", { name: "Role 002" })).not.toBeInTheDocument();
  await expect.element(page.getByText("Also chosen: Role 002")).toBeVisible();
  await search.fill("nothing");
  await expect.element(page.getByText("No role matches nothing.")).toBeVisible();
});

test("a few roles have no search, and Owner is last", async () => {
  await openInviteMany([owner, ...many.slice(1, 4)]);
  await expect.element(search).not.toBeInTheDocument();
  expect(boxes.elements().map((box) => box.closest("label")?.textContent)).toEqual([
    "Role 001",
    "Role 002",
    "Role 003",
    "Owner",
  ]);
});

test("the role filter of the users has a search, and is virtual", async () => {
  await openPage("/users", {
    "GET /organizations/:organizationId/users": listOf([createUser("Ada Lovelace")]),
    "GET /organizations/:organizationId/roles": listOf(many),
  });
  const filter = page.getByRole("button", { name: /^Role:/ });
  await filter.click();
  const field = page.getByRole("searchbox", { name: "Search: Role" });
  await expect.element(field).toHaveFocus();
  await expect.element(page.getByRole("option", { name: "Role 001" })).toBeVisible();
  expect(page.getByRole("option").elements().length).toBeLessThan(60);
  await userEvent.keyboard("149");
  await expect.element(page.getByRole("option", { name: "Role 149" })).toBeVisible();
  await press("ArrowDown");
  await expect.element(page.getByRole("option", { name: "Role 149" })).toHaveFocus();
  await press("Enter");
  await expect.element(filter).toHaveTextContent("Role: Role 149");
  await filter.click();
  await userEvent.keyboard("150");
  await press("Enter");
  await expect.element(filter).toHaveTextContent("Role: Role 150");
});

test("a search for a role that the user has says so", async () => {
  await openPage("/users/elif", {
    "GET /organizations/:organizationId/roles": listOf(many),
    "GET /organizations/:organizationId/users/:userId": () =>
      json(createUserDetails("Elif Demirci", [toId("007")]), "1"),
    "GET /organizations/:organizationId/users/:userId/permissions": listOf([]),
  });
  await page.getByRole("button", { name: "Add role" }).click();
  const dialog = page.getByRole("dialog");
  expect(dialog.getByRole("listitem").elements().length).toBeLessThan(60);
  await userEvent.keyboard("007");
  await expect.element(dialog.getByText("Elif already has it.")).toBeVisible();
  await press("Enter");
  await expect.element(dialog).toBeVisible();
});

import type { RoleChange } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { allPermissions, createMe, createRole, listOf } from "../../../../../test/fixtures.ts";
import { openPage, press } from "../../../../../test/render.tsx";
import { json, type Stubs } from "../../../../../test/stub-api.ts";

const noChange: RoleChange = { gained: [], lost: [], users: 0, invitations: 0 };
const box = (name: string) => page.getByRole("checkbox", { name, exact: true });
const row = (name: string) => page.getByRole("row").filter({ has: box(name) });
const search = page.getByRole("searchbox", { name: "Search permissions" });

interface Given {
  readonly granted?: readonly string[];
  /** The editor's own permissions. */
  readonly held?: readonly string[];
  readonly system?: boolean;
  readonly more?: Stubs;
}

/** Opens the editor of a role and focuses the first checkbox. */
async function openMatrix({
  granted = [],
  held = allPermissions,
  system = false,
  more = {},
}: Given = {}): Promise<void> {
  await openPage("/roles/marketer", {
    "GET /me": createMe(held),
    "GET /organizations/:organizationId/roles/:roleId": () =>
      json(createRole({ permissions: [...granted], system }), "1"),
    "PATCH /organizations/:organizationId/roles/:roleId": noChange,
    ...more,
  });
  await expect.element(box("All of Campaigns")).toBeVisible();
  box("All of Campaigns").element().focus();
}

test("arrow keys, Home and End move between the checkboxes", async () => {
  await openMatrix();
  const moves = [
    ["ArrowDown", "View, Campaigns"],
    ["ArrowDown", "Edit, Campaigns"],
    ["End", "Approve, Campaigns"],
    ["ArrowDown", "All of Contacts"],
    ["ArrowUp", "Approve, Campaigns"],
    ["Home", "All of Campaigns"],
    ["ArrowUp", "All of Campaigns"],
    ["Control+End", "Block, Contacts"],
    ["ArrowDown", "Block, Contacts"],
    ["Home", "All of Contacts"],
    ["End", "Block, Contacts"],
    ["Control+Home", "All of Campaigns"],
  ] as const;
  for (const [key, name] of moves) {
    await press(key);
    await expect.element(box(name), { message: `${key} to ${name}` }).toHaveFocus();
  }
});

test("the grid is one tab stop, at the checkbox that was focused last", async () => {
  await openMatrix();
  await press("ArrowDown", "ArrowDown");
  await expect.element(box("Edit, Campaigns")).toHaveFocus();
  await press("Tab");
  expect(document.activeElement?.closest("[role=treegrid]")).toBeNull();
  await press("Shift+Tab");
  await expect.element(box("Edit, Campaigns")).toHaveFocus();
  await press("Shift+Tab");
  expect(document.activeElement?.closest("[role=treegrid]")).toBeNull();
});

test("left goes to the group's row and collapses it, right expands it", async () => {
  await openMatrix();
  const group = row("All of Campaigns");
  await press("ArrowDown", "ArrowDown", "ArrowLeft");
  await expect.element(box("All of Campaigns")).toHaveFocus();
  await expect.element(group).toHaveAttribute("aria-expanded", "true");
  await press("ArrowLeft");
  await expect.element(group).toHaveAttribute("aria-expanded", "false");
  await expect.element(box("View, Campaigns")).not.toBeInTheDocument();
  await press("ArrowDown");
  await expect.element(box("All of Contacts")).toHaveFocus();
  await press("ArrowUp", "ArrowRight");
  await expect.element(group).toHaveAttribute("aria-expanded", "true");
  await expect.element(box("View, Campaigns")).toBeVisible();
  await expect.element(box("All of Campaigns")).toHaveFocus();
});

test("Space grants a permission with those that it implies, and takes it away again", async () => {
  await openMatrix();
  await press("ArrowDown", "ArrowDown", "Space");
  await expect.element(box("Edit, Campaigns")).toBeChecked();
  await expect.element(row("Edit, Campaigns")).toMatchTextContent("Granted");
  await expect.element(box("View, Campaigns")).toBeChecked();
  await expect.element(row("View, Campaigns")).toMatchTextContent("via Edit");
  await expect.element(box("All of Campaigns")).toBePartiallyChecked();
  await expect.element(row("All of Campaigns")).toMatchTextContent("2/3");
  await press("Space");
  await expect.element(box("Edit, Campaigns")).not.toBeChecked();
  await expect.element(box("View, Campaigns")).not.toBeChecked();
  await expect.element(row("All of Campaigns")).toMatchTextContent("0/3");
});

test("an implied permission is focusable, names its source, and Space doesn't change it", async () => {
  await openMatrix({ granted: ["campaigns:edit"] });
  await press("ArrowDown");
  const implied = box("View, Campaigns");
  await expect.element(implied).toHaveFocus();
  await expect.element(implied).toHaveAttribute("aria-disabled", "true");
  await expect.element(implied).toHaveAccessibleDescription("via Edit");
  await press("Space");
  await expect.element(implied).toBeChecked();
  await expect.element(page.getByRole("region", { name: "Unsaved changes" })).not.toBeInTheDocument();
});

test("Space on a group's row grants everything in it, then takes everything away", async () => {
  await openMatrix({ granted: ["campaigns:view"] });
  const all = box("All of Campaigns");
  await expect.element(all).toBePartiallyChecked();
  await press("Space");
  await expect.element(all).toBeChecked();
  await expect.element(row("All of Campaigns")).toMatchTextContent("3/3");
  await press("Space");
  await expect.element(all).not.toBeChecked();
  await expect.element(row("All of Campaigns")).toMatchTextContent("0/3");
  await expect.element(row("View, Campaigns")).toMatchTextContent("Taken away");
  await expect.element(box("All of Contacts")).not.toBeChecked();
});

test("permissions that the editor lacks are focusable, locked and say why", async () => {
  const held = allPermissions.filter((permission) => permission !== "campaigns:approve");
  await openMatrix({ held });
  await press("End");
  const locked = box("Approve, Campaigns");
  await expect.element(locked).toHaveFocus();
  await expect.element(locked).toHaveAttribute("aria-disabled", "true");
  await expect.element(locked).toHaveAccessibleDescription("You don’t have it, so you can’t give it");
  await press("Space");
  await expect.element(locked).not.toBeChecked();

  await press("Home", "Space");
  await expect.element(box("Edit, Campaigns")).toBeChecked();
  await expect.element(locked).not.toBeChecked();
  await expect.element(box("All of Campaigns")).toBePartiallyChecked();
});

test("a read-only role keeps arrow keys, but Space changes nothing", async () => {
  await openMatrix({ granted: ["campaigns:edit"], system: true });
  await expect
    .element(page.getByRole("treegrid", { name: "Permissions of Marketer" }))
    .toHaveAttribute("aria-readonly", "true");
  await press("End");
  await expect.element(box("Approve, Campaigns")).toHaveFocus();
  await press("Space", "Home", "Space");
  await expect.element(box("Approve, Campaigns")).not.toBeChecked();
  await expect.element(box("Edit, Campaigns")).toBeChecked();
  await expect.element(page.getByRole("region", { name: "Unsaved changes" })).not.toBeInTheDocument();
});

test("“/” focuses the search; its results are announced and their group changes only them", async () => {
  await openMatrix();
  await press("/");
  await expect.element(search).toHaveFocus();
  await search.fill("VIEW");
  await expect.element(page.getByText("Shown permissions: 2")).toBeInTheDocument();
  await search.fill("block");
  await expect.element(page.getByText("Shown permissions: 1")).toBeInTheDocument();
  await expect.element(box("View, Contacts")).not.toBeInTheDocument();
  await expect.element(box("All 1 shown of Contacts")).toBeVisible();
  box("All 1 shown of Contacts").element().focus();
  await press("Space");
  await expect.element(box("Block, Contacts")).toBeChecked();
  search.element().focus();
  await press("Escape");
  await expect.element(search).toHaveValue("");
  await expect.element(search).toHaveFocus();
  await expect.element(box("All of Campaigns")).not.toBeChecked();
});

test("a search without results says so, and filters show changed and sensitive permissions", async () => {
  await openMatrix({ granted: ["contacts:view"] });
  await search.fill("invoices");
  await expect.element(page.getByText("No permission matches invoices.")).toBeVisible();
  await search.fill("");
  await box("Approve, Campaigns").click();
  await page.getByText("Changed 3").click();
  await expect.element(box("View, Contacts")).not.toBeInTheDocument();
  await page.getByText("Sensitive 1").click();
  await expect.element(page.getByText("Shown permissions: 1")).toBeInTheDocument();
  await expect.element(box("Approve, Campaigns")).toBeChecked();
});

test("the arrow keys reach “Who can do this?” of a permission, and Escape returns to it", async () => {
  await openMatrix({
    more: { "GET /organizations/:organizationId/permissions/:permission/users": listOf([]) },
  });
  const ask = row("Edit, Campaigns").getByRole("button", { name: "Who can do this? Edit, Campaigns" });
  await press("ArrowDown", "ArrowDown", "ArrowRight");
  await expect.element(ask).toHaveFocus();
  await press("Enter");
  await expect.element(page.getByRole("dialog", { name: "Who can do this?" })).toBeVisible();
  await press("Escape");
  await expect.element(ask).toHaveFocus();
  await press("ArrowLeft");
  await expect.element(box("Edit, Campaigns")).toHaveFocus();
  await expect.element(box("Edit, Campaigns")).not.toBeChecked();
});

test("a click anywhere in a row toggles its permission, but not at the end of a text selection", async () => {
  await openMatrix();
  const cell = row("Block, Contacts").getByText("Allows contacts:block");
  await cell.click();
  await expect.element(box("Block, Contacts")).toBeChecked();
  await expect.element(box("Block, Contacts")).toHaveFocus();
  await row("Block, Contacts").getByText("Block", { exact: true }).click();
  await expect.element(box("Block, Contacts")).not.toBeChecked();
  getSelection()?.selectAllChildren(cell.element());
  cell.element().dispatchEvent(new MouseEvent("click", { bubbles: true }));
  await expect.element(box("Block, Contacts")).not.toBeChecked();
  getSelection()?.removeAllRanges();
});

test("a click in an implied, a locked or a built-in row changes nothing", async () => {
  await openMatrix({ granted: ["campaigns:edit"], held: ["roles:view", "roles:edit", "campaigns:edit"] });
  await row("View, Campaigns").getByText("Allows campaigns:view").click();
  await expect.element(box("View, Campaigns")).toBeChecked();
  await row("Block, Contacts").getByText("Allows contacts:block").click();
  await expect.element(box("Block, Contacts")).not.toBeChecked();
});

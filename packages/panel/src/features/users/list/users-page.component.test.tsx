import type { UserView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createUser, createUserDetails, listOf } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { json, noContent, type Stubs } from "../../../../test/stub-api.ts";

const users = ["Ada Lovelace", "Benjamin Clarke", "Elif Demirci", "Kemal Arslan", "Omar Haddad"].map((name) =>
  createUser(name),
);
const box = (name: string) => page.getByRole("checkbox", { name: `Select ${name}` });
const every = page.getByRole("checkbox", { name: "Select every user on this page" });
const link = (name: string) => page.getByRole("link", { name: new RegExp(`${name}`) });
const search = page.getByRole("searchbox", { name: "Search users by name or e-mail" });
const bar = page.getByRole("group", { name: "Actions for the selection" });
const menu = page.getByRole("button", { name: "Actions for Elif Demirci" });

/** Opens the list. With `total`, more users match than the page shows. */
async function openList(total = users.length, stubs: Stubs = {}): Promise<void> {
  const find = (query: string): readonly UserView[] =>
    users.filter(({ name }) => name.toLowerCase().includes(query));
  await openPage("/users", {
    "GET /organizations/:organizationId/users": ({ query }) => {
      const found = listOf(find(query.get("query") ?? ""));
      return total === users.length
        ? found
        : { ...found, nextCursor: "next", total: { count: total, exact: true } };
    },
    ...stubs,
  });
  await expect.element(link("Ada Lovelace")).toBeVisible();
}

function selected(): readonly string[] {
  return users.map(({ name }) => name).filter((name) => (box(name).element() as HTMLInputElement).checked);
}

test("“/” focuses the search, arrow keys move between rows and back, and Enter opens a user", async () => {
  await openList(users.length, {
    "GET /organizations/:organizationId/users/:userId": () =>
      json(createUserDetails("Benjamin Clarke", []), "1"),
    "GET /organizations/:organizationId/users/:userId/permissions": listOf([]),
  });
  await press("/");
  await expect.element(search).toHaveFocus();
  await press("ArrowDown");
  await expect.element(link("Ada Lovelace")).toHaveFocus();
  await press("ArrowUp");
  await expect.element(search).toHaveFocus();
  await press("ArrowDown", "ArrowDown");
  await expect.element(link("Benjamin Clarke")).toHaveFocus();
  await press("Enter");
  await expect.element(page.getByRole("heading", { level: 1, name: "Benjamin Clarke" })).toBeVisible();
  await expect.element(page.getByRole("main")).toHaveFocus();
  expect(location.pathname).toBe("/users/benjamin");
});

test("arrow down from the search waits for the rows of the typed text", async () => {
  await openList();
  await press("/");
  await search.fill("omar");
  await press("ArrowDown");
  await expect.element(link("Omar Haddad")).toHaveFocus();
  await expect.element(link("Ada Lovelace")).not.toBeInTheDocument();
  await expect.element(page.getByRole("main").getByText("1 of 5")).toBeInTheDocument();
});

test("checkboxes are a column of their own: arrow keys move within it, Space selects", async () => {
  await openList();
  every.element().focus();
  await press("ArrowDown", "ArrowDown", "Space");
  await expect.element(box("Benjamin Clarke")).toHaveFocus();
  await expect.element(box("Benjamin Clarke")).toBeChecked();
  await expect.element(bar.getByText("1 selected")).toBeInTheDocument();
  await expect.element(every).toBePartiallyChecked();
  await press("ArrowDown", "Space");
  await expect.element(bar.getByText("2 selected")).toBeInTheDocument();
  expect(selected()).toEqual(["Benjamin Clarke", "Elif Demirci"]);
  await expect.element(box("Elif Demirci")).toHaveFocus();
});

test("Shift+Space selects the range since the last toggled row, in both directions", async () => {
  await openList();
  box("Benjamin Clarke").element().focus();
  await press("Space", "ArrowDown", "ArrowDown", "Shift+Space");
  await expect.element(bar.getByText("3 selected")).toBeInTheDocument();
  expect(selected()).toEqual(["Benjamin Clarke", "Elif Demirci", "Kemal Arslan"]);
  await press("ArrowUp", "ArrowUp", "ArrowUp", "Shift+Space");
  await expect.element(bar.getByText("4 selected")).toBeInTheDocument();
  expect(selected()).toEqual(["Ada Lovelace", "Benjamin Clarke", "Elif Demirci", "Kemal Arslan"]);
});

test("Shift+click deselects the range when the last toggled row was deselected", async () => {
  await openList();
  await every.click();
  await expect.element(every).toBeChecked();
  await box("Ada Lovelace").click();
  await box("Elif Demirci").click({ modifiers: ["Shift"] });
  await expect.element(bar.getByText("2 selected")).toBeInTheDocument();
  expect(selected()).toEqual(["Kemal Arslan", "Omar Haddad"]);
});

test("the checkbox in the header selects and deselects the page", async () => {
  await openList();
  every.element().focus();
  await press("Space");
  await expect.element(bar.getByText("5 selected")).toBeInTheDocument();
  await expect.element(bar.getByRole("button", { name: /^Select all/ })).not.toBeInTheDocument();
  await press("Space");
  await expect.element(bar).not.toBeInTheDocument();
  expect(selected()).toEqual([]);
  await expect.element(every).toHaveFocus();
});

test("all matching users on other pages can be selected and reduced to the page again", async () => {
  await openList(1204);
  every.element().focus();
  await press("Space");
  await bar.getByRole("button", { name: "Select all 1,204 matching" }).click();
  await expect.element(bar.getByText("1,204 selected")).toBeInTheDocument();
  await bar.getByRole("button", { name: "Only this page" }).click();
  await expect.element(bar.getByText("5 selected")).toBeInTheDocument();
});

test("Escape clears the selection; Clear does, too, and moves the focus to the header", async () => {
  await openList();
  box("Ada Lovelace").element().focus();
  await press("Space");
  await expect.element(bar).toBeVisible();
  await press("Escape");
  await expect.element(bar).not.toBeInTheDocument();
  await expect.element(search).toBeVisible();
  await expect.element(box("Ada Lovelace")).toHaveFocus();
  await press("Space");
  bar
    .getByRole("button", { name: /^Clear/ })
    .element()
    .focus();
  await press("Enter");
  await expect.element(bar).not.toBeInTheDocument();
  await expect.element(every).toHaveFocus();
});

test("Escape in a confirmation closes only the confirmation, and the focus returns to its button", async () => {
  await openList(users.length, {
    "POST /organizations/:organizationId/user-jobs/preview": {
      total: 1,
      changed: 1,
      unchanged: 0,
      refused: 0,
      owners: 0,
      gained: [],
      lost: [],
    },
  });
  box("Ada Lovelace").element().focus();
  await press("Space");
  const suspend = bar.getByRole("button", { name: "Suspend" });
  await expect.element(suspend).toBeVisible();
  suspend.element().focus();
  await press("Enter");
  const dialog = page.getByRole("alertdialog", { name: "Suspend 1 user?" });
  await expect.element(dialog.getByRole("button", { name: "Cancel" })).toHaveFocus();
  await press("Escape");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(bar.getByText("1 selected")).toBeInTheDocument();
  await expect.element(suspend).toHaveFocus();
});

test("a row's menu opens by keyboard with the actions that are allowed, and Escape returns to the row", async () => {
  await openList();
  menu.element().focus();
  await press("Enter");
  await expect.element(page.getByRole("menuitem", { name: "Open" })).toHaveFocus();
  const items = page.getByRole("menuitem").elements();
  expect(items.map((item) => item.textContent)).toEqual([
    "Open",
    "Copy e-mail address",
    "Suspend",
    "Remove…",
  ]);
  await press("Escape");
  await expect.element(menu).toHaveFocus();
});

test("removing a user needs a confirmation, and then the page's heading has the focus", async () => {
  let removed = 0;
  await openList(users.length, {
    "GET /organizations/:organizationId/users/:userId": () =>
      json(createUserDetails("Elif Demirci", []), "1"),
    "DELETE /organizations/:organizationId/users/:userId": ({ ifMatch }) => {
      expect(ifMatch).toBe("1");
      removed += 1;
      return noContent();
    },
  });
  menu.element().focus();
  await press("ArrowUp");
  await expect.element(page.getByRole("menuitem", { name: "Remove…" })).toHaveFocus();
  await press("Enter");
  const dialog = page.getByRole("alertdialog", { name: "Remove Elif Demirci?" });
  await expect.element(dialog.getByRole("button", { name: "Cancel" })).toHaveFocus();
  expect(removed).toBe(0);
  await press("Tab", "Enter");
  await expect.element(page.getByText("Elif Demirci is removed")).toBeVisible();
  await expect.element(page.getByRole("heading", { level: 1, name: "Users" })).toHaveFocus();
  expect(removed).toBe(1);
});

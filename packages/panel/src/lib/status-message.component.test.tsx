import type { UserStatus } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createUser, createUserDetails, listOf } from "../../test/fixtures.ts";
import { openPage, press } from "../../test/render.tsx";
import { json, problem } from "../../test/stub-api.ts";

const status = page.getByRole("main").getByRole("status").first();
const heading = page.getByRole("heading", { level: 1, name: "Users" });
const said = "Elif Demirci is suspended and signed out everywhere";

/** Opens the list of users and suspends one by the row's menu. */
async function suspendElif(answer?: Response): Promise<{ readonly statuses: readonly UserStatus[] }> {
  const statuses: UserStatus[] = [];
  await openPage("/users", {
    "GET /organizations/:organizationId/users": listOf([
      createUser("Elif Demirci"),
      createUser("Omar Haddad"),
    ]),
    "GET /organizations/:organizationId/users/:userId": () =>
      json(createUserDetails("Elif Demirci", []), "1"),
    "PATCH /organizations/:organizationId/users/:userId": ({ body }) => {
      statuses.push((body as { readonly status: UserStatus }).status);
      return answer ?? createUserDetails("Elif Demirci", []);
    },
  });
  const menu = page.getByRole("button", { name: "Actions for Elif Demirci" });
  await expect.element(menu).toBeVisible();
  await expect.element(status).toBeEmptyDOMElement();
  menu.element().focus();
  await press("Enter");
  await page.getByRole("menuitem", { name: "Suspend" }).click();
  return { statuses };
}

test("the message appears in a live region that was already there, and the focus stays", async () => {
  const region = () => status.element();
  await suspendElif();
  const before = region();
  await expect.element(status).toMatchTextContent(said);
  expect(region()).toBe(before);
  await expect.element(page.getByRole("button", { name: "Actions for Elif Demirci" })).toHaveFocus();
});

test("Undo runs the action, moves the focus to the heading, and its result replaces the message", async () => {
  const { statuses } = await suspendElif();
  await expect.element(status).toMatchTextContent(said);
  const undo = status.getByRole("button", { name: "Undo" });
  undo.element().focus();
  await press("Enter");
  await expect.element(heading).toHaveFocus();
  await expect.element(status).toMatchTextContent("Elif Demirci has access again");
  await expect.element(undo).not.toBeInTheDocument();
  expect(statuses).toEqual(["suspended", "active"]);
});

test("Dismiss removes the message and moves the focus to the heading", async () => {
  await suspendElif();
  await expect.element(status).toMatchTextContent(said);
  status.getByRole("button", { name: "Dismiss" }).element().focus();
  await press("Enter");
  await expect.element(status).toBeEmptyDOMElement();
  await expect.element(heading).toHaveFocus();
});

test("another page doesn't show the message", async () => {
  await suspendElif();
  await expect.element(status).toMatchTextContent(said);
  await press("g", "r");
  await expect.element(page.getByRole("heading", { level: 1, name: "Roles" })).toHaveFocus();
  await expect.element(status).toBeEmptyDOMElement();
});

test("a failed action shows its error as the message", async () => {
  await suspendElif(problem(409, "users/last-owner"));
  await expect.element(status).toMatchTextContent(/owner/i);
  await expect.element(status.getByRole("button", { name: "Undo" })).not.toBeInTheDocument();
});

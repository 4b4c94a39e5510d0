import type { UserJobPreview, UserJobView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createRole, createUser, listOf } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import type { Stubs } from "../../../../test/stub-api.ts";

const users = ["Ada Lovelace", "Benjamin Clarke", "Elif Demirci"].map((name) => createUser(name));
const roles = [
  createRole({ id: "owner", name: "Owner", system: true }),
  createRole({ id: "approver", name: "Approver" }),
  createRole({ id: "viewer", name: "Viewer" }),
];
const dialog = page.getByRole("dialog");
const calm: UserJobPreview = {
  total: 2,
  changed: 1,
  unchanged: 1,
  refused: 0,
  owners: 0,
  gained: [{ permission: "campaigns:view", users: 1 }],
  lost: [],
};

function createJob(fields: Partial<UserJobView> = {}): UserJobView {
  const at = "2026-03-03T10:00:00.000Z";
  return {
    id: "job",
    action: "add-role",
    role: { id: "viewer", name: "Viewer" },
    status: "done",
    total: 2,
    done: 2,
    succeeded: 2,
    changed: 2,
    failed: 0,
    createdBy: { type: "user", id: "olive", name: "Olive Brandt" },
    createdAt: at,
    finishedAt: at,
    ...fields,
  };
}

async function openRoles(preview: UserJobPreview, stubs: Stubs = {}): Promise<unknown[]> {
  const started: unknown[] = [];
  await openPage("/users", {
    "GET /organizations/:organizationId/users": listOf(users),
    "GET /organizations/:organizationId/roles": listOf(roles),
    "POST /organizations/:organizationId/user-jobs/preview": preview,
    "POST /organizations/:organizationId/user-jobs": ({ body }) => {
      started.push(body);
      return createJob();
    },
    "GET /organizations/:organizationId/user-jobs/:jobId": createJob(),
    ...stubs,
  });
  await page.getByRole("checkbox", { name: "Select Ada Lovelace" }).click();
  await page.getByRole("checkbox", { name: "Select Elif Demirci" }).click();
  await expect.element(page.getByRole("button", { name: "Add role" })).toBeVisible(); // loaded on the first selection
  await press("r");
  return started;
}

async function chooseRole(name: string, preview: UserJobPreview): Promise<unknown[]> {
  const started = await openRoles(preview);
  await dialog.getByRole("radio", { name }).click();
  await dialog.getByRole("button", { name: "Review" }).click();
  return started;
}

async function chooseEnd(name: string | RegExp): Promise<void> {
  await dialog.getByRole("button", { name: /^Access lasts/ }).click();
  await page.getByRole("option", { name }).click();
}

test("a role is added to many only after a preview with the number of people", async () => {
  const started = await chooseRole("Viewer", calm);
  await expect.element(dialog.getByText("1 person gets it")).toBeVisible();
  await expect.element(dialog.getByText("1 person already has it")).toBeVisible();
  await expect.element(dialog.getByText("Gains 1 permission")).toBeVisible();
  await expect.element(dialog.getByRole("checkbox")).not.toBeInTheDocument();
  await press("Enter");
  await expect.element(page.getByText("Viewer added to 2 users")).toBeVisible();
  expect(started).toEqual([
    { action: "add-role", roleId: "viewer", users: { ids: ["ada", "elif"] }, expectedTotal: 2 },
  ]);
});

test.each([
  ["Approver", { ...calm, gained: [{ permission: "campaigns:approve", users: 2 }] }],
  ["Owner", calm],
])("%s needs a separate confirmation", async (name, preview) => {
  const started = await chooseRole(name, preview);
  await expect.element(dialog.getByText("1 person gets it")).toBeVisible();
  await dialog.getByRole("button", { name: /^Add/ }).click();
  await expect.element(dialog.getByText("Confirm this before you continue.")).toBeVisible();
  expect(started).toEqual([]);
  await expect.element(dialog.getByRole("checkbox")).toHaveFocus();
  await press("Space");
  await dialog.getByRole("button", { name: /^Add/ }).click();
  await expect.element(page.getByText("Viewer added to 2 users")).toBeVisible();
  expect(started).toHaveLength(1);
});

test("a role is added to many until a day, which the review says", async () => {
  const previewed: unknown[] = [];
  const started = await openRoles(calm, {
    "POST /organizations/:organizationId/user-jobs/preview": ({ body }) => {
      previewed.push(body);
      return calm;
    },
  });
  await dialog.getByRole("radio", { name: "Viewer" }).click();
  await chooseEnd("Until a date");
  await dialog.getByRole("button", { name: "Review" }).click();
  await expect.element(dialog.getByText("Choose today or a later day")).toBeVisible();
  await dialog.getByLabelText("Last day").fill("2126-05-03");
  await dialog.getByRole("button", { name: "Review" }).click();
  await expect.element(dialog.getByText("Viewer until 3 May 2126")).toBeVisible();
  await dialog.getByRole("button", { name: /^Add/ }).click();
  await expect.element(page.getByText("Viewer added to 2 users")).toBeVisible();
  const expiresAt = new Date("2126-05-03T23:59:59.999").toISOString();
  const change = { action: "add-role", roleId: "viewer", expiresAt, users: { ids: ["ada", "elif"] } };
  expect(previewed).toEqual([change]);
  expect(started).toEqual([{ ...change, expectedTotal: 2 }]);
});

test("the owner role has no end, also if one was chosen before", async () => {
  const started = await openRoles(calm);
  await dialog.getByRole("radio", { name: "Viewer" }).click();
  await chooseEnd(/^7 days/);
  await dialog.getByRole("radio", { name: "Owner" }).click();
  await expect.element(dialog.getByRole("button", { name: /^Access lasts/ })).not.toBeInTheDocument();
  await dialog.getByRole("button", { name: "Review" }).click();
  await expect.element(dialog.getByText("1 person gets it")).toBeVisible();
  await dialog.getByRole("checkbox").click();
  await dialog.getByRole("button", { name: /^Add/ }).click();
  await expect.element(page.getByText("Viewer added to 2 users")).toBeVisible();
  expect(started).toMatchObject([{ action: "add-role", roleId: "owner" }]);
  expect(started[0]).not.toHaveProperty("expiresAt");
});

test("suspending an owner among many needs a separate confirmation", async () => {
  const started: unknown[] = [];
  await openPage("/users", {
    "GET /organizations/:organizationId/users": listOf(users),
    "POST /organizations/:organizationId/user-jobs/preview": { ...calm, gained: [], owners: 1 },
    "POST /organizations/:organizationId/user-jobs": ({ body }) => {
      started.push(body);
      return createJob({ action: "suspend" });
    },
    "GET /organizations/:organizationId/user-jobs/:jobId": createJob({ action: "suspend" }),
  });
  await page.getByRole("checkbox", { name: "Select every user on this page" }).click();
  await page.getByRole("button", { name: "Suspend" }).click();
  const question = page.getByRole("alertdialog");
  await expect.element(question.getByText("1 of them is an owner")).toBeVisible();
  await question.getByRole("button", { name: /^Suspend/ }).click();
  await expect.element(question.getByText("Confirm this before you continue.")).toBeVisible();
  await question.getByRole("checkbox").click();
  await question.getByRole("button", { name: /^Suspend/ }).click();
  await expect.element(question).not.toBeInTheDocument();
  expect(started).toHaveLength(1);
});

test("the list of bulk changes has Undo, except for what is undone, an undo, or without a change", async () => {
  const jobs = [
    createJob({ id: "undo", action: "remove-role", undoes: "first" }),
    createJob({ id: "open" }),
    createJob({ id: "first", undoneBy: "undo" }),
    createJob({ id: "none", changed: 0 }),
    createJob({ id: "failed", action: "suspend", done: 1, succeeded: 1, changed: 1, status: "cancelled" }),
  ];
  const started: unknown[] = [];
  await openPage("/users/changes", {
    "GET /organizations/:organizationId/user-jobs": listOf(jobs),
    "POST /organizations/:organizationId/user-jobs": ({ body }) => {
      started.push(body);
      return createJob({ id: "new", action: "remove-role", undoes: "open" });
    },
    "GET /organizations/:organizationId/user-jobs/:jobId": createJob({
      id: "new",
      action: "remove-role",
      undoes: "open",
    }),
  });
  const list = page.getByRole("list", { name: "Bulk changes" });
  await expect.element(list).toBeVisible();
  const undo = list.getByRole("button", { name: /^Undo/ });
  expect(undo.elements()).toHaveLength(2);
  await expect.element(list.getByText("Undone", { exact: true })).toBeVisible();
  await undo.first().click();
  await expect.element(page.getByText("Undone for 2 users").first()).toBeVisible();
  expect(started).toEqual([{ action: "remove-role", roleId: "viewer", users: { changedBy: "open" } }]);
});

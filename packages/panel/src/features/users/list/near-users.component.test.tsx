import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { allPermissions, createInvitation, createMe, createRole, listOf } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import type { Stubs } from "../../../../test/stub-api.ts";

const mayResend = createMe([...allPermissions, "invitations:send", "users:export"]);
const resend = page.getByRole("button", { name: "Resend the invitation to elif@lodos.example" });
const elif = createInvitation("elif@lodos.example", { name: "Elif Demirci" });

/** Opens a search that finds no user. */
async function openSearch(query: string, stubs: Stubs = {}) {
  return await openPage(`/users?q=${query}`, {
    "GET /organizations/:organizationId/users": listOf([]),
    ...stubs,
  });
}

test("a search that finds only an invited person shows the invitation, and sends it again", async () => {
  let sent = 0;
  await openSearch("elif", {
    "GET /me": mayResend,
    "GET /organizations/:organizationId/invitations": ({ query }) =>
      listOf(query.get("status") === "pending" && query.get("query") === "elif" ? [elif] : []),
    "POST /organizations/:organizationId/invitations/:invitationId/resend": () => {
      sent += 1;
      return { ...elif, delivery: "queued" };
    },
  });
  await expect.element(page.getByRole("heading", { name: "Invited, not joined yet" })).toBeVisible();
  await expect.element(page.getByText("Nobody matches elif")).not.toBeInTheDocument();
  await resend.click();
  await expect.element(page.getByText(/An e-mail with a new link is being sent to elif/)).toBeVisible();
  expect(sent).toBe(1);
});

test("without the right to send invitations, or above the grant ceiling, Resend isn't offered", async () => {
  const roles = [createRole({ permissions: ["campaigns:approve"] })];
  await openSearch("elif", {
    "GET /me": createMe(["users:view", "invitations:view", "invitations:send", "roles:view"]),
    "GET /organizations/:organizationId/roles": listOf(roles),
    "GET /organizations/:organizationId/invitations": listOf([
      { ...elif, roles: [{ id: "marketer", name: "Marketer" }] },
    ]),
  });
  await expect.element(page.getByRole("link", { name: "Elif Demirci" })).toBeVisible();
  await expect.element(page.getByText(/Marketer · expires/)).toBeVisible();
  await expect.element(resend).not.toBeInTheDocument();
});

test("a search without matches suggests names that differ in a letter or two", async () => {
  await openSearch("bejnamin&status=active", {
    "GET /organizations/:organizationId/users/suggestions": ({ query }) => ({
      items: query.get("query") === "bejnamin" ? ["Benjamin"] : [],
    }),
  });
  await expect.element(page.getByText("Nobody matches bejnamin")).toBeVisible();
  await page.getByRole("link", { name: "Benjamin" }).click();
  await expect.element(page.getByText("Nobody matches Benjamin")).toBeVisible();
  expect(location.search).toBe("?q=Benjamin");
});

test("Export downloads what the list shows, for those who may export", async () => {
  await openSearch("elif&status=active", { "GET /me": mayResend });
  await expect
    .element(page.getByRole("link", { name: "Export" }))
    .toHaveAttribute(
      "href",
      "/api/v1/organizations/organization/users/export?query=elif&status=active&language=en",
    );
});

test("Export isn't offered without the permission", async () => {
  await openSearch("elif");
  await expect.element(page.getByText("Nobody matches elif")).toBeVisible();
  await expect.element(page.getByRole("link", { name: "Export" })).not.toBeInTheDocument();
});

test("the palette finds invited people and sends the invitation again", async () => {
  await openSearch("nobody", {
    "GET /me": mayResend,
    "GET /organizations/:organizationId/invitations": ({ query }) =>
      listOf(query.get("query") === "elif" ? [elif] : []),
    "POST /organizations/:organizationId/invitations/:invitationId/resend": () => ({
      ...elif,
      delivery: "queued",
    }),
  });
  await expect.element(page.getByText("Nobody matches nobody")).toBeVisible();
  await press("Control+k");
  await page.getByRole("combobox").fill("elif");
  await expect.element(page.getByRole("option", { name: /^Elif Demirci/ })).toBeVisible();
  await page.getByRole("option", { name: "Resend the invitation to elif@lodos.example" }).click();
  await expect.element(page.getByText(/An e-mail with a new link is being sent to elif/)).toBeVisible();
});

test("the palette suggests near names and answers who can do something", async () => {
  await openSearch("nobody", {
    "GET /organizations/:organizationId/users/suggestions": ({ query }) => ({
      items: query.get("query") === "bejnamin" ? ["Benjamin"] : [],
    }),
    "GET /organizations/:organizationId/permissions/:permission/users": listOf([]),
  });
  await expect.element(page.getByText("Nobody matches nobody")).toBeVisible();
  await press("Control+k");
  await page.getByRole("combobox").fill("bejnamin");
  await expect.element(page.getByRole("group", { name: "Did you mean" })).toBeVisible();
  await page.getByRole("combobox").fill("approve");
  await page.getByRole("option", { name: "Who can: Campaigns · Approve" }).click();
  await expect.element(page.getByRole("heading", { level: 1, name: "Who can…" })).toBeVisible();
  expect(location.search).toBe("?permission=campaigns%3Aapprove");
});

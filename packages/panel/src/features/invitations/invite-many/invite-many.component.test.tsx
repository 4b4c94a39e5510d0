import type { InvitationView, SendInvitations } from "@gatehouse/sdk/contract";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { allPermissions, createMe, createRole, listOf } from "../../../../test/fixtures.ts";
import { openPage } from "../../../../test/render.tsx";
import type { Stubs } from "../../../../test/stub-api.ts";
import firstRowTypo from "../sheet/fixtures/first-row-typo.csv?raw";
import google from "../sheet/fixtures/google.csv?raw";
import roleWithComma from "../sheet/fixtures/role-with-comma.csv?raw";
import unclosedQuote from "../sheet/fixtures/unclosed-quote.csv?raw";
import workEmail from "../sheet/fixtures/work-email.csv?raw";

const roles = ["Viewer", "Marketer", "Sales", "EMEA", "Sales, EMEA"].map((name) =>
  createRole({ id: name, name }),
);
const list = page.getByRole("textbox", { name: "People" });
const check = page.getByRole("button", { name: /^Check/ });
const people = page.getByRole("list", { name: "People in the list" });
const column = (name: string) => page.getByRole("button", { name: new RegExp(`^${name} `) });

type Sent = SendInvitations["invitations"];

async function openInviteMany(stubs: Stubs = {}) {
  const sent: Sent[] = [];
  await openPage("/invitations/new", {
    "GET /me": { ...createMe([...allPermissions, "invitations:send"]), mail: "files" },
    "GET /organizations/:organizationId": () => new Response(null, { status: 403 }),
    "GET /organizations/:organizationId/roles": listOf(roles),
    "POST /organizations/:organizationId/invitations/check": ({ body }) => ({
      results: (body as SendInvitations).invitations.map(({ email }) => ({
        email,
        status: "ready" as const,
      })),
    }),
    "POST /organizations/:organizationId/invitations": ({ body }) => {
      const { invitations } = body as SendInvitations;
      sent.push(invitations);
      return {
        results: invitations.map(({ email }, index) =>
          index === 2
            ? { email, status: "already-user" as const, userId: "elif", code: "invitations/already-user" }
            : { email, status: "created" as const, invitation: createInvitation(email) },
        ),
      };
    },
    ...stubs,
  });
  await expect.element(list).toBeVisible();
  return sent;
}

function createInvitation(email: string): InvitationView {
  const at = "2026-03-03T10:00:00.000Z";
  return {
    id: `i-${email}`,
    email,
    roles: [{ id: "Viewer", name: "Viewer" }],
    status: "pending",
    delivery: "not-configured",
    invitedBy: { type: "user", id: "olive", name: "Olive Brandt" },
    createdAt: at,
    expiresAt: at,
    lastSentAt: null,
  };
}

async function checkList(text: string): Promise<void> {
  await list.fill(text);
  await check.click();
}

test("columns are shown with what they contain, and the roles of the file are used", async () => {
  const sent = await openInviteMany();
  await list.fill(workEmail);
  await expect.element(column("Name")).toHaveTextContent("Name");
  await expect.element(column("Work Email")).toHaveTextContent("E-mail");
  await expect.element(column("Role")).toHaveTextContent("Roles");
  await expect.element(page.getByText("2 people found")).toBeVisible();
  await check.click();
  await page.getByRole("button", { name: "Create 2 invitations" }).click();
  await expect.element(page.getByRole("heading", { name: "2 invitations created" })).toBeVisible();
  expect(sent).toEqual([
    [
      { email: "ada1@example.com", name: "Ada", roleIds: ["Viewer"] },
      { email: "bob1@example.com", name: "Bob", roleIds: ["Viewer"] },
    ],
  ]);
});

test("the roles of a list can end, some days after joining or on a day", async () => {
  const checked: unknown[] = [];
  const sent = await openInviteMany({
    "POST /organizations/:organizationId/invitations/check": ({ body }) => {
      checked.push(body);
      return {
        results: (body as SendInvitations).invitations.map(({ email }) => ({
          email,
          status: "ready" as const,
        })),
      };
    },
  });
  await list.fill(workEmail);
  const end = page.getByRole("button", { name: /^Access lasts/ });
  await end.click();
  await page.getByRole("option", { name: "Until a date" }).click();
  await check.click();
  await expect.element(page.getByRole("link", { name: "Choose today or a later day" })).toBeVisible();
  await end.click();
  await page.getByRole("option", { name: "30 days from joining" }).click();
  await check.click();
  await page.getByRole("button", { name: "Create 2 invitations" }).click();
  await expect.element(page.getByRole("heading", { name: "2 invitations created" })).toBeVisible();
  const invitations = [
    { email: "ada1@example.com", name: "Ada", roles: [{ id: "Viewer", forDays: 30 }] },
    { email: "bob1@example.com", name: "Bob", roles: [{ id: "Viewer", forDays: 30 }] },
  ];
  expect(sent).toEqual([invitations]);
  expect(checked).toEqual([{ invitations: invitations.map(({ name: _, ...one }) => one) }]);
});

test("a column that isn't understood is asked before anything is checked", async () => {
  await openInviteMany();
  await list.fill("Team;E-mail;Yetki\nRed;a@x.com;Viewer");
  await check.click();
  const question = (name: string) =>
    page.getByRole("link", { name: `Choose what the column “${name}” contains` });
  await expect.element(question("Team")).toBeVisible();
  await question("Yetki").click();
  await expect.element(column("Yetki")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await page.getByRole("option", { name: "Roles" }).click();
  await column("Team").click();
  await page.getByRole("option", { name: "Ignore" }).click();
  await check.click();
  await expect.element(people.getByRole("listitem")).toHaveTextContent("a@x.comViewerReady");
});

test("a second column of addresses takes the place of the first one", async () => {
  await openInviteMany();
  await list.fill(google);
  await expect.element(column("Recovery Email")).toHaveTextContent("Ignore");
  await column("Recovery Email").click();
  await page.getByRole("option", { name: "E-mail" }).click();
  await expect.element(column("Email Address \\[Required\\]")).toHaveTextContent("Ignore");
});

test("a first row that may be titles or a person is asked, and no row is lost", async () => {
  await openInviteMany();
  await list.fill("Collega;Contatto\nAda;a@x.com");
  await check.click();
  await expect
    .element(page.getByRole("alert").getByText("Choose whether the first row has titles or is a person"))
    .toBeVisible();
  await page.getByRole("radio", { name: "Titles of columns" }).click();
  await expect.element(page.getByText("1 person found")).toBeVisible();
  await page.getByRole("radio", { name: "A person" }).click();
  await expect.element(page.getByText("2 people found")).toBeVisible();
});

test("a faulty first row is shown with its reason", async () => {
  await openInviteMany();
  await list.fill(firstRowTypo);
  await page.getByRole("checkbox", { name: "Viewer" }).click();
  await check.click();
  await expect.element(people).toBeVisible();
  expect(people.getByRole("listitem").elements()).toHaveLength(2);
  await expect
    .element(people.getByText("ada3.example.com needs an @ with text before and after it"))
    .toBeVisible();
});

test("an open quote is named by its line, and nobody can be checked", async () => {
  await openInviteMany();
  await checkList(unclosedQuote);
  await expect.element(page.getByRole("alert").getByText(/^Line 2 has a quotation mark/)).toBeVisible();
  await expect.element(people).not.toBeInTheDocument();
});

test("a role whose name has a comma is one role", async () => {
  const sent = await openInviteMany();
  await checkList(roleWithComma);
  await page.getByRole("button", { name: "Create invitation" }).click();
  await expect.element(page.getByRole("heading", { name: "1 invitation created" })).toBeVisible();
  expect(sent[0]?.map(({ roleIds }) => roleIds)).toEqual([["Sales, EMEA"]]);
});

test("without a mail server all links can be copied; results link to invitations and users", async () => {
  const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await openInviteMany({
    "POST /organizations/:organizationId/invitations/links": ({ body }) => ({
      results: (body as { invitationIds: string[] }).invitationIds.map((invitationId) => ({
        invitationId,
        status: "done" as const,
        url: `https://panel.example/accept#${invitationId}`,
      })),
    }),
  });
  await checkList("E-mail,Roles\na@x.com,Viewer\nb@x.com,Viewer\nelif@x.com,Viewer");
  await page.getByRole("button", { name: "Create 3 invitations" }).click();
  await page.getByRole("button", { name: "Copy all links" }).click();
  await expect.element(page.getByText("2 links copied")).toBeVisible();
  expect(writeText).toHaveBeenCalledExactlyOnceWith(
    "a@x.com\thttps://panel.example/accept#i-a@x.com\nb@x.com\thttps://panel.example/accept#i-b@x.com",
  );
  await expect
    .element(page.getByRole("link", { name: "a@x.com" }))
    .toHaveAttribute("href", "/invitations?q=a%40x.com");
  await expect
    .element(page.getByRole("link", { name: "Open the user" }))
    .toHaveAttribute("href", "/users/elif");
  await expect
    .element(page.getByRole("link", { name: "See all pending invitations" }))
    .toHaveAttribute("href", "/invitations");
});

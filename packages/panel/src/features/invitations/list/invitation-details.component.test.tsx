import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { allPermissions, createInvitation, createMe, createRole, listOf } from "../../../../test/fixtures.ts";
import { openPage } from "../../../../test/render.tsx";
import type { Stubs } from "../../../../test/stub-api.ts";

const dialog = page.getByRole("dialog");
const events = "GET /organizations/:organizationId/audit-events";
const at = "2026-03-03T10:00:00.000Z";
const failed = createInvitation("elif@lodos.example", {
  name: "Elif Demirci",
  roles: [{ id: "viewer", name: "Viewer" }],
  delivery: "failed",
  deliveryError: "550 No such mailbox here",
});
const expired = createInvitation("omar@lodos.example", { status: "expired" });
const senders = createMe([...allPermissions, "invitations:send", "invitations:revoke"]);
const list = (...invitations: readonly (typeof failed)[]): Stubs => ({
  "GET /me": senders,
  "GET /organizations/:organizationId/invitations": listOf(invitations),
  "GET /organizations/:organizationId/roles": listOf([createRole({ id: "viewer", name: "Viewer" })]),
  [events]: ({ query }) => {
    expect(query.get("target")).toBe(invitations[0]?.id);
    const target = { type: "invitation", id: failed.id, name: failed.email };
    const actor = { type: "user", id: "olive", name: "Olive Brandt" } as const;
    const event = { id: "event", sequence: 1, at, action: "invitations.created", actor, target, changes: [] };
    return listOf([{ ...event, ip: null, userAgent: null, hash: "0" } as never]);
  },
});

test("a click beside the address opens everything about an invitation, and Escape returns to its row", async () => {
  await openPage("/invitations", list(failed));
  await page.getByRole("row", { name: /elif/ }).getByText("Olive Brandt").click();
  await expect.element(dialog.getByRole("heading", { name: failed.email })).toBeVisible();
  await expect.element(dialog.getByText("Pending")).toBeVisible();
  await expect.element(dialog.getByText("550 No such mailbox here")).toBeVisible();
  await expect.element(dialog.getByRole("listitem").getByText(/^Olive Brandt/)).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
});

test("by keyboard: Enter on the address opens it, an action closes it and says what happened", async () => {
  const sent: string[] = [];
  await openPage("/invitations", {
    ...list(failed),
    "POST /organizations/:organizationId/invitations/:invitationId/resend": () => {
      sent.push("resend");
      return { ...failed, delivery: "queued" };
    },
  });
  const row = page.getByRole("button", { name: /^elif@lodos.example/ });
  await expect.element(row).toBeVisible();
  row.element().focus();
  await userEvent.keyboard("{Enter}");
  await dialog.getByRole("button", { name: "Send again" }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(page.getByText(/is being sent to elif@lodos.example/)).toBeVisible();
  expect(sent).toEqual(["resend"]);
});

test("an expired invitation has no link to copy", async () => {
  await openPage("/invitations?tab=expired", list(expired));
  await page.getByRole("button", { name: /^omar@lodos.example/ }).click();
  await expect.element(dialog.getByRole("button", { name: "Send again" })).toBeVisible();
  await expect.element(dialog.getByRole("button", { name: "Copy link" })).not.toBeInTheDocument();
});

test("without permission there is no history and no action", async () => {
  const permissions = allPermissions.filter((one) => one !== "audit:view");
  await openPage("/invitations?tab=expired", { ...list(expired), "GET /me": createMe(permissions) });
  await page.getByRole("button", { name: /^omar@lodos.example/ }).click();
  await expect.element(dialog.getByText("Expired")).toHaveLength(2);
  await expect.element(dialog.getByRole("heading", { name: "History" })).not.toBeInTheDocument();
  expect(
    dialog
      .getByRole("button")
      .elements()
      .map((button) => button.getAttribute("aria-label")),
  ).toEqual(["Close"]);
});

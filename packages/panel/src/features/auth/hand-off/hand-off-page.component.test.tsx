/** What a person sees on the way to a panel whose organization has rules that they don't meet. */
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { openPage, press } from "../../../../test/render.tsx";
import { noContent, type Stubs } from "../../../../test/stub-api.ts";

const visit =
  "/hand-off?organization=00000000-0000-4000-8000-000000000001&origin=https%3A%2F%2Fpanel.example&state=abc";
const params = { organization: "Lodos Retail" };

/** Opens the page; the server answers the hand-off with a problem. */
const openHandOff = (status: number, code: string, stubs: Stubs = {}) =>
  openPage(visit, {
    "POST /organizations/:organizationId/hand-offs": () =>
      Response.json(
        { status, code, title: "", detail: "", params },
        { status, headers: { "content-type": "application/problem+json" } },
      ),
    "GET /sessions/status": { session: null, needsSetup: false, lostAccess: null },
    ...stubs,
  });

test.each(["auth/two-factor-required", "auth/network", "auth/password-expired"])(
  "%s leads to Gatehouse, which says what to do, and not back to the sign-in",
  async (code) => {
    await openHandOff(403, code);
    await expect.element(page.getByRole("heading", { name: "One step before you continue" })).toBeVisible();
    await expect.element(page.getByText(/^You don’t meet a rule of Lodos Retail yet/)).toBeVisible();
    await expect
      .element(page.getByRole("link", { name: "Open Gatehouse" }))
      .toHaveAttribute("href", expect.stringMatching(/^\/$/));
  },
);

test("a session that is too old for the organization is ended before the person signs in again", async () => {
  const ended: string[] = [];
  await openHandOff(401, "auth/required", {
    "DELETE /sessions/current": () => {
      ended.push("ended");
      return new Promise<Response>(() => undefined); // the page reloads afterwards
    },
  });
  await expect.element(page.getByRole("heading", { name: "Sign in again" })).toBeVisible();
  await expect
    .element(page.getByText("Lodos Retail asks people to sign in again after a while."))
    .toBeVisible();
  await press("Tab");
  await expect.element(page.getByRole("button", { name: "Sign in again" })).toHaveFocus();
  await press("Enter");
  await expect.poll(() => ended).toEqual(["ended"]);
});

test("without an organization in the answer the person signs in first", async () => {
  await openPage(visit, {
    "POST /organizations/:organizationId/hand-offs": () =>
      Response.json(
        { status: 401, code: "auth/required", title: "", detail: "" },
        { status: 401, headers: { "content-type": "application/problem+json" } },
      ),
    "GET /sessions/status": { session: null, needsSetup: false, lostAccess: null },
    "DELETE /sessions/current": noContent,
  });
  await expect.element(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
});

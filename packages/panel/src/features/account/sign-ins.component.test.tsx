import type { SignInEntry } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { listOf } from "../../../test/fixtures.ts";
import { openPage } from "../../../test/render.tsx";
import { noContent, problem } from "../../../test/stub-api.ts";

const entry = (more: Partial<SignInEntry>): SignInEntry => ({
  at: "2026-03-02T09:30:00.000Z",
  method: "password",
  outcome: "success",
  ip: "192.0.2.1",
  userAgent: "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
  ...more,
});

test("lists sign-ins with device, address and method, marks failures, and loads older ones", async () => {
  const total = { count: 3, exact: true };
  const first = [
    entry({ outcome: "second-factor-pending" }),
    entry({ method: "passkey", outcome: "failure", ip: null, userAgent: null }),
  ];
  await openPage("/account", {
    "GET /me/sessions": listOf([]),
    "GET /me/sign-ins": ({ query }) =>
      query.get("cursor") === "older"
        ? { items: [entry({ method: "totp" })], nextCursor: null, total }
        : { items: first, nextCursor: "older", total },
  });
  const rows = page.getByRole("list", { name: "Your sign-ins" }).getByRole("listitem");
  const texts = [
    ["Chrome, Windows192.0.2.1 · with the password", "Second step asked"],
    ["Unknown deviceUnknown address · with a passkey", "Failed"],
  ];
  await expect.element(rows.nth(1)).toBeVisible();
  for (const [row, parts] of texts.entries())
    for (const part of parts) expect(rows.nth(row).element().textContent).toContain(part);
  await page.getByRole("button", { name: "Show older" }).click();
  await expect.element(rows.nth(2)).toBeVisible();
  expect(rows.nth(2).element().textContent).toContain("with a code of the authenticator app");
  expect(page.getByRole("button", { name: "Show older" }).elements()).toHaveLength(0);
});

test("the page of “That wasn’t me” changes nothing until its button is pressed, and explains a used link", async () => {
  const sent: unknown[] = [];
  let answer: () => Response = noContent;
  const open = () =>
    openPage("/secure-account#abc", {
      "POST /sign-ins/report": ({ body }) => {
        sent.push(body);
        return answer();
      },
    });
  await open();
  const button = page.getByRole("button", { name: "Secure my account" });
  await expect.element(button).toBeVisible();
  expect(sent).toEqual([]);
  answer = () => problem(410, "sign-ins/used");
  await button.click();
  await expect.element(page.getByRole("heading", { name: "This link was used already" })).toBeVisible();
  await expect.element(page.getByRole("link", { name: "Send a new link" })).toBeVisible();
  expect(sent).toEqual([{ token: "abc" }]);
});

import type { PasskeyView } from "@gatehouse/sdk/contract";
import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { createMe, createSecurity } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { noContent, type Stubs } from "../../../../test/stub-api.ts";
import { stubbedCredentials, stubPasskeys } from "../../../../test/stub-passkeys.ts";

const laptop: PasskeyView = {
  id: "laptop",
  name: "Laptop",
  createdAt: "2026-03-02T09:00:00.000Z",
  lastUsedAt: null,
  backedUp: false,
};
const phone: PasskeyView = { ...laptop, id: "phone", name: "Phone", backedUp: true };

const creationOptions = {
  rp: { id: "localhost", name: "Gatehouse" },
  user: { id: "AAAA", name: "olive@lodos.example", displayName: "Olive Brandt" },
  challenge: "AAAA",
  pubKeyCredParams: [{ type: "public-key" as const, alg: -7 }],
  timeout: 300_000,
  excludeCredentials: [],
  authenticatorSelection: {
    residentKey: "required" as const,
    requireResidentKey: true as const,
    userVerification: "required" as const,
  },
  attestation: "none" as const,
};

/** Opens My account with these passkeys. Records the requests that change something. */
async function openPasskeys(
  passkeys: readonly PasskeyView[],
  stubs: Stubs = {},
  language: "en" | "tr" = "en",
) {
  const sent: unknown[] = [];
  const me = createMe();
  await openPage("/account", {
    "GET /me": { ...me, account: { ...me.account, language } },
    "GET /me/sessions": { items: [] },
    "GET /me/security": {
      ...createSecurity(),
      passkeys: [...passkeys],
      recoveryCodesLeft: 9,
    },
    "PATCH /me/passkeys/:passkeyId": ({ body }) => {
      sent.push(body);
      return { ...laptop, ...(body as { name: string }) };
    },
    "DELETE /me/passkeys/:passkeyId": () => {
      sent.push("removed");
      return noContent();
    },
    "POST /me/passkeys/options": creationOptions,
    "POST /me/passkeys": ({ body }) => {
      sent.push(body);
      return Response.json({ ...laptop, recoveryCodes: ["k7m2p-9xq4r"] }, { status: 201 });
    },
    ...stubs,
  });
  return sent;
}

const dialog = page.getByRole("dialog");

test("lists passkeys: where they are, when they were added and used", async () => {
  await openPasskeys([laptop, { ...phone, lastUsedAt: "2026-03-03T10:00:00.000Z" }]);
  const rows = page.getByRole("list", { name: "Your passkeys" }).getByRole("listitem");
  await expect.element(rows.nth(0).getByText(/^On one device · added .*2026 · never used$/)).toBeVisible();
  await expect.element(rows.nth(1).getByText(/^Synced to your devices · added .* · last used/)).toBeVisible();
});

test("renames a passkey", async () => {
  const sent = await openPasskeys([laptop]);
  await page.getByRole("button", { name: "Rename Laptop" }).click();
  const name = dialog.getByRole("textbox", { name: "Name" });
  await expect.element(name).toHaveFocus();
  await name.fill(" ");
  await press("Enter");
  await expect.element(name).toHaveAccessibleDescription(/^Enter a name/);
  await name.fill("Work laptop");
  await press("Enter");
  await expect.element(page.getByText("The passkey is called “Work laptop” now")).toBeVisible();
  expect(sent).toEqual([{ name: "Work laptop" }]);
});

test("confirms the person before a passkey is renamed", async () => {
  let isFresh = false;
  const sent: unknown[] = [];
  await openPasskeys([laptop], {
    "PATCH /me/passkeys/:passkeyId": ({ body }) => {
      if (!isFresh)
        return Response.json(
          {
            status: 403,
            code: "auth/step-up",
            title: "",
            detail: "",
            params: { methods: ["recovery-code"] },
          },
          { status: 403, headers: { "content-type": "application/problem+json" } },
        );
      sent.push(body);
      return { ...laptop, ...(body as { name: string }) };
    },
    "POST /sessions/current/step-up": () => {
      isFresh = true;
      return noContent();
    },
  });
  await page.getByRole("button", { name: "Rename Laptop" }).click();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Work laptop");
  await press("Enter");
  await dialog.getByRole("textbox", { name: "Recovery code" }).fill("aaaa1-bbbbb");
  await press("Enter");
  await expect.element(page.getByText("The passkey is called “Work laptop” now")).toBeVisible();
  expect(sent).toEqual([{ name: "Work laptop" }]);
});

test.each([
  ["the last one", [laptop], /Your password alone is enough then, and your recovery codes stop working/],
  ["one of two", [laptop, phone], /^You can’t sign in with it any more. Delete it/],
] as const)("says what removing %s means, and removes it", async (_, passkeys, consequence) => {
  const sent = await openPasskeys(passkeys);
  await page.getByRole("button", { name: "Remove Laptop" }).click();
  const question = page.getByRole("alertdialog", { name: "Remove the passkey “Laptop”?" });
  await expect.element(question.getByText(consequence)).toBeVisible();
  await question.getByRole("button", { name: "Remove passkey" }).click();
  await expect.element(page.getByText("The passkey “Laptop” is removed")).toBeVisible();
  expect(sent).toEqual(["removed"]);
});

test("adds a passkey: cancelling keeps the name, and the first one brings recovery codes", async () => {
  const sent = await openPasskeys([]);
  stubPasskeys(["NotAllowedError", "responds"]);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const name = dialog.getByRole("textbox", { name: "Name" });
  await expect.element(name).toHaveFocus();
  await name.fill("My phone");
  await press("Enter");
  await expect.element(dialog.getByText(/^This was cancelled, or it took too long/)).toBeVisible();
  await expect.element(name).toHaveValue("My phone");
  await dialog.getByRole("button", { name: "Create passkey" }).click();
  await expect.element(dialog.getByText("The passkey is added. Save your recovery codes")).toBeVisible();
  await expect.element(dialog.getByLabelText("Recovery codes", { exact: true })).toHaveValue("k7m2p-9xq4r");
  expect(sent).toEqual([{ name: "My phone", credential: stubbedCredentials.created }]);
});

test.each([
  ["en", "This browser doesn’t support passkeys. Use a newer one."],
  ["tr", "Bu tarayıcı geçiş anahtarlarını desteklemiyor. Daha yeni bir tarayıcı kullanın."],
] as const)("says in “%s” why none can be added", async (language, text) => {
  vi.stubGlobal("PublicKeyCredential", undefined);
  await openPasskeys([], {}, language);
  await expect.element(page.getByText(text)).toBeVisible();
  await expect
    .element(page.getByRole("button", { name: /Add a passkey|Geçiş anahtarı ekle/ }))
    .not.toBeInTheDocument();
});

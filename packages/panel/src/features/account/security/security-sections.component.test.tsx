import type { SecurityView } from "@gatehouse/sdk/contract";
import { expect, onTestFinished, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createSecurity } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { noContent, problem, type Stubs } from "../../../../test/stub-api.ts";

const codes = Array.from({ length: 10 }, (_, index) => `aaaa${index}-bbbbb`);
const protectedAccount: SecurityView = {
  ...createSecurity(),
  totp: { enabledAt: "2026-03-03T10:00:00.000Z" },
  recoveryCodesLeft: 10,
};

/** Opens My account. `state` is what GET /me/security returns, and may change. */
async function openAccount(state: { security: SecurityView }, stubs: Stubs = {}) {
  await openPage("/account", {
    "GET /me/sessions": { items: [] },
    "GET /me/security": () => state.security,
    ...stubs,
  });
}

const region = (name: string) => page.getByRole("region", { name });
const dialog = (name: string) => page.getByRole("dialog", { name });

test("sets up an app: QR code, key, first code, then the recovery codes", async () => {
  const state = { security: createSecurity() };
  const sent: unknown[] = [];
  await openAccount(state, {
    "POST /me/totp": {
      secret: "GEZDGNBVGY3TQOJQ",
      uri: "otpauth://totp/Gatehouse:olive?secret=GEZDGNBVGY3TQOJQ",
    },
    "POST /me/totp/confirm": ({ body }) => {
      sent.push(body);
      if ((body as { code: string }).code !== "123456")
        return problem(422, "second-factors/wrong-code", ["code"]);
      state.security = protectedAccount;
      return { recoveryCodes: codes };
    },
  });
  await region("Authenticator app").getByRole("button", { name: "Set up" }).click();
  const setUp = dialog("Set up an authenticator app");
  await expect.element(setUp.getByRole("img", { name: "QR code for the authenticator app" })).toBeVisible();
  await expect.element(setUp.getByRole("textbox", { name: "Key" })).toHaveValue("GEZD GNBV GY3T QOJQ");
  const code = setUp.getByRole("textbox", { name: "Code", exact: true });
  await expect.element(code).toHaveAttribute("autocomplete", "one-time-code");
  await code.fill("000000");
  await press("Enter");
  await expect.element(code).toHaveAccessibleDescription(/^This isn’t the code that the app shows now/);
  await code.fill("123456");
  await press("Enter");

  const saved = dialog("The app is set up. Save your recovery codes");
  await expect.element(saved.getByRole("textbox", { name: "Recovery codes" })).toHaveValue(codes.join("\n"));
  await expect.element(saved.getByRole("button", { name: "Copy Recovery codes" })).toHaveFocus();
  await saved.getByRole("button", { name: "I have saved them" }).click();
  await expect.element(region("Authenticator app").getByRole("button", { name: "Turn off…" })).toBeVisible();
  await expect.element(region("Recovery codes").getByText(/^10 of 10 codes are left/)).toBeVisible();
  expect(sent).toEqual([{ code: "000000" }, { code: "123456" }]);
});

test("changes the app for another one: the present one works until the new code is entered", async () => {
  const state = { security: protectedAccount };
  await openAccount(state, {
    "POST /me/totp": {
      secret: "GEZDGNBVGY3TQOJQ",
      uri: "otpauth://totp/Gatehouse:olive?secret=GEZDGNBVGY3TQOJQ",
    },
    "POST /me/totp/confirm": () => ({}),
  });
  await region("Authenticator app").getByRole("button", { name: "Change app…" }).click();
  const change = dialog("Change the authenticator app");
  await expect.element(change.getByText(/^The app that you have works until/)).toBeVisible();
  await change.getByRole("textbox", { name: "Code", exact: true }).fill("123456");
  await change.getByRole("button", { name: "Change app" }).click();
  await expect.element(page.getByText("The authenticator app is changed")).toBeVisible();
  expect(change.elements()).toHaveLength(0);
});

test("recovery codes can be downloaded and printed", async () => {
  await openAccount({ security: protectedAccount }, { "POST /me/recovery-codes": { recoveryCodes: codes } });
  await region("Recovery codes").getByRole("button", { name: "Create new codes…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Create new codes" }).click();
  const shown = dialog("Your new recovery codes");
  const files: Blob[] = [];
  const createUrl = vi.spyOn(URL, "createObjectURL").mockImplementation((file) => {
    files.push(file as Blob);
    return "blob:test";
  });
  const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  const append = vi.spyOn(document.body, "append");
  onTestFinished(() => {
    for (const spy of [createUrl, click, append]) spy.mockRestore();
  });
  await shown.getByRole("button", { name: "Download" }).click();
  const text = (await files[0]?.text()) ?? "";
  expect(text).toContain("Gatehouse recovery codes for olive@lodos.example");
  for (const code of codes) expect(text).toContain(code);
  append.mockImplementation((...nodes) => {
    Element.prototype.append.apply(document.body, nodes);
    const [frame] = nodes;
    if (frame instanceof HTMLIFrameElement && frame.contentWindow !== null)
      frame.contentWindow.print = () => undefined;
  });
  await shown.getByRole("button", { name: "Print" }).click();
  const frame = document.querySelector("iframe[hidden]") as HTMLIFrameElement | null;
  expect(frame?.contentDocument?.body.textContent).toBe(text);
  frame?.contentWindow?.dispatchEvent(new Event("afterprint"));
  expect(document.querySelector("iframe[hidden]")).toBeNull();
});

test.each([
  [3, false],
  [2, true],
  [0, true],
])("with %i codes left, a warning is shown: %s", async (left, isWarned) => {
  await openAccount({ security: { ...protectedAccount, recoveryCodesLeft: left } });
  await expect.element(region("Recovery codes")).toBeVisible();
  expect(
    region("Recovery codes")
      .getByText(/^Create new codes, so that/)
      .elements(),
  ).toHaveLength(isWarned ? 1 : 0);
});

test("turning off asks first, and for the second factor when the last authentication is too old", async () => {
  const state = { security: protectedAccount };
  let isFresh = false;
  const sent: unknown[] = [];
  await openAccount(state, {
    "DELETE /me/totp": () => {
      if (!isFresh)
        return Response.json(
          {
            status: 403,
            code: "auth/step-up",
            title: "",
            detail: "",
            params: { methods: ["totp", "recovery-code"] },
          },
          { status: 403, headers: { "content-type": "application/problem+json" } },
        );
      state.security = createSecurity();
      return noContent();
    },
    "POST /sessions/current/step-up": ({ body }) => {
      sent.push(body);
      isFresh = true;
      return noContent();
    },
  });
  await region("Authenticator app").getByRole("button", { name: "Turn off…" }).click();
  const question = page.getByRole("alertdialog", { name: "Turn off the authenticator app?" });
  await expect.element(question.getByText(/^Your password alone is enough/)).toBeVisible();
  await question.getByRole("button", { name: "Turn off" }).click();
  const stepUp = dialog("Confirm that it is you");
  const code = stepUp.getByRole("textbox", { name: "Code", exact: true });
  await expect.element(code).toHaveFocus();
  await stepUp.getByRole("button", { name: "Use a recovery code" }).click();
  await stepUp.getByRole("textbox", { name: "Recovery code" }).fill("aaaa1-bbbbb");
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByText("The authenticator app is turned off")).toBeVisible();
  await expect.element(region("Authenticator app").getByRole("button", { name: "Set up" })).toBeVisible();
  expect(region("Recovery codes").elements()).toHaveLength(0);
  expect(sent).toEqual([{ recoveryCode: "aaaa1-bbbbb" }]);
});

/** Renders components and pages of the panel in component tests. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { onTestFinished, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { createPanelContext } from "../src/app/context.ts";
import { createPanelRouter } from "../src/app/router.ts";
import { setSignedInHint } from "../src/lib/storage/storage.ts";
import "../src/ui/fonts/fonts.css";
import "../src/ui/tokens.css";
import "../src/ui/base.css";
import { catalogue, createMe, createSecurity, listOf } from "./fixtures.ts";
import { type StubbedApi, type Stubs, stubApi } from "./stub-api.ts";

/** Renders a component of `ui/` until the test is finished. */
export async function render(node: ReactNode): Promise<void> {
  await createPanelContext(i18n);
  mount(node);
}

/** Opens a page of the panel, for instance `/users`, with a stubbed API. The account has every permission. */
export async function openPage(path: string, stubs: Stubs): Promise<StubbedApi> {
  const before = location.href;
  // Like a browser without passkeys, which asks for none by itself. Tests of passkeys have `stubPasskeys`.
  if (!("POST /sessions/passkey/options" in stubs || "POST /me/passkeys/options" in stubs))
    vi.stubGlobal("PublicKeyCredential", undefined);
  const none = { count: 0, exact: true };
  const api = stubApi({
    "GET /me": createMe(),
    "GET /me/security": createSecurity(),
    "GET /organizations/:organizationId/invitations/counts": {
      pending: none,
      expired: none,
      failed: none,
      accepted: none,
      revoked: none,
    },
    "GET /me/sign-ins": listOf([]),
    "GET /organizations/:organizationId/permissions": { groups: [...catalogue] },
    "GET /organizations/:organizationId/roles": listOf([]),
    "GET /organizations/:organizationId/invitations": listOf([]),
    "GET /organizations/:organizationId/users/suggestions": { items: [] },
    ...stubs,
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    history.replaceState(null, "", before);
    localStorage.clear();
    sessionStorage.clear();
    if (api.missing.length > 0) throw new Error(`Requests without a stub: ${api.missing.join(", ")}`);
  });
  history.replaceState(null, "", path);
  setSignedInHint(true);
  mount(<RouterProvider router={createPanelRouter(await createPanelContext(i18n))} />);
  return api;
}

function mount(node: ReactNode): void {
  const place = document.createElement("div");
  document.body.append(place);
  const root = createRoot(place);
  root.render(<I18nProvider i18n={i18n}>{node}</I18nProvider>);
  onTestFinished(() => {
    root.unmount();
    place.remove();
  });
}

/** Presses keys one after the other: `press("Tab", "ArrowDown", "Control+End")`. */
export async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const parts = key === "+" ? [key] : key.split("+");
    const held = parts.slice(0, -1).map((modifier) => `{${modifier}>}`);
    const released = parts.slice(0, -1).map((modifier) => `{/${modifier}}`);
    const last = parts.at(-1) ?? "";
    await userEvent.keyboard(
      `${held.join("")}${last === "Space" ? " " : last.length > 1 ? `{${last}}` : last}${released.join("")}`,
    );
  }
}

import type { SessionStatus } from "@gatehouse/sdk/contract";
import { createRoute, redirect } from "@tanstack/react-router";
import { rootRoute } from "../../app/parent-routes.ts";
import { PendingAuthLayout } from "../../app/route-fallbacks.tsx";
import { request } from "../../lib/api/request.ts";
import { lazyPage, loadModule } from "../../lib/load-module.ts";
import { safeNextPath } from "../../lib/navigation/next-path.ts";
import { setSignedInHint } from "../../lib/storage/storage.ts";
import type { HandOffSearch } from "./hand-off/hand-off.ts";

/** Sign-in; `next` is the address that was wanted. */
export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  // Named even when it is dropped: the router keeps parameters that a route says nothing about.
  validateSearch: (search: Record<string, unknown>): { readonly next?: string | undefined } => {
    const next = safeNextPath(search["next"]);
    return { next: next === "/" ? undefined : next };
  },
  beforeLoad: async ({ search }) => {
    const status = await readStatus();
    if (status !== null) setSignedInHint(status.session !== null);
    if (status?.session != null) throw redirect({ href: safeNextPath(search.next), replace: true });
    if (status?.needsSetup === true) throw redirect({ to: "/setup", replace: true });
    return { lostAccess: status?.lostAccess ?? null };
  },
  loader: ({ context }) => context.languages.need("sign-in"),
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./sign-in/sign-in-page.tsx"), "SignInPage"),
});

/** The form is shown whatever else fails; it will say why when it is sent. */
async function readStatus(): Promise<SessionStatus | null> {
  return request("GET /sessions/status").then(
    ({ body }) => body,
    () => null,
  );
}

/** First run: the page of the one-time set-up link that the server prints; the token is in the fragment. */
export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("setup"), languages.need("new-password")]).then(() => undefined),
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./setup/setup-page.tsx"), "SetupPage"),
});

/** Sign-in for a panel on another host. */
export const handOffRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/hand-off",
  validateSearch: (search: Record<string, unknown>): HandOffSearch => {
    const text = (name: string) => {
      const { [name]: value } = search;
      return typeof value === "string" && value !== "" ? value : undefined;
    };
    return {
      organization: text("organization"),
      origin: text("origin"),
      state: text("state"),
      to: text("to"),
      outcome: text("outcome"),
    };
  },
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps, location }) => {
    const { handOff } = await loadModule(() => import("./hand-off/hand-off.ts"));
    const [outcome] = await Promise.all([handOff(deps), context.languages.need("hand-off")]);
    if (outcome.is === "sign-in-first") throw redirect({ to: "/sign-in", search: { next: location.href } });
    return outcome;
  },
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./hand-off/hand-off-page.tsx"), "HandOffPage"),
});

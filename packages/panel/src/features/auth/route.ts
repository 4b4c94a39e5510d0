import type { SessionStatus } from "@gatehouse/sdk/contract";
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { PendingAuthLayout } from "../../../app/pending.tsx";
import { rootRoute } from "../../../app/root-route.ts";
import { request } from "../../../lib/api/request.ts";
import { safeNextPath } from "../../../lib/navigation/next-path.ts";
import { setSignedInHint } from "../../../lib/session/signed-in-hint.ts";

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
  },
  loader: ({ context }) => context.languages.need("sign-in"),
  pendingComponent: PendingAuthLayout,
  component: lazyRouteComponent(() => import("./sign-in-page.tsx"), "SignInPage"),
});

/** The form is shown whatever else fails; it will say why when it is sent. */
async function readStatus(): Promise<SessionStatus | null> {
  return request("GET /sessions/status").then(
    ({ body }) => body,
    () => null,
  );
}

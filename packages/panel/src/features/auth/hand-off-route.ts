import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { PendingAuthLayout } from "../../../app/pending.tsx";
import { rootRoute } from "../../../app/root-route.ts";
import type { HandOffSearch } from "./hand-off.ts";

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
    const { handOff } = await import("./hand-off.ts");
    const [outcome] = await Promise.all([handOff(deps), context.languages.need("hand-off")]);
    if (outcome.is === "sign-in-first") throw redirect({ to: "/sign-in", search: { next: location.href } });
    return outcome;
  },
  pendingComponent: PendingAuthLayout,
  component: lazyRouteComponent(() => import("./hand-off-page.tsx"), "HandOffPage"),
});

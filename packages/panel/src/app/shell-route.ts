import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PendingShell } from "./pending.tsx";
import { RootError } from "./root-error.tsx";
import { rootRoute } from "./root-route.ts";

/** The frame with sidebar; every page behind sign-in is its child. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    const { enterShell } = await import("./session/enter.ts");
    return enterShell(context, location.href);
  },
  pendingComponent: PendingShell,
  // Not the page's own, which counts on the frame round it.
  errorComponent: RootError,
  component: lazyRouteComponent(() => import("./shell/shell-frame.tsx"), "ShellFrame"),
});

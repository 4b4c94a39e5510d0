import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { RootError } from "./error-pages.tsx";
import { PendingShell } from "./pending.tsx";
import { rootRoute } from "./root-route.ts";

/** The shell with sidebar; every signed-in page is its child. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    const { loadShell } = await import("./load-shell.ts");
    return loadShell(context, location.href);
  },
  pendingComponent: PendingShell,
  // Not `PageError`, which must be inside the shell.
  errorComponent: RootError,
  component: lazyRouteComponent(() => import("./shell/shell-frame.tsx"), "ShellFrame"),
});

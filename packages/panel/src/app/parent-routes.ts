/** The routes that every page is a child of. */
import { createRootRouteWithContext, createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { PanelContext } from "./context.ts";
import { PendingShell, RootError } from "./route-fallbacks.tsx";

/** The root route. */
export const rootRoute = createRootRouteWithContext<PanelContext>()({
  errorComponent: RootError,
  notFoundComponent: lazyRouteComponent(() => import("./not-found-page.tsx"), "NotFoundPage"),
});

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

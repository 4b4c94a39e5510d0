/** The routes that every page is a child of. */
import { createRootRouteWithContext, createRoute } from "@tanstack/react-router";
import { lazyPage, loadModule } from "../lib/load-module.ts";
import type { PanelContext } from "./context.ts";
import { PendingShell, RootError } from "./route-fallbacks.tsx";

/** The root route. */
export const rootRoute = createRootRouteWithContext<PanelContext>()({
  errorComponent: RootError,
});

/** The shell with sidebar; every signed-in page is its child. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    const { loadShell } = await loadModule(() => import("./load-shell.ts"));
    return loadShell(context, location.href);
  },
  pendingComponent: PendingShell,
  // Not `PageError`, which must be inside the shell.
  errorComponent: RootError,
  component: lazyPage(() => import("./shell/shell-frame.tsx"), "ShellFrame"),
});

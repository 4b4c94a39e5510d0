import { createRootRouteWithContext, lazyRouteComponent } from "@tanstack/react-router";
import type { PanelContext } from "./context.ts";
import { RootError } from "./root-error.tsx";

/** The root of all routes. */
export const rootRoute = createRootRouteWithContext<PanelContext>()({
  errorComponent: RootError,
  notFoundComponent: lazyRouteComponent(
    () => import("../pages/not-found/not-found-page.tsx"),
    "NotFoundPage",
  ),
});

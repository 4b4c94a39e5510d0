import { createRootRouteWithContext, lazyRouteComponent } from "@tanstack/react-router";
import type { PanelContext } from "./context.ts";
import { RootError } from "./error-pages.tsx";

/** The root route. */
export const rootRoute = createRootRouteWithContext<PanelContext>()({
  errorComponent: RootError,
  notFoundComponent: lazyRouteComponent(() => import("./not-found-page.tsx"), "NotFoundPage"),
});

import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../../../app/parent-routes.ts";
import { PendingAuthLayout } from "../../../app/route-fallbacks.tsx";
import { lazyPage } from "../../../lib/load-module.ts";

/** Asking for the link to set a new password. */
export const forgotPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forgot-password",
  loader: ({ context }) => context.languages.need("recovery"),
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./recovery-pages.ts"), "ForgotPasswordPage"),
});

/** The page of a reset link; the token is in the fragment. */
export const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset",
  loader: ({ context: { languages } }) =>
    Promise.all([languages.need("recovery"), languages.need("new-password")]).then(() => undefined),
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./recovery-pages.ts"), "ResetPage"),
});

/** The page of the link that was sent to a new address. */
export const confirmEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/confirm-email",
  loader: ({ context }) => context.languages.need("recovery"),
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./recovery-pages.ts"), "ConfirmEmailPage"),
});

/** The page of the link that was sent to the old address. */
export const undoEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/undo-email",
  loader: ({ context }) => context.languages.need("recovery"),
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./recovery-pages.ts"), "UndoEmailPage"),
});

/** The page of the link that reports a sign-in. */
export const secureAccountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/secure-account",
  loader: ({ context }) => context.languages.need("recovery"),
  pendingComponent: PendingAuthLayout,
  component: lazyPage(() => import("./recovery-pages.ts"), "SecureAccountPage"),
});

import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { ErrorState } from "../../ui/feedback/empty-states.tsx";
import { useCan } from "./session.tsx";

interface RequirePermissionProps {
  readonly permission: string;
  /** The localized name of the permission: "View users". */
  readonly name: ReactNode;
  readonly children: ReactNode;
}

/** Renders a page only with the permission; otherwise names the missing one. */
export function RequirePermission({ permission, name, children }: RequirePermissionProps) {
  if (useCan(permission)) return children;
  return (
    <ErrorState isPage title={<Trans>You don’t have permission for this page</Trans>}>
      <Trans>You need the permission “{name}”. Ask an access manager in your organization.</Trans>
    </ErrorState>
  );
}

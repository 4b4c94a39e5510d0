import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Failure } from "../../ui/states.tsx";
import { useCan } from "./session.tsx";

interface PermissionGateProps {
  readonly permission: string;
  /** The permission as the reader knows it: "View users". */
  readonly name: ReactNode;
  readonly children: ReactNode;
}

/** Shows a page to those who hold its permission, and tells the others which one they lack. */
export function PermissionGate({ permission, name, children }: PermissionGateProps) {
  if (useCan(permission)) return children;
  return (
    <Failure isPage title={<Trans>You don’t hold the permission for this page</Trans>}>
      <Trans>It needs “{name}”. Ask whoever manages access in your organization.</Trans>
    </Failure>
  );
}

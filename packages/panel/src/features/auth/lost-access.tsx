import type { SessionStatus } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { InlineNotice } from "../../ui/feedback/inline-notice.tsx";

/** What an organization did to a user whose session it ended. */
export type LostAccess = NonNullable<SessionStatus["lostAccess"]>;

/** Says what happened and whom to ask. */
export function LostAccessText({ reason, organization }: LostAccess) {
  return reason === "suspended" ? (
    <Trans>{organization} has suspended your access. Ask an access manager there to restore it.</Trans>
  ) : (
    <Trans>
      {organization} has removed your access. If you think that this is a mistake, ask an access manager
      there.
    </Trans>
  );
}

/** The notice above the sign-in form. */
export function LostAccessNotice({ lostAccess }: { readonly lostAccess: LostAccess | null }) {
  if (lostAccess === null) return null;
  return (
    <div role="alert">
      <InlineNotice tone="locked">
        <LostAccessText {...lostAccess} />
      </InlineNotice>
    </div>
  );
}

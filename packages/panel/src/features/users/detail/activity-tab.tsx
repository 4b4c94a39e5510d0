import type { UserDetails } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { Section } from "../../../ui/layout/page.tsx";
import { TargetHistory } from "../../audit/target-history.tsx";

/** Audit events about this user, newest first. */
export function ActivityTab({ user }: { readonly user: UserDetails }) {
  const { name } = user;
  return (
    <Section title={<Trans>Activity</Trans>}>
      <TargetHistory
        targetId={user.id}
        empty={<Trans>No changes yet. Changes to {name} will appear here.</Trans>}
      />
    </Section>
  );
}

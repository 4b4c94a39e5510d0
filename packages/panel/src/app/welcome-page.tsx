import { useLingui } from "@lingui/react/macro";
import { usePageTitle } from "../lib/navigation/page-change.ts";
import { useOrganization } from "../lib/session/session.tsx";
import { PageHeader } from "../ui/layout/page.tsx";
import { MembershipOverview } from "./membership-overview.tsx";

/** The first page after joining an organization. */
export function WelcomePage() {
  const { t } = useLingui();
  const { name } = useOrganization();
  const title = t`Welcome to ${name}`;
  usePageTitle(title);
  return (
    <>
      <PageHeader title={title} />
      <MembershipOverview />
    </>
  );
}

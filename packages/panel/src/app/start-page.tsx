import { Navigate } from "@tanstack/react-router";
import { usePageTitle } from "../lib/navigation/page-change.ts";
import { useCan, useOrganization } from "../lib/session/session.tsx";
import { PageHeader } from "../ui/layout/page.tsx";
import { MembershipOverview } from "./membership-overview.tsx";

/** The first page after sign-in: redirects to the users, or shows the roles of a user who can't view them. */
export function StartPage() {
  return useCan("users:view") ? <Navigate to="/users" replace /> : <NothingToManage />;
}

function NothingToManage() {
  const { name } = useOrganization();
  usePageTitle(name);
  return (
    <>
      <PageHeader title={name} />
      <MembershipOverview />
    </>
  );
}

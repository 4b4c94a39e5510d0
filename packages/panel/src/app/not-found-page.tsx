import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { usePageTitle } from "../lib/navigation/page-change.ts";
import { EmptyState } from "../ui/feedback/empty-states.tsx";
import { buttonClass } from "../ui/forms/button.tsx";
import { PageHeader } from "../ui/layout/page.tsx";

/** The page for unknown paths. The sidebar stays, so that one can go on from there. */
export function NotFoundPage() {
  const { t } = useLingui();
  usePageTitle(t`Page not found`);
  return (
    <>
      <PageHeader title={<Trans>Page not found</Trans>} />
      <EmptyState
        hasIllustration
        title={<Trans>There is no page at this address</Trans>}
        actions={
          <Link to="/" className={buttonClass()}>
            <Trans>Go to the start page</Trans>
          </Link>
        }
      >
        <Trans>The address may be mistyped, or the page was moved.</Trans>
      </EmptyState>
    </>
  );
}

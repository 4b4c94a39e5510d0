import type { InvitationCounts } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { formatCount } from "../../../lib/lists/counts.ts";
import { classNames } from "../../../ui/class-names.ts";
import { Tabs, tabClass } from "../../../ui/layout/tabs.tsx";
import { formatTab, type InvitationSearch, tabs } from "./invitation-search.ts";
import styles from "./invitations.module.css";

interface StatusTabsProps {
  readonly search: InvitationSearch;
  readonly counts: InvitationCounts | null;
}

/** The tabs with their counts; the search is kept when switching. */
export function StatusTabs({ search, counts }: StatusTabsProps) {
  const { t, i18n } = useLingui();
  return (
    <Tabs label={t`Invitations by status`}>
      {tabs.map((tab) => {
        const isCurrent = tab === (search.tab ?? "pending");
        const hasTrouble = tab === "failed" && (counts?.failed.count ?? 0) > 0;
        return (
          <Link
            key={tab}
            to="/invitations"
            search={{
              ...(tab === "pending" ? {} : { tab }),
              ...(search.q === undefined ? {} : { q: search.q }),
            }}
            className={tabClass()}
            activeOptions={{ includeSearch: true, exact: true, explicitUndefined: true }}
            aria-current={isCurrent ? "page" : undefined}
          >
            {formatTab(tab, i18n)}
            {counts === null ? null : (
              <span className={classNames(styles["count"], hasTrouble && styles["trouble"])}>
                {formatCount(counts[tab], i18n)}
              </span>
            )}
          </Link>
        );
      })}
    </Tabs>
  );
}

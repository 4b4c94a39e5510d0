import type { InvitationCounts } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { countText } from "../../../app/lists/counts.ts";
import { classNames } from "../../../ui/class-names.ts";
import { Tabs, tabClass } from "../../../ui/tabs.tsx";
import { type InvitationSearch, tabs } from "./invitation-search.ts";
import styles from "./invitations.module.css";
import { tabName } from "./tab-words.ts";

interface KindTabsProps {
  readonly search: InvitationSearch;
  readonly counts: InvitationCounts | null;
}

/** The kinds with how many there are of each; the search stays from one to the other. */
export function KindTabs({ search, counts }: KindTabsProps) {
  const { t, i18n } = useLingui();
  return (
    <Tabs label={t`Kinds of invitation`}>
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
            {tabName(tab, i18n)}
            {counts === null ? null : (
              <span className={classNames(styles["count"], hasTrouble && styles["trouble"])}>
                {countText(counts[tab], i18n)}
              </span>
            )}
          </Link>
        );
      })}
    </Tabs>
  );
}

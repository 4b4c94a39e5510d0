import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { type QueryKey, skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { LinkButton } from "../../ui/text.tsx";
import { focusPage } from "../navigation/page-change.ts";

/** Changes by other users to a displayed list. */
export interface ListUpdates {
  readonly isFetching: boolean;
  /** Rows that would be inserted or removed. */
  readonly count: number;
  /** Applies them. */
  readonly show: () => void;
}

/** The pending updates of a list. Existing rows are updated in place; inserted and removed rows wait for a click. */
export function useListUpdates(list: QueryKey): ListUpdates {
  const client = useQueryClient();
  const { data } = useQuery<PendingUpdates>({ queryKey: pendingUpdatesKey(list), queryFn: skipToken });
  const isCurrent = data?.dataUpdateCount === client.getQueryState(list)?.dataUpdateCount;
  return {
    isFetching: data?.isFetching ?? false,
    count: isCurrent ? (data?.count ?? 0) : 0,
    show: () => {
      client.removeQueries({ queryKey: pendingUpdatesKey(list), exact: true });
      void client.invalidateQueries({ queryKey: list, exact: true });
    },
  };
}

/** "Show 3 changes", beside the count in the header of a list. */
export function UpdatesBanner({ updates }: { readonly updates: ListUpdates }) {
  const { t } = useLingui();
  const { count, show } = updates;
  return (
    <span role="status">
      {count === 0 ? null : (
        <LinkButton
          onClick={() => {
            focusPage(); // the button is removed
            show();
          }}
        >
          {t`${plural(count, { one: "Show # change", other: "Show # changes" })}`}
        </LinkButton>
      )}
    </span>
  );
}

/** Changes that a displayed list doesn't show yet, because rows aren't inserted or removed automatically. */
export interface PendingUpdates {
  /** A newer version of the list is being fetched. */
  readonly isFetching: boolean;
  /** Rows that would be inserted or removed. */
  readonly count: number;
  /** `dataUpdateCount` of the displayed response; for another response the value is obsolete. */
  readonly dataUpdateCount: number;
}

/** The query key of the pending updates of a list. */
export function pendingUpdatesKey(list: QueryKey): QueryKey {
  return ["pending-updates", ...list];
}

import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { type QueryKey, skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { LinkButton } from "../../ui/text.tsx";
import { focusPage } from "../navigation/use-focus-on-navigation.ts";
import { type ListNewsState, newsKey } from "./list-news-state.ts";

/** News of a list: what others changed in it while somebody looks at it. */
export interface News {
  readonly isReading: boolean;
  /** Rows that would come or go. */
  readonly missing: number;
  /** Lets them. */
  readonly show: () => void;
}

/** The news of the list with this key: rows change in place by themselves, those that come or go wait here. */
export function useListNews(list: QueryKey): News {
  const client = useQueryClient();
  const { data } = useQuery<ListNewsState>({ queryKey: newsKey(list), queryFn: skipToken });
  const isCurrent = data?.since === client.getQueryState(list)?.dataUpdateCount;
  return {
    isReading: data?.isReading ?? false,
    missing: isCurrent ? (data?.missing ?? 0) : 0,
    show: () => {
      client.removeQueries({ queryKey: newsKey(list), exact: true });
      void client.invalidateQueries({ queryKey: list, exact: true });
    },
  };
}

/** "Show 3 changes", beside the count of a list's header: it takes no room from the rows. */
export function ListNews({ news }: { readonly news: News }) {
  const { t } = useLingui();
  const { missing, show } = news;
  return (
    <span role="status">
      {missing === 0 ? null : (
        <LinkButton
          onClick={() => {
            focusPage(); // the button goes
            show();
          }}
        >
          {t`${plural(missing, { one: "Show # change", other: "Show # changes" })}`}
        </LinkButton>
      )}
    </span>
  );
}

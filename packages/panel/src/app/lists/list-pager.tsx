import type { Total } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react";
import { useLocation } from "@tanstack/react-router";
import { NextLink, Pager, PreviousLink } from "../../ui/page.tsx";
import table from "../../ui/table.module.css";
import { pagerSummary } from "./counts.ts";
import { firstPage, type Paging } from "./paging.ts";

interface ListPagerProps<S extends Paging> {
  /** What the address says; its other parameters stay. */
  readonly search: S;
  readonly shown: number;
  readonly total: Total;
  readonly nextCursor: string | null;
}

/** The foot of a list in the page's own address: which rows these are, the pages before and after. */
export function ListPager<S extends Paging>({ search, shown, total, nextCursor }: ListPagerProps<S>) {
  const { i18n } = useLingui();
  const trail = useLocation({ select: (where) => where.state.trail ?? [] });
  const number = search.after === undefined ? 1 : (search.page ?? null);
  const before = trail.at(-1);
  // A link into the middle of the list has no trail: the way back is the first page.
  const back = before === undefined || number === null ? firstPage : { after: before, page: number - 1 };
  const on = { after: nextCursor ?? undefined, page: number === null ? undefined : number + 1 };
  return (
    <div className={table["foot"]}>
      <Pager
        summary={pagerSummary(number, shown, total, i18n)}
        previous={
          <PreviousLink
            to="."
            search={{ ...search, ...back }}
            state={{ trail: trail.slice(0, -1) }}
            disabled={search.after === undefined}
          />
        }
        next={
          <NextLink
            to="."
            search={{ ...search, ...on }}
            state={{ trail: search.after === undefined ? [] : [...trail, search.after] }}
            disabled={nextCursor === null}
          />
        }
      />
    </div>
  );
}

import type { Total } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react";
import { useLocation } from "@tanstack/react-router";
import { NextLink, Pager, PreviousLink } from "../../ui/layout/page.tsx";
import table from "../../ui/tables/table.module.css";
import { firstPage, formatPageRange, type Paging } from "./paging.ts";

interface ListPagerProps<S extends Paging> {
  /** The search parameters of the URL; the others are kept. */
  readonly search: S;
  readonly shown: number;
  readonly total: Total;
  readonly nextCursor: string | null;
}

/** The pager of a list whose page is in the URL. */
export function ListPager<S extends Paging>({ search, shown, total, nextCursor }: ListPagerProps<S>) {
  const { i18n } = useLingui();
  const trail = useLocation({ select: (where) => where.state.trail ?? [] });
  const number = search.after === undefined ? 1 : (search.page ?? null);
  const before = trail.at(-1);
  // A direct link to a later page has no trail: "Previous" then leads to the first page.
  const previous = before === undefined || number === null ? firstPage : { after: before, page: number - 1 };
  const next = { after: nextCursor ?? undefined, page: number === null ? undefined : number + 1 };
  return (
    <div className={table["foot"]}>
      <Pager
        summary={formatPageRange(number, shown, total, i18n)}
        previous={
          <PreviousLink
            to="."
            search={{ ...search, ...previous }}
            state={{ trail: trail.slice(0, -1) }}
            disabled={search.after === undefined}
          />
        }
        next={
          <NextLink
            to="."
            search={{ ...search, ...next }}
            state={{ trail: search.after === undefined ? [] : [...trail, search.after] }}
            disabled={nextCursor === null}
          />
        }
      />
    </div>
  );
}

/** How many there are: in a list's header and its pager, from the same numbers. */
import type { Total } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** How many rows a page of a list has. */
export const pageSize = 50;

/** "1,204", or "10,000+" where nobody counted further. */
export function countText({ count, exact }: Total, i18n: I18n): string {
  return exact ? i18n.number(count) : `${i18n.number(count)}+`;
}

/** The header's count: "1,204 of 3,418" for a filtered list, "3,418" otherwise. */
export function headerCount(total: Total, overall: Total | null, isFiltered: boolean, i18n: I18n): string {
  const found = countText(total, i18n);
  if (!isFiltered || overall === null) return found;
  const all = countText(overall, i18n);
  return i18n._(msg`${found} of ${all}`);
}

/** The pager's place: "51–100 of 1,204". */
export function pagerSummary(page: number | null, shown: number, total: Total, i18n: I18n): string {
  const all = countText(total, i18n);
  if (page === null) return i18n._(msg`${all} in all`);
  const start = (page - 1) * pageSize;
  const first = i18n.number(start + 1);
  const last = i18n.number(start + shown);
  return i18n._(msg`${first}–${last} of ${all}`);
}

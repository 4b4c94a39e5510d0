/** Formats counts for the header and pager of a list. */
import type { Total } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** Rows per page. */
export const pageSize = 50;

/** "1,204", or "10,000+" where the count is a lower bound. */
export function formatCount({ count, exact }: Total, i18n: I18n): string {
  return exact ? i18n.number(count) : `${i18n.number(count)}+`;
}

/** The count in the header: "1,204 of 3,418" for a filtered list, "3,418" otherwise. */
export function formatHeaderCount(
  total: Total,
  overall: Total | null,
  isFiltered: boolean,
  i18n: I18n,
): string {
  const found = formatCount(total, i18n);
  if (!isFiltered || overall === null) return found;
  const all = formatCount(overall, i18n);
  return i18n._(msg`${found} of ${all}`);
}

/** The range in the pager: "51–100 of 1,204". */
export function formatPageRange(page: number | null, shown: number, total: Total, i18n: I18n): string {
  const all = formatCount(total, i18n);
  if (page === null) return i18n._(msg`${all} in all`);
  const start = (page - 1) * pageSize;
  const first = i18n.number(start + 1);
  const last = i18n.number(start + shown);
  return i18n._(msg`${first}–${last} of ${all}`);
}

import type { Total } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { formatCount } from "../../../lib/lists/counts.ts";

/** The announcement for screen readers after a search. */
export function formatFoundCount(total: Total, i18n: I18n): string {
  if (total.count === 0) return i18n._(msg`Nobody found`);
  if (!total.exact) {
    const all = formatCount(total, i18n);
    return i18n._(msg`${all} users found`);
  }
  return i18n._(msg`${plural(total.count, { one: "# user found", other: "# users found" })}`);
}

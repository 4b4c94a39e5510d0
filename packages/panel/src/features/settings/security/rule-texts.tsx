/** The rules in words. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { SecurityField, SecurityForm } from "./security-draft.ts";

/** Formats durations. */
export function useDurations() {
  const { t } = useLingui();
  const days = (count: number) => t`${plural(count, { one: "# day", other: "# days" })}`;
  const hours = (count: number) => t`${plural(count, { one: "# hour", other: "# hours" })}`;
  const minutes = (count: number) => t`${plural(count, { one: "# minute", other: "# minutes" })}`;
  return {
    days,
    minutes: (count: number) => {
      if (count % 1440 === 0) return days(count / 1440);
      return count % 60 === 0 ? hours(count / 60) : minutes(count);
    },
  };
}

/** Says what a rule of the form means. */
export function useRuleText(): (field: SecurityField, form: SecurityForm) => string {
  const { t } = useLingui();
  const { days, minutes } = useDurations();
  return (field, form) => {
    const idle = minutes(form.sessionIdleMinutes);
    const age = days(form.sessionMaxDays);
    const passwordAge = days(form.passwordMaxAgeDays ?? 0);
    const grace = days(form.twoFactorGraceDays);
    switch (field) {
      case "requireTwoFactor":
        return form.requireTwoFactor
          ? t`Two-factor authentication is required.`
          : t`Two-factor authentication is not required any more.`;
      case "twoFactorGraceDays":
        return form.twoFactorGraceDays === 0
          ? t`There is no time to set up two-factor authentication: it is needed at once.`
          : t`People have ${grace} to set up two-factor authentication.`;
      case "sessionIdleMinutes":
        return t`After ${idle} without use, people sign in again.`;
      case "sessionMaxDays":
        return t`People sign in again at least every ${age}.`;
      case "passwordMaxAgeDays":
        return form.passwordMaxAgeDays === null
          ? t`Passwords don’t have to be changed any more.`
          : t`Passwords older than ${passwordAge} have to be changed.`;
      case "networks": {
        const { networks } = form;
        return networks.trim() === ""
          ? t`The organization can be used from every network.`
          : t`The organization can be used only from ${networks}.`;
      }
    }
  };
}

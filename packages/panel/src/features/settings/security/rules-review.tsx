/** The review of changed rules, with the number of people whom they concern. */
import type { OrganizationSecurityPreview } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { useRuleText } from "./rule-texts.tsx";
import { RulesProblem } from "./rules-problem.tsx";
import { listChanges, type SecurityDraft } from "./security-draft.ts";

interface RulesReviewProps {
  readonly draft: SecurityDraft;
  readonly affected: OrganizationSecurityPreview;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** Lists the changes and what they mean for people, before they are saved. */
export function RulesReview({ draft, affected, isPending, error, onSave, onClose }: RulesReviewProps) {
  const { t } = useLingui();
  const ruleText = useRuleText();
  const notices = listNotices(draft, affected);
  const shutsOut = affected.outsideNetworks > 0 || isImmediate(draft, affected);
  return (
    <Dialog
      title={t`Review the rules`}
      isOpen
      isNarrow
      onClose={onClose}
      actions={
        <>
          <Button big onClick={onClose}>
            <Trans>Keep editing</Trans>
          </Button>
          <Button big variant={shutsOut ? "destroy" : "primary"} pending={isPending} onClick={onSave}>
            <Trans>Save rules</Trans>
          </Button>
        </>
      }
    >
      <ul>
        {listChanges(draft).map((field) => (
          <li key={field}>{ruleText(field, draft.form)}</li>
        ))}
      </ul>
      {notices.length === 0 ? (
        <InlineNotice>
          <Trans>Nobody loses access now.</Trans>
        </InlineNotice>
      ) : (
        notices
      )}
      <RulesProblem error={error} />
    </Dialog>
  );
}

/** Whether people without a second factor lose access at once. */
function isImmediate(
  { form, saved }: SecurityDraft,
  { withoutTwoFactor }: OrganizationSecurityPreview,
): boolean {
  const isStricter = !saved.requireTwoFactor || form.twoFactorGraceDays < saved.twoFactorGraceDays;
  return isStricter && form.twoFactorGraceDays === 0 && withoutTwoFactor > 0;
}

function listNotices(draft: SecurityDraft, affected: OrganizationSecurityPreview): readonly ReactNode[] {
  const changed = listChanges(draft);
  const { withoutTwoFactor, outsideNetworks, passwordTooOld } = affected;
  const isTwoFactorChanged = changed.includes("requireTwoFactor") || changed.includes("twoFactorGraceDays");
  return [
    isTwoFactorChanged && withoutTwoFactor > 0 ? (
      <InlineNotice key="two-factor" tone="warn">
        {isImmediate(draft, affected) ? (
          <Plural
            value={withoutTwoFactor}
            one="# person has no second factor and loses access until they set one up."
            other="# people have no second factor and lose access until they set one up."
          />
        ) : (
          <Plural
            value={withoutTwoFactor}
            one="# person has no second factor yet."
            other="# people have no second factor yet."
          />
        )}
      </InlineNotice>
    ) : null,
    changed.includes("networks") && outsideNetworks > 0 ? (
      <InlineNotice key="networks" tone="warn">
        <Plural
          value={outsideNetworks}
          one="# person was last seen outside these networks and loses access there."
          other="# people were last seen outside these networks and lose access there."
        />
      </InlineNotice>
    ) : null,
    changed.includes("passwordMaxAgeDays") && passwordTooOld > 0 ? (
      <InlineNotice key="password" tone="warn">
        <Plural
          value={passwordTooOld}
          one="# person has to change the password now."
          other="# people have to change the password now."
        />
      </InlineNotice>
    ) : null,
    changed.includes("sessionIdleMinutes") || changed.includes("sessionMaxDays") ? (
      <InlineNotice key="sessions">
        <Trans>Open sessions that are older, or were unused for longer, end in this organization.</Trans>
      </InlineNotice>
    ) : null,
  ].filter((notice) => notice !== null);
}

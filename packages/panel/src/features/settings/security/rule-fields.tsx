/** The fields of the rules. */
import { Trans, useLingui } from "@lingui/react/macro";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { CheckboxField } from "../../../ui/forms/checkbox.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import styles from "../organization/organization.module.css";
import { useDurations, useRuleText } from "./rule-texts.tsx";
import { parseNetworks, type SecurityForm } from "./security-draft.ts";

interface RuleFieldsProps {
  readonly form: SecurityForm;
  readonly mayEdit: boolean;
  readonly onChange: (part: Partial<SecurityForm>) => void;
}

/** The rules as a form; without permission to edit, as a text. */
export function RuleFields({ form, mayEdit, onChange }: RuleFieldsProps) {
  if (!mayEdit) return <RuleTexts form={form} />;
  return (
    <>
      <TwoFactorFields form={form} onChange={onChange} />
      <DurationFields form={form} onChange={onChange} />
      <NetworksField form={form} onChange={onChange} />
    </>
  );
}

function RuleTexts({ form }: { readonly form: SecurityForm }) {
  const ruleText = useRuleText();
  const fields = [
    ...(form.requireTwoFactor ? (["requireTwoFactor", "twoFactorGraceDays"] as const) : []),
    "sessionIdleMinutes",
    "sessionMaxDays",
    ...(form.passwordMaxAgeDays === null ? [] : (["passwordMaxAgeDays"] as const)),
    "networks",
  ] as const;
  return (
    <ul>
      {fields.map((field) => (
        <li key={field}>{ruleText(field, form)}</li>
      ))}
    </ul>
  );
}

type FieldsProps = Omit<RuleFieldsProps, "mayEdit">;

/** The offered numbers, and the current one. */
const withCurrent = (offered: readonly number[], current: number) =>
  [...new Set([...offered, current])].sort((one, other) => one - other);

function TwoFactorFields({ form, onChange }: FieldsProps) {
  const { t } = useLingui();
  const { days } = useDurations();
  return (
    <>
      <CheckboxField
        checked={form.requireTwoFactor}
        onChange={(event) => onChange({ requireTwoFactor: event.target.checked })}
      >
        <Trans>Require two-factor authentication</Trans>
      </CheckboxField>
      {form.requireTwoFactor ? (
        <div className={styles["short"]}>
          <Select
            label={t`Time to set it up`}
            value={String(form.twoFactorGraceDays)}
            choices={withCurrent([0, 3, 7, 14, 30], form.twoFactorGraceDays).map((count) => ({
              value: String(count),
              text: count === 0 ? t`None: needed at once` : days(count),
            }))}
            onChange={(value) => onChange({ twoFactorGraceDays: Number(value) })}
          />
        </div>
      ) : null}
    </>
  );
}

function DurationFields({ form, onChange }: FieldsProps) {
  const { t } = useLingui();
  const { days, minutes } = useDurations();
  const never = "";
  return (
    <div className={styles["short"]}>
      <Select
        label={t`Sign out when unused for`}
        value={String(form.sessionIdleMinutes)}
        choices={withCurrent([15, 30, 60, 240, 720, 1440, 10_080], form.sessionIdleMinutes).map((count) => ({
          value: String(count),
          text: minutes(count),
        }))}
        onChange={(value) => onChange({ sessionIdleMinutes: Number(value) })}
      />
      <Select
        label={t`Sign in again after`}
        value={String(form.sessionMaxDays)}
        choices={withCurrent([1, 7, 14, 30, 60, 90], form.sessionMaxDays).map((count) => ({
          value: String(count),
          text: days(count),
        }))}
        onChange={(value) => onChange({ sessionMaxDays: Number(value) })}
      />
      <Select
        label={t`Change the password after`}
        value={form.passwordMaxAgeDays === null ? never : String(form.passwordMaxAgeDays)}
        choices={[
          { value: never, text: t({ message: "Never", context: "password" }) },
          ...withCurrent([90, 180, 365, 730], form.passwordMaxAgeDays ?? 365).map((count) => ({
            value: String(count),
            text: days(count),
          })),
        ]}
        onChange={(value) => onChange({ passwordMaxAgeDays: value === never ? null : Number(value) })}
      />
    </div>
  );
}

function NetworksField({ form, onChange }: FieldsProps) {
  const { t, i18n } = useLingui();
  const wrong = new Intl.ListFormat(i18n.locale).format(parseNetworks(form.networks).wrong);
  return (
    <>
      <TextField
        label={t`Allowed networks`}
        value={form.networks}
        optional
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        hint={t`For example 192.0.2.0/24, 2001:db8::/32. People can use the organization only from these networks; leave empty to allow any.`}
        onChange={(event) => onChange({ networks: event.target.value })}
        {...(wrong === ""
          ? {}
          : { error: t`Not a network: ${wrong}. Write it like 192.0.2.0/24, or as an address.` })}
      />
      {form.networks.trim() === "" ? null : (
        <InlineNotice tone="warn">
          <Trans>
            If these networks change, nobody can open the panel until an API key changes this rule.
          </Trans>
        </InlineNotice>
      )}
    </>
  );
}

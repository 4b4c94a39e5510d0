import type { RoleView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../../../ui/forms/button.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import { SwapIcon } from "../../../ui/icons.tsx";
import type { ComparedIds } from "./compared-ids.ts";
import styles from "./roles-compare.module.css";

interface RolePickersProps {
  readonly roles: readonly RoleView[];
  readonly compared: ComparedIds;
  readonly onChange: (compared: ComparedIds) => void;
}

/** Chooses the two roles and swaps them. */
export function RolePickers({ roles, compared, onChange }: RolePickersProps) {
  const { t } = useLingui();
  const { a, b } = compared;
  const choices = roles.map(({ id, name }) => ({ value: id, text: name }));
  const isGone = (id: string | undefined) => id !== undefined && !roles.some((role) => role.id === id);
  const gone = t`This role no longer exists. Choose another one.`;
  const isFirstOpen = a === undefined;
  return (
    <div className={styles["pickers"]}>
      <Select
        label={t`First role`}
        value={a ?? null}
        placeholder={t`Choose a role`}
        choices={choices}
        error={isGone(a) ? gone : undefined}
        isFocused={isFirstOpen}
        onChange={(id) => onChange({ a: id, b })}
      />
      <Select
        label={t`Second role`}
        value={b ?? null}
        placeholder={t`Choose a role`}
        choices={choices}
        error={isGone(b) ? gone : undefined}
        isFocused={!isFirstOpen && b === undefined}
        onChange={(id) => onChange({ a, b: id })}
      />
      {a === undefined || b === undefined ? null : (
        <Button icon={<SwapIcon />} onClick={() => onChange({ a: b, b: a })}>
          <Trans>Swap</Trans>
        </Button>
      )}
    </div>
  );
}

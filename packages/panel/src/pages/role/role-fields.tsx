import { useLingui } from "@lingui/react/macro";
import { TextField } from "../../ui/field.tsx";
import type { RoleDraft } from "./draft.ts";
import styles from "./role.module.css";

interface RoleFieldsProps {
  readonly draft: RoleDraft;
  readonly isReadOnly: boolean;
  readonly onChange: (draft: RoleDraft) => void;
  readonly nameError?: string | undefined;
}

/** Name and description. */
export function RoleFields({ draft, isReadOnly, onChange, nameError }: RoleFieldsProps) {
  const { t } = useLingui();
  const shared = (field: "name" | "description") => ({
    value: draft[field],
    readOnly: isReadOnly,
    autoComplete: "off",
    onChange: (event: { readonly target: { readonly value: string } }) =>
      onChange({ ...draft, [field]: event.target.value }),
  });
  const error =
    nameError ?? (draft.name.trim() === "" && draft.saved.name !== "" ? t`Give the role a name.` : undefined);
  return (
    <div className={styles["fields"]}>
      <TextField
        id="role-name"
        label={t`Name`}
        maxLength={100}
        {...shared("name")}
        {...(error === undefined ? {} : { error })}
      />
      <TextField label={t`Description`} optional maxLength={500} {...shared("description")} />
    </div>
  );
}

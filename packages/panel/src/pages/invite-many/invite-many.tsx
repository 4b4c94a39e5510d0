import { useEffect, useState } from "react";
import { useTerms } from "../../app/invite/use-terms.ts";
import { useUnsavedGuard } from "../../app/navigation/use-unsaved-guard.tsx";
import { recallInTab, rememberInTab } from "../../app/storage.ts";
import { useRolesQuery } from "../../app/users/use-roles.ts";
import { CheckStep } from "./check-step.tsx";
import { SendStep } from "./send-step.tsx";
import { type Checked, isReady, useCheck } from "./use-check.ts";
import { useSending } from "./use-sending.ts";
import { WriteStep } from "./write-step.tsx";

/** Three steps: the list, what would become of it, what became of it. */
export function InviteMany() {
  const roles = useRolesQuery();
  const terms = useTerms(roles.data);
  // What was written in the dialog comes along, once.
  const [text, setText] = useState(() => recallInTab("invite-many-text") ?? "");
  useEffect(() => rememberInTab("invite-many-text", null), []);
  const [checked, setChecked] = useState<readonly Checked[] | null>(null);
  const check = useCheck();
  const sending = useSending();
  const guard = useUnsavedGuard(text.trim() !== "" && sending.plan === null);
  const names = new Map((roles.data ?? []).map(({ id, name }) => [id, name]));
  if (sending.plan !== null)
    return (
      <SendStep
        plan={sending.plan}
        sending={sending}
        names={names}
        onMore={() => {
          sending.forget();
          setChecked(null);
          setText("");
        }}
      />
    );
  return (
    <>
      {checked === null ? (
        <WriteStep
          text={text}
          onText={setText}
          terms={terms}
          roles={roles}
          check={check}
          onCheck={(list) => check.mutate(list, { onSuccess: setChecked })}
        />
      ) : (
        <CheckStep
          checked={checked}
          names={names}
          onBack={() => setChecked(null)}
          onSend={() => {
            terms.rememberRoles();
            sending.begin(
              checked.filter(isReady).map(({ listed: { line, text: address, name, roleIds } }) => ({
                line,
                text: address,
                roleIds,
                ...(name === undefined ? {} : { name }),
              })),
              terms.terms(),
            );
          }}
        />
      )}
      {guard}
    </>
  );
}

/** Changes the address to sign in with. */
import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import { useApi } from "../../lib/api/use-api.tsx";
import { useUnsavedGuard } from "../../lib/navigation/use-unsaved-guard.tsx";
import { useMe } from "../../lib/session/session.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { EmailField } from "../../ui/forms/field.tsx";
import { Section } from "../../ui/layout/page.tsx";
import { useStepUp } from "../auth/step-up.tsx";
import { FormErrors, useSubmission } from "../auth/use-submission.tsx";
import styles from "./account.module.css";

/** The current address, and a field for another one. The address changes once the new one is confirmed. */
export function EmailForm() {
  const me = useMe();
  const form = useRef<HTMLFormElement>(null);
  const [hasText, setHasText] = useState(false);
  const { dialog, withStepUp } = useStepUp();
  const submission = useEmailChange(withStepUp, () => {
    form.current?.reset();
    setHasText(false);
  });
  const guard = useUnsavedGuard(hasText && !submission.isPending);
  const email = displayEmail(me.email);
  return (
    <Section title={<Trans>E-mail</Trans>}>
      <p className={styles["lead"]}>
        <Trans>You sign in with {email}.</Trans>
      </p>
      <form
        ref={form}
        className={styles["form"]}
        noValidate
        onSubmit={submission.onSubmit}
        onInput={(event) => setHasText(event.currentTarget.querySelector("input")?.value !== "")}
      >
        <FormErrors form={submission} />
        <EmailField
          {...submission.control("email")}
          label={<Trans>New address</Trans>}
          hint={<Trans>We send a link there. Your address changes once you confirm it.</Trans>}
          autoComplete="email"
        />
        <div className={styles["buttons"]}>
          <Button type="submit" pending={submission.isPending}>
            <Trans>Change address</Trans>
          </Button>
        </div>
      </form>
      {dialog}
      {guard}
    </Section>
  );
}

function useEmailChange(withStepUp: ReturnType<typeof useStepUp>["withStepUp"], onSent: () => void) {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  return useSubmission({
    fields: ["email"],
    check: (values) => (values.email.trim() === "" ? { email: t`Enter the new address` } : {}),
    explain: ({ code, params }) => {
      const organization = String(params["organization"] ?? "");
      if (code === "email-changes/unchanged") return { email: t`You sign in with this address already` };
      return code === "email-changes/domain-not-allowed"
        ? { email: t`${organization} accepts only addresses of certain domains` }
        : null;
    },
    send: async (body) => {
      const isConfirmed = await withStepUp(() => api("POST /me/email", { body }));
      if (!isConfirmed) return;
      const email = displayEmail(body.email.trim());
      onSent();
      say({ tone: "good", text: t`A link is on its way to ${email}. Open it within a day.` });
    },
  });
}

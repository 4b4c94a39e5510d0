import type { SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../../../ui/forms/button.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { FormErrors, useSubmission } from "../../auth/use-submission.tsx";
import styles from "./invitation-details.module.css";
import { useSignOut } from "./use-sign-out.tsx";

interface AcceptAsCurrentUserProps {
  readonly signedIn: SessionView["user"];
  readonly organization: string;
  readonly onJoin: () => Promise<void>;
  readonly onSignedOut: () => void;
}

/** Accepts with one click, for people signed in with the invited address. */
export function AcceptAsCurrentUser({
  signedIn,
  organization,
  onJoin,
  onSignedOut,
}: AcceptAsCurrentUserProps) {
  const { t } = useLingui();
  const form = useSubmission<never>({ fields: [], check: () => ({}), send: () => onJoin() });
  const signOut = useSignOut(onSignedOut);
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <Button type="submit" variant="primary" wide tall pending={form.isPending}>
        {t`Join ${organization}`}
      </Button>
      <p className={`${styles["note"]} ${styles["centred"]}`}>
        <Trans>Not {signedIn.name}?</Trans>{" "}
        <LinkButton inline onClick={signOut.signOut}>
          <Trans>Use another account</Trans>
        </LinkButton>
      </p>
      {signOut.problem}
    </form>
  );
}

import type { SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { FormErrors } from "../../app/doorway/form-errors.tsx";
import { useSubmission } from "../../app/doorway/use-submission.ts";
import { Button } from "../../ui/button.tsx";
import { LinkButton } from "../../ui/text.tsx";
import styles from "./offer.module.css";
import { useSignOut } from "./use-sign-out.tsx";

interface JoinAsProps {
  readonly signedIn: SessionView["user"];
  readonly organization: string;
  readonly onJoin: () => Promise<void>;
  readonly onSignedOut: () => void;
}

/** Signed in with the invited address: one press is left. */
export function JoinAs({ signedIn, organization, onJoin, onSignedOut }: JoinAsProps) {
  const { t } = useLingui();
  const form = useSubmission<never>({ fields: [], check: () => ({}), send: () => onJoin() });
  const leave = useSignOut(onSignedOut);
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <Button type="submit" variant="primary" wide tall pending={form.isPending}>
        {t`Join ${organization}`}
      </Button>
      <p className={`${styles["note"]} ${styles["centred"]}`}>
        <Trans>Not {signedIn.name}?</Trans>{" "}
        <LinkButton inline onClick={leave.signOut}>
          <Trans>Use another account</Trans>
        </LinkButton>
      </p>
      {leave.problem}
    </form>
  );
}

import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId } from "react";
import { Button, buttonClass } from "../../ui/button.tsx";
import { CheckboxField } from "../../ui/checkbox.tsx";
import { TickIcon } from "../../ui/icons.tsx";
import { Reason } from "../../ui/reason.tsx";
import { useProblemText } from "../problem-text.ts";
import { useApi } from "../session/api.tsx";
import { type Membership, useSession } from "../session/session.tsx";
import { useShortcuts } from "../shortcuts/shortcuts.tsx";
import { LanguageChoice, ThemeChoice } from "./choices.tsx";
import styles from "./shell.module.css";

interface AccountProps {
  readonly onShowHelp: () => void;
  readonly onDone: () => void;
}

/** One's own account: organization, language, theme, keys, signing out. Behind the button in the sidebar's foot. */
export function Account({ onShowHelp, onDone }: AccountProps) {
  const { me, membership, enter } = useSession();
  const organizations = me.organizations.filter((organization) => organization.status === "active");
  return (
    <div className={styles["account"]}>
      <div className={styles["identity"]}>
        <b>{me.account.name}</b>
        <span>{displayEmail(me.account.email)}</span>
      </div>
      {organizations.length > 1 ? (
        <Organizations
          organizations={organizations}
          currentId={membership?.id ?? ""}
          onEnter={(id) => {
            enter(id);
            onDone();
          }}
        />
      ) : null}
      <LanguageChoice />
      <ThemeChoice />
      <Keys onShowHelp={onShowHelp} />
      <div className={styles["acts"]}>
        <Link to="/account" className={buttonClass({ variant: "quiet" })} onClick={onDone}>
          <Trans>My account</Trans>
        </Link>
      </div>
      <SignOut />
    </div>
  );
}

interface OrganizationsProps {
  readonly organizations: readonly Membership[];
  readonly currentId: string;
  readonly onEnter: (organizationId: string) => void;
}

/** The organizations that one may go on in. */
function Organizations({ organizations, currentId, onEnter }: OrganizationsProps) {
  const { t } = useLingui();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={styles["legend"]}>{t`Organization`}</h3>
      <ul className={styles["organizations"]}>
        {organizations.map((organization) => (
          <li key={organization.id}>
            <Button
              variant="quiet"
              aria-current={organization.id === currentId}
              onClick={() => onEnter(organization.id)}
            >
              <span>{organization.name}</span>
              {organization.id === currentId ? <TickIcon /> : null}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Keys({ onShowHelp }: { readonly onShowHelp: () => void }) {
  const { hasSingleKeys, setSingleKeys } = useShortcuts();
  return (
    <div className={styles["acts"]}>
      <CheckboxField checked={hasSingleKeys} onChange={(event) => setSingleKeys(event.target.checked)}>
        <Trans>Shortcuts of a single key</Trans>
      </CheckboxField>
      <Button variant="quiet" {...(hasSingleKeys ? { hint: "?", shortcut: "?" } : {})} onClick={onShowHelp}>
        <Trans>Help and keyboard shortcuts</Trans>
      </Button>
    </div>
  );
}

function SignOut() {
  const api = useApi();
  const problemText = useProblemText();
  const leave = useMutation({
    mutationFn: (from: "here" | "everywhere") =>
      from === "here" ? api("DELETE /sessions/current") : api("DELETE /sessions"),
    // A fresh page: nothing that was read under this account stays in memory.
    onSuccess: () => location.assign("/sign-in"),
  });
  return (
    <div className={styles["acts"]}>
      <Button
        variant="quiet"
        pending={leave.isPending && leave.variables === "here"}
        onClick={() => leave.mutate("here")}
      >
        <Trans>Sign out</Trans>
      </Button>
      <Button
        variant="quiet"
        pending={leave.isPending && leave.variables === "everywhere"}
        onClick={() => leave.mutate("everywhere")}
      >
        <Trans>Sign out on every device</Trans>
      </Button>
      {leave.isError ? <Reason tone="bad">{problemText(leave.error).text}</Reason> : null}
    </div>
  );
}

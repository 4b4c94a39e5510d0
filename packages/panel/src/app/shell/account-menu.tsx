import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useProblemText } from "../../lib/api/problem-text.tsx";
import { useApi } from "../../lib/api/use-api.tsx";
import { loadPage } from "../../lib/base-path.ts";
import { loadModule } from "../../lib/load-module.ts";
import { useSession } from "../../lib/session/session.tsx";
import { useShortcuts } from "../../lib/shortcuts/shortcuts.tsx";
import { InlineNotice } from "../../ui/feedback/inline-notice.tsx";
import { Button, buttonClass } from "../../ui/forms/button.tsx";
import { CheckboxField } from "../../ui/forms/checkbox.tsx";
import { LanguageChoice, ThemeChoice } from "./language-and-theme.tsx";
import type { OrganizationList } from "./organization-list.tsx";
import styles from "./shell.module.css";

interface AccountMenuProps {
  readonly onShowHelp: () => void;
  readonly onClose: () => void;
}

/** The account menu: organization, language, theme, shortcuts, sign-out. */
export function AccountMenu({ onShowHelp, onClose }: AccountMenuProps) {
  const { me, membership, switchOrganization } = useSession();
  const organizations = me.organizations.filter((organization) => organization.status === "active");
  const List = useOrganizationList(organizations.length > 1);
  return (
    <div className={styles["account"]}>
      <div className={styles["identity"]}>
        <b>{membership?.userName ?? me.account.name}</b>
        <span>{displayEmail(me.account.email)}</span>
      </div>
      {List !== null ? (
        <List
          organizations={organizations}
          currentId={membership?.id ?? ""}
          onSwitch={(id) => {
            switchOrganization(id);
            onClose();
          }}
        />
      ) : null}
      <LanguageChoice />
      <ThemeChoice />
      <ShortcutSettings onShowHelp={onShowHelp} />
      <div className={styles["commands"]}>
        <Link to="/account" className={buttonClass({ variant: "quiet" })} onClick={onClose}>
          <Trans>My account</Trans>
        </Link>
      </div>
      <SignOut />
    </div>
  );
}

/** Loaded only for accounts with several organizations. */
function useOrganizationList(isNeeded: boolean): typeof OrganizationList | null {
  const [List, setList] = useState<typeof OrganizationList | null>(null);
  useEffect(() => {
    if (isNeeded)
      loadModule(() => import("./organization-list.tsx")).then(
        (module) => setList(() => module.OrganizationList),
        () => undefined, // without a connection: the menu loads it when it is opened again
      );
  }, [isNeeded]);
  return List;
}

function ShortcutSettings({ onShowHelp }: { readonly onShowHelp: () => void }) {
  const { hasSingleKeys, setSingleKeys } = useShortcuts();
  return (
    <div className={styles["commands"]}>
      <CheckboxField checked={hasSingleKeys} onChange={(event) => setSingleKeys(event.target.checked)}>
        <Trans>Single-key shortcuts</Trans>
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
  const signOut = useMutation({
    mutationFn: (scope: "current" | "all") =>
      scope === "current" ? api("DELETE /sessions/current") : api("DELETE /sessions"),
    // A full page load removes everything of this account from memory.
    onSuccess: () => loadPage("/sign-in"),
  });
  return (
    <div className={styles["commands"]}>
      <Button
        variant="quiet"
        pending={signOut.isPending && signOut.variables === "current"}
        onClick={() => signOut.mutate("current")}
      >
        <Trans>Sign out</Trans>
      </Button>
      <Button
        variant="quiet"
        pending={signOut.isPending && signOut.variables === "all"}
        onClick={() => signOut.mutate("all")}
      >
        <Trans>Sign out everywhere</Trans>
      </Button>
      {signOut.isError ? <InlineNotice tone="bad">{problemText(signOut.error).text}</InlineNotice> : null}
    </div>
  );
}

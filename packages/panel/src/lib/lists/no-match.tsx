import { parseEmail } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { EmptyState } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { MailIcon } from "../../ui/icons.tsx";

interface NoMatchProps {
  readonly title: ReactNode;
  /** What was searched; undefined when only filters are set. */
  readonly query: string | undefined;
  /** Label of the button that clears search and filters. */
  readonly clearLabel: ReactNode;
  readonly onClear: () => void;
  /** Invites a searched address; null without permission to invite. */
  readonly onInvite: ((email: string) => void) | null;
  readonly children?: ReactNode;
}

/** Shown in place of rows when none matches: clears the search, and invites a searched address. */
export function NoMatch({ title, query, clearLabel, onClear, onInvite, children }: NoMatchProps) {
  const address = query === undefined ? null : parseEmail(query);
  const email = address?.ok === true ? address.email : null;
  return (
    <EmptyState
      title={title}
      actions={
        <>
          <Button onClick={onClear}>{clearLabel}</Button>
          {email === null || onInvite === null ? null : (
            <Button icon={<MailIcon />} onClick={() => onInvite(email)}>
              <Trans>Invite {email}</Trans>
            </Button>
          )}
        </>
      }
    >
      {children}
    </EmptyState>
  );
}

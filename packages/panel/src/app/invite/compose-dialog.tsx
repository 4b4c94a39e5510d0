import type { SendInvitationsResult } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link, useLocation } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorSummary } from "../../ui/error-summary.tsx";
import { TextField } from "../../ui/field.tsx";
import { Reason } from "../../ui/reason.tsx";
import { LinkButton, linkClass } from "../../ui/text.tsx";
import { useProblemText } from "../problem-text.ts";
import { useSession } from "../session/session.tsx";
import { modifierName } from "../shortcuts/shortcuts.tsx";
import { rememberInTab } from "../storage.ts";
import type { useRolesQuery } from "../users/use-roles.ts";
import { AddressField, addressFieldId } from "./address-field.tsx";
import { type Address, addressText } from "./address-list.ts";
import { ExpirySelect } from "./expiry-select.tsx";
import styles from "./invite.module.css";
import { RoleOptions, rolesId } from "./role-options.tsx";
import type { Draft } from "./use-draft.ts";
import { useOnceRoles } from "./use-once-roles.ts";
import { useSend } from "./use-send.ts";
import type { Terms } from "./use-terms.ts";

interface ComposeDialogProps {
  readonly draft: Draft;
  readonly roles: ReturnType<typeof useRolesQuery>;
  readonly onClose: () => void;
  /** Closes without a question, for the page of lists: nothing is lost by it. */
  readonly onLeave: () => void;
  readonly onSent: (
    ready: readonly Address[],
    wrong: readonly Address[],
    terms: Terms,
    answer: SendInvitationsResult,
  ) => void;
}

/** Who is invited, with which roles, for how long, with which words. */
export function ComposeDialog({ draft, roles, onClose, onLeave, onSent }: ComposeDialogProps) {
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  const { errors, submit, send, isBusy } = useSubmit(draft, roles, onSent);
  const messageOf = (fieldId: string) => errors.find((error) => error.fieldId === fieldId)?.message;
  return (
    <Dialog
      title={<Trans>Invite user</Trans>}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      note={<ReadyNote draft={draft} />}
      actions={
        <>
          <Button big onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            big
            type="submit"
            variant="primary"
            pending={isBusy}
            hint={`${modifierName()} ↵`}
            shortcut="Control+Enter Meta+Enter"
          >
            <SubmitLabel count={draft.ready.length} hasMail={hasMail} />
          </Button>
        </>
      }
    >
      {errors.length === 0 ? null : <ErrorSummary errors={errors} />}
      {send.error === null ? null : <SendProblem error={send.error} />}
      <AddressField
        addresses={draft.addresses}
        text={draft.text}
        error={messageOf(addressFieldId)}
        onType={draft.setText}
        onTake={draft.take}
        onRemove={draft.remove}
        onEdit={draft.edit}
      />
      <ManyLink draft={draft} onLeave={onLeave} />
      {hasMail ? null : (
        <Reason tone="warn">
          <Trans>
            No mail server is set up, so nothing is sent: copy each link afterwards and pass it on.
          </Trans>
        </Reason>
      )}
      <RoleOptions
        query={roles}
        chosen={draft.chosen}
        lastUsed={draft.lastUsed}
        error={messageOf(rolesId)}
        onToggle={draft.toggle}
      />
      <div className={styles["two"]}>
        <ExpirySelect terms={draft} />
        <TextField
          label={t`Note`}
          optional
          maxLength={1000}
          value={draft.note}
          onChange={(event) => draft.setNote(event.target.value)}
        />
      </div>
    </Dialog>
  );
}

/** To the page for lists; what is written here goes along. On that page itself there is nothing to lead to. */
function ManyLink({ draft, onLeave }: Pick<ComposeDialogProps, "draft" | "onLeave">) {
  const isThere = useLocation({ select: ({ pathname }) => pathname === "/invitations/new" });
  if (isThere) return null;
  function leave() {
    const written = [...draft.addresses.map(addressText), draft.text.trim()].filter((one) => one !== "");
    rememberInTab("invite-many-text", written.join("\n"));
    onLeave();
  }
  return (
    <p className={styles["many"]}>
      <Link to="/invitations/new" className={linkClass()} onClick={leave}>
        <Trans>Invite many from a list or a file</Trans>
      </Link>
    </p>
  );
}

interface FieldError {
  readonly fieldId: string;
  readonly message: string;
}

function useSubmit(draft: Draft, roles: ComposeDialogProps["roles"], onSent: ComposeDialogProps["onSent"]) {
  const { t } = useLingui();
  const [found, setFound] = useState<readonly FieldError[]>(none);
  const isCorrected: Readonly<Record<string, boolean>> = {
    [addressFieldId]: draft.ready.length > 0,
    [rolesId]: draft.chosen.size > 0,
  };
  // The same array while nothing is corrected: each new one takes the focus.
  const errors = found.some(({ fieldId }) => isCorrected[fieldId]) ? none : found;
  const [attempt, setAttempt] = useState<{
    ready: readonly Address[];
    wrong: readonly Address[];
    terms: Terms;
  }>();
  const send = useSend((_, answer) => {
    if (attempt !== undefined) onSent(attempt.ready, attempt.wrong, attempt.terms, answer);
  });
  const { isWaiting, setWanted } = useOnceRoles(roles, () => {
    const { addresses: all, ready } = draft;
    const terms = draft.terms();
    const wrong = [
      ...(ready.length > 0
        ? []
        : [
            {
              fieldId: addressFieldId,
              message:
                all.length === 0
                  ? t`Write at least one e-mail address`
                  : t`Correct at least one e-mail address`,
            },
          ]),
      ...(terms.roleIds.length > 0 ? [] : [{ fieldId: rolesId, message: t`Choose at least one role` }]),
    ];
    setFound(wrong);
    if (wrong.length > 0) return;
    const { roleIds, ...others } = terms;
    setAttempt({ ready, wrong: all.filter(({ email }) => email === null), terms });
    send.mutate({
      invitations: ready.map(({ email, name }) => ({
        email,
        roleIds: [...roleIds],
        ...(name === undefined ? {} : { name }),
      })),
      ...others,
    });
  });
  function submit() {
    if (send.isPending) return;
    draft.take(draft.text, "");
    setWanted(true);
  }
  return { errors, submit, send, isBusy: send.isPending || isWaiting };
}

function SubmitLabel({ count, hasMail }: { readonly count: number; readonly hasMail: boolean }) {
  if (count === 0) return hasMail ? <Trans>Send invitation</Trans> : <Trans>Create invitation</Trans>;
  return hasMail ? (
    <Plural value={count} one="Send invitation" other="Send # invitations" />
  ) : (
    <Plural value={count} one="Create invitation" other="Create # invitations" />
  );
}

function ReadyNote({ draft }: { readonly draft: Draft }) {
  const { i18n } = useLingui();
  const all = draft.addresses.length;
  if (all === 0) return null;
  const ready = i18n.number(draft.ready.length);
  return (
    <Plural value={all} one={`${ready} of # address is ready`} other={`${ready} of # addresses are ready`} />
  );
}

/** Why nothing was sent; what was written is still there. */
function SendProblem({ error }: { readonly error: unknown }) {
  const { title, text } = useProblemText()(error);
  return (
    <ErrorSummary title={title} errors={none}>
      {text}{" "}
      <LinkButton inline type="submit">
        <Trans>Try again</Trans>
      </LinkButton>
    </ErrorSummary>
  );
}

const none: readonly FieldError[] = [];

import type { SendInvitations, SendInvitationsResult } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { isCompleteEnd, RoleEndField, useRoleEndError } from "../../../lib/access/role-end.tsx";
import { useProblemText } from "../../../lib/api/problem-text.tsx";
import { useApi } from "../../../lib/api/use-api.tsx";
import { createRandomId } from "../../../lib/random-id.ts";
import { useSession } from "../../../lib/session/session.tsx";
import { modifierName } from "../../../lib/shortcuts/shortcuts.tsx";
import { rememberInTab } from "../../../lib/storage/storage.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { ErrorSummary } from "../../../ui/forms/field.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { LinkButton, linkClass } from "../../../ui/text.tsx";
import type { useRolesQuery } from "../../roles/use-roles.ts";
import { AddressField, addressFieldId } from "./address-field.tsx";
import { type Address, formatAddress } from "./address-list.ts";
import styles from "./compose.module.css";
import { ExpiryAndNote, endId, type InvitationOptions, useWhenRolesLoaded } from "./invitation-options.tsx";
import { RoleOptions, rolesId } from "./role-options.tsx";
import type { InvitationDraft } from "./use-invitation-draft.ts";

interface ComposeDialogProps {
  readonly draft: InvitationDraft;
  readonly roles: ReturnType<typeof useRolesQuery>;
  readonly onClose: () => void;
  /** Closes without confirmation, for the link to the page for many invitations, which takes over the addresses. */
  readonly onLeave: () => void;
  readonly onSent: (
    ready: readonly Address[],
    wrong: readonly Address[],
    terms: InvitationOptions,
    answer: SendInvitationsResult,
  ) => void;
}

/** The form of an invitation: addresses, roles, expiry and note. */
export function ComposeDialog({ draft, roles, onClose, onLeave, onSent }: ComposeDialogProps) {
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  const { errors, submit, send, isBusy } = useSubmit(draft, roles, onSent);
  const getMessage = (fieldId: string) => errors.find((error) => error.fieldId === fieldId)?.message;
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
      {send.error === null ? null : <SendError error={send.error} />}
      <AddressField
        addresses={draft.addresses}
        text={draft.text}
        error={getMessage(addressFieldId)}
        onType={draft.setText}
        onAdd={draft.addFromText}
        onRemove={draft.remove}
        onEdit={draft.edit}
      />
      <InviteManyLink draft={draft} onLeave={onLeave} />
      {hasMail ? null : (
        <InlineNotice tone="warn">
          <Trans>
            No mail server is set up, so no e-mail is sent. Copy each link afterwards and share it.
          </Trans>
        </InlineNotice>
      )}
      <RoleOptions
        query={roles}
        chosen={draft.chosen}
        lastUsed={draft.lastUsed}
        error={getMessage(rolesId)}
        onToggle={draft.toggle}
      />
      <RoleEndField
        label={t`Access lasts`}
        value={draft.end}
        isFromJoining
        id={endId}
        error={getMessage(endId)}
        onChange={draft.setEnd}
      />
      <ExpiryAndNote options={draft} />
    </Dialog>
  );
}

/**
 * Link to the page for many invitations, with a pasted table or the addresses typed so far. Not rendered on that page.
 */
function InviteManyLink({ draft, onLeave }: Pick<ComposeDialogProps, "draft" | "onLeave">) {
  const { table } = draft;
  const isOpen = useLocation({ select: ({ pathname }) => pathname === "/invitations/new" });
  function leave() {
    const written = [...draft.addresses.map(formatAddress), draft.text.trim()].filter((one) => one !== "");
    rememberInTab("invite-many-text", table ?? written.join("\n"));
    onLeave();
  }
  const link = (
    <Link to="/invitations/new" className={linkClass()} onClick={leave}>
      <Trans>Invite many from a list or a file</Trans>
    </Link>
  );
  if (table === null) return isOpen ? null : <p className={styles["many"]}>{link}</p>;
  return (
    <div role="status">
      <InlineNotice tone="warn">
        <Trans>This table has columns to choose from, such as roles. Nothing was added.</Trans>{" "}
        {isOpen || draft.addresses.length > 0 ? (
          <Trans>Paste it into the field of “Invite many”.</Trans>
        ) : (
          link
        )}
      </InlineNotice>
    </div>
  );
}

interface FieldError {
  readonly fieldId: string;
  readonly message: string;
}

function useSubmit(
  draft: InvitationDraft,
  roles: ComposeDialogProps["roles"],
  onSent: ComposeDialogProps["onSent"],
) {
  const { t } = useLingui();
  const getEndError = useRoleEndError();
  const [found, setFound] = useState<readonly FieldError[]>(none);
  const isCorrected: Readonly<Record<string, boolean>> = {
    [addressFieldId]: draft.ready.length > 0,
    [rolesId]: draft.chosen.size > 0,
    [endId]: isCompleteEnd(draft.end, new Date()),
  };
  // The same array until something is corrected: the error summary takes the focus for a new one.
  const errors = found.some(({ fieldId }) => isCorrected[fieldId]) ? none : found;
  const [attempt, setAttempt] = useState<{
    ready: readonly Address[];
    wrong: readonly Address[];
    terms: InvitationOptions;
  }>();
  const send = useSendInvitations((_, answer) => {
    if (attempt !== undefined) onSent(attempt.ready, attempt.wrong, attempt.terms, answer);
  });
  const { isWaiting, setWanted } = useWhenRolesLoaded(roles, () => {
    const { addresses: all, ready } = draft;
    const terms = draft.terms();
    const endError = getEndError(draft.end, null);
    const wrong = [
      ...(ready.length > 0
        ? []
        : [
            {
              fieldId: addressFieldId,
              message:
                all.length === 0
                  ? t`Enter at least one e-mail address`
                  : t`Correct at least one e-mail address`,
            },
          ]),
      ...(terms.roles.length > 0 ? [] : [{ fieldId: rolesId, message: t`Choose at least one role` }]),
      ...(endError === undefined ? [] : [{ fieldId: endId, message: endError }]),
    ];
    setFound(wrong);
    if (wrong.length > 0) return;
    const { roles: offered, ...others } = terms;
    setAttempt({ ready, wrong: all.filter(({ email }) => email === null), terms });
    send.mutate({
      invitations: ready.map(({ email, name }) => ({
        email,
        roles: [...offered],
        ...(name === undefined ? {} : { name }),
      })),
      ...others,
    });
  });
  function submit() {
    if (send.isPending) return;
    draft.addFromText(draft.text, "");
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

function ReadyNote({ draft }: { readonly draft: InvitationDraft }) {
  const { i18n } = useLingui();
  const all = draft.addresses.length;
  if (all === 0) return null;
  const ready = i18n.number(draft.ready.length);
  return (
    <Plural value={all} one={`${ready} of # address is ready`} other={`${ready} of # addresses are ready`} />
  );
}

/** The error of a failed request. */
function SendError({ error }: { readonly error: unknown }) {
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

/** Sends invitations. A retry of the same request has the same idempotency key, so that nobody is invited twice. */
function useSendInvitations(onSent: (request: SendInvitations, answer: SendInvitationsResult) => void) {
  const api = useApi();
  const attempt = useRef<{ readonly request: string; readonly key: string } | null>(null);
  return useMutation({
    mutationFn(request: SendInvitations) {
      const written = JSON.stringify(request);
      if (attempt.current?.request !== written) attempt.current = { request: written, key: createRandomId() };
      return api("POST /organizations/:organizationId/invitations", {
        body: request,
        idempotencyKey: attempt.current.key,
      });
    },
    onSuccess(answer, request) {
      attempt.current = null;
      onSent(request, answer);
    },
  });
}

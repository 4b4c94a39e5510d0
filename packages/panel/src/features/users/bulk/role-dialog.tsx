import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import {
  noEnd,
  type RoleEnd,
  RoleEndField,
  toInstant,
  useRoleEndError,
  useRoleEndFormat,
} from "../../../lib/access/role-end.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { SearchField } from "../../../ui/forms/search-field.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { minRolesForSearch } from "../../roles/role-order.ts";
import { JobPreviewSummary, useJobPreview } from "./job-preview.tsx";
import { type ReviewedRole, type RoleChoice, RoleChoices, useRoleChoices } from "./role-choices.tsx";
import { useSensitiveConfirmation } from "./sensitive-confirmation.tsx";
import { type Change, type JobTarget, useStartJob } from "./use-start-job.ts";

interface RoleDialogProps {
  readonly action: "add-role" | "remove-role";
  readonly chosen: JobTarget;
  /** Number of them with each role; null if not known. */
  readonly held: ReadonlyMap<string, number> | null;
  /** The role of the list's filter. */
  readonly filter: string | undefined;
  readonly onStarted: () => void;
  readonly onClose: () => void;
}

/** Chooses the role to add or remove, then shows what that changes. */
export function RoleDialog({ action, chosen, held, filter, onStarted, onClose }: RoleDialogProps) {
  const [roleId, setRoleId] = useState(action === "remove-role" ? filter : undefined);
  const [end, setEnd] = useState<RoleEnd>(noEnd);
  const [reviewed, setReviewed] = useState<ReviewedRole | null>(null);
  if (reviewed !== null)
    return (
      <RoleReview
        action={action}
        chosen={chosen}
        role={reviewed}
        onStarted={onStarted}
        onClose={onClose}
        onBack={() => setReviewed(null)}
      />
    );
  return (
    <RoleStep
      action={action}
      count={chosen.count}
      held={held}
      roleId={roleId}
      end={end}
      onChoose={setRoleId}
      onEnd={setEnd}
      onReview={setReviewed}
      onClose={onClose}
    />
  );
}

interface RoleStepProps extends Pick<RoleDialogProps, "action" | "held" | "onClose"> {
  readonly count: number | null;
  readonly roleId: string | undefined;
  /** How long the users get the role. */
  readonly end: RoleEnd;
  readonly onChoose: (roleId: string) => void;
  readonly onEnd: (end: RoleEnd) => void;
  readonly onReview: (role: ReviewedRole) => void;
}

function RoleStep(props: RoleStepProps) {
  const { action, count, held, roleId, end, onChoose, onEnd, onReview, onClose } = props;
  const { t } = useLingui();
  const [isMissing, setMissing] = useState(false);
  const [query, setQuery] = useState("");
  const { choices, all } = useRoleChoices(action, held, count, query);
  const role = all.find(({ id, reason }) => id === roleId && reason === null) ?? null;
  const isAdding = action === "add-role";
  const [endError, setEndError] = useState<string>();
  const getEndError = useRoleEndError();
  const hasEnd = isAdding && role?.isSystem !== true;
  const submit = () => {
    if (role === null) return setMissing(true);
    if (!hasEnd) return onReview({ ...role, expiresAt: null });
    const error = getEndError(end, role.latestEnd);
    if (error === undefined) onReview({ ...role, expiresAt: toInstant(end, new Date()) });
    else setEndError(error);
  };
  return (
    <Dialog
      title={isAdding ? <AddTitle count={count} /> : <RemoveTitle count={count} />}
      isOpen
      isNarrow
      onClose={onClose}
      {...(all.length === 0 ? {} : { onSubmit: submit })}
      actions={
        <>
          <Button big onClick={onClose}>
            {all.length === 0 ? <Trans>Close</Trans> : <Trans>Cancel</Trans>}
          </Button>
          {all.length === 0 ? null : (
            <Button big type="submit" variant="primary">
              <Trans>Review</Trans>
            </Button>
          )}
        </>
      }
    >
      {all.length === 0 ? (
        <p>{isAdding ? <Trans>There is no role yet.</Trans> : <Trans>None of them has a role.</Trans>}</p>
      ) : null}
      {all.length < minRolesForSearch ? null : (
        <SearchField
          label={t`Search roles`}
          placeholder={t`Role`}
          value={query}
          onChange={setQuery}
          autoFocus
        />
      )}
      {all.length === 0 ? null : (
        <RoleChoices
          choices={choices}
          query={query}
          roleId={role?.id ?? null}
          onChoose={(id) => {
            onChoose(id);
            setMissing(false);
            setEndError(undefined);
          }}
          error={isMissing ? t`Choose a role.` : null}
        />
      )}
      {all.length === 0 || !hasEnd ? null : (
        <RoleEndField
          label={t`Access lasts`}
          value={end}
          error={endError}
          latest={role?.latestEnd ?? null}
          onChange={(next) => {
            setEndError(undefined);
            onEnd(next);
          }}
        />
      )}
    </Dialog>
  );
}

interface RoleReviewProps extends Pick<RoleDialogProps, "action" | "chosen" | "onStarted" | "onClose"> {
  readonly role: ReviewedRole;
  readonly onBack: () => void;
}

/** What the change does to how many users. Owner and sensitive permissions are confirmed separately. */
function RoleReview({ action, chosen, role, onStarted, onClose, onBack }: RoleReviewProps) {
  const { count } = chosen;
  const formatUntil = useRoleEndFormat();
  const change: Change =
    action === "add-role" && role.expiresAt !== null
      ? { action, roleId: role.id, expiresAt: role.expiresAt }
      : { action, roleId: role.id };
  const { start, isPending, problem } = useStartJob(chosen, onStarted);
  const preview = useJobPreview(chosen, change);
  const confirmation = useSensitiveConfirmation(role.isSystem || preview.isSensitive);
  const isAdding = action === "add-role";
  const isRead = preview.query.data !== undefined;
  const submit = () => (isRead && confirmation.check() && !isPending ? start(change) : undefined);
  return (
    <Dialog
      title={isAdding ? <AddTitle count={count} /> : <RemoveTitle count={count} />}
      isOpen
      isNarrow
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button big onClick={onBack}>
            <Trans>Back</Trans>
          </Button>
          <Button big type="submit" variant="primary" autoFocus pending={isPending || !isRead}>
            {isAdding ? <AddVerb role={role} count={count} /> : <RemoveVerb role={role} count={count} />}
          </Button>
        </>
      }
    >
      <p>
        <b>{formatUntil(role)}</b> · <Trans>Takes effect immediately. You can undo this.</Trans>
      </p>
      <JobPreviewSummary preview={preview} action={action} />
      {isRead ? confirmation.field : null}
      {problem === null ? null : (
        <div role="alert">
          <InlineNotice tone="bad">{problem}</InlineNotice>
        </div>
      )}
    </Dialog>
  );
}

interface Counted {
  readonly count: number | null;
}

function AddTitle({ count }: Counted) {
  if (count === null) return <Trans>Add a role to all matching users</Trans>;
  return <Plural value={count} one="Add a role to # user" other="Add a role to # users" />;
}

function RemoveTitle({ count }: Counted) {
  if (count === null) return <Trans>Remove a role from all matching users</Trans>;
  return <Plural value={count} one="Remove a role from # user" other="Remove a role from # users" />;
}

function AddVerb({ role: { name }, count }: Counted & { readonly role: RoleChoice }) {
  if (count === null) return <Trans>Add {name} to all</Trans>;
  return <Plural value={count} one={`Add ${name} to # user`} other={`Add ${name} to # users`} />;
}

function RemoveVerb({ role: { name }, count }: Counted & { readonly role: RoleChoice }) {
  if (count === null) return <Trans>Remove {name} from all</Trans>;
  return <Plural value={count} one={`Remove ${name} from # user`} other={`Remove ${name} from # users`} />;
}

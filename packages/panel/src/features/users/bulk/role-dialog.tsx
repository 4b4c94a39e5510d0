import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { formatCeilingError, useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { indexQualifiedLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { OptionList, RadioOption } from "../../../ui/forms/checkbox.tsx";
import { SearchField } from "../../../ui/forms/search-field.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { minRolesForSearch, searchRoles, sortAllowedFirst } from "../../roles/role-order.ts";
import { useRoles } from "../../roles/use-roles.ts";
import { JobPreviewSummary, useJobPreview } from "./job-preview.tsx";
import styles from "./role-dialog.module.css";
import { useSensitiveConfirmation } from "./sensitive-confirmation.tsx";
import { type JobTarget, useStartJob } from "./use-start-job.ts";

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
  const [reviewed, setReviewed] = useState<RoleChoice | null>(null);
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
      onChoose={setRoleId}
      onReview={setReviewed}
      onClose={onClose}
    />
  );
}

interface RoleStepProps extends Pick<RoleDialogProps, "action" | "held" | "onClose"> {
  readonly count: number | null;
  readonly roleId: string | undefined;
  readonly onChoose: (roleId: string) => void;
  readonly onReview: (role: RoleChoice) => void;
}

function RoleStep({ action, count, held, roleId, onChoose, onReview, onClose }: RoleStepProps) {
  const { t } = useLingui();
  const [isMissing, setMissing] = useState(false);
  const [query, setQuery] = useState("");
  const { choices, all } = useRoleChoices(action, held, count, query);
  const role = all.find(({ id, reason }) => id === roleId && reason === null) ?? null;
  const isAdding = action === "add-role";
  const submit = () => (role === null ? setMissing(true) : onReview(role));
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
          }}
          error={isMissing ? t`Choose a role.` : null}
        />
      )}
    </Dialog>
  );
}

interface RoleReviewProps extends Pick<RoleDialogProps, "action" | "chosen" | "onStarted" | "onClose"> {
  readonly role: RoleChoice;
  readonly onBack: () => void;
}

/** What the change does to how many users. Owner and sensitive permissions are confirmed separately. */
function RoleReview({ action, chosen, role, onStarted, onClose, onBack }: RoleReviewProps) {
  const { count } = chosen;
  const change = { action, roleId: role.id } as const;
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
        <b>{role.name}</b> · <Trans>Takes effect immediately. You can undo this.</Trans>
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

interface RoleChoicesProps {
  readonly choices: readonly RoleChoice[];
  readonly query: string;
  readonly roleId: string | null;
  readonly onChoose: (id: string) => void;
  readonly error: string | null;
}

function RoleChoices({ choices, query, roleId, onChoose, error }: RoleChoicesProps) {
  const { t } = useLingui();
  const first = choices.find(({ reason }) => reason === null)?.id;
  return (
    <fieldset className={styles["roles"]} aria-describedby={error === null ? undefined : "bulk-role-error"}>
      <legend>
        <Trans>Role</Trans>
      </legend>
      {choices.length === 0 ? (
        <p role="status">
          <Trans>No role matches {query}.</Trans>
        </p>
      ) : (
        <OptionList items={choices} getKey={({ id }) => id}>
          {({ id, name, description, holders, reason }) => (
            <RadioOption
              name="role"
              checked={id === roleId}
              onChange={() => onChoose(id)}
              autoFocus={query === "" && id === (roleId ?? first)}
              isLocked={reason !== null}
              about={
                <>
                  {description}
                  {reason === null ? null : <span className={styles["ceiling"]}>{reason}</span>}
                </>
              }
              aside={holders === null ? null : t`held by ${holders}`}
            >
              {name}
            </RadioOption>
          )}
        </OptionList>
      )}
      {error === null ? null : (
        <div role="alert">
          <InlineNotice id="bulk-role-error" tone="bad">
            {error}
          </InlineNotice>
        </div>
      )}
    </fieldset>
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

/** A role to choose. */
interface RoleChoice {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** How many of the users have it, if that is useful. */
  readonly holders: number | null;
  readonly isSystem: boolean;
  /** Why it can't be chosen. */
  readonly reason: string | null;
}

/**
 * Roles that can be added or removed; for removal, those that at least one of the users has, as far as known. Roles that
 * exceed the actor's permissions, and those that all users have already, come last, with the reason.
 */
function useRoleChoices(
  action: "add-role" | "remove-role",
  held: ReadonlyMap<string, number> | null,
  count: number | null,
  query: string,
): { readonly choices: readonly RoleChoice[]; readonly all: readonly RoleChoice[] } {
  const { t, i18n } = useLingui();
  const roles = useRoles();
  const ceiling = useGrantCeiling();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const isRemoval = action === "remove-role";
  const checkedRoles = (roles ?? [])
    .filter(({ id }) => !isRemoval || held === null || held.has(id))
    .map((role): RoleChoice => {
      const { id, name, description, system: isSystem } = role;
      if (isRemoval) {
        const reason = ceiling.canRevoke(role)
          ? null
          : t`You can’t remove ${name}: it includes permissions that you don’t have.`;
        return { id, name, description, holders: held?.get(id) ?? null, isSystem, reason };
      }
      const decision = ceiling.checkRole(role);
      const isHeldByAll = count !== null && held?.get(id) === count;
      const reason = isHeldByAll
        ? t`${plural(count, { one: "This person already has it.", other: "All # already have it." })}`
        : decision.allowed
          ? null
          : formatCeilingError(name, decision.missing, labels, i18n);
      return { id, name, description, holders: null, isSystem, reason };
    });
  const all = sortAllowedFirst(checkedRoles, ({ reason }) => reason === null);
  return { all, choices: searchRoles(all, query) };
}

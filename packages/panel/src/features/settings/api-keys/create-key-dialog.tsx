import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ProblemNotice } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { useApi } from "../../../lib/api/use-api.tsx";
import { createRandomId } from "../../../lib/random-id.ts";
import { Button } from "../../../ui/forms/button.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import styles from "./api-keys.module.css";
import { PermissionChoice, permissionChoiceId } from "./permission-choice.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { useRefreshKeys } from "./use-keys.ts";

const spans = ["30", "90", "365", "never"] as const;
type Span = (typeof spans)[number];

const day = 24 * 60 * 60_000;

interface Draft {
  readonly name: string;
  readonly span: Span;
  readonly permissions: ReadonlySet<string>;
}

/** Creates an API key, then shows its secret once. */
export function CreateKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLingui();
  const [draft, setDraft] = useState<Draft>({ name: "", span: "90", permissions: new Set() });
  const [isAsked, setAsked] = useState(false);
  const create = useCreate();
  if (create.data !== undefined)
    return <SecretDialog name={draft.name} secret={create.data.secret} onClose={onClose} />;
  const isNameless = draft.name.trim() === "";
  const isEmpty = draft.permissions.size === 0;
  function submit() {
    setAsked(true);
    if (isNameless) document.getElementById("key-name")?.focus();
    else if (isEmpty) document.getElementById(permissionChoiceId)?.focus();
    else if (!create.isPending) create.mutate(draft);
  }
  return (
    <Dialog
      title={t`Create API key`}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      note={t`${plural(draft.permissions.size, { one: "# permission chosen", other: "# permissions chosen" })}`}
      actions={
        <>
          <Button big onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button big variant="primary" type="submit" pending={create.isPending}>
            <Trans>Create key</Trans>
          </Button>
        </>
      }
    >
      <div className={styles["fields"]}>
        <TextField
          id="key-name"
          label={t`Name`}
          hint={t`Which program uses it, for example “Reports, nightly”.`}
          maxLength={200}
          autoComplete="off"
          autoFocus
          value={draft.name}
          error={isAsked && isNameless ? t`Enter a name.` : undefined}
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        />
        <Select<Span>
          label={t`Works for`}
          value={draft.span}
          choices={[
            { value: "30", text: t`30 days` },
            { value: "90", text: t`90 days` },
            { value: "365", text: t`1 year` },
            { value: "never", text: t`No end date` },
          ]}
          onChange={(span) => setDraft({ ...draft, span })}
        />
      </div>
      <PermissionChoice
        chosen={draft.permissions}
        error={isAsked && isEmpty ? t`Choose at least one permission.` : undefined}
        onChange={(permissions) => setDraft({ ...draft, permissions })}
      />
      <ProblemNotice error={create.error} />
    </Dialog>
  );
}

interface Attempt {
  readonly draft: Draft;
  readonly idempotencyKey: string;
  readonly expiresAt: string | null;
}

/** Creates the key. A double click sends the same idempotency key, so only one API key is created. */
function useCreate() {
  const api = useApi();
  const refresh = useRefreshKeys();
  const attempt = useRef<Attempt | null>(null);
  return useMutation({
    mutationFn: (draft: Draft) => {
      if (attempt.current?.draft !== draft) attempt.current = begin(draft);
      const { idempotencyKey, expiresAt } = attempt.current;
      const body = { name: draft.name.trim(), permissions: [...draft.permissions], expiresAt };
      return api("POST /organizations/:organizationId/api-keys", { body, idempotencyKey });
    },
    onSuccess: () => refresh(),
    onError: (error) =>
      error instanceof ApiProblem && error.code === "api-keys/shown-once" ? refresh() : undefined,
  });
}

function begin(draft: Draft): Attempt {
  const { span } = draft;
  const expiresAt = span === "never" ? null : new Date(Date.now() + Number(span) * day).toISOString();
  return { draft, idempotencyKey: createRandomId(), expiresAt };
}

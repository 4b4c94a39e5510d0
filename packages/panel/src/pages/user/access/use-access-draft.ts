import { useState } from "react";
import { useRoles } from "../../../app/users/use-roles.ts";
import type { SeenUser } from "../use-user.ts";
import { type AccessDraft, dropGone, emptyDraft, rebase } from "./draft.ts";

/** Staged changes that follow the user and the roles: when newer ones arrive they are put on top of them. */
export function useAccessDraft(seen: SeenUser): readonly [AccessDraft, (draft: AccessDraft) => void] {
  const roles = useRoles();
  const [draft, setDraft] = useState(() => emptyDraft(seen.body.roles, seen.etag));
  const newest = { held: seen.body.roles, version: seen.etag, isOwn: seen.isOwn === true };
  const rebased = draft.version === seen.etag ? draft : rebase(draft, newest);
  const next = roles === null ? rebased : dropGone(rebased, new Set(roles.map(({ id }) => id)));
  if (next !== draft) setDraft(next);
  return [next, setDraft];
}

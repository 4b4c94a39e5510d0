import { useState } from "react";
import type { SeenUser } from "../use-user.ts";
import { type AccessDraft, emptyDraft, rebase } from "./draft.ts";

/** Staged changes that follow the user: when a newer version arrives they are put on top of it. */
export function useAccessDraft(seen: SeenUser): readonly [AccessDraft, (draft: AccessDraft) => void] {
  const [draft, setDraft] = useState(() => emptyDraft(seen.body.roles, seen.etag));
  if (draft.version === seen.etag) return [draft, setDraft];
  const next = rebase(draft, { held: seen.body.roles, version: seen.etag, isOwn: false });
  setDraft(next);
  return [next, setDraft];
}

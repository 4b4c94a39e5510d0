import type { AuditAction } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useApiQuery } from "../session/api.tsx";
import { useCan, useOrganization } from "../session/session.tsx";
import { actorInWords } from "../words/event-words.ts";

/** Who changed something last, and when. */
export interface LastChange {
  /** Null for the reader, in another window. */
  readonly by: string | null;
  /** RFC 3339. */
  readonly at: string;
}

/** Who changed a thing last; null until it is known, and for readers who may not see the audit log. */
export function useLastChange(target: string, action: AuditAction): LastChange | null {
  const { i18n } = useLingui();
  const { userId } = useOrganization();
  const events = useApiQuery(
    "GET /organizations/:organizationId/audit-events",
    { query: { target, action, limit: "1" } },
    { enabled: useCan("audit:view") },
  );
  const event = events.data?.body.items[0];
  if (event === undefined) return null;
  return { by: event.actor.id === userId ? null : actorInWords(event.actor, i18n), at: event.at };
}

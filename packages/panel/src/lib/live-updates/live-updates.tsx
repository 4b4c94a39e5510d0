/** Receives change events of the organization while the page is active. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useEffect } from "react";
import { buildUrl } from "../api/request.ts";
import { useApiContext } from "../api/use-api.tsx";
import { meQuery } from "../session/session.tsx";
import { createPageActivity } from "./page-activity.ts";
import { readEvents } from "./read-events.ts";
import { openReconnectingStream } from "./reconnecting-stream.ts";
import { createRefresh } from "./refresh.ts";

/** Renders nothing; updates the query cache. */
export function LiveUpdates(): null {
  const { organizationId, ownChanges } = useApiContext();
  const { reauthentication } = useRouteContext({ from: "/shell" });
  const client = useQueryClient();
  useEffect(() => {
    const refresh = createRefresh({ client, organizationId, ownChanges });
    const activity = createPageActivity();
    const getUrl = (after: string | null) =>
      buildUrl("GET /organizations/:organizationId/events", {
        params: { organizationId },
        query: { after: after ?? undefined },
      });
    const stop = openReconnectingStream({
      read: (after, signal, onEvent) => readEvents(getUrl(after), signal, onEvent),
      isActive: activity.isActive,
      subscribe: (changed) => {
        const subscriptions = [
          activity.subscribe(changed),
          reauthentication.subscribe(() => reauthentication.isWaiting() || changed()),
        ];
        return () => {
          for (const unsubscribe of subscriptions) unsubscribe();
        };
      },
      onEvent: ({ name, data }) => {
        if (name === "change") refresh.handleChange(JSON.parse(data) as ChangeEvent);
        else if (name === "reset") refresh.handleReset();
        else if (name === "rights") void client.invalidateQueries({ queryKey: meQuery.queryKey });
      },
    });
    return () => {
      stop();
      refresh.stop();
    };
  }, [client, organizationId, ownChanges, reauthentication]);
  return null;
}

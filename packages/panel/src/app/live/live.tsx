/** Follows what others do in the organization, as long as somebody is there. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useEffect } from "react";
import { addressOf } from "../api/request.ts";
import { useApiContext } from "../session/api.tsx";
import { meQuery } from "../session/session.tsx";
import { follow } from "./follow.ts";
import { createPresence } from "./presence.ts";
import { readEvents } from "./read-events.ts";
import { createRefresh } from "./refresh.ts";

/** Shows nothing: what it hears goes into the cache of answers. */
export function Live(): null {
  const { organizationId, own } = useApiContext();
  const { gate } = useRouteContext({ from: "/shell" });
  const client = useQueryClient();
  useEffect(() => {
    const refresh = createRefresh({ client, organizationId, own });
    const presence = createPresence();
    const address = (after: string | null) =>
      addressOf("GET /organizations/:organizationId/events", {
        params: { organizationId },
        query: { after: after ?? undefined },
      });
    const stop = follow({
      read: (after, signal, onEvent) => readEvents(address(after), signal, onEvent),
      isThere: presence.isThere,
      subscribe: (changed) => {
        const leave = [presence.subscribe(changed), gate.subscribe(() => gate.isWaiting() || changed())];
        return () => {
          for (const unsubscribe of leave) unsubscribe();
        };
      },
      onEvent: ({ name, data }) => {
        if (name === "change") refresh.about(JSON.parse(data) as ChangeEvent);
        else if (name === "reset") refresh.everything();
        else if (name === "rights") void client.invalidateQueries({ queryKey: meQuery.queryKey });
      },
    });
    return () => {
      stop();
      refresh.stop();
    };
  }, [client, organizationId, own, gate]);
  return null;
}

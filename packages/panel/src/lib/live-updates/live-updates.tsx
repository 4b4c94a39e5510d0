/** Receives change events of the organization while the page is active. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useEffect } from "react";
import { buildUrl, request } from "../api/request.ts";
import { useApiContext } from "../api/use-api.tsx";
import { meQuery } from "../session/session.tsx";
import { openReconnectingStream, readEvents } from "./event-stream.ts";
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
      // The session may be alive for another organization. If it was ended on purpose, that is said at once; otherwise
      // the next request asks to sign in again.
      onDenied: () => {
        void request("GET /sessions/status").then(
          ({ body }) => {
            if (body.session !== null) void client.invalidateQueries({ queryKey: meQuery.queryKey });
            else if (body.lostAccess !== null) void reauthentication.wait();
          },
          () => undefined,
        );
      },
    });
    return () => {
      stop();
      refresh.stop();
    };
  }, [client, organizationId, ownChanges, reauthentication]);
  return null;
}

/** Whether the page is in use: visible, and with user input in the last half hour. */
interface PageActivity {
  readonly isActive: () => boolean;
  readonly subscribe: (changed: () => void) => () => void;
}

/** A page hidden for longer is inactive. */
const hiddenTimeoutMs = 10_000;
/** A page without input for longer is inactive, so that its session can expire. */
const idleTimeoutMs = 30 * 60_000;

/** Input events within this time count as one: `pointermove` fires up to sixty times a second. */
const throttleMs = 5_000;

const activityEvents = ["keydown", "pointerdown", "pointermove", "wheel", "focus"] as const;

/** Observes visibility and input of the page. */
function createPageActivity(): PageActivity {
  const listeners = new Set<() => void>();
  let isActive = document.visibilityState === "visible";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const setActive = (now: boolean): void => {
    clearTimeout(timer);
    if (isActive === now) return;
    isActive = now;
    for (const changed of listeners) changed();
  };
  const scheduleInactive = (delayMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => setActive(false), delayMs);
  };
  let lastActivityAt = 0;
  const onActivity = (): void => {
    if (isActive && performance.now() - lastActivityAt < throttleMs) return;
    lastActivityAt = performance.now();
    update();
  };
  const update = (): void => {
    const isVisible = document.visibilityState === "visible";
    if (isVisible) setActive(true);
    scheduleInactive(isVisible ? idleTimeoutMs : hiddenTimeoutMs);
  };
  return {
    isActive: () => isActive,
    subscribe: (changed) => {
      if (listeners.size === 0) {
        document.addEventListener("visibilitychange", update);
        for (const name of activityEvents)
          addEventListener(name, onActivity, { passive: true, capture: true });
        update();
      }
      listeners.add(changed);
      return () => {
        listeners.delete(changed);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", update);
        for (const name of activityEvents) removeEventListener(name, onActivity, { capture: true });
      };
    },
  };
}

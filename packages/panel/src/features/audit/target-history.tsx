import { lazy, Suspense } from "react";
import { loadModule } from "../../lib/load-module.ts";
import { RowSkeletons } from "../../ui/tables/row-skeletons.tsx";
import type { TargetEventsProps } from "./target-events.tsx";

const TargetEvents = lazy(async () => ({
  default: (await loadModule(() => import("./target-events.tsx"))).TargetEvents,
}));

/** Audit events about one target, newest first; loaded when it is shown. */
export function TargetHistory(props: TargetEventsProps) {
  return (
    <Suspense fallback={<RowSkeletons />}>
      <TargetEvents {...props} />
    </Suspense>
  );
}

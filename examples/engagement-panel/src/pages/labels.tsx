/** Labels, times and counts. */
import { type Channel, type State, states } from "../types.ts";
import { StateIcon } from "./icons.tsx";

/** Labels of channels. */
export const channelLabels: Readonly<Record<Channel, string>> = {
  push: "Push",
  email: "E-mail",
  sms: "SMS",
};

/** Labels of states. */
const stateLabels: Readonly<Record<State, string>> = {
  draft: "Draft",
  submitted: "Waiting for approval",
  approved: "Approved",
  "sent-back": "Sent back",
};

/** Short labels of states. */
export const shortStateLabels: Readonly<Record<State, string>> = { ...stateLabels, submitted: "Waiting" };

/** Parses a state from a query parameter. */
export function readState(text: string | null): State | null {
  return states.find((state) => state === text) ?? null;
}

/** A campaign's state: icon and label. */
export function StateBadge({ state }: { readonly state: State }) {
  return (
    <span className={`state ${state}`}>
      <StateIcon state={state} />
      {stateLabels[state]}
    </span>
  );
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** A relative time, with the exact time as tooltip. */
export function Ago({ at }: { readonly at: string }) {
  const passed = Date.parse(at) - Date.now();
  const [unit, length] = units.find(([, size]) => Math.abs(passed) >= size) ?? (["minute", 60_000] as const);
  const count = Math.trunc(passed / length);
  return (
    <time dateTime={at} title={absolute.format(new Date(at))}>
      {unit === "minute" && count === 0 ? "just now" : relative.format(count, unit)}
    </time>
  );
}

/** "1 campaign", "3 campaigns". */
export function formatCount(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

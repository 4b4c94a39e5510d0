/** Names of things, and times, as people read them. */
import { type Channel, type State, states } from "../shapes.ts";
import { StateIcon } from "./icons.tsx";

/** Channels in words. */
export const channelWords: Readonly<Record<Channel, string>> = {
  push: "Push",
  email: "E-mail",
  sms: "SMS",
};

/** States in words. */
const stateWords: Readonly<Record<State, string>> = {
  draft: "Draft",
  submitted: "Waiting for approval",
  approved: "Approved",
  "sent-back": "Sent back",
};

/** The same where little room is. */
export const shortStateWords: Readonly<Record<State, string>> = { ...stateWords, submitted: "Waiting" };

/** Reads a state out of an address. */
export function readState(text: string | null): State | null {
  return states.find((state) => state === text) ?? null;
}

/** The state of a campaign: a shape and a word. */
export function StateMark({ state }: { readonly state: State }) {
  return (
    <span className={`state ${state}`}>
      <StateIcon state={state} />
      {stateWords[state]}
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

/** When something happened: how long ago, and the very time for whoever points at it. */
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
export function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

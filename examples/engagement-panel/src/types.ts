/** Types of the server's API. */

/** How a customer is reached. */
export const channels = ["push", "email", "sms"] as const;

/** A way to reach a customer. */
export type Channel = (typeof channels)[number];

/** The states of a campaign: draft → submitted → approved, or sent back → submitted. */
export const states = ["draft", "submitted", "approved", "sent-back"] as const;

/** A state of a campaign. */
export type State = (typeof states)[number];

/** Who did something, and when. The id is the user's id in Gatehouse. */
export interface ActionRecord {
  readonly id: string;
  readonly name: string;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** A campaign. */
export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly channel: Channel;
  readonly segment: { readonly id: string; readonly name: string };
  readonly message: string;
  readonly state: State;
  /** Increases with each change. A request sends the version that it is based on. */
  readonly version: number;
  readonly created: ActionRecord;
  readonly submitted: ActionRecord | null;
  readonly decided: ActionRecord | null;
  /** Why it was sent back; null otherwise. */
  readonly reason: string | null;
}

/** A group of customers. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  /** Description of who belongs to it. */
  readonly rule: string;
  readonly campaignCount: number;
  readonly created: ActionRecord;
}

/** How many campaigns there are. */
export interface Report {
  readonly byState: Readonly<Record<State, number>>;
  readonly byChannel: readonly {
    readonly channel: Channel;
    readonly counts: Readonly<Record<State, number>>;
  }[];
  readonly bySegment: readonly { readonly name: string; readonly count: number; readonly approved: number }[];
  /** When the longest-waiting campaign was submitted; null if none is waiting. */
  readonly waitingSince: string | null;
}

/** The current user. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** An error response (RFC 9457), as the SDK's guards also send it. */
export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: string;
  /** What happened and what to do next. */
  readonly detail: string;
  /** The invalid fields, and why. */
  readonly errors?: readonly { readonly path: string; readonly detail: string }[];
}

/** Server-sent events for open pages. */
export interface PageEvents {
  /** The user's current permissions. `isSure` is false, and the list empty, while Gatehouse can't be reached. */
  readonly permissions: { readonly permissions: readonly string[]; readonly isSure: boolean };
  /** A campaign or a segment changed. */
  readonly changed: Record<string, never>;
  /** A heartbeat every second, so that a page notices a lost connection. */
  readonly beat: Record<string, never>;
}

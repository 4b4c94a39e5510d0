/** What the server answers and the pages show. */

/** How a customer is reached. */
export const channels = ["push", "email", "sms"] as const;

/** A way to reach a customer. */
export type Channel = (typeof channels)[number];

/** The states of a campaign: draft → submitted → approved, or sent back → submitted. */
export const states = ["draft", "submitted", "approved", "sent-back"] as const;

/** A state of a campaign. */
export type State = (typeof states)[number];

/** Who did something, and when. The id is the user's in Gatehouse. */
export interface Deed {
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
  /** Counts changes: a change names the version that its author saw. */
  readonly version: number;
  readonly created: Deed;
  readonly submitted: Deed | null;
  readonly decided: Deed | null;
  /** Why it was sent back; null otherwise. */
  readonly reason: string | null;
}

/** A group of customers. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  /** Who belongs to it, in words. */
  readonly rule: string;
  readonly campaignCount: number;
  readonly created: Deed;
}

/** How many campaigns there are. */
export interface Report {
  readonly byState: Readonly<Record<State, number>>;
  readonly byChannel: readonly {
    readonly channel: Channel;
    readonly counts: Readonly<Record<State, number>>;
  }[];
  readonly bySegment: readonly { readonly name: string; readonly count: number; readonly approved: number }[];
  /** When the campaign that waits longest was submitted; null when none waits. */
  readonly waitingSince: string | null;
}

/** Who is in front of the page, and where the sign-in is. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** A refusal, as the SDK's guards send it too (RFC 9457). */
export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: string;
  /** What happened and what to do next. */
  readonly detail: string;
  /** Which fields are wrong, and why. */
  readonly errors?: readonly { readonly path: string; readonly detail: string }[];
}

/** What an open page is told. */
export interface LiveEvents {
  /** What the person may do now. `isSure` is false while Gatehouse can't be reached: then nobody may do anything. */
  readonly permissions: { readonly permissions: readonly string[]; readonly isSure: boolean };
  /** A campaign or a segment changed. */
  readonly changed: Record<string, never>;
  /** Nothing happened. Comes every second, so that a page notices when it is cut off. */
  readonly beat: Record<string, never>;
}

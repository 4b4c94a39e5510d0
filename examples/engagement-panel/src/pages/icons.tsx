/** Icons: 16 px, stroke 1.5, always next to a label. */
import type { ReactNode } from "react";
import type { State } from "../types.ts";

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      {children}
    </svg>
  );
}

/** The panel's logo: two waves. */
export function Logo() {
  return (
    <svg className="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M1.5 5c2.2-2.4 4.3-2.4 6.5 0s4.3 2.4 6.5 0M1.5 11c2.2-2.4 4.3-2.4 6.5 0s4.3 2.4 6.5 0" />
    </svg>
  );
}

/** A speech bubble: campaigns. */
export function CampaignIcon() {
  return (
    <Icon>
      <path d="M2.25 4.5c0-.9.7-1.6 1.6-1.6h8.3c.9 0 1.6.7 1.6 1.6v5c0 .9-.7 1.6-1.6 1.6H7L4 13.5v-2.4h-.15c-.9 0-1.6-.7-1.6-1.6zM5 6h6M5 8.25h4" />
    </Icon>
  );
}

/** A part of a circle: segments. */
export function SegmentIcon() {
  return (
    <Icon>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 2.25V8l4.6 3.4" />
    </Icon>
  );
}

/** Columns: reports. */
export function ReportIcon() {
  return (
    <Icon>
      <path d="M2.25 13.25h11.5M4.25 10.5V8M8 10.5v-7M11.75 10.5V6" />
    </Icon>
  );
}

/** Goes to another site. */
export function ExternalLinkIcon() {
  return (
    <Icon>
      <path d="M6.5 3.5h-3v9h9v-3M9.5 2.75h3.75V6.5M13 3 7.75 8.25" />
    </Icon>
  );
}

/** A plus. */
export function PlusIcon() {
  return (
    <Icon>
      <path d="M8 3v10M3 8h10" />
    </Icon>
  );
}

/** An arrow to the left. */
export function BackIcon() {
  return (
    <Icon>
      <path d="M10 3.5 5.5 8l4.5 4.5" />
    </Icon>
  );
}

/** A sign of warning. */
export function WarnIcon() {
  return (
    <Icon>
      <path d="M8 2.25 14.5 13.5h-13zM8 6.5v3.25M8 11.4v.35" />
    </Icon>
  );
}

const shapes: Readonly<Record<State, ReactNode>> = {
  draft: <path d="m3 13 .6-2.9L10.7 3a1.3 1.3 0 0 1 1.85 0l.45.45a1.3 1.3 0 0 1 0 1.85L5.9 12.4z" />,
  submitted: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.75V8l2.25 1.5" />
    </>
  ),
  approved: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="m5.25 8.25 1.9 1.9 3.6-4" />
    </>
  ),
  "sent-back": <path d="M6 4 2.75 7.25 6 10.5M3 7.25h6.5a3.25 3.25 0 0 1 0 6.5H8" />,
};

/** The shape of a state. */
export function StateIcon({ state }: { readonly state: State }) {
  return <Icon>{shapes[state]}</Icon>;
}

/** More icons (icons.tsx has the maximum length). */
import { Icon } from "./icons.tsx";

/** Lines of a log: audit. */
export function AuditIcon() {
  return (
    <Icon>
      <path d="M3.25 2.25v11.5M6.25 4h7M6.25 8h7M6.25 12h4.5" />
    </Icon>
  );
}

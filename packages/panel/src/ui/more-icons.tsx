/** More of the icons, of pages that are not everybody's first. */
import { Icon } from "./icons.tsx";

/** Lines down a margin: what was done, in order. */
export function AuditIcon() {
  return (
    <Icon>
      <path d="M3.25 2.25v11.5M6.25 4h7M6.25 8h7M6.25 12h4.5" />
    </Icon>
  );
}

import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useCan } from "../../../lib/session/session.tsx";
import { linkClass } from "../../../ui/text.tsx";

interface UserLinkProps {
  readonly userId: string | undefined;
  readonly onClick?: () => void;
}

/** A link to the page of a user who was invited although they have access; not rendered without the permission to view it. */
export function UserLink({ userId, onClick }: UserLinkProps) {
  const canView = useCan("users:view");
  if (userId === undefined || !canView) return null;
  return (
    <Link to="/users/$userId" params={{ userId }} className={linkClass()} {...(onClick ? { onClick } : {})}>
      <Trans>Open the user</Trans>
    </Link>
  );
}

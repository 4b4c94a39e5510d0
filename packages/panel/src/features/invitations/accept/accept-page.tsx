import { useLocation } from "@tanstack/react-router";
import { IncompleteLink, InvalidLink, InvitationLoading, LookupError } from "./invalid-link.tsx";
import { InvitationDetails } from "./invitation-details.tsx";
import { useInvitation } from "./use-invitation.ts";

/** The page of an invitation link. Opening it changes nothing; only the button accepts. */
export function AcceptPage() {
  const token = useLocation({ select: (location) => location.hash });
  return token === "" ? <IncompleteLink /> : <Invitation key={token} token={token} />;
}

function Invitation({ token }: { readonly token: string }) {
  const invitation = useInvitation(token);
  switch (invitation.is) {
    case "asking":
      return <InvitationLoading />;
    case "dead":
      return <InvalidLink reason={invitation.reason} />;
    case "failed":
      return <LookupError error={invitation.error} onRetry={invitation.reload} />;
    case "open":
      return <InvitationDetails {...invitation} token={token} />;
  }
}

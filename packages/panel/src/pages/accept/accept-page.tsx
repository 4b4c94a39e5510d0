import { useLocation } from "@tanstack/react-router";
import { Asking, DeadLink, IncompleteLink, LookUpFailed } from "./dead-links.tsx";
import { Offer } from "./offer.tsx";
import { useInvitation } from "./use-invitation.ts";

/** Where an invitation's link leads. Looking changes nothing; only the button accepts. */
export function AcceptPage() {
  const token = useLocation({ select: (location) => location.hash });
  return token === "" ? <IncompleteLink /> : <Invitation key={token} token={token} />;
}

function Invitation({ token }: { readonly token: string }) {
  const invitation = useInvitation(token);
  switch (invitation.is) {
    case "asking":
      return <Asking />;
    case "dead":
      return <DeadLink reason={invitation.reason} />;
    case "failed":
      return <LookUpFailed error={invitation.error} onRetry={invitation.askAgain} />;
    case "open":
      return <Offer {...invitation} token={token} />;
  }
}

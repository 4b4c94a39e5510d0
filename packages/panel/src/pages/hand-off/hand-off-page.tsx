import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { Gate } from "../../app/doorway/gate.tsx";
import { ProblemState } from "../../app/problem-state.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { FirstVisit } from "./first-visit.tsx";
import { leave } from "./leave.ts";

const route = getRouteApi("/hand-off");

/** Where somebody stays who can't be handed off to the panel that they wanted: why, and the way on. */
export function HandOffPage() {
  const { t } = useLingui();
  const router = useRouter();
  const outcome = route.useLoaderData();
  switch (outcome.is) {
    case "left-panel":
      return <LeftPanel name={outcome.person?.name ?? null} />;
    case "first-visit":
      return <FirstVisit {...outcome} />;
    case "stranger":
      return <Stranger {...outcome} />;
    case "suspended":
      return <Suspended {...outcome} />;
    case "unknown-panel":
      return <UnknownPanel {...outcome} />;
    case "failed":
      return (
        <Gate title={t`On the way to your panel`}>
          <ProblemState error={outcome.error} onRetry={() => void router.invalidate()} />
        </Gate>
      );
    case "expired":
      return (
        <Gate
          title={t`That sign-in has run out`}
          lead={
            <Trans>
              It took too long, or another browser began it. You are not signed in to the panel: open it
              again.
            </Trans>
          }
        />
      );
    default:
      return (
        <Gate
          title={t`This address is incomplete`}
          lead={<Trans>Open the panel itself. It sends you here when you have to sign in.</Trans>}
        />
      );
  }
}

function Stranger({ email }: { readonly email: string }) {
  const { t } = useLingui();
  return (
    <Gate
      title={t`No access to this panel`}
      lead={
        <Trans>
          You are signed in as {email}, and the organization of this panel hasn’t let that address in. Ask
          whoever manages access there to invite it.
        </Trans>
      }
    >
      <OtherAccount />
    </Gate>
  );
}

interface SuspendedProps {
  readonly email: string;
  readonly organization: string;
}

function Suspended({ email, organization }: SuspendedProps) {
  const { t } = useLingui();
  return (
    <Gate
      title={t`Your access is suspended`}
      lead={
        <Trans>
          {organization} has suspended the access of {email}. Ask whoever manages access there to restore it.
        </Trans>
      }
    >
      <OtherAccount />
    </Gate>
  );
}

function UnknownPanel({ origin }: { readonly origin: string }) {
  const { t } = useLingui();
  return (
    <Gate
      title={t`This panel isn’t registered`}
      lead={
        <Trans>
          Your organization doesn’t list {origin} among its panels. Ask an owner to add it under Settings,
          then open the panel again.
        </Trans>
      }
    />
  );
}

/** Another account may be let in. */
function OtherAccount() {
  return (
    <Button wide tall onClick={() => void leave(() => location.reload())}>
      <Trans>Use another account</Trans>
    </Button>
  );
}

/** Signed out of a panel, which says nothing about Gatehouse. */
function LeftPanel({ name }: { readonly name: string | null }) {
  const { t } = useLingui();
  const title = t`You are signed out of the panel`;
  if (name === null)
    return (
      <Gate title={title} lead={<Trans>You are not signed in to Gatehouse either.</Trans>}>
        <Link to="/sign-in" className={buttonClass({ wide: true, tall: true })}>
          <Trans>Sign in</Trans>
        </Link>
      </Gate>
    );
  return (
    <Gate
      title={title}
      lead={
        <Trans>
          You are still signed in to Gatehouse as {name}, so opening the panel again signs you in again.
        </Trans>
      }
    >
      <Button variant="primary" wide tall onClick={() => void leave(() => location.assign("/sign-in"))}>
        <Trans>Sign out of Gatehouse too</Trans>
      </Button>
      <Link to="/" className={buttonClass({ wide: true, tall: true })}>
        <Trans>Stay signed in</Trans>
      </Link>
    </Gate>
  );
}

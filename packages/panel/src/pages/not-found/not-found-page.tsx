import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Gate } from "../../app/doorway/gate.tsx";
import { buttonClass } from "../../ui/button.tsx";

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useLingui();
  return (
    <Gate title={t`No such page`} lead={<Trans>The address may be mistyped, or the page was moved.</Trans>}>
      <Link to="/" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
        <Trans>Go to the start page</Trans>
      </Link>
    </Gate>
  );
}

import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { rememberInTab } from "../../lib/storage/storage.ts";
import { linkClass } from "../../ui/text.tsx";

/** Leads to the page that sends a link to set a new password. The address in the form of the page is taken along. */
export function ForgotPasswordLink() {
  return (
    <Link
      to="/forgot-password"
      className={linkClass()}
      onClick={() => {
        const field = document.querySelector<HTMLInputElement>("input[autocomplete^=username]");
        rememberInTab("typed-email", field?.value || null);
      }}
    >
      <Trans>Forgot your password?</Trans>
    </Link>
  );
}

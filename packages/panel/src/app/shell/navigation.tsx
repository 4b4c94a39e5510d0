import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { UsersIcon } from "../../ui/icons.tsx";
import { useCan } from "../session/session.tsx";
import styles from "./shell.module.css";

/** The pages that exist and that one may open. */
export function Navigation({ onFollow }: { readonly onFollow?: () => void }) {
  const { t } = useLingui();
  const canViewUsers = useCan("users:view");
  return (
    <nav className={styles["nav"]} aria-label={t`Main`}>
      <ul>
        {canViewUsers ? (
          <li>
            <Link
              to="/users"
              activeOptions={{ exact: false, includeSearch: false }}
              onClick={() => onFollow?.()}
            >
              <UsersIcon />
              <Trans>Users</Trans>
            </Link>
          </li>
        ) : null}
      </ul>
    </nav>
  );
}

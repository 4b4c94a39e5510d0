import { Trans, useLingui } from "@lingui/react/macro";
import { Fragment } from "react";
import { CheckboxField } from "../../ui/checkbox.tsx";
import { Kbd } from "../../ui/text.tsx";
import { stepsOf } from "./match.ts";
import styles from "./shortcut-list.module.css";
import { modifierName, type Shortcut, useShortcutList, useShortcuts } from "./shortcuts.tsx";

/** Every key that works on the page in sight, and the switch for single ones. */
export function ShortcutKeys() {
  const { t } = useLingui();
  const shortcuts = useShortcutList();
  const { hasSingleKeys, setSingleKeys } = useShortcuts();
  return (
    <>
      <dl className={styles["keys"]}>
        {shortcuts.map((shortcut) => (
          <Row key={shortcut.keys} {...shortcut} />
        ))}
        <Row keys="Esc" label={t`Close what is open`} />
        <Row keys="mod+↵" label={t`Send the form that is open`} />
      </dl>
      <CheckboxField checked={hasSingleKeys} onChange={(event) => setSingleKeys(event.target.checked)}>
        <Trans>Shortcuts of a single key</Trans>
      </CheckboxField>
    </>
  );
}

function Row({ keys, label }: Shortcut) {
  const { t } = useLingui();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {stepsOf(keys).map((step, index) => (
          <Fragment key={step}>
            {index === 0 ? null : <span> {t`then`} </span>}
            {step.split("+").map((key) => (
              <Kbd key={key} always>
                {key === "mod" ? modifierName() : key.length === 1 ? key.toUpperCase() : key}
              </Kbd>
            ))}
          </Fragment>
        ))}
      </dd>
    </div>
  );
}

/** Sends a campaign back to its author, with a reason. */
import { useState } from "react";
import type { Campaign } from "../types.ts";
import { sendJson } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { Field } from "./components.tsx";
import { FormDialog } from "./form-dialog.tsx";

/** Props of the form. */
export interface SendBackFormProps {
  readonly campaign: Campaign;
  readonly onClose: () => void;
  readonly onChanged: (campaign: Campaign) => void;
}

/** The form. */
export function SendBackForm({
  campaign: { id, name, version, created },
  onClose,
  onChanged,
}: SendBackFormProps) {
  const { setStatusMessage } = useApp();
  const [reason, setReason] = useState("");
  const sendBack = async (): Promise<void> => {
    onChanged(await sendJson<Campaign>("POST", `/api/campaigns/${id}/send-back`, { version, reason }));
    setStatusMessage({ tone: "good", text: `“${name}” was sent back to ${created.name}.` });
    onClose();
  };
  return (
    <FormDialog
      title={`Send back ${name}`}
      submitLabel="Send back"
      isDirty={reason !== ""}
      onSubmit={sendBack}
      onClose={onClose}
    >
      {(errors) => (
        <Field path="reason" label="Reason" error={errors["reason"]} hint={`${created.name} will see it.`}>
          {(props) => (
            <textarea {...props} rows={4} value={reason} onChange={({ target }) => setReason(target.value)} />
          )}
        </Field>
      )}
    </FormDialog>
  );
}

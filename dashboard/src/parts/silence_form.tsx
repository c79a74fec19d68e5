import { useState } from "preact/hooks";
import * as api from "../live/api_client.ts";
import { Dialog } from "./dialog.tsx";

const lengths = [
  { minutes: 15, text: "15 minutes" },
  { minutes: 30, text: "30 minutes" },
  { minutes: 60, text: "1 hour" },
  { minutes: 240, text: "4 hours" },
  { minutes: 480, text: "8 hours" },
];

/** Keeps alerts of one kind quiet for a while; why is asked, since others will wonder. */
export function SilenceForm({ tenant, kind, close }: { tenant: string; kind: string; close: () => void }) {
  const [minutes, setMinutes] = useState(30);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (reason.trim() === "") {
      setProblem("Say why, so that others understand.");
      return;
    }
    setBusy(true);
    try {
      await api.addSilence(tenant, kind, minutes, reason.trim());
      close();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={`Silence ${kind}`} close={close}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <p class="quiet">Alerts of this kind stay listed, and nobody is called about them until the time is over.</p>
        <label>
          For
          <select class="field" value={minutes} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
            {lengths.map((one) => (
              <option key={one.minutes} value={one.minutes}>
                {one.text}
              </option>
            ))}
          </select>
        </label>
        <label>
          Why
          <input
            class="field"
            value={reason}
            maxLength={200}
            required
            aria-invalid={problem !== ""}
            aria-describedby="silence-problem"
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <p id="silence-problem" class="form-problem" role="alert">
          {problem}
        </p>
        <div class="form-actions">
          <button class="field" type="button" onClick={close}>
            Cancel
          </button>
          <button class="field primary" type="submit" disabled={busy}>
            Silence
          </button>
        </div>
      </form>
    </Dialog>
  );
}

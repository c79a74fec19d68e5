// A token for a session. The token goes to the server once and is kept nowhere; the session is a cookie that no script
// can read.
import { useState } from "preact/hooks";
import { ApiError } from "../live/api_client.ts";
import { signIn } from "../shell/app_state.ts";

export function SignInView() {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const field = form.elements.namedItem("token") as HTMLInputElement;
    const token = field.value.trim();
    if (token === "") {
      setProblem("Enter the token that you were given.");
      field.focus();
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      await signIn(token);
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiError && (error.status === 401 || error.status === 403))
        setProblem("This token is not known here, or it has ended.");
      else setProblem(error instanceof Error ? error.message : String(error));
      field.select();
    }
  };

  return (
    <main class="sign-in">
      <form class="form card" onSubmit={(event) => void submit(event)} noValidate>
        <h1>Floorwalker</h1>
        <label>
          Access token
          <input
            class="field"
            name="token"
            type="password"
            autocomplete="current-password"
            autofocus
            spellcheck={false}
            aria-invalid={problem !== ""}
            aria-describedby="sign-in-problem"
          />
        </label>
        <p id="sign-in-problem" class="form-problem" role="alert">
          {problem}
        </p>
        <button class="field primary" type="submit" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
        <p class="quiet">Whoever runs Floorwalker gives you a token. It is sent once and not kept in this browser.</p>
      </form>
    </main>
  );
}

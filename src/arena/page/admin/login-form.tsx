/** @file The way in for the administrator: one key, and where it is kept. */
import { useRef, useState } from "preact/hooks";
import { CallFailed, post } from "../api.ts";
import { useWords } from "../words/words.ts";

export function LoginForm({ onSession }: { onSession: () => void }) {
  const words = useWords().admin.login;
  const [failure, setFailure] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const logIn = async (event: SubmitEvent) => {
    event.preventDefault();
    setFailure("");
    try {
      await post("/api/admin/login", { key: field.current?.value.trim() ?? "" });
      onSession();
    } catch (error) {
      const isWrong = error instanceof CallFailed && [401, 403].includes(error.status);
      setFailure(isWrong ? words.wrong : words.failed((error as Error).message));
      field.current?.select();
    }
  };
  return (
    <form class="admin-login" onSubmit={logIn}>
      <label for="admin-key">{words.key}</label>
      <input
        ref={field}
        id="admin-key"
        class="text-input"
        type="password"
        autocomplete="current-password"
        required
        maxLength={512}
        aria-describedby="admin-key-where admin-key-failure"
        aria-invalid={failure !== ""}
      />
      <p id="admin-key-where" class="quiet">
        {words.where}
      </p>
      <p id="admin-key-failure" class="admin-failure" role="alert">
        {failure}
      </p>
      <button type="submit" class="chip primary">
        {words.action}
      </button>
    </form>
  );
}

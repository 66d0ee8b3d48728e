/** @file What the operating system refused: a full disk, a port in use, a folder not writable. */

/** Whether it was the system that failed, whose own sentence says it. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

/** The system's words without its code and its call: "no space left on device". */
export function systemWords({ message }: NodeJS.ErrnoException): string {
  return message.replace(/^[A-Z0-9]+: /, "").replace(/, \w+( '.*)?$/, "");
}

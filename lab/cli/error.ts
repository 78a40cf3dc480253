/** A fault that a person can mend: one line that says what to set. The command prints it and exits with 1. */
export class CliError extends Error {}

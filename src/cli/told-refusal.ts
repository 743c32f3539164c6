/** What a running weir refuses, told to whoever asked, and as an exit code. */

/** Tells it on stderr. @returns the exit code */
export function tellRefusal(verb: string, status: number, body: unknown): number {
  const { title, detail, errors } = body as {
    title?: string;
    detail?: string;
    errors?: readonly { pointer?: string; detail?: string }[];
  };
  const told = [title ?? `answer ${status}`, detail, ...(errors ?? []).map((error) => error.detail)];
  process.stderr.write(`weir ${verb}: ${told.filter(Boolean).join('. ')}\n`);
  return refusalCode(status);
}

/** 4: not allowed or stale; 3: it cannot be known or taken now; 1: anything else. */
export function refusalCode(status: number): number {
  if ([401, 403, 409, 410, 412].includes(status)) return 4;
  return status === 503 || status === 429 ? 3 : 1;
}

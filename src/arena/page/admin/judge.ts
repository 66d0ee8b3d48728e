/** @file A judgement of the admin, as the parts of the quarantine hand it up. */

export type Judge = (
  kind: "battles" | "voters",
  id: string,
  action: "quarantine" | "release",
  reason: string,
) => void;

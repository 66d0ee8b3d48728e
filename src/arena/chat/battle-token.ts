/**
 * @file The right to vote on a battle as it stands: signed, bound to its session, and worth nothing
 * once the battle has gone on. That it is used once is the store's to see to.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export type BattleState = {
  chat: string;
  voter: string;
  /** Grows with every message and every answer asked for anew. */
  version: number;
};

export function signBattle(secret: Buffer, { chat, voter, version }: BattleState): string {
  return createHmac("sha256", secret).update(`${chat}\n${voter}\n${version}`).digest("base64url");
}

export function isSigned(secret: Buffer, state: BattleState, token: string): boolean {
  const [expected, given] = [Buffer.from(signBattle(secret, state)), Buffer.from(token)];
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** @file What the admin view counts in the Arena's log, by SQL: the log may be long. */
import type { Database } from "./database.ts";

/** All, and of these what happened since two moments. */
export type CountRow = { name: string; all: number; lastDay: number; lastHour: number };

type ModelRow = CountRow & {
  /** Means over the last day's answers; null: no answer. */
  ttftMs: number | null;
  tokensPerSecond: number | null;
  /** Share of the last day's answers that failed. */
  errorRate: number | null;
};

export type ArenaStatistics = {
  /** UTC days with a vote or a new conversation, oldest first. */
  days(since: number): { day: string; votes: number; chats: number }[];
  /** Answers by the hour they ended in (Unix time, hours), only hours that have some. */
  hours(since: number): { hour: number; calls: number }[];
  /** What people did, FastChat's words where it has one. */
  actions(now: number): CountRow[];
  /** Answers by model. */
  models(now: number): ModelRow[];
  /** Conversations in which a user said this; capitals of ASCII do not matter. */
  chatsSaying(text: string): string[];
};

const hourMs = 3_600_000;

export function arenaStatistics(db: Database): ArenaStatistics {
  const counts = `count(*) AS "all", sum(at >= @day) AS lastDay, sum(at >= @hour) AS lastHour`;
  const days = db.prepare<[number], { day: string; votes: number; chats: number }>(
    `SELECT date(at / 1000, 'unixepoch') AS day,
            sum(kind = 'vote') AS votes, sum(kind = 'chat') AS chats
     FROM event WHERE kind IN ('vote', 'chat') AND at >= ? GROUP BY day ORDER BY day`,
  );
  const hours = db.prepare<[number], { hour: number; calls: number }>(
    `SELECT at / ${hourMs} AS hour, count(*) AS calls
     FROM event WHERE kind = 'answer' AND at >= ? GROUP BY hour ORDER BY hour`,
  );
  const actions = db.prepare<[Moments], CountRow>(
    `SELECT CASE kind WHEN 'chat' THEN 'chat_' || (body ->> 'mode')
                      WHEN 'vote' THEN 'vote_' || (body ->> 'winner')
                      WHEN 'opinion' THEN 'opinion_' || (body ->> 'opinion')
                      ELSE kind END AS name, ${counts}
     FROM event WHERE kind NOT IN ('model_switch', 'quarantine', 'release', 'report_closed')
     GROUP BY name ORDER BY name`,
  );
  const models = db.prepare<[Moments], ModelRow>(
    `SELECT body ->> 'model' AS name, ${counts},
            avg(CASE WHEN at >= @day THEN body ->> 'ttft_ms' END) AS ttftMs,
            avg(CASE WHEN at >= @day AND body ->> 'total_ms' > body ->> 'ttft_ms'
                     THEN 1000.0 * (body ->> 'completion_tokens')
                          / ((body ->> 'total_ms') - (body ->> 'ttft_ms')) END) AS tokensPerSecond,
            avg(CASE WHEN at >= @day THEN (body ->> 'status') = 'failed' END) AS errorRate
     FROM event WHERE kind = 'answer' GROUP BY name ORDER BY name`,
  );
  const chatsSaying = db
    .prepare<[string], string>(
      `SELECT DISTINCT chat FROM prompt WHERE text LIKE '%' || ? || '%' ESCAPE '\\'`,
    )
    .pluck();
  const moments = (now: number): Moments => ({ day: now - 24 * hourMs, hour: now - hourMs });
  return {
    days: (since) => days.all(since),
    hours: (since) => hours.all(since),
    actions: (now) => actions.all(moments(now)),
    models: (now) => models.all(moments(now)),
    chatsSaying: (text) => chatsSaying.all(text.replace(/[\\%_]/g, "\\$&")),
  };
}

type Moments = { day: number; hour: number };

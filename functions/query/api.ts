/**
 * API: what the dashboard's page asks and what it is told. GET only, JSON only, four questions:
 *
 *   /api/rooms · /api/series?room&from&to&points · /api/anomalies?room&from&to · /api/runs
 *
 * A fault is told as a fault (400 bad parameter; 502 a query that failed, 503 Athena too busy, 504 a query that took too long), and a
 * lake without readings as just that.
 */
import { anomaliesOf, type Row, roomsOf, seriesOf } from "./answer";
import { type Ask, QueryFailed } from "./ask";
import { anomaliesQuery, anomalyCountsQuery, BadQuestion, pointsOf, roomsQuery, seriesQuery, shownFields, spanOf, type Subject } from "./question";
import type { Run } from "./runs";

export interface Rejected {
  /** Messages that are not readings, by reason. */
  reasons: Record<string, number>;
  /** False when there are more than were counted. */
  complete: boolean;
}

/** A stretch of time in which people know that something was wrong, in seconds since 1970. */
export type Window = [from: number, to: number];

/** All that the API reads. Tests pass their own. */
export interface Sources {
  subject: Subject;
  ask: Ask;
  /** The latest runs first; `live` where a page draws how they stand. */
  runs: () => Promise<{ runs: Run[]; running: boolean; live?: boolean }>;
  rejected: () => Promise<Rejected>;
  /** Labelled windows of a room, where there are any. */
  windows: (room: string) => Window[];
}

export interface Told {
  status: number;
  body: object;
}

/** Answer a path such as `/api/rooms`; nothing for one that is none of the four. */
export async function told(path: string, params: URLSearchParams, sources: Sources): Promise<Told | undefined> {
  const answer = Object.hasOwn(answers, path) ? answers[path as keyof typeof answers] : undefined;
  if (!answer) return undefined;
  try {
    return { status: 200, body: await answer(params, sources) };
  } catch (fault) {
    if (fault instanceof BadQuestion) return { status: 400, body: { error: fault.message } };
    if (fault instanceof QueryFailed) return { status: statusOf[fault.how], body: { error: fault.message } };
    throw fault;
  }
}

const statusOf: Record<QueryFailed["how"], number> = { failed: 502, busy: 503, late: 504 };

const answers = {
  "/api/rooms": async (_: URLSearchParams, { ask, subject }: Sources) => {
    const { measure } = shownFields(subject.channel);
    const [rooms, counts] = await Promise.all([ifThere(ask(roomsQuery(subject))), ifThere(ask(anomalyCountsQuery(subject)))]);
    return {
      channel: subject.channel.channel, measure: measure.name, unit: measure.unit ?? "", ...roomsOf(rooms ?? [], counts ?? []),
      curated: rooms !== undefined, scored: counts !== undefined,
    };
  },
  "/api/series": async (params: URLSearchParams, { ask, subject, windows }: Sources) => {
    const span = spanOf(params);
    const rows = await ifThere(ask(seriesQuery(subject, span, pointsOf(params))));
    return { ...span, ...seriesOf(rows ?? []), windows: windows(span.room).filter(([from, to]) => to >= span.from && from <= span.to) };
  },
  "/api/anomalies": async (params: URLSearchParams, { ask, subject }: Sources) => {
    const span = spanOf(params);
    const rows = await ifThere(ask(anomaliesQuery(subject, span)));
    return { ...span, ...anomaliesOf(rows ?? []), scored: rows !== undefined };
  },
  "/api/runs": async (_: URLSearchParams, { runs, rejected }: Sources) => {
    const [known, refused] = await Promise.all([runs(), rejected()]);
    return { ...known, rejected: refused };
  },
};

/** Nothing where the table is not made yet: the pipeline makes it in its first run. Any other fault stays one. */
async function ifThere(rows: Promise<Row[]>): Promise<Row[] | undefined> {
  try {
    return await rows;
  } catch (fault) {
    if (fault instanceof QueryFailed && /^TABLE_NOT_FOUND/.test(fault.message)) return undefined;
    throw fault;
  }
}

/**
 * Decide: one function, three questions: of a run whose turn it is and what is due, and then of the lake and of the training.
 * What it saw goes to `runs/<run_id>/covers-<ask>.json`; publish makes it the state of the last success.
 */
import { decide } from "./questions";
import { world } from "./world";

const env = process.env;
const exported = env.EXPORTS_BUCKET ? { exports: { bucket: env.EXPORTS_BUCKET, prefix: env.EXPORTS_PREFIX ?? "" } } : {};

export const handler = decide(
  world(env.LAKE_BUCKET ?? "", env.WATERMARK_FUNCTION),
  { raw: env.RAW_BUCKET ?? "", lake: env.LAKE_BUCKET ?? "", ...exported, tables: (env.TABLES ?? "").split(",").filter(Boolean), training: env.TRAINING_PREFIX ?? "" },
  {
    recrawlHours: Number(env.RECRAWL_HOURS), namePrefix: env.NAME_PREFIX ?? "", inlineRooms: Number(env.INLINE_ROOMS),
    whenBusy: env.WHEN_BUSY === "wait" ? "wait" : "leave", turnMinutes: Number(env.TURN_MINUTES),
  },
);

/**
 * Sources: what the pipeline does for each of them, side by side: first its catalogue, then its rows. A source that the
 * stack does not have is left out of the definition; one that is not due answers `{"skipped": true, "reason": …}`.
 *
 *   what of it is due? ─┬─ crawl and import ─▶ crawl ─▶ import
 *                       ├─ import ───────────────────▶ import
 *                       ├─ crawl, since the input asks for it alone
 *                       └─ nothing: skipped, with the reason
 */
import type { Condition, Definition, State, States } from "./language";
import type { PipelineParts } from "./parts";
import { type Ask, runJob, runMachine } from "./tasks";
import { caught, jobArguments, jobResult } from "./words";

export const importing = "Import";

interface Source {
  /** Of the catalogue, as it stands in the names of states. */
  data: "HISTORY_DATA" | "EXTERNAL_DATA";
  step: "S3 Import" | "Database Import";
  job: string;
  crawler: string;
  /** The state that imports. */
  work: string;
  /** Where decide's answers stand. */
  crawlDue: string;
  importDue: string;
}

export function sources({ history, external, crawlMachine, limits }: PipelineParts, next: string): States {
  const found: Source[] = [
    ...(history ? [{ data: "HISTORY_DATA", step: "S3 Import", work: "Import S3 Data", crawlDue: "$.decision.crawl.history", importDue: "$.decision.import.s3", ...history } as const] : []),
    ...(external ? [{ data: "EXTERNAL_DATA", step: "Database Import", work: "Import Database Data", crawlDue: "$.decision.crawl.external", importDue: "$.decision.import.db", ...external } as const] : []),
  ];
  if (!found.length) return {};
  const Branches = found.map((source) => branch(source, crawlMachine, limits));
  return { [importing]: { Type: "Parallel", ResultPath: "$.ParallelExecutionOutput", Catch: caught, Next: next, Branches } };
}

const isDue = (path: string): Condition => ({ Variable: `${path}.due`, BooleanEquals: true });

/** A branch has a Fail of its own, since nothing can leave it but its failure. */
function branch({ data, step, job, crawler, work, crawlDue, importDue }: Source, crawlMachine: string, limits: PipelineParts["limits"]): Definition {
  const failure = `${step} Failure`;
  const crawl = (after: Pick<Ask, "to" | "next" | "keep">): State => runMachine(crawlMachine, { crawler }, { failure, seconds: limits.crawlMinutes * 60, ...after });
  return {
    StartAt: `Is ${step} Due`,
    States: {
      [`Is ${step} Due`]: {
        Type: "Choice",
        Choices: [
          { And: [isDue(crawlDue), isDue(importDue)], Next: `Start ${data} Crawler` },
          { ...isDue(importDue), Next: work },
          { ...isDue(crawlDue), Next: `Start ${data} Crawler Only` },
        ],
        Default: `${step} Skipped`,
      },
      [`Start ${data} Crawler`]: crawl({ to: null, next: work }),
      [work]: runJob(job, jobArguments, { failure, seconds: limits.jobMinutes * 60, keep: jobResult(step) }),
      [`Start ${data} Crawler Only`]: crawl({ keep: { step, skipped: true, reason: "only its crawl is due" } }),
      [`${step} Skipped`]: { Type: "Pass", Parameters: { step, skipped: true, "reason.$": `${importDue}.reason` }, End: true },
      [failure]: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
    },
  };
}

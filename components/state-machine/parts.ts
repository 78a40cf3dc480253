/** Parts: what the pipeline is made of, by name or ARN. */

export interface SourceParts {
  /** Names of the source's crawler and of the job that imports it. */
  crawler: string;
  job: string;
}

export interface PipelineParts {
  /** Names or ARNs of the functions. */
  decide: string;
  publish: string;
  /** ARNs of the nested machines. */
  crawlMachine: string;
  trainMachine: string;
  history?: SourceParts | undefined;
  external?: SourceParts | undefined;
  /** Names of the lake's crawler and of the jobs behind it. */
  lakeCrawler: string;
  curateJob: string;
  scoreJob: string;
  /** Name of the bucket with the list of a run's rooms. */
  lakeBucket: string;
  /** Seconds between two questions whose turn it is. */
  turnSeconds: number;
  /** Most rooms that are trained at once. */
  roomsAtOnce: number;
  limits: PipelineLimits;
}

export interface PipelineLimits {
  crawlMinutes: number;
  jobMinutes: number;
  roomMinutes: number;
  /** Of a whole run. */
  runMinutes: number;
}

/** Orchestrated: evidence of the pipeline's machines on a lake of maps: its objects are the records, its message the alarm. */
import { rootCause } from "../../../functions/publish/cause";
import { FakeLake } from "../../../lab/services/stepfunctions/fake-lake";
import type { Evidence, Kept, Run } from "../harness/evidence";

type Ended = Awaited<ReturnType<FakeLake["run"]>>;

const open: FakeLake[] = [];

/** A lake with exports and a watermark by the seed. */
export function lakeOf(seed: number, ...shaped: ConstructorParameters<typeof FakeLake>): FakeLake {
  const lake = new FakeLake(...shaped);
  for (let at = 0; at <= seed; at++) lake.exports.set(`temperature/${seed}-${at}.csv`, `${seed}.${at}`);
  lake.watermark = String(seed);
  open.push(lake);
  return lake;
}

export async function closeLakes(): Promise<void> {
  await Promise.all(open.splice(0).map(({ bench }) => bench.close()));
}

/** The end that the same seed comes to when the database goes on to another watermark, and nothing goes wrong. */
export async function laterEnd(seed: number, watermark: string): Promise<Evidence> {
  const lake = lakeOf(seed);
  await lake.run();
  lake.watermark = watermark;
  return evidenceOf(lake, [["sound", await lake.run(), "SUCCEEDED"]]);
}

/** The end that the same seed comes to when nothing goes wrong. */
export async function soundEnd(seed: number): Promise<Evidence> {
  const lake = lakeOf(seed);
  return evidenceOf(lake, [["sound", await lake.run({}, "sound"), "SUCCEEDED"]]);
}

export function evidenceOf(lake: FakeLake, ended: [name: string, run: Ended, expected: Run["expected"]][]): Evidence {
  const record = (id: string): Kept => ({ id, content: id });
  return {
    acknowledged: [...lake.exports.keys()].map((key) => record(`temperatures/source=history/${key}`)).concat(record(`temperatures/source=external/${lake.watermark}`)),
    curated: [...lake.curated.map(record), { id: "the rest of the lake", content: lake.end() }],
    quarantine: [], unfit: [], looks: [], versions: [],
    places: [...lake.raw.keys()], written: [], allowed: [/^temperatures\/source=(history|external)\//], leftovers: [],
    runs: ended.map(([name, { status, error, cause }, expected]) => ({ name, status, expected, ...(error && { cause: rootCause({ Error: error, ...(cause && { Cause: cause }) }).cause }) })),
    told: [...lake.messages, ...lake.records.map(({ cause = "" }) => cause)],
    texts: [...ended.map(([name, run]) => ({ where: name, text: JSON.stringify(run) })), { where: "messages", text: lake.messages.join("\n") }], canaries: [],
  };
}

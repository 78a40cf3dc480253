/** Transform: each object under a prefix ─▶ scores of its lines, in order ─▶ <S3OutputPath>/<relative key>.out. */
import type { Json } from "../../gateway/service";
import type { PythonWorker } from "../../python/worker";
import { ClientFault, invalid, type Job, required } from "./jobs";
import { addressOf, type Objects, outputKey } from "./objects";
import { formatFaults } from "./rcf-contract";
import { inputs, learnt } from "./training";

export function checkTransform(input: Json): void {
  required(input, [
    "TransformJobName", "ModelName", "TransformInput.DataSource.S3DataSource.S3Uri", "TransformOutput.S3OutputPath",
    "TransformResources.InstanceType", "TransformResources.InstanceCount",
  ]);
  for (const uri of [input.TransformInput.DataSource.S3DataSource.S3Uri, input.TransformOutput.S3OutputPath]) {
    if (!addressOf(uri)) throw invalid(`"${uri}" is no s3:// address.`);
  }
}

/** Score; the answers are written by what this answers with. @param artefact address of the model's model.tar.gz */
export async function transform({ asked }: Job, artefact: string, objects: Objects, python: Pick<PythonWorker, "ask">): Promise<() => Promise<Json>> {
  const wrong = formatFaults(asked);
  if (wrong.length) throw new ClientFault(wrong.join("; "));
  const from = addressOf(asked.TransformInput.DataSource.S3DataSource.S3Uri)!;
  const to = addressOf(asked.TransformOutput.S3OutputPath)!;
  const files = await inputs(objects, from);
  const model = await objects.read(addressOf(artefact)!);
  const { scores } = await learnt(python.ask<{ scores: number[][] }>("rcf.score", { model: model.toString("base64"), files }));
  return async () => {
    await Promise.all(files.map(({ name }, i) => objects.write(
      { bucket: to.bucket, key: outputKey(from.key, name, to.key) },
      scores[i]!.map((score) => `${JSON.stringify({ score })}\n`).join(""),
      asked.TransformOutput.KmsKeyId,
    )));
    return {};
  };
}

/** RcfImages: registry accounts of SageMaker's Random Cut Forest by region, as AWS lists them ("Docker Registry Paths and Example Code"). */
import type { Props } from "./providers/provider";

const accounts: Record<string, string> = {
  "af-south-1": "455444449433",
  "ap-east-1": "286214385809",
  "ap-northeast-1": "351501993468",
  "ap-northeast-2": "835164637446",
  "ap-northeast-3": "867004704886",
  "ap-south-1": "991648021394",
  "ap-southeast-1": "475088953585",
  "ap-southeast-2": "712309505854",
  "ca-central-1": "469771592824",
  "eu-central-1": "664544806723",
  "eu-north-1": "669576153137",
  "eu-south-1": "257386234256",
  "eu-west-1": "438346466558",
  "eu-west-2": "644912444149",
  "eu-west-3": "749696950732",
  "me-south-1": "249704162688",
  "sa-east-1": "855470959533",
  "us-east-1": "382416733822",
  "us-east-2": "404615174143",
  "us-west-1": "632365934929",
  "us-west-2": "174872318107",
};

/** What aws.sagemaker.getPrebuiltEcrImage answers for Random Cut Forest; undefined for another image or a region not listed. */
export function rcfImage(args: Props, ownRegion: string): Props | undefined {
  const region = typeof args.region === "string" ? args.region : ownRegion;
  const account = accounts[region];
  if (args.repositoryName !== "randomcutforest" || !account) return undefined;
  const imageTag = typeof args.imageTag === "string" ? args.imageTag : "1";
  const dnsSuffix = typeof args.dnsSuffix === "string" ? args.dnsSuffix : "amazonaws.com";
  return {
    dnsSuffix, imageTag, region, id: account, registryId: account, repositoryName: "randomcutforest",
    registryPath: `${account}.dkr.ecr.${region}.${dnsSuffix}/randomcutforest:${imageTag}`,
  };
}

/** STS: says who asks. There is one caller in the lab, so roles are not assumed here. */
import { queryAnswer } from "../gateway/protocol";
import { notHere, type ApiRequest, type ApiResponse, type Service } from "../gateway/service";
import type { Lab } from "../lab";

export class StsService implements Service {
  readonly names = ["sts"];

  constructor(private readonly lab: Lab) {}

  async handle({ action }: ApiRequest): Promise<ApiResponse> {
    if (action !== "GetCallerIdentity") throw notHere("sts", action);
    const { account } = this.lab;
    const who = `<Arn>arn:aws:iam::${account}:user/lab</Arn><UserId>${account}</UserId><Account>${account}</Account>`;
    return { body: queryAnswer(action, who) };
  }
}

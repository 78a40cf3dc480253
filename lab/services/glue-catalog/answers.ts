/** Answers: lists by the page, and the faults of single calls and of batches. */
import { ApiFault, type Json } from "../../gateway/service";
import type { Fault } from "./partitions";

/** A page of a list: `MaxResults` from `NextToken` on. */
export function paged(name: string, all: Json[], { MaxResults, NextToken }: Json): Json {
  const from = NextToken ? Number(NextToken) : 0;
  if (!Number.isInteger(from) || from < 0) throw new ApiFault("InvalidInputException", "NextToken is not one that was given out.");
  const next = from + (MaxResults ?? 1000);
  return { [name]: all.slice(from, next), ...(next < all.length ? { NextToken: String(next) } : {}) };
}

/** The one fault of a call that is no batch is its answer. */
export function only([fault]: Fault[]): void {
  if (fault) throw new ApiFault(fault.ErrorDetail.ErrorCode, fault.ErrorDetail.ErrorMessage);
}

/** What stopped one entry of a batch, or nothing. */
export function faultOf(act: () => void): { ErrorCode: string; ErrorMessage: string } | undefined {
  try {
    act();
    return undefined;
  } catch (fault) {
    if (!(fault instanceof ApiFault)) throw fault;
    return { ErrorCode: fault.code, ErrorMessage: fault.message };
  }
}

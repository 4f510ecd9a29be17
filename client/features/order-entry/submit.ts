/** Sends an order once and stays with it until it is accepted, refused, or honestly unknown. Never resends by itself. */
import { get, postForm } from "@/lib/api/http";
import { toProblem } from "@/lib/api/problem";
import type { OrderRequest } from "./model";
import { refusalText } from "./problems";

export interface PlacedOrder {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly status: string;
  readonly executedQty: string;
  readonly cummulativeQuoteQty: string;
}

export type Outcome =
  | { readonly kind: "accepted"; readonly order: PlacedOrder }
  | { readonly kind: "rejected"; readonly text: string; readonly requestId: string | null }
  | { readonly kind: "unknown"; readonly clientId: string };

export interface SubmitDoors {
  send(request: OrderRequest, clientId: string): Promise<PlacedOrder>;
  find(symbol: string, clientId: string): Promise<PlacedOrder>;
  wait(ms: number): Promise<void>;
}

const CHECKS_MAX = 10;
const CHECK_EVERY_MS = 1_000;

export const realDoors: SubmitDoors = {
  send: (request, clientId) => postForm<PlacedOrder>("/api/v3/order", { ...request, newClientOrderId: clientId, newOrderRespType: "FULL" }),
  find: (symbol, clientId) => get<PlacedOrder>("/api/v3/order", { symbol, origClientOrderId: clientId }),
  wait: (ms) => new Promise((resolve) => { setTimeout(resolve, ms); }),
};

export async function submitOrder(request: OrderRequest, clientId: string, checking: () => void, doors: SubmitDoors = realDoors): Promise<Outcome> {
  try {
    return { kind: "accepted", order: await doors.send(request, clientId) };
  } catch (error) {
    const problem = toProblem(error);
    if (!problem.outcomeUnknown) return { kind: "rejected", text: refusalText(problem), requestId: problem.requestId };
  }
  checking();
  return settle(request.symbol, clientId, doors);
}

/** Asks by client id, once a second. An order that exists was accepted; one that does not may still be on its way. */
async function settle(symbol: string, clientId: string, doors: SubmitDoors): Promise<Outcome> {
  for (let attempt = 0; attempt < CHECKS_MAX; attempt += 1) {
    await doors.wait(CHECK_EVERY_MS);
    try {
      return { kind: "accepted", order: await doors.find(symbol, clientId) };
    } catch {
      continue;
    }
  }
  return { kind: "unknown", clientId };
}

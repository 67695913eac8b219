import type { Recorded } from './legacy-client';
import { documentBreaches } from './openapi-rules';

const MONEY = /(amount|price|subtotal|total|tip|tax|balance|paid|orderTotal|roundTotal|grandTotal)$/i;

/** What is wrong with an answer whatever was asked (legacy-contract 1.3, 1.4 and section 2, and our own OpenAPI document); empty when nothing is. */
export function breaches(recorded: Recorded): string[] {
  const { request, status, body } = recorded;
  const at = `${request} -> ${status}`;
  if (typeof body !== 'object' || body === null) return [`${at}: no JSON object`];
  const top = body as Record<string, unknown>;
  const problems = typeof top.success === 'boolean' ? [] : [`${at}: no success`];
  if (top.success === true && !('data' in top)) problems.push(`${at}: no data`);
  if (status >= 400 !== (top.success === false)) problems.push(`${at}: success does not fit the status`);
  if (top.success === false) {
    for (const key of ['message', 'code', 'errorCode']) {
      if (typeof top[key] !== 'string' || top[key] === '') problems.push(`${at}: no top-level ${key}`);
    }
  }
  if (status === 204) problems.push(`${at}: an empty answer`);
  return [...problems, ...moneyBreaches(body, at), ...documentBreaches(recorded)];
}

/** The wire's money is numbers with no more decimals than cents; orders are named where they are. */
function moneyBreaches(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => moneyBreaches(item, at));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const problems = moneyBreaches(part, at);
    if (key === 'orderId' && part === null) problems.push(`${at}: null orderId`);
    if (MONEY.test(key) && typeof part === 'string') problems.push(`${at}: ${key} is the text ${part}`);
    if (typeof part === 'number' && !/^-?\d+(\.\d{1,3})?$/.test(String(part)))
      problems.push(`${at}: ${key} is ${part}`);
    return problems;
  });
}

/** @file What a controller wants to see of those who dial it. */

export function controllerHeaders(joinToken: string | undefined): Record<string, string> {
  const type = { "content-type": "application/json" };
  return joinToken === undefined ? type : { ...type, authorization: `Bearer ${joinToken}` };
}

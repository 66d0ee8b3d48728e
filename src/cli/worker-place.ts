/** @file Where a worker listens, and whom it tells. */

export type WorkerPlace = {
  host: string;
  port: number;
  workerAddress?: string;
  controllerAddress: string;
  register: boolean;
  joinToken: string | undefined;
  dataDir?: string;
};
